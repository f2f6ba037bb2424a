package dev.harken.console.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.harken.database.alerts.HarkenProcess;
import dev.harken.database.alerts.Published;
import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Finding;
import dev.harken.database.insight.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that was found out about a database and the Harken processes over it.
 *
 * @param database its address, without credentials
 * @param serverVersion as the server says it; empty when it was not reached
 * @param findings the most severe first
 * @param processes those that were seen in the last minute
 */
public record Diagnosis(
        Instant at, String database, String serverVersion, List<Finding> findings, List<HarkenProcess.Seen> processes) {

    public Diagnosis {
        // Stable: among equals the order in which they were found stays.
        findings = findings.stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
        processes = List.copyOf(processes);
    }

    /**
     * Puts together what was read.
     *
     * @param pending the changesets that the database lacks
     * @param published what the processes told; empty when the database has no place for it yet
     */
    public static Diagnosis of(
            String database,
            String serverVersion,
            List<String> pending,
            Optional<Published> published,
            Examination examination) {
        List<Finding> findings = new ArrayList<>(PendingMigrations.findings(pending));
        published.map(ProcessFindings::of).ifPresent(findings::addAll);
        // What the missing changesets would mend is told once, by them.
        examination.findings().stream()
                .filter(finding -> pending.isEmpty() || !finding.remedy().equals(PendingMigrations.REMEDY))
                .forEach(findings::add);
        return new Diagnosis(
                examination.at(),
                database,
                serverVersion,
                findings,
                published.map(Published::processes).orElse(List.of()));
    }

    /** Of a database that could not be looked at, for one reason. */
    static Diagnosis unreachable(Instant at, String database, Finding reason) {
        return new Diagnosis(at, database, "", List.of(reason), List.of());
    }

    Diagnosis with(List<Finding> more) {
        List<Finding> all = new ArrayList<>(findings);
        all.addAll(more);
        return new Diagnosis(at, database, serverVersion, all, processes);
    }

    /** How many findings there are of each severity. */
    @JsonProperty
    public Map<Severity, Long> summary() {
        Map<Severity, Long> counts = new EnumMap<>(Severity.class);
        for (Severity severity : Severity.values()) {
            counts.put(
                    severity,
                    findings.stream()
                            .filter(finding -> finding.severity() == severity)
                            .count());
        }
        return Collections.unmodifiableMap(counts);
    }

    /**
     * What a shell or a cron job goes by: 2 when something is critical, 1 when the worst is a warning or could not be
     * judged, 0 when all is well, whatever could be better.
     */
    public int exitCode() {
        return findings.stream()
                .mapToInt(finding -> switch (finding.severity()) {
                    case CRITICAL -> 2;
                    case WARNING, UNKNOWN -> 1;
                    case ADVICE -> 0;
                })
                .max()
                .orElse(0);
    }
}
