package dev.harken.database;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A streaming replica of the main database, and up to when it has everything.
 *
 * <p>Once a second the main database is asked how far its log goes, and the replica how much of it is replayed: what was
 * committed before the main database was asked is there when the replica has come that far. This needs no clock but
 * this process's own, and holds for a replica that lost its connection as well.
 *
 * <p>Safe for use by several threads.
 */
public final class Replica implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** For which it may think of its answer before it counts as hanging; its pool is waited for no longer either. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();
    /** Marks of more than a minute ago say nothing of a lag that is allowed. */
    private static final int MOST_MARKS = 60;

    /** The end of what is inserted, not of what is flushed: a commit may be answered before it is. */
    private static final String WRITTEN = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn";
    /** Null on a server that does not replay: a former replica that goes its own way, or no replica at all. */
    private static final String REPLAYED =
            "select case when pg_is_in_recovery() then pg_last_wal_replay_lsn() - '0/0'::pg_lsn end";

    private final Jdbi primary;
    private final Jdbi jdbi;
    private final long maxLagNanos;
    private final ScheduledExecutorService executor;
    private final Deque<Mark> marks = new ArrayDeque<>();
    private final KnownCommits commits;
    /** The nanosecond up to which the replica has every commit; null while that is not known. */
    private volatile Long complete;
    /** The nanosecond since which the replica is being asked; null while it is not. */
    private volatile Long asking;

    private final AtomicBoolean hangingIsTold = new AtomicBoolean();

    Replica(Jdbi primary, Jdbi jdbi, Duration maxLag, KnownCommits commits, ScheduledExecutorService executor) {
        this.primary = primary;
        this.jdbi = jdbi;
        this.maxLagNanos = maxLag.toNanos();
        this.commits = commits;
        this.executor = executor;
    }

    void measure(MetricRegistry metrics) {
        metrics.register("replica.lag_seconds", (Gauge<Double>)
                () -> lag().map(behind -> behind.toMillis() / 1000.0).orElse(Double.NaN));
    }

    @Override
    public void start() {
        var unused = executor.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    Jdbi jdbi() {
        return jdbi;
    }

    /** How long ago a commit may have been that the replica lacks; empty when it is not known, hangs, or is none. */
    Optional<Duration> lag() {
        return hangs()
                ? Optional.empty()
                : Optional.ofNullable(complete).map(until -> Duration.ofNanos(System.nanoTime() - until));
    }

    /** Whether the replica is near enough, and has all that this process knows to be written for the tenant. */
    boolean shows(Tenant tenant) {
        Long until = complete;
        if (until == null || System.nanoTime() - until > maxLagNanos) {
            return false;
        }
        if (hangs()) {
            if (hangingIsTold.compareAndSet(false, true)) {
                LOG.warn("replica hangs, the main database is read: seconds={}", PATIENCE_NANOS / 1_000_000_000);
            }
            return false;
        }
        return commits.areBefore(until, tenant);
    }

    /** What stopped, or is cut off, refuses nothing: whoever read from it would wait for the socket's time-out. */
    private boolean hangs() {
        Long began = asking;
        return began != null && System.nanoTime() - began > PATIENCE_NANOS;
    }

    /** A read failed: nothing is read from the replica until it was looked at again. */
    void failed(RuntimeException failure) {
        complete = null;
        LOG.warn("replica failed, the main database is read: reason={}", failure.getMessage());
    }

    private void look() {
        try {
            mark(primary);
            asking = System.nanoTime();
            Optional<Long> replayed = position(jdbi, REPLAYED);
            Long before = complete;
            complete = replayed.flatMap(this::completeUntil).orElse(null);
            if ((before == null) != (complete == null)) {
                LOG.info("replica: used={} replaying={}", complete != null, replayed.isPresent());
            }
        } catch (RuntimeException e) {
            if (complete != null) {
                failed(e);
            }
        } finally {
            asking = null;
            hangingIsTold.set(false);
        }
    }

    private void mark(Jdbi server) {
        long now = System.nanoTime();
        position(server, WRITTEN).ifPresent(position -> marks.addLast(new Mark(now, position)));
        if (marks.size() > MOST_MARKS) {
            marks.removeFirst();
        }
    }

    /** Forgets the marks that the replica has passed, but for the last of them. */
    private Optional<Long> completeUntil(long replayed) {
        Mark passed = null;
        while (!marks.isEmpty() && marks.peekFirst().position() <= replayed) {
            passed = marks.removeFirst();
        }
        if (passed == null) {
            return Optional.ofNullable(complete);
        }
        marks.addFirst(passed);
        return Optional.of(passed.nanos());
    }

    private static Optional<Long> position(Jdbi server, String sql) {
        return server.withHandle(handle -> Optional.ofNullable(handle.createQuery(sql)
                        .map((row, context) -> row.getObject(1))
                        .one())
                .map(position -> ((Number) position).longValue()));
    }

    /**
     * How far the main database's log went.
     *
     * @param nanos before it was asked
     */
    private record Mark(long nanos, long position) {}
}
