package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A transaction that changes the catalogue only, while others read and write.
 *
 * <p>Each lock is waited for only half as long as PostgreSQL waits until it looks for deadlocks, and at most {@value
 * #LONGEST_LOCK_WAIT_MILLIS} ms: writers queue up no longer than that for one, and a transaction that holds what this one waits
 * for is never the one that is cancelled. The timeout is an SQLException here, and {@link Migrator} begins again, see
 * {@link Patience}.
 */
final class ShortTransaction {
    static final int LONGEST_LOCK_WAIT_MILLIS = 500;

    private ShortTransaction() {}

    @FunctionalInterface
    interface Work {
        /** Answers whether it did what it was to do; either way it is committed. */
        boolean run() throws SQLException;
    }

    /**
     * Runs the work in UTC. What fails is rolled back.
     *
     * @param table what it is about; meanwhile nobody makes or attaches a partition of it, nor builds an index
     */
    static boolean run(Connection connection, String table, Work work) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            Catalog catalog = new Catalog(connection);
            catalog.execute("set local timezone = 'UTC'");
            // An autovacuum gives way only when it has been waited for as long as PostgreSQL waits until it looks for
            // deadlocks. Neither readers nor writers queue up behind this lock, so it has the session's time.
            catalog.execute("lock table " + table + " in share update exclusive mode");
            catalog.texts(
                    """
                    select set_config('lock_timeout', least(?::int, setting::int / 2) || 'ms', true)
                    from pg_settings
                    where name = 'deadlock_timeout'
                    """,
                    LONGEST_LOCK_WAIT_MILLIS);
            boolean done = work.run();
            connection.commit();
            return done;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }
}
