package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.clients.Client;
import dev.harken.database.Database;
import dev.harken.database.Tenant;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is recorded of each day, over a real database and a clock that is set. */
class DailyMetricsIT {
    private static final LocalDate SUNDAY = LocalDate.of(2026, 3, 1);

    private final SetClock clock = new SetClock(Instant.parse("2026-03-02T00:10:00Z"));
    private TestDatabase testDatabase;
    private Database database;
    private DailyMetricsDao dao;
    private DailyMetrics metrics;

    @BeforeEach
    void start() throws Exception {
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        database = testDatabase.open(List.of(Client.class), clock);
        dao = new DailyMetricsDao(database.reads());
        metrics = new DailyMetrics(database.transactions(), dao, LocalTime.of(0, 10), clock);
        testDatabase.execute("insert into clients (name, slug) values ('One', 'one'), ('Two', 'two')");
    }

    @AfterEach
    void stop() throws Exception {
        database.pool().stop();
    }

    @Test
    void aDayIsFromMidnightToMidnightOfUtcAndCountsWhatHappenedOnIt() throws Exception {
        post(1, "before", "2026-02-28T23:59:59.999999Z");
        post(1, "first", "2026-03-01T00:00:00Z");
        post(1, "last", "2026-03-01T23:59:59.999999Z");
        post(1, "after", "2026-03-02T00:00:00Z");
        post(2, "theirs", "2026-03-01T12:00:00Z");
        draft("before", 60, "2026-03-01T10:00:00Z");
        draft("before", 80, "2026-03-01T11:00:00Z");
        draft("first", null, "2026-03-01T11:00:00Z");
        event("post_reviewed", "{\"post_id\": 1}", "2026-03-01T11:00:00Z");
        event("post_unreviewed", "{\"post_id\": 1}", "2026-03-01T11:01:00Z");
        event("post_reviewed", "{\"post_id\": 1}", "2026-03-01T11:02:00Z");
        event("post_reviewed", "{\"post_id\": 2}", "2026-03-01T11:03:00Z");
        event("post_flagged", "{\"post_id\": 2}", "2026-03-01T11:03:00Z");
        event("response_copied", "{\"response_id\": 7, \"post_id\": 2}", "2026-03-01T11:03:00Z");
        event("response_copied", "{\"response_id\": 7, \"post_id\": 2}", "2026-03-01T11:04:00Z");
        event("response_copied", "{}", "2026-03-01T11:04:00Z");
        event("response_copied", "{\"response_id\": 8}", "2026-03-02T11:04:00Z");

        metrics.run();

        assertThat(days(Tenant.of(1), SUNDAY, SUNDAY)).containsExactly(new DayMetrics(SUNDAY, 2, 3, 1, 2, 1, 70.0));
        assertThat(days(Tenant.of(2), SUNDAY, SUNDAY)).containsExactly(new DayMetrics(SUNDAY, 1, 0, 0, 0, 0, null));
        assertThat(days(Tenant.EVERY, SUNDAY, SUNDAY)).containsExactly(new DayMetrics(SUNDAY, 3, 3, 1, 2, 1, 70.0));
        assertThat(days(Tenant.of(1), SUNDAY.plusDays(1), SUNDAY.plusDays(1)))
                .as("the day that is not over")
                .isEmpty();
    }

    @Test
    void theSameDaysAreRecordedAgainWithoutCountingTwice() throws Exception {
        post(1, "a", "2026-03-01T10:00:00Z");
        metrics.run();
        String before = testDatabase.scalar("select string_agg(day || ' ' || matched, ',') from daily_metrics");
        metrics.run();
        testDatabase.execute("delete from daily_metrics_progress");
        metrics.run();

        assertThat(testDatabase.scalar("select string_agg(day || ' ' || matched, ',') from daily_metrics"))
                .isEqualTo(before)
                .isEqualTo("2026-03-01 1");
    }

    @Test
    void whatCameTooLateForItsDayIsRecordedTheNextTime() throws Exception {
        metrics.run();
        post(1, "late", "2026-03-01T23:59:59Z");
        clock.advance(Duration.ofDays(1));

        metrics.run();

        assertThat(days(Tenant.of(1), SUNDAY, SUNDAY)).hasSize(1);
        assertThat(until()).isEqualTo("2026-03-02");
    }

    @Test
    void missedDaysAreMadeUpForButNotFromTheBeginningOfTime() throws Exception {
        post(1, "old", "2025-01-25T10:00:00Z");
        post(1, "first", "2025-01-26T10:00:00Z");
        post(1, "later", "2025-12-24T10:00:00Z");

        metrics.run();

        // 400 days until the first of March.
        assertThat(testDatabase.scalar("select string_agg(day::text, ' ' order by day) from daily_metrics"))
                .isEqualTo("2025-01-26 2025-12-24");
        post(1, "down", "2026-03-04T10:00:00Z");
        clock.advance(Duration.ofDays(7));
        metrics.run();
        assertThat(testDatabase.scalar("select string_agg(day::text, ' ' order by day) from daily_metrics"))
                .isEqualTo("2025-01-26 2025-12-24 2026-03-04");
        assertThat(until()).isEqualTo("2026-03-08");
    }

    @Test
    void noBigTableIsReadFromEndToEnd() throws Exception {
        testDatabase.execute(
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title, content, created_at)
                select 1 + n % 2, 'abc', 'p' || n, 'title', repeat('some words of text ', 10),
                  timestamptz '2026-03-01 12:00Z' - n * interval '10 minutes'
                from generate_series(1, 20000) n
                """,
                """
                insert into ai_responses (post_id, client_id, content, created_at)
                select id, client_id, repeat('some words of text ', 10), created_at
                from matched_posts
                """,
                "analyze");
        String bound = DailyMetricsDao.RECORD
                .replace(":day", "'2026-02-20'")
                .replace(":from", "timestamptz '2026-02-20 00:00Z'")
                .replace(":until", "timestamptz '2026-02-21 00:00Z'")
                .replace(":now", "now()");
        JsonNode plan = new ObjectMapper().readTree(testDatabase.scalar("explain (format json) " + bound));
        for (JsonNode node : plan.findParents("Relation Name")) {
            if (List.of("matched_posts", "ai_responses")
                    .contains(node.get("Relation Name").asText())) {
                assertThat(node.get("Node Type").asText())
                        .as(node.toPrettyString())
                        .doesNotContain("Seq Scan");
            }
        }
    }

    private List<DayMetrics> days(Tenant tenant, LocalDate first, LocalDate last) {
        return dao.days(tenant, new Period(first, last));
    }

    private String until() throws Exception {
        return testDatabase.scalar("select day from daily_metrics_progress");
    }

    private void post(long client, String id, String at) throws Exception {
        testDatabase.execute("insert into matched_posts (client_id, subreddit, reddit_post_id, title, created_at)"
                + " values (%d, 'abc', '%s', 'title', '%s')".formatted(client, id, at));
    }

    private void draft(String post, Integer score, String at) throws Exception {
        testDatabase.execute("insert into ai_responses (post_id, client_id, content, score, created_at)"
                + " select id, client_id, 'draft', %s, '%s' from matched_posts where reddit_post_id = '%s'"
                        .formatted(score, at, post));
    }

    private void event(String type, String data, String at) throws Exception {
        testDatabase.execute("insert into analytics_events (client_id, event_type, data, created_at)"
                + " values (1, '%s', '%s', '%s')".formatted(type, data, at));
    }
}
