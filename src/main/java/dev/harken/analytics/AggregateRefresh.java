package dev.harken.analytics;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refreshes the materialized views, one after the other, while they are read. Takes none of the pool's connections: a
 * refresh of a big database takes its time.
 */
public final class AggregateRefresh {
    private static final Logger LOG = LoggerFactory.getLogger(AggregateRefresh.class);
    /** A migration that holds the view goes first; the next run makes up for it. */
    private static final String PATIENCE = "set lock_timeout = '10s'";

    private static final String NOW = "select clock_timestamp()";
    private static final String REMEMBER =
            """
            insert into aggregate_refreshes (name, as_of)
            values (?, ?)
            on conflict (name) do update set as_of = excluded.as_of
            """;

    private final DataSource database;

    /**
     * @param database not the pool, and without a statement timeout
     */
    public AggregateRefresh(DataSource database) {
        this.database = database;
    }

    /** Refreshes all views; those that fail are told in the log, and the others are refreshed all the same. */
    public void run() {
        for (Aggregate aggregate : Aggregate.values()) {
            try {
                refresh(aggregate);
            } catch (SQLException e) {
                LOG.warn("aggregate not refreshed: view={} reason={}", aggregate.view(), e.getMessage());
            }
        }
    }

    private void refresh(Aggregate aggregate) throws SQLException {
        long start = System.nanoTime();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(PATIENCE);
            OffsetDateTime asOf = now(statement);
            statement.execute("refresh materialized view concurrently " + aggregate.view());
            try (PreparedStatement remember = connection.prepareStatement(REMEMBER)) {
                remember.setString(1, aggregate.view());
                remember.setObject(2, asOf);
                remember.executeUpdate();
            }
        }
        LOG.debug("aggregate refreshed: view={} ms={}", aggregate.view(), (System.nanoTime() - start) / 1_000_000);
    }

    private static OffsetDateTime now(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(NOW)) {
            row.next();
            return row.getObject(1, OffsetDateTime.class);
        }
    }
}
