package dev.harken.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A caller whose rounds each are a transaction that is rolled back, with some indexes dropped in it: PostgreSQL lets
 * them come back with the rollback, whole and at once. Nobody else may use their tables meanwhile.
 */
final class RolledBack implements Caller {
    private final Connection connection;
    private final List<String> without;
    private final Caller caller;

    /**
     * A caller.
     *
     * @param without the indexes to be dropped
     * @param caller works on the same connection
     */
    RolledBack(Connection connection, List<String> without, Caller caller) {
        this.connection = connection;
        this.without = List.copyOf(without);
        this.caller = caller;
    }

    @Override
    public void begin() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String index : without) {
                statement.execute("drop index " + index);
            }
        }
    }

    @Override
    public void call() throws Exception {
        caller.call();
    }

    @Override
    public void end() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }
}
