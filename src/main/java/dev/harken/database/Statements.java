package dev.harken.database;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times every statement that goes through the pool, whichever library sent it. Thread-safe.
 *
 * <p>A thread may ask for a count of its own, which is how the statements of one request are known.
 */
public final class Statements {
    private final Timer duration;
    private final Meter failures;
    private final Latencies latencies;

    // One per pool, not per program: tests run several pools side by side.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Count> counting = new ThreadLocal<>();

    Statements(MetricRegistry metrics, Clock clock) {
        this.duration = metrics.timer("database.statements");
        this.failures = metrics.meter("database.statement_failures");
        this.latencies = new Latencies(clock);
    }

    /** Starts a count of the statements that the calling thread sends. */
    public void startCounting() {
        counting.set(new Count());
    }

    /** Ends the calling thread's count and answers it; 0 if none was started. */
    public int stopCounting() {
        Count count = counting.get();
        counting.remove();
        return count == null ? 0 : count.statements;
    }

    /** How long statements took lately, by their text without values. */
    public Latencies latencies() {
        return latencies;
    }

    void sent(String sql, long nanoseconds, boolean failed) {
        latencies.record(sql.isEmpty() ? Latencies.OTHERS : sql, nanoseconds);
        duration.update(nanoseconds, TimeUnit.NANOSECONDS);
        if (failed) {
            failures.mark();
        }
        Count count = counting.get();
        if (count != null) {
            count.statements++;
        }
    }

    private static final class Count {
        private int statements;
    }
}
