package dev.harken.database;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.dropwizard.db.ManagedDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import java.util.logging.Logger;
import org.apache.tomcat.jdbc.pool.ConnectionPool;
import org.apache.tomcat.jdbc.pool.DataSourceProxy;
import org.apache.tomcat.jdbc.pool.PoolExhaustedException;
import org.apache.tomcat.jdbc.pool.PoolProperties;

/**
 * The one pool of connections: Hibernate, JDBI, the scheduler and the health checks all borrow here. Thread-safe.
 *
 * <p>Metrics: gauges {@code pool.<name of} {@link PoolSnapshot}{@code 's number>}, meters {@code pool.connects},
 * {@code pool.connect_failures}, {@code pool.checkouts}, {@code pool.checkins}, {@code pool.waits},
 * {@code pool.timeouts}, timers {@code pool.wait} (of all loans) and {@code pool.held}.
 */
public final class Pool extends DataSourceProxy implements ManagedDataSource {
    private final int size;
    private final MetricRegistry metrics;
    private final Clock clock;
    private final Leases leases;
    private final Waiters waiters;
    private final Statements statements;
    private final Demand demand;
    private final Meter timeouts;
    private final Meter connectFailures;
    private final Timer wait;
    private volatile Instant lastLoan = Instant.EPOCH;
    private volatile Instant lastFailure = Instant.EPOCH;

    Pool(PoolProperties properties, int size, Duration longLease, Duration rush, MetricRegistry metrics, Clock clock) {
        super(properties);
        this.size = size;
        this.metrics = metrics;
        this.clock = clock;
        this.leases = new Leases(metrics, clock, longLease);
        this.waiters = new Waiters(clock);
        this.statements = new Statements(metrics, clock);
        this.demand = new Demand(clock, rush);
        this.timeouts = metrics.meter("pool.timeouts");
        this.connectFailures = metrics.meter("pool.connect_failures");
        this.wait = metrics.timer("pool.wait");
    }

    /** Opens the base connections; fails when the database cannot be reached. */
    @Override
    public void start() throws SQLException {
        createPool();
    }

    @Override
    public void stop() {
        close();
    }

    @Override
    public synchronized ConnectionPool createPool() throws SQLException {
        if (pool == null) {
            pool = new LendingPool(poolProperties, leases, statements, demand);
            register();
        }
        return pool;
    }

    /**
     * Lends a connection, waiting as long as the pool's time-out when all are lent.
     *
     * @throws PoolExhaustedException when none came back in time
     * @throws SQLException when the database cannot be reached
     */
    @Override
    public Connection getConnection() throws SQLException {
        Waiters.Waiter waiter = waiters.ask();
        demand.begin();
        boolean lent = false;
        try (Timer.Context ignored = wait.time()) {
            Connection connection = super.getConnection();
            lastLoan = clock.instant();
            lent = true;
            return connection;
        } catch (PoolExhaustedException e) {
            leases.waited();
            timeouts.mark();
            throw e;
        } catch (SQLException e) {
            connectFailures.mark();
            if (!isRefusedForLackOfRoom(e)) {
                lastFailure = clock.instant();
            }
            throw e;
        } finally {
            if (!lent) {
                demand.end();
            }
            waiters.served(waiter);
        }
    }

    /** State 53: the server is up, but has no connection left for us. That is no database that is down. */
    private static boolean isRefusedForLackOfRoom(SQLException failure) {
        return failure.getSQLState() != null && failure.getSQLState().startsWith("53");
    }

    public PoolSnapshot snapshot() {
        ConnectionPool current = pool;
        int total = current == null ? 0 : current.getSize();
        return new PoolSnapshot(
                size,
                getMaxActive() - size,
                getMaxActive(),
                current == null ? 0 : current.getActive(),
                current == null ? 0 : current.getIdle(),
                Math.max(0, total - size),
                total,
                current == null ? 0 : current.getWaitCount(),
                getMaxWait() / 1000);
    }

    public Leases leases() {
        return leases;
    }

    /** Who waits for a connection now. */
    public Waiters waiters() {
        return waiters;
    }

    public Statements statements() {
        return statements;
    }

    /** True when the latest attempt to get a connection failed because the database did not answer. */
    public boolean lastLoanFailed() {
        return lastFailure.isAfter(lastLoan);
    }

    private void register() {
        metrics.gauge("pool.connects", () -> (Gauge<Long>) pool::getCreatedCount);
        gauge("pool_size", PoolSnapshot::poolSize);
        gauge("max_overflow", PoolSnapshot::maxOverflow);
        gauge("total_capacity", PoolSnapshot::totalCapacity);
        gauge("checked_out", PoolSnapshot::checkedOut);
        gauge("checked_in", PoolSnapshot::checkedIn);
        gauge("overflow", PoolSnapshot::overflow);
        gauge("total_connections", PoolSnapshot::totalConnections);
        gauge("waiting", PoolSnapshot::waiting);
        gauge("timeout_seconds", PoolSnapshot::timeoutSeconds);
        gauge("utilization_percent", PoolSnapshot::utilizationPercent);
    }

    private void gauge(String name, ToDoubleFunction<PoolSnapshot> number) {
        metrics.gauge("pool." + name, () -> (Gauge<Double>) () -> number.applyAsDouble(snapshot()));
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the pool logs through SLF4J");
    }
}
