package dev.harken.database.insight;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What was found out about the database at a moment.
 *
 * @param looks one for each insight
 */
public record Examination(Instant at, List<Look> looks) {
    public Examination {
        looks = List.copyOf(looks);
    }

    /** All findings, the most severe first. */
    public List<Finding> findings() {
        return looks.stream()
                .flatMap(look -> look.findings().stream())
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }

    /** The findings of some insights, by the classes of what they read, the most severe first. */
    public List<Finding> findings(Set<Class<?>> types) {
        return looks.stream()
                .filter(look -> look.seen()
                        .map(Object::getClass)
                        .filter(types::contains)
                        .isPresent())
                .flatMap(look -> look.findings().stream())
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }

    /** What an insight read; empty when it failed, which a finding tells then. */
    public <T> Optional<T> seen(Class<T> type) {
        return looks.stream()
                .flatMap(look -> look.seen().stream())
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    /**
     * One insight's look.
     *
     * @param seen what it read; empty when it failed
     */
    public record Look(Optional<Object> seen, List<Finding> findings) {
        public Look {
            findings = List.copyOf(findings);
        }
    }
}
