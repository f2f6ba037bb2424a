package dev.harken.database.pgbouncer;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * PgBouncer, or another pooler of connections, seen from a connection that may lead through it.
 *
 * <p>In transaction mode a session of PostgreSQL is lent for one transaction only. What belongs to a session (its
 * advisory locks, its settings, its temporary tables) is then another's in the next transaction.
 */
public final class PgBouncer {
    private static final String TIMEOUTS =
            """
            select name, setting::bigint
            from pg_settings
            where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')
            """;
    private static final String PROTOCOL_VIOLATION = "08P01";

    private PgBouncer() {}

    /**
     * Whether a pooler stands between the connection and PostgreSQL. A pooler makes up the process number that it gives
     * its callers, for it has no process of PostgreSQL to give away.
     */
    public static boolean isBetween(Connection connection) throws SQLException {
        int told = connection.unwrap(PGConnection.class).getBackendPID();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1) != told;
        }
    }

    /** Whether this is how PgBouncer refuses a connection that sets something at its start. */
    public static boolean refusedSettings(SQLException failure) {
        return PROTOCOL_VIOLATION.equals(failure.getSQLState())
                && String.valueOf(failure.getMessage()).contains("startup parameter");
    }

    /**
     * The statements that give a session the service's limits of time.
     *
     * @return by the name of PostgreSQL's setting, in milliseconds
     */
    public static Map<String, Long> timeouts(Duration statement, Duration lock) {
        Map<String, Long> timeouts = new LinkedHashMap<>();
        timeouts.put("statement_timeout", statement.toMillis());
        timeouts.put("lock_timeout", lock.toMillis());
        timeouts.put("idle_in_transaction_session_timeout", 2 * statement.toMillis());
        return timeouts;
    }

    /**
     * What is wrong with the sessions that PgBouncer gives, if anything: each of the timeouts has to hold in them, or a
     * shorter one. They cannot be asked for at the start of a connection, which is not the start of a session there, and
     * to set them in each transaction would cost a statement each time.
     *
     * @param connection through PgBouncer
     * @param wanted see {@link #timeouts}
     */
    public static Optional<String> refusal(Connection connection, Map<String, Long> wanted) throws SQLException {
        Map<String, Long> actual = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TIMEOUTS)) {
            while (row.next()) {
                actual.put(row.getString(1), row.getLong(2));
            }
        }
        String lacking = wanted.entrySet().stream()
                .filter(timeout -> !holds(actual.getOrDefault(timeout.getKey(), 0L), timeout.getValue()))
                .map(timeout ->
                        timeout.getKey() + " is " + actual.get(timeout.getKey()) + ", not " + timeout.getValue())
                .collect(Collectors.joining("; "));
        if (lacking.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("in its sessions " + lacking + " (milliseconds; 0 is no limit). Give the database in"
                + " pgbouncer.ini connect_query='" + assignments(wanted, "set ") + "', then say RELOAD and RECONNECT on"
                + " PgBouncer's console. Where pgbouncer.ini is not yours to change, run these as the database's owner,"
                + " and then end PgBouncer's sessions: "
                + assignments(wanted, "alter role current_user in database " + connection.getCatalog() + " set ")
                + ". Or change database.statementTimeout and database.lockTimeout.");
    }

    private static String assignments(Map<String, Long> wanted, String prefix) {
        return wanted.entrySet().stream()
                .map(timeout -> prefix + timeout.getKey() + " = " + timeout.getValue())
                .collect(Collectors.joining("; "));
    }

    private static boolean holds(long actual, long wanted) {
        return actual > 0 && actual <= wanted;
    }
}
