package dev.harken.console.prometheus;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dropwizard's metrics, converted by the Prometheus library and grouped into families.
 *
 * <p>The library makes a metric of its own of each that Dropwizard has, and refuses a scrape in which two have the same
 * name, as all routes' {@code statements.…} do once the route is a label. So each is converted alone here, and what
 * has the same name is put together.
 */
final class DropwizardMetrics implements MultiCollector {
    private static final Logger LOG = LoggerFactory.getLogger(DropwizardMetrics.class);

    /**
     * Left out: what {@link PoolMetrics} and {@link JvmMetrics} have, sums over what is there one by one, and shares
     * that Prometheus works out itself.
     */
    private static final Predicate<String> LEFT_OUT = Pattern.compile(
                    "pool\\.(?!wait$|held$).*|jvm\\..*|health\\.aggregate\\..*|.*\\.Appender\\.all|.*\\.percent-.*")
            .asMatchPredicate();

    private final MetricRegistry metrics;
    private final MetricRules rules = new MetricRules();
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    DropwizardMetrics(MetricRegistry metrics) {
        this.metrics = metrics;
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, MetricFamily> families = new TreeMap<>();
        metrics.getMetrics().forEach((name, metric) -> {
            if (!LEFT_OUT.test(name)) {
                MetricRule rule = rules.ruleFor(name, metric);
                for (MetricSnapshot converted : convert(name, metric, rule)) {
                    families.computeIfAbsent(rule.metadata().getName(), family -> new MetricFamily(rule.metadata()))
                            .add(converted);
                }
            }
        });
        return new MetricSnapshots(
                families.values().stream().map(MetricFamily::snapshot).toList());
    }

    /** The metric as the library has it; none for a gauge that is no number, or that fails. */
    private MetricSnapshots convert(String name, Metric metric, MetricRule rule) {
        MetricRegistry alone = new MetricRegistry();
        // Dropwizard's counters go down as well, Prometheus' must not.
        boolean goesDown = metric instanceof Counter && rule.kind() == MetricRule.Kind.GAUGE;
        alone.register(name, goesDown ? (Gauge<Long>) ((Counter) metric)::getCount : metric);
        PrometheusRegistry converted = new PrometheusRegistry();
        DropwizardExports.builder()
                .dropwizardRegistry(alone)
                .customLabelMapper(rule.labels())
                .invalidMetricHandler(this::skip)
                .register(converted);
        return converted.scrape();
    }

    private boolean skip(String name, Exception failure) {
        if (reported.add(name)) {
            LOG.warn("metric left out of /prometheus: metric={} failure={}", name, failure.toString());
        }
        return true;
    }
}
