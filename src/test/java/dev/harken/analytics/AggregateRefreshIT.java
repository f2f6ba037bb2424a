package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The views as the service keeps them: by its schedule, under those who read from them. */
class AggregateRefreshIT {
    private static final int READERS = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(READERS);
    private final AtomicBoolean goOn = new AtomicBoolean(true);
    private HarkenService harken;

    @BeforeEach
    void start() {
        harken = HarkenService.start("cache.enabled=false", "analytics.refresh=1s");
    }

    @AfterEach
    void stop() {
        goOn.set(false);
        threads.shutdown();
        harken.close();
    }

    /** One of the readers does not end: a refresh that waited for it would give up, and keep all others waiting. */
    @Test
    void readersGoOnWhileTheyAreRefreshedAndSeeWhatCame() throws Exception {
        TestClient client = TestClient.create(harken);
        client.post("p1", "A post", 1);
        List<CompletableFuture<Integer>> readers = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> read(client.user()), threads))
                .limit(READERS)
                .toList();

        try (Connection longReader = harken.database().connect();
                Statement statement = longReader.createStatement()) {
            longReader.setAutoCommit(false);
            for (String view : List.of("daily_subreddits", "daily_keywords", "daily_responses", "daily_events")) {
                statement.execute("select count(*) from " + view);
            }
            for (int refresh = 0; refresh < 3; refresh++) {
                String before = oldest();
                await().until(() -> !oldest().equals(before));
            }
        }
        await().until(() -> postsByTheViews(client).equals("1"));
        client.post("p2", "Another post", 0);
        await().until(() -> postsByTheViews(client).equals("2"));

        goOn.set(false);
        for (CompletableFuture<Integer> reader : readers) {
            assertThat(reader.join()).isPositive();
        }
    }

    /** How many answers there were, each a good one. */
    private int read(ApiClient user) {
        int answers = 0;
        while (goOn.get()) {
            for (String what : List.of("summary", "dashboard")) {
                ApiClient.Answer answer = user.get("/api/analytics/" + what);
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                answers++;
            }
        }
        return answers;
    }

    private String oldest() throws Exception {
        return String.valueOf(harken.database().scalar("select min(as_of) from aggregate_refreshes"));
    }

    private String postsByTheViews(TestClient client) throws Exception {
        return String.valueOf(
                harken.database().scalar("select sum(posts) from daily_subreddits where client_id = " + client.id()));
    }
}
