package dev.harken.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.harken.database.Level;
import dev.harken.database.Pool;
import dev.harken.database.PoolAdvisor;
import dev.harken.database.PoolSnapshot;
import dev.harken.database.alerts.Alert;
import dev.harken.database.alerts.Signal;
import jakarta.annotation.Nullable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Puts together what the health addresses answer, from what is known already: nothing here asks the database. */
final class HealthReport {
    /** Two readings of the 30 s schedule, and some. */
    private static final Duration FRESH = Duration.ofSeconds(75);

    private final Pool pool;
    private final PoolAdvisor advisor;
    private final Probe database;
    private final Probe redis;
    private final StoredCounts counts;
    private final Supplier<List<Alert>> alerts;
    private final Path data;
    private final Clock clock;

    HealthReport(
            Pool pool,
            PoolAdvisor advisor,
            Probe database,
            Probe redis,
            StoredCounts counts,
            Supplier<List<Alert>> alerts,
            Path data,
            Clock clock) {
        this.pool = pool;
        this.advisor = advisor;
        this.database = database;
        this.redis = redis;
        this.counts = counts;
        this.alerts = alerts;
        this.data = data;
        this.clock = clock;
    }

    /** {@code ready}, {@code degraded} (it works, but not as it should) or {@code not_ready}. */
    Readiness readiness() {
        PoolSnapshot now = pool.snapshot();
        Observation.State databaseState = databaseState();
        Observation.State redisState = redisState();
        String status = "ready";
        if (databaseState == Observation.State.UNHEALTHY) {
            status = "not_ready";
        } else if (databaseState != Observation.State.HEALTHY
                || now.level() == Level.CRITICAL
                || !redisState.isFine()) {
            status = "degraded";
        }
        return new Readiness(status, databaseState, PoolView.of(now), redisState, clock.instant());
    }

    private Observation.State databaseState() {
        // A failed loan is news: the schedule would tell it up to half a minute later.
        return pool.lastLoanFailed()
                ? Observation.State.UNHEALTHY
                : database.latest(FRESH).state();
    }

    private Observation.State redisState() {
        return redis.latest(FRESH).state();
    }

    Detailed detailed() {
        Readiness ready = readiness();
        List<Alert> lasting = alerts.get();
        boolean fine = ready.databasePool().level() != Level.WARNING && lasting.isEmpty();
        String overall =
                switch (ready.status()) {
                    case "ready" -> fine ? "healthy" : "degraded";
                    case "degraded" -> "degraded";
                    default -> "unhealthy";
                };
        return new Detailed(
                overall,
                DatabaseView.of(ready, counts.latest()),
                Map.of("status", ready.redis().label()),
                system(),
                lasting.stream().map(AlertView::of).toList(),
                clock.instant());
    }

    PoolReport poolReport() {
        PoolSnapshot now = pool.snapshot();
        Observation.State state = databaseState();
        String status =
                state == Observation.State.UNHEALTHY ? "unhealthy" : now.level().label();
        return new PoolReport(
                status,
                new PoolConfiguration(now.poolSize(), now.maxOverflow(), now.totalCapacity(), now.timeoutSeconds()),
                new CurrentUsage(
                        now.checkedOut(),
                        now.checkedIn(),
                        now.overflow(),
                        now.available(),
                        now.waiting(),
                        now.utilizationPercent()),
                now.level(),
                advisor.advise(),
                clock.instant());
    }

    private Map<String, Object> system() {
        Map<String, Object> system = new LinkedHashMap<>();
        Runtime runtime = Runtime.getRuntime();
        system.put("disk", disk());
        system.put(
                "memory",
                Map.of(
                        "heap_used_bytes",
                        runtime.totalMemory() - runtime.freeMemory(),
                        "heap_max_bytes",
                        runtime.maxMemory()));
        system.put("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
        return system;
    }

    private Map<String, Object> disk() {
        try {
            FileStore disk = Files.getFileStore(data);
            return Map.of("total_bytes", disk.getTotalSpace(), "free_bytes", disk.getUsableSpace());
        } catch (IOException e) {
            return Map.of("status", "unknown");
        }
    }

    /** {@code GET /health/ready}. */
    record Readiness(
            String status,
            Observation.State database,
            PoolView databasePool,
            Observation.State redis,
            Instant timestamp) {
        boolean isReady() {
            return !status.equals("not_ready");
        }
    }

    /** The pool's numbers, by the names that they have everywhere. */
    record PoolView(
            int poolSize,
            int maxOverflow,
            int totalCapacity,
            int checkedOut,
            int checkedIn,
            int overflow,
            int totalConnections,
            int waiting,
            long timeoutSeconds,
            double utilizationPercent,
            Level level) {
        static PoolView of(PoolSnapshot now) {
            return new PoolView(
                    now.poolSize(),
                    now.maxOverflow(),
                    now.totalCapacity(),
                    now.checkedOut(),
                    now.checkedIn(),
                    now.overflow(),
                    now.totalConnections(),
                    now.waiting(),
                    now.timeoutSeconds(),
                    now.utilizationPercent(),
                    now.level());
        }
    }

    /** {@code GET /health/detailed}. */
    record Detailed(
            String overallStatus,
            DatabaseView database,
            Map<String, Object> redis,
            Map<String, Object> system,
            List<AlertView> alerts,
            Instant timestamp) {}

    /** An alert that lasts. */
    record AlertView(Signal signal, Level level, String process, Instant beganAt, Instant firedAt, String reason) {
        static AlertView of(Alert alert) {
            return new AlertView(
                    alert.signal(), alert.level(), alert.process(), alert.beganAt(), alert.firedAt(), alert.reason());
        }
    }

    /**
     * The database's part of it all; the counts are null until they were read once.
     *
     * @param totalPosts an estimate
     * @param totalResponses an estimate
     */
    record DatabaseView(
            Observation.State status,
            PoolView connectionPool,
            @Nullable Long clients,
            @Nullable Long totalPosts,
            @Nullable Long totalResponses,
            @Nullable Long activeConfigs,
            @Nullable @JsonProperty("recent_posts_24h") Long recentPosts,
            @Nullable @JsonProperty("recent_responses_24h") Long recentResponses,
            @Nullable Instant countedAt) {
        static DatabaseView of(Readiness ready, Optional<StoredCounts.Counts> counts) {
            return new DatabaseView(
                    ready.database(),
                    ready.databasePool(),
                    counts.map(StoredCounts.Counts::clients).orElse(null),
                    counts.map(StoredCounts.Counts::posts).orElse(null),
                    counts.map(StoredCounts.Counts::responses).orElse(null),
                    counts.map(StoredCounts.Counts::activeConfigs).orElse(null),
                    counts.map(StoredCounts.Counts::recentPosts).orElse(null),
                    counts.map(StoredCounts.Counts::recentResponses).orElse(null),
                    counts.map(StoredCounts.Counts::at).orElse(null));
        }
    }

    /** {@code GET /health/database/pool}. */
    record PoolReport(
            String status,
            PoolConfiguration poolConfiguration,
            CurrentUsage currentUsage,
            Level health,
            List<String> recommendations,
            Instant timestamp) {}

    /** How the pool is set up. */
    record PoolConfiguration(int poolSize, int maxOverflow, int totalCapacity, long timeoutSeconds) {}

    /** What of it is in use. */
    record CurrentUsage(
            int checkedOut, int checkedIn, int overflow, int available, int waiting, double utilizationPercent) {}
}
