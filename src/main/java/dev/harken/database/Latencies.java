package dev.harken.database;

import dev.harken.database.LatencyWindow.Latency;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long things took lately, by name and all together. Bounded: the first {@value #MOST_NAMES} names are kept apart,
 * what comes later is counted under {@value #OTHERS}. Thread-safe.
 */
public final class Latencies {
    public static final String OTHERS = "(others)";

    static final int MOST_NAMES = 200;
    private static final int LONGEST_NAME = 4000;
    private static final Duration WINDOW_OF_ALL = Duration.ofSeconds(30);
    private static final Duration WINDOW_OF_ONE = Duration.ofMinutes(5);

    private final Clock clock;
    private final LatencyWindow all;
    private final Map<String, LatencyWindow> byName = new ConcurrentHashMap<>();

    public Latencies(Clock clock) {
        this.clock = clock;
        this.all = new LatencyWindow(clock, WINDOW_OF_ALL);
    }

    /** Adds a time in nanoseconds. */
    public void record(String name, long nanos) {
        all.record(nanos);
        String kept = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
        LatencyWindow window = byName.get(kept);
        if (window == null) {
            // Two threads may pass here together, so that the bound is exceeded by as many: that does no harm.
            String bounded = byName.size() < MOST_NAMES ? kept : OTHERS;
            window = byName.computeIfAbsent(bounded, unused -> new LatencyWindow(clock, WINDOW_OF_ONE));
        }
        window.record(nanos);
    }

    /** All of the last half minute to minute. */
    public Latency all() {
        return all.latency();
    }

    /** Each name of the last five to ten minutes, what took most time in all first. */
    public List<Named> byName() {
        return byName.entrySet().stream()
                .map(entry -> new Named(entry.getKey(), entry.getValue().latency()))
                .filter(named -> named.latency().count() > 0)
                .sorted(Comparator.comparingDouble(
                                (Named named) -> named.latency().total())
                        .reversed())
                .toList();
    }

    /** A name and its times. */
    public record Named(String name, Latency latency) {}
}
