package dev.harken.bench;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Everything that a run has measured.
 *
 * @param startSeconds from the start of Harken's process until it was ready, over the filled database
 * @param startWithoutArchiveSeconds the same where the JVM has to load all classes from the jar
 * @param residentBytes the most memory that Harken had while it was measured over the filled database
 * @param poolMeanPercent how much of the pool was lent, on average
 * @param lazyPoolMeanPercent the same of what loads lazily
 */
record Results(
        List<Measurement> measurements,
        OptionalDouble startSeconds,
        OptionalDouble startWithoutArchiveSeconds,
        OptionalLong residentBytes,
        OptionalDouble poolMeanPercent,
        OptionalDouble lazyPoolMeanPercent) {
    Results {
        measurements = List.copyOf(measurements);
    }

    Optional<Measurement> find(Group group, String name, int callers) {
        return measurements.stream()
                .filter(measurement -> measurement.isThere(group, name, callers))
                .findFirst();
    }

    /** Of two measurements of a group, how many times as fast the first was. */
    OptionalDouble timesAsFast(Group group, String name, String other, int callers) {
        Optional<Measurement> one = find(group, name, callers);
        Optional<Measurement> two = find(group, other, callers);
        return one.isPresent() && two.isPresent() ? one.get().timesAsFastAs(two.get()) : OptionalDouble.empty();
    }
}
