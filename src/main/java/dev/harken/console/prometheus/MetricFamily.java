package dev.harken.console.prometheus;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;

/** The samples of one name, which differ by their labels and are all of one kind. */
final class MetricFamily {
    private final MetricMetadata metadata;
    private final List<GaugeDataPointSnapshot> gauges = new ArrayList<>();
    private final List<CounterDataPointSnapshot> counters = new ArrayList<>();
    private final List<SummaryDataPointSnapshot> summaries = new ArrayList<>();

    MetricFamily(MetricMetadata metadata) {
        this.metadata = metadata;
    }

    void add(MetricSnapshot converted) {
        if (converted instanceof GaugeSnapshot gauge) {
            gauges.addAll(gauge.getDataPoints());
        } else if (converted instanceof CounterSnapshot counter) {
            counters.addAll(counter.getDataPoints());
        } else if (converted instanceof SummarySnapshot summary) {
            summaries.addAll(summary.getDataPoints());
        } else {
            throw new IllegalArgumentException("the library converts no metric to " + converted.getClass());
        }
    }

    MetricSnapshot snapshot() {
        if (!summaries.isEmpty()) {
            return new SummarySnapshot(metadata, summaries);
        }
        return counters.isEmpty() ? new GaugeSnapshot(metadata, gauges) : new CounterSnapshot(metadata, counters);
    }
}
