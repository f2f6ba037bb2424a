package dev.harken.database;

import java.time.Clock;
import java.time.Duration;

/**
 * The highest value of the last while: between one and two windows back, in constant memory. Thread-safe.
 */
final class HighWater {
    private final Clock clock;
    private final long windowMillis;
    private long windowStart;
    private int current;
    private int previous;

    HighWater(Clock clock, Duration window) {
        this.clock = clock;
        this.windowMillis = window.toMillis();
        this.windowStart = clock.millis();
    }

    synchronized void see(int value) {
        turn();
        current = Math.max(current, value);
    }

    synchronized int highest() {
        turn();
        return Math.max(current, previous);
    }

    private void turn() {
        long passed = clock.millis() - windowStart;
        if (passed >= windowMillis) {
            previous = passed >= 2 * windowMillis ? 0 : current;
            current = 0;
            windowStart = clock.millis();
        }
    }
}
