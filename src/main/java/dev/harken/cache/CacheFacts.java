package dev.harken.cache;

import java.time.Duration;
import java.util.Map;

/**
 * What the cache says of itself; counts are of this process since it started.
 *
 * @param place where answers are kept, in words; null when they are not
 * @param breaker {@code closed} while the store is used, {@code open} while it is given up, {@code half open} while it is
 *     tried; null where nothing can fail
 * @param hits answers that were found
 * @param misses answers that were not found, and made
 * @param shared of the misses, those that waited for another's making
 * @param failures calls of the store that failed, or were not made because it is given up
 * @param findP95Millis within which 95 of 100 looks into the store ended
 * @param entries what the store holds; null when it is not known. Redis counts all that it holds
 * @param bytes of memory for it; null when they are not known
 * @param heldBytes of this process's memory for answers, or copies of answers
 * @param times for how long each kind is kept; empty when nothing is
 */
public record CacheFacts(
        String place,
        String breaker,
        long hits,
        long misses,
        long shared,
        long failures,
        double findP95Millis,
        Long entries,
        Long bytes,
        long heldBytes,
        Map<AnswerKind, Duration> times) {
    public CacheFacts {
        times = Map.copyOf(times);
    }

    /** Hits among all that was asked for, in percent; null before anything was. */
    public Double hitPercent() {
        return hits + misses == 0 ? null : 100.0 * hits / (hits + misses);
    }
}
