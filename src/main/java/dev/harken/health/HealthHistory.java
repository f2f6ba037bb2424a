package dev.harken.health;

import com.codahale.metrics.health.HealthCheck;
import com.codahale.metrics.health.HealthCheckRegistry;
import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the health checks said: every half minute of the last hour, and the last changes since the process started. In
 * bounded memory. Thread-safe.
 */
public final class HealthHistory implements Managed {
    static final Duration INTERVAL = Duration.ofSeconds(30);
    static final int MOST_CHANGES = 50;
    static final int KEPT = 120;
    private static final Logger LOG = LoggerFactory.getLogger(HealthHistory.class);

    private final HealthCheckRegistry checks;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private final Map<String, Track> tracks = new TreeMap<>();

    HealthHistory(HealthCheckRegistry checks, Clock clock, ScheduledExecutorService executor) {
        this.checks = checks;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void start() {
        var unused = executor.scheduleWithFixedDelay(this::look, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs all checks and remembers what they say. */
    void look() {
        try {
            Map<String, HealthCheck.Result> results = checks.runHealthChecks();
            Instant now = clock.instant();
            synchronized (this) {
                results.forEach((name, result) ->
                        tracks.computeIfAbsent(name, unused -> new Track()).record(now, result));
            }
        } catch (RuntimeException e) {
            LOG.warn("health checks not run: reason={}", e.getMessage());
        }
    }

    /** Each check, by name. */
    public synchronized List<CheckHistory> checks() {
        return tracks.entrySet().stream()
                .map(entry -> entry.getValue().history(entry.getKey()))
                .toList();
    }

    /**
     * A check and what it said.
     *
     * @param details the numbers that it gave last
     * @param changes the latest first; the first tells how it is, and since when
     * @param lastHour the latest last
     */
    public record CheckHistory(String name, Map<String, Object> details, List<Change> changes, List<Moment> lastHour) {
        public boolean healthy() {
            return changes.get(0).healthy();
        }

        /** The share of the last hour's looks that were healthy, 0 to 100. */
        public double healthyPercent() {
            return 100.0 * lastHour.stream().filter(Moment::healthy).count() / lastHour.size();
        }
    }

    /** From a moment on it was so; the message is that of the first look that saw it. */
    public record Change(Instant at, boolean healthy, String message) {}

    /** One look. */
    public record Moment(Instant at, boolean healthy) {}

    private static final class Track {
        private final Deque<Change> changes = new ArrayDeque<>();
        private final Deque<Moment> moments = new ArrayDeque<>();
        private Map<String, Object> details = Map.of();

        void record(Instant now, HealthCheck.Result result) {
            String message = message(result);
            Change last = changes.peekFirst();
            if (last == null
                    || last.healthy() != result.isHealthy()
                    || !last.message().equals(message)) {
                changes.addFirst(new Change(now, result.isHealthy(), message));
            }
            if (changes.size() > MOST_CHANGES) {
                changes.removeLast();
            }
            moments.addLast(new Moment(now, result.isHealthy()));
            if (moments.size() > KEPT) {
                moments.removeFirst();
            }
            details = result.getDetails() == null ? Map.of() : new TreeMap<>(result.getDetails());
        }

        /** Without an exception's own text, which may tell an address. */
        private static String message(HealthCheck.Result result) {
            if (result.getError() != null) {
                return "the check failed: " + result.getError().getClass().getSimpleName();
            }
            return Optional.ofNullable(result.getMessage()).orElse("");
        }

        CheckHistory history(String name) {
            return new CheckHistory(name, details, List.copyOf(changes), List.copyOf(moments));
        }
    }
}
