package dev.harken.console.prometheus;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import dev.harken.database.Pool;
import dev.harken.database.PoolSnapshot;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** The pool's numbers, {@code harken_pool_…}, read when they are asked for. */
final class PoolMetrics {
    private final PrometheusRegistry registry;
    private final Pool pool;
    private final MetricRegistry metrics;

    private PoolMetrics(PrometheusRegistry registry, Pool pool, MetricRegistry metrics) {
        this.registry = registry;
        this.pool = pool;
        this.metrics = metrics;
    }

    /**
     * Registers them all.
     *
     * @param metrics where the pool counts what happened to it
     */
    static void register(PrometheusRegistry registry, Pool pool, MetricRegistry metrics) {
        new PoolMetrics(registry, pool, metrics).register();
    }

    private void register() {
        GaugeWithCallback.builder()
                .name("harken_pool_connections")
                .help("Open connections: lent (checked_out) or free (checked_in).")
                .labelNames("state")
                .callback(sample -> {
                    PoolSnapshot now = pool.snapshot();
                    sample.call(now.checkedOut(), "checked_out");
                    sample.call(now.checkedIn(), "checked_in");
                })
                .register(registry);
        gauge("harken_pool_size", "Connections that stay open.", PoolSnapshot::poolSize);
        gauge(
                "harken_pool_max_overflow",
                "Connections that may be opened on top of the pool's size in a rush.",
                PoolSnapshot::maxOverflow);
        gauge(
                "harken_pool_capacity",
                "The most connections there can be: size and overflow.",
                now -> now.totalCapacity());
        gauge("harken_pool_overflow", "Open connections beyond the pool's size.", PoolSnapshot::overflow);
        gauge("harken_pool_waiting", "Callers that wait for a connection now.", PoolSnapshot::waiting);
        GaugeWithCallback.builder()
                .name("harken_pool_utilization_ratio")
                .unit(Unit.RATIO)
                .help("Lent connections as a share of the capacity, 0 to 1. Warning above 0.75, critical above 0.9.")
                .callback(sample -> {
                    PoolSnapshot now = pool.snapshot();
                    sample.call((double) now.checkedOut() / now.totalCapacity());
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name("harken_pool_timeout_seconds")
                .unit(Unit.SECONDS)
                .help("The longest a caller waits for a connection.")
                .callback(sample -> sample.call((double) pool.snapshot().timeoutSeconds()))
                .register(registry);

        counter("harken_pool_connects", "Connections opened to the database.", this::connects);
        meter("connect_failures", "Attempts to get a connection that the database refused or did not answer.");
        meter("checkouts", "Connections lent.");
        meter("checkins", "Connections given back.");
        meter("waits", "Callers that had to wait for their connection.");
        meter("timeouts", "Callers that waited in vain and were turned away.");
    }

    private void gauge(String name, String help, ToDoubleFunction<PoolSnapshot> number) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(sample -> sample.call(number.applyAsDouble(pool.snapshot())))
                .register(registry);
    }

    private void meter(String what, String help) {
        Meter meter = metrics.meter("pool." + what);
        counter("harken_pool_" + what, help, meter::getCount);
    }

    private void counter(String name, String help, LongSupplier count) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(sample -> sample.call((double) count.getAsLong()))
                .register(registry);
    }

    /** The gauge is there from when the pool is started; until then nothing was opened. */
    private long connects() {
        return metrics.getMetrics().get("pool.connects") instanceof Gauge<?> gauge
                        && gauge.getValue() instanceof Number opened
                ? opened.longValue()
                : 0;
    }
}
