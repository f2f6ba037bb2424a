package dev.harken.console.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.alerts.AlertsFactory;
import dev.harken.database.alerts.Signal;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules, as promtool judges them. */
class AlertRulesTest {
    @Test
    void theRulesAreWellFormed() {
        Promtool.Verdict verdict = Promtool.check("check", "rules", AlertRules.RULES.toString());
        assertThat(verdict.output()).contains("SUCCESS");
        assertThat(verdict.status()).isZero();
    }

    @Test
    void eachAlertFiresAfterItsWindowAndNotBefore() {
        Promtool.Verdict verdict = Promtool.check("test", "rules", AlertRules.TESTS.toString());
        assertThat(verdict.output()).contains("SUCCESS");
        assertThat(verdict.status()).isZero();
    }

    @Test
    void aChangedWindowOrLimitFailsTheRulesTests(@TempDir Path copy) throws IOException {
        String rules = Files.readString(AlertRules.RULES);
        Files.copy(AlertRules.TESTS, copy.resolve("harken.rules.test.yml"));
        for (String change :
                new String[] {"for: 10m", "for: 5m", "for: 2m", "for: 1m", "> 0.75", "> 0.9", "> 0.2", "> 5\n", "> 1800"
                }) {
            assertThat(rules).contains(change);
            Files.writeString(copy.resolve("harken.rules.yml"), rules.replace(change, slightlyLess(change)));
            Promtool.Verdict verdict = Promtool.check(
                    "test", "rules", copy.resolve("harken.rules.test.yml").toString());
            assertThat(verdict.status())
                    .as("with %s as %s", change, slightlyLess(change))
                    .isNotZero();
        }
    }

    @Test
    void everyAlertIsTestedHasASeverityAndSaysWhatToDo() throws IOException {
        String tests = Files.readString(AlertRules.TESTS);
        assertThat(AlertRules.rules()).isNotEmpty().allSatisfy(rule -> {
            String alert = rule.get("alert").asText();
            assertThat(tests).contains("alertname=\"" + alert + "\"");
            assertThat(rule.at("/labels/severity").asText()).isIn("warning", "critical");
            assertThat(rule.at("/annotations/summary").asText()).contains("{{ $labels.instance }}");
            assertThat(rule.at("/annotations/description").asText()).hasSizeGreaterThan(80);
        });
    }

    @Test
    void theLevelsAndWindowsAreThoseOfHarkensOwnAlerts() {
        assertThat(new AlertsFactory().rules()).isNotEmpty().allSatisfy((signal, rule) -> {
            assertThat(limits("warning", signal)).containsExactly(limit(signal, rule.warning(), rule.warningFor()));
            assertThat(limits("critical", signal)).containsExactly(limit(signal, rule.critical(), rule.criticalFor()));
        });
    }

    /** What the rules of a severity say of a signal: {@code > 0.75 for 10m}. */
    private static List<String> limits(String severity, Signal signal) {
        return AlertRules.rules().stream()
                .filter(rule -> rule.at("/labels/severity").asText().equals(severity))
                .filter(rule -> isOf(signal, rule.get("expr").asText()))
                .map(rule -> rule.get("expr").asText().replaceFirst("^\\S+ ", "") + " for "
                        + rule.get("for").asText())
                .toList();
    }

    private static boolean isOf(Signal signal, String expression) {
        return switch (signal) {
            case POOL_UTILIZATION -> expression.startsWith("harken_pool_utilization_ratio ");
            case POOL_WAITERS -> expression.startsWith("harken_pool_waiting ");
            default ->
                expression.matches(
                        "harken_signal_value\\{signal=~?\"([a-z_]+\\|)*" + signal.label() + "(\\|[a-z_]+)*\"} .*");
        };
    }

    private static String limit(Signal signal, double value, Duration window) {
        BigDecimal base = BigDecimal.valueOf(signal.unit().toBase(value))
                .round(MathContext.DECIMAL32)
                .stripTrailingZeros();
        return "> " + base.toPlainString() + " for " + window.toMinutes() + "m";
    }

    private static String slightlyLess(String change) {
        return change.replace("1m", "0m")
                .replace("2m", "1m")
                .replace("1800", "1799")
                .replace("10m", "9m")
                .replace("5m", "4m")
                .replace("0.75", "0.74")
                .replace("0.9", "0.89")
                .replace("0.2", "0.19")
                .replace("> 5", "> 4");
    }
}
