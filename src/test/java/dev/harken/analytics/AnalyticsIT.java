package dev.harken.analytics;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalyticsIT {
    private static LocalDate today;

    private static HarkenService harken;
    private static AggregateRefresh refresh;
    private static TestClient client;

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start("monitoring.enabled=false", "cache.enabled=false");
        refresh = new AggregateRefresh(
                harken.support().getConfiguration().getDatabase().unpooled());
        today = LocalDate.parse(harken.database().scalar("select cast(now() at time zone 'UTC' as date)"));
        client = TestClient.create(harken);
        fill(client);
        fill(TestClient.create(harken));
        refresh.run();
    }

    /** Four posts of today, one of six days ago and one of two months ago; see each test for what they sum up to. */
    private static void fill(TestClient owner) throws Exception {
        harken.database()
                .execute(
                        """
                        insert into matched_posts (
                          client_id, subreddit, reddit_post_id, title, keywords_matched, reviewed, flagged, created_at)
                        select
                          %1$d, case when n %% 2 = 0 then 'Gardening' else 'Soil' end, 'p' || n,
                          case n when 1 then '=cmd|calc' when 2 then 'A, "quoted" title' else 'Post ' || n end,
                          case when n <= 2 then ' Tomatoes ,  basil, tomatoes,' else 'basil' end,
                          n = 1, n = 2,
                          case n
                            when 5 then date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '6 days'
                            when 6 then date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '60 days'
                            else date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
                          end
                        from generate_series(1, 6) n
                        """
                                .formatted(owner.id()),
                        """
                        insert into ai_responses (post_id, client_id, content, score, copied, created_at)
                        select id, client_id, 'Draft', case when draft = 1 then 80 end, draft = 2, created_at
                        from matched_posts, generate_series(1, 2) draft
                        where client_id = %d and reddit_post_id in ('p1', 'p5')
                        """
                                .formatted(owner.id()),
                        """
                        insert into analytics_events (client_id, event_type, created_at)
                        select %d, type, now() at time zone 'UTC'
                        from unnest(array['post_reviewed', 'post_reviewed', 'response_copied']) type
                        """
                                .formatted(owner.id()));
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @BeforeEach
    void viewsAreTrue() {
        refresh.run();
    }

    private static JsonNode get(ApiClient caller, String path) {
        ApiClient.Answer answer = caller.get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    @Test
    void theSummaryCountsTodayTheWeekTheMonthAndAll() {
        JsonNode summary = get(client.user(), "/api/analytics/summary");

        assertThat(summary.at("/today/posts").asLong()).isEqualTo(4);
        assertThat(summary.at("/last_7_days/posts").asLong()).isEqualTo(5);
        assertThat(summary.at("/last_30_days/posts").asLong()).isEqualTo(5);
        assertThat(summary.at("/total/posts").asLong()).isEqualTo(6);
        JsonNode today = summary.get("today");
        assertThat(today.get("reviewed").asLong()).isEqualTo(1);
        assertThat(today.get("flagged").asLong()).isEqualTo(1);
        assertThat(today.get("drafted").asLong()).isEqualTo(1);
        assertThat(today.get("copied").asLong()).isEqualTo(1);
        assertThat(today.get("responses").asLong()).isEqualTo(2);
        assertThat(today.get("copy_rate").asDouble()).isEqualTo(1.0);
        // The draft without a score does not count as one of 0.
        assertThat(today.get("average_score").asDouble()).isEqualTo(80.0);
        assertThat(Instant.parse(summary.get("as_of").asText()))
                .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void theDashboardShowsEachDayAndWhatStoodOut() {
        JsonNode dashboard = get(
                client.user(),
                "/api/analytics/dashboard?start_date=%s&end_date=%s".formatted(today.minusDays(6), today));

        assertThat(dashboard.at("/totals/posts").asLong()).isEqualTo(5);
        assertThat(dashboard.get("daily")).hasSize(7);
        assertThat(dashboard.at("/daily/0/date").asText())
                .isEqualTo(today.minusDays(6).toString());
        assertThat(dashboard.at("/daily/0/posts").asLong()).isEqualTo(1);
        assertThat(dashboard.at("/daily/1/posts").asLong()).isZero();
        assertThat(dashboard.at("/daily/1/copy_rate").isNull()).isTrue();
        assertThat(dashboard.at("/events/post_reviewed").asLong()).isEqualTo(2);
        assertThat(dashboard.at("/events/response_copied").asLong()).isEqualTo(1);
        assertThat(dashboard.at("/keywords/0/keyword").asText()).isEqualTo("basil");
        assertThat(dashboard.at("/subreddits/0/subreddit").asText()).isEqualTo("Soil");
    }

    @Test
    void keywordsAreCountedOnceForEachPostAndWithoutRegardToCase() {
        JsonNode keywords = get(client.user(), "/api/analytics/keywords?start_date=" + today);

        assertThat(keywords).hasSize(2);
        assertThat(keywords.at("/0/keyword").asText()).isEqualTo("basil");
        assertThat(keywords.at("/0/posts").asLong()).isEqualTo(4);
        assertThat(keywords.at("/1/keyword").asText()).isEqualTo("tomatoes");
        assertThat(keywords.at("/1/posts").asLong()).isEqualTo(2);
        assertThat(keywords.at("/1/copied").asLong()).isEqualTo(1);
        assertThat(get(client.user(), "/api/analytics/keywords?limit=1")).hasSize(1);
    }

    @Test
    void trendsCompareWithAsManyDaysBefore() {
        JsonNode trends = get(client.user(), "/api/analytics/trends?days=4");

        assertThat(trends.at("/current/posts").asLong()).isEqualTo(4);
        assertThat(trends.at("/previous/posts").asLong()).isEqualTo(1);
        assertThat(trends.at("/change/posts").asDouble()).isEqualTo(3.0);
        assertThat(trends.get("daily")).hasSize(4);
        assertThat(get(client.user(), "/api/analytics/trends?days=1")
                        .at("/change/posts")
                        .isNull())
                .isTrue();
    }

    @TestFactory
    Stream<DynamicTest> theRowsThemselvesSayTheSameAsTheViews() {
        String week = "?start_date=%s&end_date=%s".formatted(today.minusDays(65), today);
        return Stream.of(client.user(), harken.admin()).flatMap(caller -> Stream.of(
                        "/api/analytics/summary",
                        "/api/analytics/trends?days=40",
                        "/api/analytics/dashboard" + week,
                        "/api/analytics/keywords" + week,
                        "/api/analytics/subreddits" + week)
                .map(path -> DynamicTest.dynamicTest(path, () -> {
                    String fromViews = withoutTime(get(caller, path));
                    harken.database().execute("update aggregate_refreshes set as_of = now() - interval '16 minutes'");

                    assertThat(withoutTime(get(caller, path))).isEqualTo(fromViews);
                })));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/analytics/keywords", "/api/analytics/subreddits"})
    void aListSaysAsOfWhenItIsTrueAsTheSummaryDoes(String path) throws Exception {
        String asOf = get(client.user(), "/api/analytics/summary").get("as_of").asText();
        assertThat(asOf(path)).isEqualTo(Instant.parse(asOf));

        harken.database().execute("update aggregate_refreshes set as_of = now() - interval '10 minutes'");
        assertThat(asOf(path)).isBefore(Instant.now().minusSeconds(9 * 60));

        harken.database().execute("update aggregate_refreshes set as_of = now() - interval '16 minutes'");
        assertThat(asOf(path)).isAfter(Instant.now().minusSeconds(60));
    }

    private static Instant asOf(String path) {
        return Instant.parse(client.user().get(path).header("Harken-As-Of").orElseThrow());
    }

    private static String withoutTime(JsonNode answer) {
        return answer.toString().replaceAll("\"as_of\":\"[^\"]*\"", "");
    }

    @Test
    void viewsThatAreTooOldAreNotAnsweredFrom() throws Exception {
        TestClient fresh = TestClient.create(harken);
        fresh.post("new", "A post that no view knows of", 1);

        assertThat(get(fresh.user(), "/api/analytics/summary")
                        .at("/total/posts")
                        .asLong())
                .isZero();
        harken.database()
                .execute("update aggregate_refreshes set as_of = now() - interval '16 minutes' where name ="
                        + " 'daily_events'");
        assertThat(get(fresh.user(), "/api/analytics/summary")
                        .at("/total/posts")
                        .asLong())
                .isEqualTo(1);
        harken.database().execute("delete from aggregate_refreshes where name = 'daily_events'");
        assertThat(get(fresh.user(), "/api/analytics/summary")
                        .at("/total/posts")
                        .asLong())
                .isEqualTo(1);

        refresh.run();
        JsonNode refreshed = get(fresh.user(), "/api/analytics/summary");
        assertThat(refreshed.at("/total/posts").asLong()).isEqualTo(1);
        assertThat(Instant.parse(refreshed.get("as_of").asText())).isBefore(Instant.now());
    }

    @Test
    void aClientSeesItsOwnNumbersOnlyAndAnAdministratorAnyones() {
        assertThat(get(harken.admin(), "/api/analytics/summary")
                        .at("/total/posts")
                        .asLong())
                .isGreaterThanOrEqualTo(12);
        assertThat(get(harken.admin(), "/api/analytics/summary?client_id=" + client.id())
                        .at("/total/posts")
                        .asLong())
                .isEqualTo(6);
        assertThat(get(client.user(), "/api/analytics/summary?client_id=" + client.id())
                        .at("/total/posts")
                        .asLong())
                .isEqualTo(6);
        assertThat(client.user()
                        .get("/api/analytics/summary?client_id=" + (client.id() + 1))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/analytics/dashboard?start_date=2026-02-30",
                "/api/analytics/dashboard?start_date=yesterday",
                "/api/analytics/dashboard?start_date=2026-02-02&end_date=2026-02-01",
                "/api/analytics/dashboard?start_date=2020-01-01&end_date=2026-02-01",
                "/api/analytics/export.csv?start_date=2020-01-01&end_date=2026-02-01",
                "/api/analytics/export.csv?end_date=99999-01-01",
                "/api/analytics/trends?days=0",
                "/api/analytics/trends?days=366",
                "/api/analytics/keywords?limit=201",
                "/api/analytics/summary?client_id=-1",
                "/api/analytics/summary?day=monday"
            })
    void whatCannotBeAskedIsRefusedWithTheReason(String path) {
        ApiClient.Answer answer = harken.admin().get(path);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.header("content-type")).contains("application/problem+json");
        assertThat(answer.json().get("errors")).hasSize(1);
    }

    @Test
    void theExportHoldsEveryPostOnceAndNoFormula() throws Exception {
        TestClient many = TestClient.create(harken);
        harken.database()
                .execute(
                        """
                        insert into matched_posts (client_id, subreddit, reddit_post_id, title, created_at)
                        select %d, 'Gardening', 'many' || n, 'Post ' || n, now() - (n / 7) * interval '1 second'
                        from generate_series(1, 3456) n
                        """
                                .formatted(many.id()));

        ApiClient.Answer all = many.user().get("/api/analytics/export.csv");
        assertThat(all.header("content-type").orElseThrow()).startsWith("text/csv");
        assertThat(all.header("content-disposition").orElseThrow()).contains("posts-");
        List<String> lines = all.body().lines().toList();
        assertThat(lines).hasSize(3457).doesNotHaveDuplicates();

        String own = client.user().get("/api/analytics/export.csv").body();
        assertThat(own.lines()).hasSize(6);
        assertThat(own)
                .startsWith("id,client_id,created_at,")
                .contains("'=cmd|calc", "\"A, \"\"quoted\"\" title\"")
                .doesNotContain(",=cmd", "many1");
        assertThat(client.user()
                        .get("/api/analytics/export.csv?start_date=2001-01-01&end_date=2001-01-02")
                        .body()
                        .lines())
                .hasSize(1);
    }

    @Test
    void anEventIsStoredForItsClient() throws Exception {
        ApiClient.Answer stored = client.user()
                .post("/api/analytics/events", Map.of("event_type", "thread_opened", "data", Map.of("post_id", 7)));

        assertThat(stored.status()).as(stored.body()).isEqualTo(201);
        assertThat(harken.database()
                        .scalar("select client_id || ' ' || (data ->> 'post_id') from analytics_events where event_type"
                                + " = 'thread_opened'"))
                .isEqualTo(client.id() + " 7");
        assertThat(client.user()
                        .post("/api/analytics/events", Map.of("event_type", "x", "client_id", client.id() + 1))
                        .status())
                .isEqualTo(404);
        assertThat(client.user()
                        .post("/api/analytics/events", Map.of("event_type", "Not a word"))
                        .status())
                .isEqualTo(422);
        for (Map<String, ?> body :
                List.of(Map.of("event_type", "x"), Map.of("event_type", "x", "client_id", 99_999_999))) {
            ApiClient.Answer refused = harken.admin().post("/api/analytics/events", body);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.json().get("errors").has("client_id")).isTrue();
        }
    }

    @Test
    void eachStatementIsTimedUnderItsName() {
        Map<String, String> statements = Map.ofEntries(
                entry("summary", "days"),
                entry("dashboard", "events"),
                entry("trends", "days"),
                entry("keywords", "keywords"),
                entry("subreddits", "subreddits"),
                entry("hours", "hours"),
                entry("copy-times", "copyTimes"),
                entry("daily", "metrics"),
                entry("weeks", "recorded_until"));
        statements.forEach((route, statement) -> {
            long before = timed(statement);
            get(client.user(), "/api/analytics/" + route);
            assertThat(timed(statement)).as(route).isGreaterThan(before);
        });
        long exports = timed("export");
        client.user().get("/api/analytics/export.csv");
        assertThat(timed("export")).isGreaterThan(exports);
        long records = timed("record");
        client.user().post("/api/analytics/events", Map.of("event_type", "timed"));
        assertThat(timed("record")).isEqualTo(records + 1);
        assertThat(timed("ages")).isPositive();
    }

    private static long timed(String statement) {
        return harken.support()
                .getEnvironment()
                .metrics()
                .timer("sql.analytics." + statement)
                .getCount();
    }

    @Test
    void aDayWithoutPostsIsThereWithNothing() {
        JsonNode daily = get(client.user(), "/api/analytics/trends?days=30").get("daily");
        assertThat(StreamSupport.stream(daily.spliterator(), false)
                        .map(day -> day.get("date").asText()))
                .hasSize(30)
                .doesNotHaveDuplicates()
                .isSorted();
    }
}
