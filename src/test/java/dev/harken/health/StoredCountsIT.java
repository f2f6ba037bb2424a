package dev.harken.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.health.StoredCounts.Counts;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoredCountsIT {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private TestDatabase database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        database.execute("insert into clients (name, slug) values ('a', 'a')");
    }

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    @Test
    void aSmallTableIsCountedBeforeThereIsAnEstimate() throws Exception {
        addPosts(1, 29);
        database.execute(
                "select pg_stat_reset()", "update pg_class set reltuples = -1 where relname = 'matched_posts'");

        assertThat(read().posts()).isEqualTo(29);
        assertThat(read().responses()).isZero();
    }

    @Test
    void aBigTableIsEstimated() throws Exception {
        addPosts(1, 10_500);
        database.execute("vacuum analyze matched_posts");

        assertThat(read().posts()).isEqualTo(10_500);

        database.execute("update pg_class set reltuples = 700000 where relname = 'matched_posts'");
        assertThat(read().posts()).isEqualTo(700_000);
    }

    private void addPosts(int from, int to) throws Exception {
        database.execute(
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title, url)
                select (select id from clients), 'news', n::text, 'title', 'https://example.com'
                from generate_series(%d, %d) n
                """
                        .formatted(from, to));
    }

    private Counts read() {
        StoredCounts counts = new StoredCounts(
                Jdbi.create(database.jdbcUrl(), database.user(), database.password()),
                new SetClock(Instant.parse("2026-03-02T10:00:00Z")),
                thread);
        counts.start();
        return await().until(counts::latest, found -> found.isPresent()).orElseThrow();
    }
}
