package dev.harken.database;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many callers want or have a connection at once, and the most of the last while. Thread-safe.
 *
 * <p>A caller counts from before it looks for an idle connection until its own is idle again or closed. So whenever none
 * is idle, as many callers as there are connections have been seen at once: {@link #highest} is never below what the pool
 * was right to open.
 */
final class Demand {
    private final AtomicInteger callers = new AtomicInteger();
    private final HighWater peak;

    Demand(Clock clock, Duration window) {
        this.peak = new HighWater(clock, window);
    }

    void begin() {
        peak.see(callers.incrementAndGet());
    }

    void end() {
        callers.decrementAndGet();
    }

    int highest() {
        return peak.highest();
    }
}
