package dev.harken.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.tomcat.jdbc.pool.ConnectionPool;
import org.apache.tomcat.jdbc.pool.PoolConfiguration;
import org.apache.tomcat.jdbc.pool.PooledConnection;

/**
 * Tomcat's pool, with each loan told to {@link Leases}, and shrinking after a rush even while it is in use.
 *
 * <p>Tomcat hands out idle connections in turn, so under light traffic each of twenty is used often enough never to
 * count as idle, and its cleaner keeps them all. Here a connection that comes back is closed when there are more than
 * the last rush needed.
 */
final class LendingPool extends ConnectionPool {
    /** A difference of one may be the clock's tick between two readings. */
    private static final long NOTICEABLE_WAIT_MS = 2;

    // These are null while the superclass's constructor opens the first connections: such loans are nobody's.
    private final Leases leases;
    private final Statements statements;
    private final Demand demand;

    private final AtomicBoolean closingOne = new AtomicBoolean();

    LendingPool(PoolConfiguration configuration, Leases leases, Statements statements, Demand demand)
            throws SQLException {
        super(configuration);
        this.leases = leases;
        this.statements = statements;
        this.demand = demand;
    }

    Statements statements() {
        return statements;
    }

    Optional<Lease> leaseOf(PooledConnection connection) {
        return leases.of(connection);
    }

    @Override
    protected Connection setupConnection(PooledConnection connection) throws SQLException {
        leases.begin(connection);
        try {
            return super.setupConnection(connection);
        } catch (SQLException | RuntimeException e) {
            leases.end(connection);
            throw e;
        }
    }

    /**
     * Called for a connection that was idle, at once or after waiting for it.
     *
     * @param now when the caller asked, in milliseconds
     */
    @Override
    protected PooledConnection borrowConnection(long now, PooledConnection connection, String user, String password)
            throws SQLException {
        if (leases != null && System.currentTimeMillis() - now >= NOTICEABLE_WAIT_MS) {
            leases.waited();
        }
        return super.borrowConnection(now, connection, user, password);
    }

    @Override
    protected void returnConnection(PooledConnection connection) {
        if (leases == null) {
            super.returnConnection(connection);
            return;
        }
        if (connection != null) {
            leases.end(connection);
        }
        boolean surplus = isSurplus() && closingOne.compareAndSet(false, true);
        if (surplus && connection != null) {
            // Tomcat closes a discarded connection on its return, and keeps its own count right.
            connection.setDiscarded(true);
        }
        try {
            super.returnConnection(connection);
        } finally {
            demand.end();
            if (surplus) {
                closingOne.set(false);
            }
        }
    }

    /** Tomcat counts one that it is about to refuse, too, so there may seem to be more than there may be. */
    private boolean isSurplus() {
        int open = Math.min(getSize(), getPoolProperties().getMaxActive());
        return open > getPoolProperties().getMinIdle() && open > demand.highest();
    }
}
