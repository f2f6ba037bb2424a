package dev.harken.console.prometheus;

import dev.harken.database.Pool;
import io.dropwizard.core.setup.Environment;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Wires {@code /prometheus} on the admin port, in Prometheus' text format and in OpenMetrics. */
public final class PrometheusBundle {
    private PrometheusBundle() {}

    /**
     * Serves the pool, the requests, the JVM and all of Dropwizard's metrics.
     *
     * @return the registry that is served; what is registered there later is served too
     */
    public static PrometheusRegistry install(Environment environment, Pool pool) {
        // Not the library's default registry: tests run several services side by side.
        PrometheusRegistry registry = new PrometheusRegistry();
        PoolMetrics.register(registry, pool, environment.metrics());
        JvmMetrics.register(registry);
        registry.register(new DropwizardMetrics(environment.metrics()));
        environment.jersey().register(new RequestTimes(registry));
        environment
                .admin()
                .addServlet("prometheus", new PrometheusMetricsServlet(registry))
                .addMapping("/prometheus");
        return registry;
    }
}
