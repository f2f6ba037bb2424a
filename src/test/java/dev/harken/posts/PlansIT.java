package dev.harken.posts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Plans;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the plans of the lists on a filled database. */
class PlansIT {
    private static final Set<String> BIG = Set.of(
            "matched_posts", "ai_responses", "analytics_events", "audit_records", "users", "client_configs", "clients");

    /** On a month's first days its partition would else be a page or two, which PostgreSQL rightly reads as a whole. */
    private static final String EVENTS_THROUGHOUT_THE_MONTH =
            """
            insert into analytics_events (client_id, event_type, data, created_at)
            select filler.id, 'post_viewed', '{}', date_trunc('month', now(), 'UTC') + n * interval '2 minutes'
            from generate_series(1, 20000) n
            join clients filler on filler.slug = 'filler-' || 1 + n % 50
            """;

    private static HarkenService harken;
    private static TestClient client;
    private static Plans plans;
    /** With as many posts as most have: what it costs to plan is not worth it for them. */
    private static long usualClient;

    @BeforeAll
    static void start() throws Exception {
        TestDatabase database = PostgresServer.shared().createMigratedDatabase();
        Plans.explain(database);
        harken = HarkenService.over(database, "monitoring.enabled=false");
        plans = new Plans();
        client = TestClient.create(harken);
        fill(database);
        usualClient = client.id() + 10;
    }

    private static void fill(TestDatabase database) throws Exception {
        database.execute(
                """
                insert into clients (name, slug)
                select 'Filler ' || n, 'filler-' || n
                from generate_series(1, 3000) n
                """,
                """
                insert into users (email, hashed_password, client_id)
                select 'filler' || id || '@filler.test', 'none', id
                from clients
                """,
                """
                insert into client_configs (client_id, keywords, reddit_subreddits)
                select id, 'tomatoes', 'SampleGardening'
                from clients
                """,
                """
                insert into matched_posts (
                  client_id, subreddit, reddit_post_id, title, content, keywords_matched, score, reviewed, flagged,
                  config_id, created_at)
                select
                  case when n %% 20 = 0 then %1$d else 1 + n %% 50 + (select min(id) from clients where id > %1$d) end,
                  'Sub' || n %% 97, 'fill' || n, 'Title ' || n || ' about topic' || n %% 1000,
                  repeat('some words of text ', 10) || 'token' || n %% 5000, 'keyword' || n %% 700 || ', other',
                  n %% 500, n %% 31 <> 0, n %% 200 = 0, n %% 97, now() - n * interval '1 minute'
                from generate_series(1, 60000) n
                """
                        .formatted(client.id()),
                """
                insert into ai_responses (post_id, client_id, content, score)
                select id, client_id, 'A draft', id %% 100
                from matched_posts, generate_series(1, 3)
                """
                        .replace("%%", "%"),
                """
                insert into analytics_events (client_id, event_type, data, created_at)
                select response.client_id, 'response_copied', json_build_object('response_id', response.id), post.created_at
                from ai_responses response
                join matched_posts post on post.id = response.post_id
                where response.id % 5 = 0
                """,
                EVENTS_THROUGHOUT_THE_MONTH,
                "analyze");
    }

    @AfterAll
    static void stop() {
        harken.close();
        plans.close();
    }

    @TestFactory
    Stream<DynamicTest> noListReadsABigTableFromEndToEnd() {
        List<String> lists = new ArrayList<>(List.of(
                "/api/posts",
                "/api/posts?limit=200",
                "/api/posts?order=oldest",
                "/api/posts?reviewed=false",
                "/api/posts?flagged=true",
                "/api/posts?has_draft=true",
                "/api/posts?has_draft=false",
                "/api/posts?config_id=7",
                "/api/posts?config_id=7&reviewed=false",
                "/api/posts?relevant=true",
                "/api/posts?relevant=false",
                "/api/posts?subreddit=Sub3",
                "/api/posts?min_score=450",
                "/api/posts?keyword=keyword77",
                "/api/posts?q=token123",
                "/api/posts?q=nowhere-to-be-found",
                "/api/posts?since=2026-01-01T00:00:00Z",
                "/api/posts?until=2026-01-01T00:00:00Z",
                "/api/posts?subreddit=Sub3&reviewed=true&min_score=10&q=token123",
                "/api/configs"));
        Stream<DynamicTest> own = List.copyOf(lists).stream().map(path -> planned("own: " + path, client.user(), path));
        lists.addAll(List.of("/api/users", "/api/clients", "/api/posts?client_id=" + client.id()));
        ApiClient admin = harken.admin();
        Stream<DynamicTest> all = lists.stream().map(path -> planned("all: " + path, admin, path));
        return Stream.concat(own, all);
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotInTheSumsIsReadByIndex() {
        return Stream.of(
                        "/api/analytics/hours",
                        "/api/analytics/hours?config_id=7",
                        "/api/analytics/copy-times",
                        "/api/analytics/copy-times?config_id=7",
                        "/api/analytics/keywords?config_id=7",
                        "/api/analytics/subreddits?config_id=7")
                .map(path -> planned(path, client.user(), path));
    }

    @TestFactory
    Stream<DynamicTest> aLaterPageIsPlannedLikeTheFirst() {
        return Stream.of(client.user(), harken.admin())
                .map(caller -> planned(
                        "second page",
                        caller,
                        caller.get("/api/posts").link("next").orElseThrow()));
    }

    @Test
    void aPageIsPlannedOnceForAConnection() {
        assertThat(conditionsAfterManyReads("/api/posts?client_id=" + usualClient))
                .as("no value of a request is in its plan")
                .anyMatch(condition -> condition.contains("client_id = $"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"subreddit=Sub3", "reviewed=false"})
    void aSelectivePageIsPlannedForItsValues(String filter) {
        assertThat(conditionsAfterManyReads("/api/posts?client_id=" + usualClient + "&" + filter))
                .isNotEmpty()
                .noneMatch(condition -> condition.contains("$"));
    }

    private static List<String> conditionsAfterManyReads(String path) {
        ApiClient admin = harken.admin();
        Plans.settle(admin, path);
        plans.forget();
        Plans.readAnew(admin, path);
        return plans.seenOf(Plans.PAGE_OF_POSTS).stream()
                .flatMap(plan -> plan.findValuesAsText("Index Cond").stream())
                .toList();
    }

    private static DynamicTest planned(String name, ApiClient caller, String path) {
        return DynamicTest.dynamicTest(name, () -> {
            plans.forget();
            ApiClient.Answer answer = caller.get(path);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            List<JsonNode> seen =
                    plans.seen().stream().filter(PlansIT::isOfAList).toList();
            assertThat(seen).hasSize(1);
            assertThat(sequentialScans(seen.get(0)))
                    .as(seen.get(0).toPrettyString())
                    .isEmpty();
        });
    }

    /** Harken samples its signals meanwhile, from other tables, and among the configs what the feed listens to. */
    private static boolean isOfAList(JsonNode plan) {
        List<String> tables = plan.findValuesAsText("Relation Name");
        return tables.stream().anyMatch(name -> BIG.contains(wholeTable(name))) && !tables.contains("feed_subreddits");
    }

    private static List<String> sequentialScans(JsonNode plan) {
        List<String> found = new ArrayList<>();
        if (plan.get("Node Type").asText().contains("Seq Scan")
                && BIG.contains(wholeTable(plan.get("Relation Name").asText()))) {
            found.add(plan.get("Relation Name").asText());
        }
        plan.path("Plans").forEach(child -> found.addAll(sequentialScans(child)));
        return found;
    }

    /** Of a monthly partition, the table that it is a part of. */
    private static String wholeTable(String name) {
        return name.replaceFirst("_((before_)?\\d{4}_\\d{2}|default)$", "");
    }
}
