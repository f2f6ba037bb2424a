package dev.harken.database.alerts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.DoublePredicate;

/** One signal's samples of the last hour. Missing readings are not among them. Not thread-safe. */
final class Samples {
    static final Duration KEPT = Duration.ofHours(1);

    private final Deque<Sample> samples = new ArrayDeque<>();

    void add(Instant at, double value) {
        samples.addLast(new Sample(at, value));
        forget(at);
    }

    /** Removes those that are too old, which nothing new may push out. */
    void forget(Instant now) {
        Instant oldest = now.minus(KEPT);
        while (!samples.isEmpty() && samples.peekFirst().at().isBefore(oldest)) {
            samples.removeFirst();
        }
    }

    /** Those after the given moment, oldest first. */
    List<Sample> after(Instant start) {
        return samples.stream().filter(sample -> sample.at().isAfter(start)).toList();
    }

    /** A value at a moment. */
    public record Sample(Instant at, double value) {
        static long count(List<Sample> samples, DoublePredicate condition) {
            return samples.stream()
                    .filter(sample -> condition.test(sample.value()))
                    .count();
        }
    }
}
