package dev.harken.database.insight;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.harken.testing.TestDatabase;
import io.dropwizard.jackson.Jackson;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Looks at a database as the users do whom an operator may have given to Harken. */
final class Looking {
    private Looking() {}

    /** The default thresholds but for those named, as JSON. */
    static InsightFactory thresholds(String json) {
        try {
            return Jackson.newObjectMapper().readValue(json, InsightFactory.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    static <T> T read(TestDatabase database, Insight<T> insight) throws SQLException {
        try (Connection connection = database.connect();
                Handle handle = Jdbi.create(connection).open()) {
            return insight.read(handle);
        }
    }

    static <T> List<Finding> findings(TestDatabase database, Insight<T> insight) throws SQLException {
        return insight.judge(read(database, insight));
    }

    /** Does what a finding says in one session, a statement a line. */
    static void mend(TestDatabase database, Finding finding) throws SQLException {
        try (Connection connection = database.connect();
                var session = connection.createStatement()) {
            for (String line : finding.remedy().split("\n", -1)) {
                String statement = line.replaceFirst("--.*", "").strip();
                if (!statement.isEmpty()) {
                    session.execute(statement);
                }
            }
        }
    }

    /** A new user with pg_monitor and nothing else. */
    static TestDatabase monitor(TestDatabase database) throws SQLException {
        TestDatabase user = stranger(database, "monitor");
        database.execute("grant pg_monitor to " + user.user());
        return user;
    }

    /** A new user who may connect and nothing else. */
    static TestDatabase stranger(TestDatabase database) throws SQLException {
        return stranger(database, "stranger");
    }

    private static TestDatabase stranger(TestDatabase database, String name) throws SQLException {
        String user = database.name() + "_" + name;
        database.execute("create role " + user + " login password '" + user + "'");
        return new TestDatabase(database.host(), database.port(), database.name(), user, user);
    }
}
