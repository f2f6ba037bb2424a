package dev.harken.posts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Plans;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An agency that begins: one client has all the posts, another has none yet. What is read is then far from the average. */
class FewClientsPlansIT {
    private static final int PAGE = 51;

    private static HarkenService harken;
    private static ApiClient admin;
    private static TestClient busy;
    private static TestClient silent;
    private static Plans plans;

    @BeforeAll
    static void start() throws Exception {
        TestDatabase database = PostgresServer.shared().createMigratedDatabase();
        Plans.explain(database);
        harken = HarkenService.over(database, "monitoring.enabled=false");
        plans = new Plans();
        admin = harken.admin();
        busy = TestClient.create(harken);
        silent = TestClient.create(harken);
        database.execute(
                """
                insert into matched_posts (
                  client_id, subreddit, reddit_post_id, title, content, keywords_matched, score, reviewed, flagged,
                  config_id, relevant, created_at)
                select
                  %d, 'Sub' || n %% 97, 'fill' || n, 'Title ' || n, repeat('some words of text ', 10), 'keyword',
                  n %% 500, false, false, n %% 7, n %% 89 = 0, now() - n * interval '1 minute'
                from generate_series(1, 60000) n
                """
                        .formatted(busy.id()),
                "analyze");
    }

    @AfterAll
    static void stop() {
        harken.close();
        plans.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&reviewed=false", "&reviewed=true", "&limit=7", "&order=oldest"})
    void aPageReadsNoMoreThanItShows(String filter) {
        Plans.settle(admin, path(busy, filter));

        assertThat(postsRead(path(silent, filter)))
                .as("of a client without posts")
                .isZero();
        if (!filter.contains("reviewed=true")) {
            assertThat(postsRead(path(busy, filter)))
                    .as("of a client with many")
                    .isBetween(1L, 2L * PAGE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?order=oldest", "?reviewed=false", "?subreddit=Sub3", "?config_id=1", "?relevant=true"})
    void aPageOfAllClientsReadsNoMoreThanItShows(String filter) {
        assertThat(postsRead("/api/posts" + filter)).isBetween(1L, 2L * PAGE);
    }

    @Test
    void pagesOfAllClientsAreReadOnAndBackByKey() {
        String next = admin.get("/api/posts").link("next").orElseThrow();
        String previous = admin.get(next).link("prev").orElseThrow();

        assertThat(postsRead(next)).isBetween(1L, 2L * PAGE);
        assertThat(postsRead(previous)).isBetween(1L, 2L * PAGE);
    }

    @ParameterizedTest
    @CsvSource({"'', idx_posts_newest", "?config_id=1, idx_posts_config"})
    void anExportOfAllClientsReadsOnInOrder(String filter, String index) {
        plans.forget();
        admin.bytes("GET", "/api/analytics/export.csv" + filter);

        List<JsonNode> portions = plans.seenOf("as draft_score");
        assertThat(portions).hasSizeGreaterThan(1).allSatisfy(plan -> assertThat(plan.findValuesAsText("Index Name"))
                .as(plan.toPrettyString())
                .contains(index));
        // When few are left, PostgreSQL rather sorts them.
        assertThat(portions.get(0).findValuesAsText("Node Type"))
                .as(portions.get(0).toPrettyString())
                .doesNotContain("Sort");
    }

    private static String path(TestClient client, String filter) {
        return "/api/posts?client_id=" + client.id() + filter;
    }

    /** Those that were fetched from the table and left out are among them. */
    private static long postsRead(String path) {
        plans.forget();
        Plans.readAnew(admin, path);
        return plans.seenOf(Plans.PAGE_OF_POSTS).stream()
                .flatMap(FewClientsPlansIT::nodes)
                .filter(node -> node.path("Relation Name").asText().equals("matched_posts"))
                .mapToLong(node -> node.path("Actual Loops").asLong()
                        * (node.path("Actual Rows").asLong()
                                + node.path("Rows Removed by Filter").asLong()))
                .sum();
    }

    private static Stream<JsonNode> nodes(JsonNode plan) {
        JsonNode parts = plan.path("Plans");
        return Stream.concat(
                Stream.of(plan),
                IntStream.range(0, parts.size()).mapToObj(parts::get).flatMap(FewClientsPlansIT::nodes));
    }
}
