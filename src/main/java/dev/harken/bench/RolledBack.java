package dev.harken.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A caller whose rounds each are a transaction that is rolled back, begun by statements that change what it finds:
 * indexes that they drop come back with the rollback, whole and at once. Nobody else may use their tables meanwhile.
 */
final class RolledBack implements Caller {
    private final Connection connection;
    private final List<String> first;
    private final Caller caller;

    /**
     * A caller.
     *
     * @param first the statements that a round begins with
     * @param caller works on the same connection
     */
    RolledBack(Connection connection, List<String> first, Caller caller) {
        this.connection = connection;
        this.first = List.copyOf(first);
        this.caller = caller;
    }

    /** The statements by which indexes are not there. */
    static List<String> dropping(List<String> indexes) {
        return indexes.stream().map(index -> "drop index " + index).toList();
    }

    @Override
    public void begin() throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : first) {
                statement.execute(sql);
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
