package dev.harken.console.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        for (String change : new String[] {"for: 10m", "for: 5m", "for: 1m", "> 0.75", "> 0.9", "> 0.2", "> 5\n"}) {
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

    private static String slightlyLess(String change) {
        return change.replace("1m", "0m")
                .replace("10m", "9m")
                .replace("5m", "4m")
                .replace("0.75", "0.74")
                .replace("0.9", "0.89")
                .replace("0.2", "0.19")
                .replace("> 5", "> 4");
    }
}
