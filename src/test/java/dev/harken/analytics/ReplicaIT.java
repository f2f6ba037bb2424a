package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Logged;
import dev.harken.testing.Postmaster;
import dev.harken.testing.RedisServer;
import dev.harken.testing.Standby;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaIT {
    private static final String EXPORT = "/api/analytics/export.csv";

    @TempDir
    private Path directory;

    private HarkenService harken;
    private TestDatabase standby;

    private EmbeddedPostgres primaryServer;
    private EmbeddedPostgres standbyServer;
    private TestDatabase primary;

    @BeforeEach
    void start() throws Exception {
        primaryServer = Standby.start(directory.resolve("primary"));
        primary = Standby.database(primaryServer);
        HarkenService.migrate(primary);
        Standby.copy(primary, directory.resolve("primary"), directory.resolve("standby"));
        standbyServer = Standby.start(directory.resolve("standby"));
        standby = Standby.database(standbyServer);
    }

    @AfterEach
    void stop() throws Exception {
        harken.close();
        standbyServer.close();
        primaryServer.close();
    }

    private HarkenService readingTheReplica(String... settings) {
        return HarkenService.over(
                primary,
                Stream.concat(
                                Stream.of("monitoring.enabled=false", "database.readUrl=" + standby.jdbcUrl()),
                                Stream.of(settings))
                        .toArray(String[]::new));
    }

    @Test
    void analyticsAreReadFromAReplicaWhileItIsNearEnough() throws Exception {
        harken = readingTheReplica("cache.enabled=false", "database.readMaxLag=3s");
        TestClient client = TestClient.create(harken);
        long post = client.post("p1", "A post", 1);

        isReadFrom(client);
        ownWritesAreSeenAtOnce(client, post);
        isNotReadFromWhenItFallsBehind(client);
        standbyServer.close();
        theMainDatabaseAnswersWithoutIt(client);
    }

    @Test
    void whatAnotherProcessWroteIsNotMissedBecauseAReplicaLacksIt() throws Exception {
        try (RedisServer redis = RedisServer.start()) {
            String[] settings = {
                "redis.url=" + redis.url(),
                // A busy machine's pauses are not what is tested here.
                "cache.redisTimeout=1s",
                "database.readMaxLag=10m",
                "auth.secretKey=a-key-that-both-processes-sign-their-tokens-with"
            };
            harken = readingTheReplica(settings);
            try (HarkenService second = readingTheReplica(settings)) {
                TestClient client = TestClient.create(harken);
                ApiClient there = second.anonymous().withToken(client.user().token());
                long post = client.post("p1", "A post", 0);
                isReadFrom(client);
                standby.execute("select pg_wal_replay_pause()");
                assertThat(matched(client.user())).isEqualTo(1);

                client.post("p2", "A post that the replica lacks", 0);
                there.patch("/api/posts/" + post, Map.of("flagged", true));

                assertThat(matched(client.user())).isEqualTo(2);
                assertThat(matched(there)).isEqualTo(2);
                standby.execute("select pg_wal_replay_resume()");
            }
        }
    }

    /** As one that is frozen, or behind a network that is gone: it refuses nothing, and ends no connection. */
    @Test
    void aReplicaThatHangsKeepsNobodyWaiting() throws Exception {
        harken = readingTheReplica(
                "cache.enabled=false",
                "database.readMaxLag=10m",
                // Whoever waited for it would wait for longer than this test.
                "database.statementTimeout=10m");
        TestClient client = TestClient.create(harken);
        client.post("p1", "A post", 1);
        isReadFrom(client);
        Postmaster replica = new Postmaster(directory.resolve("standby"));

        replica.pause();
        try {
            await().until(() -> Double.isNaN(lagSeconds()));
            client.post("p2", "A post that the replica lacks", 0);
            List<String> log = Logged.during(() -> {
                for (int time = 0; time < 10; time++) {
                    assertThat(client.user().get(EXPORT).body().lines()).hasSize(3);
                }
            });
            assertThat(log).as("nobody tried it").noneMatch(line -> line.contains("replica failed"));
        } finally {
            replica.resume();
        }
        await().until(this::isUsed);
    }

    private static int matched(ApiClient user) {
        int posts = 0;
        for (JsonNode hour : user.get("/api/analytics/hours").json().get("hours")) {
            posts += hour.get("posts").asInt();
        }
        return posts;
    }

    private long readsOfTheReplica() throws Exception {
        return Long.parseLong(standby.scalar(
                "select count(*) from pg_stat_activity where application_name = 'harken analytics' and query like"
                        + " '%matched_posts%'"));
    }

    private double lagSeconds() {
        return (double) harken.support()
                .getEnvironment()
                .metrics()
                .getGauges()
                .get("replica.lag_seconds")
                .getValue();
    }

    private boolean isUsed() {
        return lagSeconds() < 3;
    }

    private void isReadFrom(TestClient client) {
        await().untilAsserted(() -> {
            assertThat(client.user().get(EXPORT).body().lines()).hasSize(2);
            assertThat(readsOfTheReplica()).isPositive();
        });
    }

    private void ownWritesAreSeenAtOnce(TestClient client, long post) throws Exception {
        standby.execute("select pg_wal_replay_pause()");
        assertThat(client.user().get(EXPORT).body()).doesNotContain(",true,false,1,");
        client.user().patch("/api/posts/" + post, Map.of("reviewed", true));

        assertThat(client.user().get(EXPORT).body()).contains(",true,false,1,");
        standby.execute("select pg_wal_replay_resume()");
        await().until(this::isUsed);
    }

    private void isNotReadFromWhenItFallsBehind(TestClient client) throws Exception {
        standby.execute("select pg_wal_replay_pause()");
        client.post("p2", "A post that another process stored", 0);

        await().until(() -> !isUsed());
        assertThat(client.user().get(EXPORT).body().lines()).hasSize(3);
        standby.execute("select pg_wal_replay_resume()");
        await().until(this::isUsed);
    }

    private void theMainDatabaseAnswersWithoutIt(TestClient client) {
        for (int time = 0; time < 20; time++) {
            assertThat(client.user().get(EXPORT).body().lines()).hasSize(3);
            assertThat(client.user().get("/api/analytics/summary").status()).isEqualTo(200);
        }
        assertThat(isUsed()).isFalse();
    }
}
