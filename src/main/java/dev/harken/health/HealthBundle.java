package dev.harken.health;

import dev.harken.database.Database;
import dev.harken.database.alerts.Alert;
import io.dropwizard.core.setup.Environment;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import redis.clients.jedis.UnifiedJedis;

/** Wires the health checks and their addresses. */
public final class HealthBundle {
    private HealthBundle() {}

    /**
     * Registers the checks with Dropwizard, which runs them on the schedule of {@code health} in config.yml.
     *
     * @param alerts the alerts that last, of all processes
     * @return what the checks said
     */
    public static HealthHistory install(
            Environment environment,
            Database source,
            Optional<UnifiedJedis> redis,
            Path data,
            String environmentName,
            Supplier<List<Alert>> alerts,
            Clock clock) {
        Probe database =
                new Probe("PostgreSQL", new DatabaseLook(source.pool(), clock), thread(environment, "database"), clock);
        Supplier<Observation> redisLook = redis.<Supplier<Observation>>map(jedis -> new RedisLook(jedis, clock))
                .orElse(() ->
                        Observation.of(Observation.State.NOT_CONFIGURED, "no Redis is configured", clock.instant()));
        Probe redisProbe = new Probe("Redis", redisLook, thread(environment, "redis"), clock);
        StoredCounts counts = new StoredCounts(source.jdbi(), clock, source.background());
        environment.lifecycle().manage(counts);
        environment.healthChecks().register("database", database);
        environment.healthChecks().register("pool", new PoolHealthCheck(source.pool()));
        environment.healthChecks().register("disk", new DiskHealthCheck(data));
        environment.healthChecks().register("redis", redisProbe);
        HealthReport report =
                new HealthReport(source.pool(), source.advisor(), database, redisProbe, counts, alerts, data, clock);
        environment
                .jersey()
                .register(new HealthResource(
                        report, environment.health().healthStateAggregator(), environmentName, clock));
        HealthHistory history = new HealthHistory(environment.healthChecks(), clock, source.background());
        environment.lifecycle().manage(history);
        return history;
    }

    private static ExecutorService thread(Environment environment, String what) {
        return environment
                .lifecycle()
                .executorService("health-" + what)
                .minThreads(1)
                .maxThreads(1)
                .build();
    }
}
