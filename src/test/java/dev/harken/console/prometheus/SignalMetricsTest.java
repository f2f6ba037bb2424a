package dev.harken.console.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignalMetricsTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<String, Double> signals = new HashMap<>();
    private final Map<String, String> levels = new HashMap<>();

    SignalMetricsTest() {
        SignalMetrics.register(registry, () -> signals, () -> levels);
    }

    @Test
    void aSignalHasTheValueOfTheMomentAndNoneWhenItCannotBeMeasured() {
        signals.put("statement_p95", 0.12);
        assertThat(samples()).containsExactly("harken_signal_value{signal=\"statement_p95\"} 0.12");

        signals.put("statement_p95", 0.3);
        assertThat(samples()).containsExactly("harken_signal_value{signal=\"statement_p95\"} 0.3");

        signals.clear();
        assertThat(samples()).isEmpty();
    }

    @Test
    void anAlertIsOneAtItsLevelAndZeroAtTheOthers() {
        levels.put("disk", "warning");
        assertThat(samples())
                .containsExactlyInAnyOrder(
                        "harken_alert_active{level=\"healthy\",signal=\"disk\"} 0.0",
                        "harken_alert_active{level=\"warning\",signal=\"disk\"} 1.0",
                        "harken_alert_active{level=\"critical\",signal=\"disk\"} 0.0");
    }

    private List<String> samples() {
        return Exposition.of(registry)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
