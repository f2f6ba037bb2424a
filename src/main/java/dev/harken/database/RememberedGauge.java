package dev.harken.database;

import com.codahale.metrics.Gauge;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A number that the database tells. It is looked at twice a minute in the background and remembered, so that whoever
 * reads the metrics never waits for a database that hangs. NaN before the first look, and after one that failed: what
 * is not known is not told.
 */
public final class RememberedGauge implements Gauge<Double>, Managed {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedGauge.class);
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    private final String name;
    private final ScheduledExecutorService background;
    private final DoubleSupplier look;
    private volatile double latest = Double.NaN;

    RememberedGauge(String name, ScheduledExecutorService background, DoubleSupplier look) {
        this.name = name;
        this.background = background;
        this.look = look;
    }

    /**
     * Registers one among the metrics. It looks from the start of the environment on.
     *
     * @param look asks the database; what it throws is logged
     */
    public static void register(
            Environment environment, String name, ScheduledExecutorService background, DoubleSupplier look) {
        RememberedGauge gauge = new RememberedGauge(name, background, look);
        environment.metrics().register(name, gauge);
        environment.lifecycle().manage(gauge);
    }

    @Override
    public void start() {
        var unused = background.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Double getValue() {
        return latest;
    }

    void look() {
        try {
            latest = look.getAsDouble();
        } catch (RuntimeException e) {
            latest = Double.NaN;
            LOG.warn("metric not looked at: metric={} reason={}", name, e.getMessage());
        }
    }
}
