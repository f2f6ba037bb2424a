package dev.harken.database;

import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The pool's numbers of the last hour, one sample every five seconds, in bounded memory. Thread-safe. */
public final class PoolHistory implements Managed {
    static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration KEPT = Duration.ofHours(1);

    private final Pool pool;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private final Deque<Sample> samples = new ArrayDeque<>();

    public PoolHistory(Pool pool, Clock clock, ScheduledExecutorService executor) {
        this.pool = pool;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void start() {
        var unused = executor.scheduleAtFixedRate(
                this::sample, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sample() {
        record(new Sample(clock.instant(), pool.snapshot()));
        pool.leases().reportLong();
    }

    synchronized void record(Sample sample) {
        samples.addLast(sample);
        while (samples.peekFirst().at().isBefore(sample.at().minus(KEPT))) {
            samples.removeFirst();
        }
    }

    /** The samples of the last while, oldest first. */
    public synchronized List<Sample> since(Instant start) {
        return samples.stream().filter(sample -> !sample.at().isBefore(start)).toList();
    }

    /** The pool's numbers at a moment. */
    public record Sample(Instant at, PoolSnapshot pool) {}
}
