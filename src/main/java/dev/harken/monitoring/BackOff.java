package dev.harken.monitoring;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long what failed is left alone: longer with each failure, and not just as long as what failed with it. */
final class BackOff {
    private static final long MOST_MINUTES = 15;
    private static final int MOST_DOUBLINGS = 4;

    private BackOff() {}

    /**
     * A minute after the first failure, then twice as long each time, a quarter of an hour at most; each a quarter less or
     * more by chance.
     *
     * @param before how often it had failed in a row before
     */
    static Duration pause(int before) {
        long minutes = Math.min(1L << Math.min(before, MOST_DOUBLINGS), MOST_MINUTES);
        return Duration.ofMillis(Math.round(Duration.ofMinutes(minutes).toMillis()
                * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
    }
}
