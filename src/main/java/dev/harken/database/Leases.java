package dev.harken.database;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.tomcat.jdbc.pool.PooledConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections that are lent at this moment, and the counts of all that ever were. Thread-safe. */
public final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    private final Map<PooledConnection, Lease> open = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Duration longLease;
    private final Meter checkouts;
    private final Meter checkins;
    private final Meter waits;
    private final Timer held;

    Leases(MetricRegistry metrics, Clock clock, Duration longLease) {
        this.clock = clock;
        this.longLease = longLease;
        this.checkouts = metrics.meter("pool.checkouts");
        this.checkins = metrics.meter("pool.checkins");
        this.waits = metrics.meter("pool.waits");
        this.held = metrics.timer("pool.held");
    }

    /** Counts a caller that had to wait for its connection. */
    void waited() {
        waits.mark();
    }

    void begin(PooledConnection connection) {
        checkouts.mark();
        open.put(
                connection,
                new Lease(
                        Work.current(), clock.instant(), Thread.currentThread().getName(), Lease.callers()));
    }

    void end(PooledConnection connection) {
        Lease lease = open.remove(connection);
        if (lease == null) {
            return;
        }
        checkins.mark();
        Duration duration = lease.heldFor(clock.instant());
        held.update(duration);
        if (duration.compareTo(longLease) > 0) {
            log("long lease returned", lease, duration);
        }
    }

    /** Logs each lease that has been open for too long, once; to be called every few seconds. */
    void reportLong() {
        Instant now = clock.instant();
        for (Lease lease : open.values()) {
            Duration duration = lease.heldFor(now);
            if (duration.compareTo(longLease) > 0 && lease.markReported()) {
                log("long lease", lease, duration);
            }
        }
    }

    private static void log(String event, Lease lease, Duration duration) {
        LOG.warn(
                "{}: held_ms={} work=\"{}\" tenant=\"{}\" thread={} taken_at={} statement={}",
                event,
                duration.toMillis(),
                lease.work().name(),
                lease.work().tenant(),
                lease.thread(),
                lease.takenAt(),
                lease.statement().orElse("none"));
    }

    Optional<Lease> of(PooledConnection connection) {
        return Optional.ofNullable(open.get(connection));
    }

    /** The leases that are open now, in no order. */
    public List<Lease> open() {
        return List.copyOf(open.values());
    }
}
