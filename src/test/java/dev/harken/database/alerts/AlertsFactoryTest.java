package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import io.dropwizard.util.Duration;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertsFactoryTest {
    @Test
    void withoutSettingsTheStandardRulesHold() throws Exception {
        AlertsFactory alerts = read("{}");

        assertThat(alerts.interval()).hasSeconds(5);
        assertThat(alerts.margin()).isEqualTo(5);
        assertThat(alerts.rules())
                .containsOnlyKeys(
                        Signal.POOL_UTILIZATION,
                        Signal.POOL_WAITERS,
                        Signal.STATEMENT_P95,
                        Signal.DATABASE_CPU,
                        Signal.HOST_MEMORY,
                        Signal.HEAP_MEMORY,
                        Signal.DISK,
                        Signal.REPLICATION_LAG,
                        Signal.JOB_LAG,
                        Signal.SUBREDDITS_SILENT,
                        Signal.SUBREDDITS_UNREAD,
                        Signal.DELETION_LAG)
                .containsEntry(
                        Signal.POOL_UTILIZATION, new AlertRule(75, Duration.minutes(10), 90, Duration.minutes(5)));
    }

    @Test
    void aRuleReplacesThatOfItsSignalOnly() throws Exception {
        AlertsFactory alerts = read("rules: {disk: {warning: 70, warningFor: 30m, critical: 85, criticalFor: 10m}}");

        assertThat(alerts.rules())
                .hasSize(12)
                .containsEntry(Signal.DISK, new AlertRule(70, Duration.minutes(30), 85, Duration.minutes(10)));
    }

    @Test
    void aSignalThatIsOnlyShownCanBeGivenARule() throws Exception {
        assertThat(read("rules: {request_p95: {warning: 300, warningFor: 10m, critical: 1000, criticalFor: 5m}}")
                        .rules())
                .hasSize(13)
                .containsKey(Signal.REQUEST_P95);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: {disk: {warning: 90, warningFor: 10m, critical: 80, criticalFor: 5m}} | critical not below warning",
                "rules: {disk: {warning: 80, warningFor: 5s, critical: 90, criticalFor: 5m}} | between 10 s and 1 h",
                "rules: {disk: {warning: 80, warningFor: 10m, critical: 90, criticalFor: 2h}} | between 10 s and 1 h",
                "rules: {disk: {warning: 80, warningFor: 10m, critical: 90}} | criticalFor",
                "rules: {disk: {warningFor: 10m, critical: 90, criticalFor: 5m}} | warning",
                "rules: {disk: {warning: -1, warningFor: 10m, critical: 90, criticalFor: 5m}} | warning not below 0",
                "rules: {quantum_drift: {warning: 80, warningFor: 10m, critical: 90, criticalFor: 5m}} | expected: Signal",
                "interval: 500ms | interval",
                "marginPercent: 80 | marginPercent",
                "{interval: 30s, rules: {disk: {warning: 8, warningFor: 60s, critical: 9, criticalFor: 5m}}} | three intervals",
                "webhooks: x | webhooks",
            })
    void rubbishIsRefusedWithWhatIsWrong(String yaml, String said) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(said);
    }

    private static AlertsFactory read(String yaml) throws Exception {
        return new YamlConfigurationFactory<>(
                        AlertsFactory.class,
                        Validators.newValidator(),
                        Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
                        "dw")
                .build((String path) -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "alerts.yml");
    }
}
