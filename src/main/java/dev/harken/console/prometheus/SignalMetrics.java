package dev.harken.console.prometheus;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What Harken watches of itself, and which of that is an alert. */
public final class SignalMetrics {
    private static final List<String> LEVELS = List.of("healthy", "warning", "critical");

    private SignalMetrics() {}

    /**
     * Registers {@code harken_signal_value} and {@code harken_alert_active}. Both suppliers are asked at each scrape, so
     * they answer from memory, at once and from any thread.
     *
     * @param signals each signal's latest value: shares as ratios (0 to 1), times in seconds, waiters as a count. A
     *     signal that cannot be measured is absent.
     * @param alertLevels for each signal {@code healthy}, {@code warning} or {@code critical}, once it has lasted
     */
    public static void register(
            PrometheusRegistry registry,
            Supplier<Map<String, Double>> signals,
            Supplier<Map<String, String>> alertLevels) {
        GaugeWithCallback.builder()
                .name("harken_signal_value")
                .help("The latest value of a signal: a ratio (0 to 1) for utilization, CPU, memory and disk,"
                        + " seconds for times and lags, a count for waiters. Absent when it cannot be measured.")
                .labelNames("signal")
                .callback(sample -> signals.get().forEach((signal, value) -> sample.call(value, signal)))
                .register(registry);
        GaugeWithCallback.builder()
                .name("harken_alert_active")
                .help("1 for the level that a signal has kept for as long as an alert needs, 0 for its other levels.")
                .labelNames("signal", "level")
                .callback(sample -> alertLevels.get().forEach((signal, active) -> {
                    for (String level : LEVELS) {
                        sample.call(level.equals(active) ? 1 : 0, signal, level);
                    }
                }))
                .register(registry);
    }
}
