package dev.harken.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Connections for callers that speak SQL: one for each, kept over all rounds. */
final class Connections implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>();

    static Connections open(Stage stage, int count) throws SQLException {
        Connections opened = new Connections();
        try {
            for (int index = 0; index < count; index++) {
                opened.connections.add(stage.connect());
            }
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }

    Connection get(int index) {
        return connections.get(index);
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
