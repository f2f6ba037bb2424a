package dev.harken.console.prometheus;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Metric;
import com.codahale.metrics.Timer;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.CustomLabelMapper;
import io.prometheus.metrics.instrumentation.dropwizard5.labels.MapperConfig;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.List;
import java.util.Map;

/**
 * How the metrics that a pattern matches are exported.
 *
 * @param kind what they are; those of another kind are not meant
 * @param metadata the exported name, with its unit and without the {@code _total} of a counter, and what it means
 * @param labels makes labels of the parts of a metric's name
 */
record MetricRule(Kind kind, MetricMetadata metadata, CustomLabelMapper labels) {
    /** What a metric can become. */
    enum Kind {
        /** Goes up and down: Dropwizard's gauges and, unless they are known only to grow, its counters. */
        GAUGE,
        /** Only grows. */
        COUNTER,
        /** Quantiles of values. */
        HISTOGRAM,
        /** Quantiles of seconds. */
        TIMER;

        boolean fits(Metric metric) {
            return switch (this) {
                case GAUGE -> metric instanceof Gauge || metric instanceof Counter;
                case COUNTER -> metric instanceof Meter || metric instanceof Counter;
                case HISTOGRAM -> metric instanceof Histogram;
                case TIMER -> metric instanceof Timer;
            };
        }
    }

    /**
     * A rule for some metrics.
     *
     * @param match a metric's name, in which {@code *} stands for anything without a dot
     * @param labels by their names; <code>${0}</code> is what the first {@code *} stood for
     */
    static MetricRule of(Kind kind, String match, String family, String help, Map<String, String> labels) {
        return new MetricRule(
                kind,
                new MetricMetadata(family, help),
                new CustomLabelMapper(List.of(new MapperConfig(match, family, labels))));
    }

    /** A rule for all metrics of a kind: their names become the label {@code metric}. */
    static MetricRule ofAll(Kind kind, String family, String help) {
        return new MetricRule(kind, new MetricMetadata(family, help), new WholeName(family));
    }

    boolean matches(String metric, Metric of) {
        return kind.fits(of) && labels.getName(metric).equals(metadata.getName());
    }

    private static final class WholeName extends CustomLabelMapper {
        private final String family;

        private WholeName(String family) {
            super(List.of(new MapperConfig("*.*", family, Map.of())));
            this.family = family;
        }

        @Override
        public String getName(String metric) {
            return family;
        }

        @Override
        public Labels getLabels(String metric, List<String> names, List<String> values) {
            return Labels.of("metric", metric);
        }
    }
}
