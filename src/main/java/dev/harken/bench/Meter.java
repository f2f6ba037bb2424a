package dev.harken.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads what has been used so far: by PostgreSQL and, where it takes part, by Harken. To be read by one thread. */
final class Meter {
    /** Begin and commit do not count, nor what looks at the server itself: the health checks, the alerts, this. */
    private static final String STATEMENTS =
            """
            select coalesce(sum(calls), 0)
            from pg_stat_statements
            where toplevel
              and query ~* '^\\s*(select|insert|update|delete|with)'
              and query !~ 'pg_'
            """;

    private final Connection connection;
    private final long postmaster;
    private final OptionalLong application;

    /**
     * A meter.
     *
     * @param connection to the database, for nothing else
     * @param postmaster the process id of PostgreSQL
     * @param application Harken's process id, if it takes part
     */
    Meter(Connection connection, long postmaster, OptionalLong application) {
        this.connection = connection;
        this.postmaster = postmaster;
        this.application = application;
    }

    Reading read() throws SQLException {
        OptionalLong own = application.isPresent()
                ? OptionalLong.of(ProcessTimes.ownMillis(application.getAsLong()))
                : OptionalLong.empty();
        return new Reading(statements(), ProcessTimes.familyMillis(postmaster), own);
    }

    private long statements() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(STATEMENTS)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Harken's memory, if it takes part. */
    OptionalLong residentBytes() {
        return application.isPresent()
                ? OptionalLong.of(ProcessTimes.residentBytes(application.getAsLong()))
                : OptionalLong.empty();
    }

    /** What has been used since some beginning, in ms of processor time. */
    record Reading(long statements, long postgresMillis, OptionalLong applicationMillis) {
        /** What each of so many calls used since an earlier reading. */
        Usage since(Reading earlier, long calls) {
            OptionalDouble application = applicationMillis.isPresent()
                    ? OptionalDouble.of(each(applicationMillis.getAsLong(), earlier.applicationMillis.orElse(0), calls))
                    : OptionalDouble.empty();
            return new Usage(
                    each(statements, earlier.statements, calls),
                    each(postgresMillis, earlier.postgresMillis, calls),
                    application);
        }

        private static double each(long now, long then, long calls) {
            return (double) (now - then) / calls;
        }
    }

    /** What one call used. */
    record Usage(double statements, double postgresMillis, OptionalDouble applicationMillis) {}
}
