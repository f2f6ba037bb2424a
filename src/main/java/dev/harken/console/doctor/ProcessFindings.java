package dev.harken.console.doctor;

import dev.harken.database.Level;
import dev.harken.database.PoolSnapshot;
import dev.harken.database.alerts.Alert;
import dev.harken.database.alerts.HarkenProcess;
import dev.harken.database.alerts.Published;
import dev.harken.database.insight.Finding;
import dev.harken.database.insight.Severity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the Harken processes over a database told of themselves, as findings. */
final class ProcessFindings {
    private ProcessFindings() {}

    static List<Finding> of(Published published) {
        if (published.processes().isEmpty()) {
            return List.of(Finding.of(
                            Severity.ADVICE,
                            "no_process",
                            "",
                            "No Harken process over this database was seen in the last minute.")
                    .because("Nobody looks for posts, and there is neither a pool nor an alert to judge.")
                    .mendedBy("java -jar app.jar server config.yml"));
        }
        return Stream.concat(
                        published.lasting().stream().map(ProcessFindings::alert),
                        published.processes().stream().flatMap(ProcessFindings::pool))
                .toList();
    }

    private static Finding alert(Alert alert) {
        return Finding.of(
                        severity(alert.level()),
                        "alert",
                        alert.signal().label(),
                        "%s of process %s is %s since %s, alerted at %s: %s"
                                .formatted(
                                        alert.signal().title(),
                                        alert.process(),
                                        alert.level().label(),
                                        toTheSecond(alert.beganAt()),
                                        toTheSecond(alert.firedAt()),
                                        alert.reason()))
                .because("It lasted for its window, so it is no rush that passes by itself.");
    }

    private static Instant toTheSecond(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }

    private static Stream<Finding> pool(HarkenProcess.Seen seen) {
        PoolSnapshot pool = seen.state().pool();
        List<String> advice = seen.state().advice();
        String process = seen.process().name();
        if (pool.level() == Level.HEALTHY) {
            return advice.stream().map(piece -> Finding.of(Severity.ADVICE, "pool", process, piece));
        }
        String what = String.format(
                Locale.ROOT,
                "%d of %d connections are lent (%.1f %%), %d callers wait.",
                pool.checkedOut(),
                pool.totalCapacity(),
                pool.utilizationPercent(),
                pool.waiting());
        return Stream.of(Finding.of(severity(pool.level()), "pool", process, what)
                .because("When all are lent, requests wait for up to " + pool.timeoutSeconds()
                        + " s and are then answered 503.")
                .mendedBy(String.join("\n", advice)));
    }

    private static Severity severity(Level level) {
        return switch (level) {
            case CRITICAL -> Severity.CRITICAL;
            case WARNING -> Severity.WARNING;
            case HEALTHY -> Severity.ADVICE;
        };
    }
}
