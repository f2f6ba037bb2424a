package dev.harken.database;

import java.time.Clock;
import java.time.Duration;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.IntCountsHistogram;

/**
 * How long something took in the last while: between one and two windows back, in a few kilobytes however much happened.
 * Exact to two digits, from a microsecond on. Thread-safe.
 */
public final class LatencyWindow {
    private static final int DIGITS = 2;
    private static final double MICROS_PER_MILLI = 1000;
    private static final long LONGEST_MICROS = Duration.ofHours(1).toNanos() / 1000;

    private final Clock clock;
    private final long windowMillis;
    private long start;
    private AbstractHistogram current = new IntCountsHistogram(DIGITS);
    private AbstractHistogram previous = new IntCountsHistogram(DIGITS);

    public LatencyWindow(Clock clock, Duration window) {
        this.clock = clock;
        this.windowMillis = window.toMillis();
        this.start = clock.millis();
    }

    /** Adds a time in nanoseconds. */
    public synchronized void record(long nanos) {
        turn();
        current.recordValue(Math.max(0, Math.min(LONGEST_MICROS, nanos / 1000)));
    }

    /** What the window holds. */
    public synchronized Latency latency() {
        long passed = turn();
        AbstractHistogram both = previous.copy();
        both.add(current);
        double seconds = (windowMillis + passed) / 1000.0;
        return new Latency(
                both.getTotalCount(),
                both.getTotalCount() / seconds,
                millis(both.getMean()),
                percentile(both, 50),
                percentile(both, 95),
                percentile(both, 99),
                millis((double) both.getMaxValue()));
    }

    private static double percentile(AbstractHistogram times, double percent) {
        return millis((double) times.getValueAtPercentile(percent));
    }

    private static double millis(double micros) {
        return micros / MICROS_PER_MILLI;
    }

    /** Turns the windows when it is time, and answers how long the current one lasts, in milliseconds. */
    private long turn() {
        long passed = clock.millis() - start;
        if (passed < 0) {
            // The system's clock was set back.
            start = clock.millis();
            return 0;
        }
        if (passed < windowMillis) {
            return passed;
        }
        AbstractHistogram free = previous;
        free.reset();
        if (passed < 2 * windowMillis) {
            previous = current;
            current = free;
            start += windowMillis;
            return passed - windowMillis;
        }
        current.reset();
        start = clock.millis();
        return 0;
    }

    /**
     * Times of the last while, in milliseconds; all 0 when nothing happened.
     *
     * @param perSecond how often it happened
     */
    public record Latency(
            long count, double perSecond, double mean, double p50, double p95, double p99, double highest) {
        /** The time spent in all. */
        public double total() {
            return count * mean;
        }
    }
}
