package dev.harken.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Counter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.harken.audit.AuditDao;
import dev.harken.clients.Client;
import dev.harken.configs.ClientConfig;
import dev.harken.database.Database;
import dev.harken.posts.MatchedPost;
import dev.harken.responses.ResponseDao;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client's retention means to whoever uses the service: settings, scans and analytics. */
class KeptPostsIT {
    private static HarkenService harken;
    private static Database database;
    private static Retention retention;

    @BeforeAll
    static void start() {
        harken = HarkenService.start(
                "cache.enabled=false", "housekeeping.pause=1d", "analytics.refresh=1d", "analytics.maxAge=2d");
        List<Class<?>> entities = new ArrayList<>(List.of(Client.class, ClientConfig.class, MatchedPost.class));
        entities.addAll(ResponseDao.entities());
        database = harken.database().open(entities, Clock.systemUTC());
        retention = new Retention(
                database.transactions(),
                new RetentionDao(),
                new AuditDao(Clock.systemUTC()),
                new Counter(),
                new HousekeepingFactory(),
                Clock.systemUTC());
    }

    @AfterAll
    static void stop() throws Exception {
        database.pool().stop();
        harken.close();
    }

    @Test
    void anAdministratorSetsWhatAClientKeepsAndTakesItBack() throws Exception {
        TestClient client = TestClient.create(harken);
        String path = "/api/clients/" + client.id() + "/retention";

        JsonNode set = harken.admin()
                .put(path, Map.of("retention_days", 90, "retention_posts", 5000))
                .json();

        assertThat(set.get("retention_days").asInt()).isEqualTo(90);
        assertThat(set.get("retention_posts").asInt()).isEqualTo(5000);
        assertThat(harken.admin().get("/api/clients?limit=200").json())
                .anySatisfy(one -> assertThat(one).isEqualTo(set));
        JsonNode partly = harken.admin().put(path, Map.of("retention_posts", 7)).json();
        assertThat(partly.get("retention_days").isNull()).isTrue();
        assertThat(partly.get("retention_posts").asInt()).isEqualTo(7);
        JsonNode removed = harken.admin().put(path, Map.of()).json();
        assertThat(removed.get("retention_days").isNull()).isTrue();
        assertThat(removed.get("retention_posts").isNull()).isTrue();
        assertThat(harken.database()
                        .scalar("select string_agg((details ->> 'retention_days') || ' ' || (details ->>"
                                + " 'retention_posts'), ', ' order by id) from audit_records where action ="
                                + " 'retention.set' and client_id = " + client.id()))
                .isEqualTo("90 5000, for ever 7, for ever all");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"retention_days\": 4}",
                "{\"retention_days\": 36501}",
                "{\"retention_days\": \"x\"}",
                "{\"retention_posts\": 0}",
                "{\"retention_posts\": 1000001}",
                "{\"keep\": 1}"
            })
    void whatIsNoRetentionIsRefused(String body) throws Exception {
        TestClient client = TestClient.create(harken);
        Object wanted = new ObjectMapper().readTree(body);

        ApiClient.Answer answer = harken.admin().put("/api/clients/" + client.id() + "/retention", wanted);

        assertThat(answer.status()).as(answer.body()).isBetween(400, 422);
        assertThat(answer.header("content-type")).contains("application/problem+json");
    }

    @Test
    void onlyAdministratorsSetItAndOnlyOfClientsThatAreThere() {
        TestClient client = TestClient.create(harken);

        assertThat(client.user()
                        .put("/api/clients/" + client.id() + "/retention", Map.of("retention_days", 90))
                        .status())
                .isEqualTo(403);
        assertThat(harken.admin()
                        .put("/api/clients/987654321/retention", Map.of("retention_days", 90))
                        .status())
                .isEqualTo(404);
    }

    /** The feed keeps a week's posts for all, and a config that is changed reads those of the last day again. */
    @Test
    void aConfigThatReadsTheFeedAnewDoesNotBringBackWhatWasRemoved() throws Exception {
        TestClient client = TestClient.create(harken);
        long config = client.user()
                .post(
                        "/api/configs",
                        Map.of("keywords", List.of("coffee"), "reddit_subreddits", List.of("SampleCoffee")))
                .json()
                .get("id")
                .asLong();
        await().until(() -> record(config, "outcome") != null);
        long before = posts(client);
        assertThat(before).isPositive();
        harken.database()
                .execute(
                        "update matched_posts set created_at = created_at - interval '10 days' where client_id = "
                                + client.id(),
                        "update clients set retention_days = 5 where id = " + client.id());

        retention.run();
        assertThat(posts(client)).isZero();
        String matchedBefore = events(client);
        harken.database().execute("update scan_records set outcome = 'old' where config_id = " + config);
        client.user().put("/api/configs/" + config, Map.of("keywords", List.of("coffee", "never-said-by-anybody")));
        await().until(() -> !"old".equals(record(config, "outcome")));

        // It did match them again.
        assertThat(Long.parseLong(record(config, "matched"))).isGreaterThanOrEqualTo(before);
        assertThat(record(config, "stored")).isEqualTo("0");
        assertThat(posts(client)).isZero();
        assertThat(events(client)).isEqualTo(matchedBefore);
    }

    @Test
    void analyticsKeepsItsPastWhenPostsGo() throws Exception {
        TestClient client = TestClient.create(harken);
        TestClient other = TestClient.create(harken);
        for (TestClient owner : List.of(client, other)) {
            harken.database()
                    .execute(
                            """
                            insert into matched_posts (
                              client_id, subreddit, reddit_post_id, title, keywords_matched, reviewed, flagged, created_at)
                            select
                              %1$d, case when n %% 2 = 0 then 'Gardening' else 'Soil' end, 'p' || n, 'Post',
                              case when n %% 3 = 0 then ' Tomatoes ,  basil, tomatoes,' else 'basil' end,
                              n %% 4 = 0, n %% 5 = 0, now() - n * interval '7 hours'
                            from generate_series(1, 200) n
                            """
                                    .formatted(owner.id()),
                            """
                            insert into ai_responses (post_id, client_id, content, score, copied, compliance_ack, created_at)
                            select id, client_id, 'Draft', case when draft = 1 then 80 end, draft = 2 and id %% 2 = 0,
                              draft = 2, created_at + draft * interval '20 hours'
                            from matched_posts, generate_series(1, 2) draft
                            where client_id = %d and id %% 3 = 0
                            """
                                    .formatted(owner.id()));
        }
        refresh();
        Map<String, JsonNode> views = answers(client);
        Map<String, JsonNode> all = answers(harken.admin(), "?client_id=" + client.id());
        Map<String, JsonNode> theirs = answers(other);
        age();
        Map<String, JsonNode> rows = answers(client);
        assertThat(rows).isEqualTo(views);
        harken.database()
                .execute("update clients set retention_days = 20, retention_posts = 50 where id = " + client.id());

        retention.run();

        assertThat(posts(client)).isEqualTo(50);
        assertThat(answers(client)).as("from the rows").isEqualTo(rows);
        harken.database().execute("update aggregate_refreshes set as_of = now()");
        assertThat(answers(client)).as("from views of before").isEqualTo(views);
        refresh();
        assertThat(answers(client)).as("from views of after").isEqualTo(views);
        assertThat(answers(harken.admin(), "?client_id=" + client.id())).isEqualTo(all);
        assertThat(answers(other)).isEqualTo(theirs);
        // And again, so that what was counted before is added to.
        harken.database().execute("update clients set retention_posts = 20 where id = " + client.id());
        retention.run();
        refresh();
        assertThat(posts(client)).isEqualTo(20);
        assertThat(answers(client)).isEqualTo(views);
        age();
        assertThat(answers(client)).isEqualTo(views);
    }

    @Test
    void whatHappenedOnADayIsRecordedTheSameBeforeAndAfterItsPostsWent() throws Exception {
        TestClient client = TestClient.create(harken);
        harken.database()
                .execute(
                        """
                        insert into matched_posts (client_id, subreddit, reddit_post_id, title, created_at)
                        select %d, 'Soil', 'p' || n, 'Post', now() - n * interval '7 hours'
                        from generate_series(1, 100) n
                        """
                                .formatted(client.id()),
                        """
                        insert into ai_responses (post_id, client_id, content, score, created_at)
                        select id, client_id, 'Draft', id %% 100, created_at + interval '5 hours'
                        from matched_posts
                        where client_id = %d and id %% 3 = 0
                        """
                                .formatted(client.id()));
        record();
        JsonNode before = client.user().get("/api/analytics/daily").json();
        harken.database().execute("update clients set retention_days = 10 where id = " + client.id());

        retention.run();
        record();

        assertThat(posts(client)).isBetween(30L, 35L);
        assertThat(client.user().get("/api/analytics/daily").json()).isEqualTo(before);
        assertThat(before.get("days")).hasSize(29);
        long matched = 0;
        for (JsonNode day : before.get("days")) {
            matched += day.get("matched").asLong();
        }
        assertThat(matched).isBetween(90L, 100L);
        JsonNode jobs = harken.admin().get("/api/ops/jobs").json();
        assertThat(jobs.get("metrics_until")).isEqualTo(before.get("recorded_until"));
        assertThat(jobs.get("chores")).anySatisfy(chore -> {
            assertThat(chore.get("name").asText()).isEqualTo("remove-old-posts");
            assertThat(chore.at("/removal/posts").asLong()).isBetween(65L, 70L);
            assertThat(chore.at("/removal/outcome").asText()).isEqualTo("done");
        });
        assertThat(harken.adminPort().get("/console/jobs").body()).contains("remove-old-posts");
    }

    /** Has all days recorded anew, by the job. */
    private static void record() throws Exception {
        // A run that is under way would go on behind what is taken away here.
        await().until(() -> "0"
                .equals(harken.database()
                        .scalar("select count(*) from scheduled_tasks where task_name = 'record-metrics' and"
                                + " (picked or execution_time <= now())")));
        harken.database()
                .execute(
                        "delete from daily_metrics_progress",
                        "delete from daily_metrics",
                        "update scheduled_tasks set execution_time = now() where task_name = 'record-metrics'");
        String yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
        await().until(() -> yesterday.equals(harken.database().scalar("select max(day) from daily_metrics_progress")));
    }

    private static void refresh() throws Exception {
        for (String view : List.of("daily_subreddits", "daily_keywords", "daily_responses", "daily_events")) {
            harken.database().execute("refresh materialized view concurrently " + view);
        }
        harken.database().execute("update aggregate_refreshes set as_of = now()");
    }

    /** Has the rows themselves read. */
    private static void age() throws Exception {
        harken.database().execute("update aggregate_refreshes set as_of = now() - interval '3 days'");
    }

    private static Map<String, JsonNode> answers(TestClient client) {
        return answers(client.user(), "");
    }

    private static Map<String, JsonNode> answers(ApiClient caller, String query) {
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        String and = query.isEmpty() ? "?" : query + "&";
        for (String path : List.of(
                "summary" + query,
                "trends" + and + "days=60",
                "trends" + and + "days=7",
                "dashboard" + and + "start_date=" + firstDay(),
                "keywords" + and + "start_date=" + firstDay(),
                "subreddits" + and + "start_date=" + firstDay())) {
            ApiClient.Answer answer = caller.get("/api/analytics/" + path);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            JsonNode json = answer.json();
            if (json instanceof ObjectNode object) {
                object.remove("as_of");
            }
            answers.put(path, json);
        }
        return answers;
    }

    private static String firstDay() {
        return LocalDate.now(ZoneOffset.UTC).minusDays(90).toString();
    }

    private static long posts(TestClient client) throws Exception {
        return Long.parseLong(
                harken.database().scalar("select count(*) from matched_posts where client_id = " + client.id()));
    }

    private static String record(long config, String column) throws Exception {
        return harken.database()
                .scalar("select max(%s::text) from scan_records where config_id = %d".formatted(column, config));
    }

    private static String events(TestClient client) throws Exception {
        return harken.database()
                .scalar(
                        "select count(*) from analytics_events where event_type in ('post_matched', 'response_generated')"
                                + " and client_id = " + client.id());
    }
}
