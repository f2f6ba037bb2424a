package dev.harken.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out which statements PostgreSQL is sent, by the number that it gives to each, whatever the layout. */
final class SentStatements {
    private static final String CALLS =
            """
            select queryid, sum(calls)
            from pg_stat_statements
            where query ~ 'matched_posts'
              and query !~ 'pg_'
            group by queryid
            """;

    private SentStatements() {}

    /** The statements on posts that are sent while this caller calls once. */
    static Set<Long> during(Connection connection, Caller caller) throws Exception {
        Map<Long, Long> before = calls(connection);
        caller.call();
        return calls(connection).entrySet().stream()
                .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Map<Long, Long> calls(Connection connection) throws SQLException {
        Map<Long, Long> calls = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CALLS)) {
            while (rows.next()) {
                calls.put(rows.getLong(1), rows.getLong(2));
            }
        }
        return calls;
    }
}
