package dev.harken.database;

import com.codahale.metrics.Gauge;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A number that the database tells. It is looked at twice a minute in the background and remembered, so that whoever
 * reads the metrics never waits for a database that hangs. NaN before the first look, after one that failed, and once
 * the last one that ended is longer ago than {@link #LONGEST_KEPT}: what is not known is not told.
 */
public final class RememberedGauge implements Gauge<Double>, Managed {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedGauge.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    static final Duration LONGEST_KEPT = INTERVAL.multipliedBy(3);
    private static final Seen NOTHING = new Seen(Double.NaN, Instant.MIN);

    private final String name;
    private final ScheduledExecutorService background;
    private final DoubleSupplier look;
    private final Clock clock;
    private volatile Seen latest = NOTHING;

    private record Seen(double value, Instant at) {}

    RememberedGauge(String name, ScheduledExecutorService background, DoubleSupplier look, Clock clock) {
        this.name = name;
        this.background = background;
        this.look = look;
        this.clock = clock;
    }

    /**
     * Registers one among the metrics. It looks from the start of the environment on.
     *
     * @param look asks the database; what it throws is logged
     */
    public static void register(
            Environment environment,
            String name,
            ScheduledExecutorService background,
            DoubleSupplier look,
            Clock clock) {
        RememberedGauge gauge = new RememberedGauge(name, background, look, clock);
        environment.metrics().register(name, gauge);
        environment.lifecycle().manage(gauge);
    }

    @Override
    public void start() {
        var unused = background.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Double getValue() {
        Seen seen = latest;
        return clock.instant().minus(LONGEST_KEPT).isAfter(seen.at()) ? Double.NaN : seen.value();
    }

    void look() {
        try {
            double value = look.getAsDouble();
            latest = new Seen(value, clock.instant());
        } catch (RuntimeException e) {
            latest = NOTHING;
            LOG.warn("metric not looked at: metric={} reason={}", name, e.getMessage());
        }
    }
}
