package dev.harken.database.insight;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found out about the database at a moment.
 *
 * @param findings the most severe first
 * @param seen what each insight read, by the class of what it reads; an insight that failed is not among them
 */
public record Examination(Instant at, List<Finding> findings, Map<Class<?>, Object> seen) {
    public Examination {
        findings = List.copyOf(findings);
        seen = Map.copyOf(seen);
    }

    /** What an insight read; empty when it failed, which a finding tells then. */
    public <T> Optional<T> seen(Class<T> type) {
        return Optional.ofNullable(type.cast(seen.get(type)));
    }
}
