package dev.harken.live;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** The one connection of a process that PostgreSQL tells of new events, and over which they are read. Not thread-safe. */
final class EventConnection implements AutoCloseable {
    private static final Duration LONGEST_STATEMENT = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

    private final Connection connection;
    private final PGConnection notifications;

    private EventConnection(Connection connection) throws SQLException {
        this.connection = connection;
        this.notifications = connection.unwrap(PGConnection.class);
    }

    /** Opens one. From then on, every commit of an event is told. */
    static EventConnection open(DataSource direct) throws SQLException {
        Connection connection = direct.getConnection();
        try {
            connection.setClientInfo("ApplicationName", "harken events");
            // A server that is gone without a word is noticed. The driver needs no executor for this.
            connection.setNetworkTimeout(Runnable::run, (int) LONGEST_SILENCE.toMillis());
            try (Statement statement = connection.createStatement()) {
                statement.execute("set statement_timeout = " + LONGEST_STATEMENT.toMillis());
                statement.execute("listen harken_events");
            }
            return new EventConnection(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    /** Whether there was news, waiting for it for a while: it is a look at the socket, no statement. */
    boolean isTold(Duration patience) throws SQLException {
        return notifications.getNotifications((int) patience.toMillis()).length > 0;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
