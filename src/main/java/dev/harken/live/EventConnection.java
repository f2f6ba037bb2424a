package dev.harken.live;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** The one connection of a process that PostgreSQL tells of new events, and over which they are read. Not thread-safe. */
final class EventConnection implements AutoCloseable {
    private static final String EVENTS = "harken_events";
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
                statement.execute("listen " + EVENTS);
                statement.execute("listen " + ViewingDao.CHANNEL);
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

    /** What was told, waiting for it for a while: it is a look at the socket, no statement. */
    News await(Duration patience) throws SQLException {
        PGNotification[] told = notifications.getNotifications((int) patience.toMillis());
        return new News(
                Arrays.stream(told).anyMatch(one -> one.getName().equals(EVENTS)),
                Arrays.stream(told)
                        .filter(one -> one.getName().equals(ViewingDao.CHANNEL))
                        .map(PGNotification::getParameter)
                        .toList());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /**
     * What was told.
     *
     * @param events whether there are new events, to be read
     * @param viewings as {@link ViewingDao} wrote them
     */
    record News(boolean events, List<String> viewings) {}
}
