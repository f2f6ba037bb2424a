package dev.harken.database.alerts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reading that asks the database, kept for those who must not wait for it. One that is older than {@link #STALE} counts
 * as missing. Thread-safe.
 */
final class BackgroundReading implements Supplier<Reading> {
    static final Duration STALE = Duration.ofMinutes(1);
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundReading.class);

    private final Signal signal;
    private final Supplier<Reading> source;
    private final Clock clock;
    private volatile Reading latest = Reading.missing("not measured yet");
    private volatile Instant measuredAt;
    private volatile boolean failing;

    BackgroundReading(Signal signal, Supplier<Reading> source, Clock clock) {
        this.signal = signal;
        this.source = source;
        this.clock = clock;
        this.measuredAt = clock.instant();
    }

    /** Reads the source; a failure becomes a missing reading and is logged when it begins. */
    void measure() {
        try {
            latest = source.get();
            failing = false;
        } catch (RuntimeException e) {
            latest = Reading.missing("the database did not tell");
            if (!failing) {
                LOG.warn("signal not measured: signal={} reason={}", signal.label(), e.getMessage());
            }
            failing = true;
        }
        measuredAt = clock.instant();
    }

    @Override
    public Reading get() {
        return measuredAt.plus(STALE).isBefore(clock.instant())
                ? Reading.missing("the database has not told since " + measuredAt)
                : latest;
    }
}
