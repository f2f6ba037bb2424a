package dev.harken.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.RedisServer;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each test has a PostgreSQL of its own, which it may stop, hang or fill. */
class HealthIT {
    private static final String[] QUICK_CHECKS = {
        "monitoring.enabled=false",
        "health.healthChecks[1].schedule.checkInterval=1s",
        "health.healthChecks[1].schedule.downtimeInterval=1s",
        "health.healthChecks[4].schedule.checkInterval=1s",
        "health.healthChecks[4].schedule.downtimeInterval=1s"
    };

    /** Much longer than an answer that waits for nothing takes on a busy machine; a loan takes twice as long to fail. */
    private static final Duration NO_WAIT = Duration.ofSeconds(10);

    @Test
    void theOldMonitorsFindTheirAddresses() {
        try (HarkenService harken = HarkenService.start(QUICK_CHECKS)) {
            for (String root : List.of("/health", "/api/health", "/health/", "/api/health/", "/health?nocache=1")) {
                JsonNode health = harken.anonymous().get(root).json();
                assertThat(health.get("status").asText()).isEqualTo("healthy");
                assertThat(fields(health)).containsExactly("status", "timestamp", "version", "environment", "service");
            }
            assertThat(harken.anonymous().get("/health/live").status()).isEqualTo(200);
            await().untilAsserted(
                            () -> assertThat(status(harken, "/health/ready")).isEqualTo("ready"));
            JsonNode ready = harken.anonymous().get("/api/health/ready").json();
            assertThat(fields(ready)).containsExactly("status", "database", "database_pool", "redis", "timestamp");
            assertThat(ready.get("redis").asText()).isEqualTo("not_configured");

            JsonNode pool = harken.anonymous().get("/health/database/pool").json();
            assertThat(fields(pool))
                    .containsExactly(
                            "status", "pool_configuration", "current_usage", "health", "recommendations", "timestamp");
            assertThat(fields(pool.get("pool_configuration")))
                    .containsExactly("pool_size", "max_overflow", "total_capacity", "timeout_seconds");
            assertThat(fields(pool.get("current_usage")))
                    .containsExactly(
                            "checked_out", "checked_in", "overflow", "available", "waiting", "utilization_percent");

            await().untilAsserted(() -> assertThat(harken.anonymous()
                            .get("/health/detailed")
                            .json()
                            .get("database")
                            .get("clients")
                            .isNumber())
                    .isTrue());
            JsonNode detailed = harken.anonymous().get("/health/detailed").json();
            assertThat(fields(detailed)).contains("overall_status", "database", "redis", "system");
            assertThat(fields(detailed.get("database")))
                    .contains(
                            "status",
                            "connection_pool",
                            "clients",
                            "total_posts",
                            "total_responses",
                            "active_configs",
                            "recent_posts_24h",
                            "recent_responses_24h");
            assertThat(fields(detailed.get("system"))).contains("disk", "memory", "uptime_seconds");
        }
    }

    @Test
    void theAdminPortShowsTheChecksWithThePoolsGauges() {
        try (HarkenService harken = HarkenService.start(QUICK_CHECKS)) {
            JsonNode checks = harken.adminPort().get("/healthcheck").json();
            assertThat(fields(checks)).contains("database", "pool", "redis", "disk", "deadlocks");
            assertThat(checks.get("pool").get("total_capacity").asInt()).isEqualTo(20);
            JsonNode gauges = harken.adminPort().get("/metrics").json().get("gauges");
            assertThat(gauges.get("pool.total_capacity").get("value").asInt()).isEqualTo(20);
            assertThat(harken.adminPort().get("/ping").body()).startsWith("pong");
            assertThat(harken.adminPort().get("/threads").status()).isEqualTo(200);
        }
    }

    @Test
    void answersDoNotWaitForADatabaseThatIsDownAndItComesBack() throws Exception {
        try (PostgresServer server = PostgresServer.start();
                HarkenService harken = over(server)) {
            ApiClient admin = harken.admin();
            await().untilAsserted(
                            () -> assertThat(status(harken, "/health/ready")).isEqualTo("ready"));

            server.stop();
            await().untilAsserted(() -> {
                assertThat(answeredInTime(harken, "/health/ready", 503)
                                .get("status")
                                .asText())
                        .isEqualTo("not_ready");
                assertThat(answeredInTime(harken, "/health/database/pool", 503)
                                .get("status")
                                .asText())
                        .isEqualTo("unhealthy");
                assertThat(answeredInTime(harken, "/health/detailed", 503)
                                .get("overall_status")
                                .asText())
                        .isEqualTo("unhealthy");
            });
            answeredInTime(harken, "/health/live", 200);
            answeredInTime(harken, "/health", 200);
            ApiClient.Answer list = admin.get("/api/posts");
            assertThat(list.status()).isEqualTo(503);
            assertThat(list.header("retry-after")).isPresent();
            assertThat(list.body()).doesNotContain("Exception").doesNotContain("refused");

            server.restart();
            await().untilAsserted(() -> {
                assertThat(admin.get("/api/posts").status()).isEqualTo(200);
                assertThat(status(harken, "/health/ready")).isEqualTo("ready");
            });
        }
    }

    @Test
    void answersDoNotWaitForADatabaseThatHangs() throws Exception {
        try (PostgresServer server = PostgresServer.start();
                HarkenService harken = over(server)) {
            await().untilAsserted(
                            () -> assertThat(status(harken, "/health/ready")).isEqualTo("ready"));

            server.pause();
            try {
                await().untilAsserted(() -> assertThat(answeredInTime(harken, "/health/ready", 503)
                                .get("status")
                                .asText())
                        .isEqualTo("not_ready"));
                answeredInTime(harken, "/health/live", 200);
                answeredInTime(harken, "/health/database/pool", 503);
                long start = System.nanoTime();
                assertThat(harken.adminPort().get("/healthcheck").status()).isEqualTo(500);
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(NO_WAIT);
            } finally {
                server.resume();
            }
            await().untilAsserted(
                            () -> assertThat(status(harken, "/health/ready")).isEqualTo("ready"));
        }
    }

    @Test
    void aFullPoolIsNotADatabaseThatIsDownAndTheChecksLeaveItAlone() throws Exception {
        TestDatabase database = PostgresServer.shared().createMigratedDatabase();
        try (HarkenService harken = HarkenService.over(
                        database, with(QUICK_CHECKS, "database.pool.timeout=20s", "database.lockTimeout=20s"));
                Connection blocker =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            ApiClient admin = harken.admin();
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table matched_posts in access exclusive mode");
            ExecutorService callers = Executors.newFixedThreadPool(25);
            List<java.util.concurrent.Future<ApiClient.Answer>> answers = new ArrayList<>();
            for (int i = 1; i <= 25; i++) {
                // Each another page: the same one would be read once for all of them.
                String page = "/api/posts?limit=" + i;
                answers.add(callers.submit(() -> admin.get(page)));
            }
            await().untilAsserted(() -> {
                JsonNode pool = answeredInTime(harken, "/health/database/pool", 200);
                assertThat(pool.get("current_usage").get("checked_out").asInt()).isEqualTo(20);
                assertThat(pool.get("health").asText()).isEqualTo("critical");
                assertThat(pool.get("recommendations").toString()).contains("20 of 20 connections are lent");
            });
            await().untilAsserted(() -> {
                JsonNode ready = answeredInTime(harken, "/health/ready", 200);
                assertThat(ready.get("status").asText()).isEqualTo("degraded");
                assertThat(ready.get("database").asText()).isEqualTo("unknown");
            });
            answeredInTime(harken, "/health/detailed", 200);

            blocker.rollback();
            for (var answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
            callers.shutdown();
        }
    }

    @Test
    void withoutRedisTheServiceIsDegradedAndWorks() throws Exception {
        try (RedisServer redis = RedisServer.start();
                HarkenService harken = HarkenService.start(with(QUICK_CHECKS, "redis.url=" + redis.url()))) {
            await().untilAsserted(() -> assertThat(harken.anonymous()
                            .get("/health/ready")
                            .json()
                            .get("redis")
                            .asText())
                    .isEqualTo("healthy"));

            redis.stop();

            await().untilAsserted(() -> {
                JsonNode ready = answeredInTime(harken, "/health/ready", 200);
                assertThat(ready.get("status").asText()).isEqualTo("degraded");
                assertThat(ready.get("redis").asText()).isEqualTo("unhealthy");
            });
            assertThat(harken.admin().get("/api/posts").status()).isEqualTo(200);
        }
    }

    private static HarkenService over(PostgresServer server) {
        TestDatabase database = server.createMigratedDatabase();
        return HarkenService.over(database, with(QUICK_CHECKS, "database.pool.validationTimeout=20s"));
    }

    private static String[] with(String[] settings, String... more) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static JsonNode answeredInTime(HarkenService harken, String path, int status) {
        long start = System.nanoTime();
        ApiClient.Answer answer = harken.anonymous().get(path);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).as(path).isLessThan(NO_WAIT);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer.json();
    }

    private static String status(HarkenService harken, String path) {
        return harken.anonymous().get(path).json().get("status").asText();
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
