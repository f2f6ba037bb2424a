package dev.harken.console.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.insight.Finding;
import dev.harken.database.insight.Severity;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainReportTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00.123Z");

    @Test
    void theMostSevereComesFirstAndTheLastLineCounts() {
        String report = report(
                Finding.of(Severity.ADVICE, "unused_index", "i", "It is not used."),
                Finding.of(Severity.CRITICAL, "alert", "disk", "It is full."),
                Finding.of(Severity.UNKNOWN, "sessions_hidden", "", "They are hidden."),
                Finding.of(Severity.CRITICAL, "replica_lag", "r", "It lags."));

        assertThat(report)
                .isEqualTo(
                        """
                        Time      2026-03-01T12:00:00Z
                        Database  jdbc:postgresql://localhost/harken  PostgreSQL 17.6

                        CRITICAL  alert  disk: It is full.

                        CRITICAL  replica_lag  r: It lags.

                        UNKNOWN   sessions_hidden: They are hidden.

                        ADVICE    unused_index  i: It is not used.

                        2 critical, 0 warning, 1 unknown, 1 advice
                        """);
    }

    @Test
    void proseIsWrappedAndAStatementIsNot() {
        String statement = "create index concurrently i on t (" + "a_column, ".repeat(15) + "b)";
        String report = report(Finding.of(Severity.WARNING, "missing_index", "t", "Many words. ".repeat(30))
                .because("Many reasons. ".repeat(30))
                .mendedBy(statement)
                .gaining("Many gains. ".repeat(30)));

        assertThat(report).contains("\n    do: " + statement + "\n");
        assertThat(report.lines().filter(line -> !line.contains(statement)))
                .allMatch(line -> line.length() <= 100)
                .noneMatch(line -> line.endsWith(" "));
        assertThat(report.replaceAll("\\s+", " "))
                .contains(
                        "Many words. ".repeat(30).strip(),
                        "Many gains. ".repeat(30).strip());
    }

    @Test
    void aRemedyOfSeveralLinesStandsAloneOnThem() {
        assertThat(report(Finding.of(Severity.WARNING, "invalid_index", "i", "It is broken.")
                        .mendedBy("drop index i;\n\ncreate index i on t (a);")))
                .contains("\n    do:\n        drop index i;\n\n        create index i on t (a);\n");
    }

    @Test
    void aWordLongerThanALineStaysWhole() {
        String word = "x".repeat(250);

        assertThat(report(Finding.of(Severity.WARNING, "slow_statement", "", "It says " + word + " in the end.")))
                .contains("It says\n    " + word + "\n    in the end.\n");
    }

    @Test
    void whatOthersWroteCannotSteerTheTerminal() {
        assertThat(report(Finding.of(Severity.WARNING, "blocked_session", "7", "application \u001b[2J\r\u202etxt")
                        .mendedBy("select '\u001b]0;x\u0007'")))
                .contains("application ?[2J")
                .contains("select '?]0;x?'")
                .doesNotContain("\u001b", "\r", "\u202e", "\u0007");
    }

    @Test
    void aChangesetIsShownOnRequestWithItsIndents() {
        Finding finding = Finding.of(Severity.WARNING, "missing_index", "i", "It is gone.")
                .withChangeset("- changeSet:\n    id: i\n");

        assertThat(report(finding)).doesNotContain("changeSet");
        assertThat(PlainReport.of(diagnosis(finding), true))
                .contains("    changeset:\n        - changeSet:\n            id: i\n");
    }

    @Test
    void theWorstFindingMakesTheExitCode() {
        assertThat(diagnosis().exitCode()).isZero();
        assertThat(diagnosis(of(Severity.ADVICE)).exitCode()).isZero();
        assertThat(diagnosis(of(Severity.ADVICE), of(Severity.UNKNOWN)).exitCode())
                .isEqualTo(1);
        assertThat(diagnosis(of(Severity.WARNING), of(Severity.ADVICE)).exitCode())
                .isEqualTo(1);
        assertThat(diagnosis(of(Severity.WARNING), of(Severity.CRITICAL)).exitCode())
                .isEqualTo(2);
    }

    private static Finding of(Severity severity) {
        return Finding.of(severity, "setting", "s", "It is so.");
    }

    private static String report(Finding... findings) {
        return PlainReport.of(diagnosis(findings), false);
    }

    private static Diagnosis diagnosis(Finding... findings) {
        return new Diagnosis(AT, "jdbc:postgresql://localhost/harken", "17.6", List.of(findings), List.of());
    }
}
