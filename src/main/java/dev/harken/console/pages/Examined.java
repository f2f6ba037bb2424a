package dev.harken.console.pages;

import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The part of the latest examination that a page shows. Public for the template engine.
 *
 * @param at null when there is none yet
 * @param failed whether something that the page shows could not be read
 */
public record Examined(Instant at, boolean failed, List<Finding> findings) {
    /** A page waits no longer for an examination than this. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    static Optional<Examination> latest(Examinations examinations) {
        return examinations.latest(PATIENCE);
    }

    /** Everything. */
    static Examined all(Optional<Examination> examination) {
        return new Examined(
                examination.map(Examination::at).orElse(null),
                false,
                examination.map(Examination::findings).orElse(List.of()));
    }

    /** What is said of what the given insights read, and which of them failed. */
    static Examined of(Optional<Examination> examination, Class<?>... types) {
        if (examination.isEmpty()) {
            return new Examined(null, false, List.of());
        }
        boolean failed = Set.of(types).stream()
                .anyMatch(type -> examination.get().seen(type).isEmpty());
        List<Finding> findings = new ArrayList<>(examination.get().findings(Set.of(types)));
        if (failed) {
            findings.addAll(examination.get().findings().stream()
                    .filter(finding -> finding.kind().equals("not_examined"))
                    .toList());
        }
        return new Examined(examination.get().at(), failed, findings);
    }
}
