package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.HarkenService;
import dev.harken.testing.Standby;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaIT {
    private static final String EXPORT = "/api/analytics/export.csv";

    private HarkenService harken;
    private TestDatabase standby;

    @Test
    void analyticsAreReadFromAReplicaWhileItIsNearEnough(@TempDir Path directory) throws Exception {
        try (EmbeddedPostgres primaryServer = Standby.start(directory.resolve("primary"))) {
            TestDatabase primary = Standby.database(primaryServer);
            HarkenService.migrate(primary);
            Standby.copy(primary, directory.resolve("primary"), directory.resolve("standby"));
            try (EmbeddedPostgres standbyServer = Standby.start(directory.resolve("standby"))) {
                standby = Standby.database(standbyServer);
                harken = HarkenService.over(
                        primary,
                        "monitoring.enabled=false",
                        "cache.enabled=false",
                        "database.readMaxLag=3s",
                        "database.readUrl=" + standby.jdbcUrl());
                TestClient client = TestClient.create(harken);
                long post = client.post("p1", "A post", 1);

                isReadFrom(client);
                ownWritesAreSeenAtOnce(client, post);
                isNotReadFromWhenItFallsBehind(client);
                standbyServer.close();
                theMainDatabaseAnswersWithoutIt(client);
            } finally {
                harken.close();
            }
        }
    }

    private long readsOfTheReplica() throws Exception {
        return Long.parseLong(standby.scalar(
                "select count(*) from pg_stat_activity where application_name = 'harken analytics' and query like"
                        + " '%matched_posts%'"));
    }

    private boolean isUsed() {
        double lag = (double) harken.support()
                .getEnvironment()
                .metrics()
                .getGauges()
                .get("replica.lag_seconds")
                .getValue();
        return lag < 3;
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
