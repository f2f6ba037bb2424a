package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Tenant;
import dev.harken.database.alerts.Reading;
import dev.harken.database.alerts.Signal;
import dev.harken.monitoring.JobBoard.Scan;
import dev.harken.monitoring.JobBoard.Subreddit;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the job looks to an operator, and how late it is. */
class JobBoardIT {
    private TestDatabase database;
    private JobBoard board;
    private Map<Signal, Supplier<Reading>> signals;

    @BeforeEach
    void createDatabase() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        database.execute("insert into clients (name, slug) values ('Client', 'client')");
        Jdbi jdbi = Jdbi.create(database.jdbcUrl(), database.user(), database.password());
        board = new JobBoard(jdbi);
        signals = JobSignals.all(jdbi);
    }

    @Test
    void withoutConfigsThereIsNothingToBeLateFor() {
        assertThat(board.jobs(Tenant.EVERY).scans()).isEmpty();
        assertThat(board.subreddits()).isEmpty();
        assertThat(signals.values())
                .allSatisfy(signal -> assertThat(signal.get().value()).isZero());
    }

    @Test
    void aSubredditIsAsFreshAsItsLastReading() throws Exception {
        config(1, "News, coffee", true);
        config(2, "COFFEE", true);
        planned(1, "4 minutes", false);
        planned(2, "2 minutes", false);
        read("coffee", "1 minute", "fresh", "");
        database.execute(
                "update feed_subreddits set last_post_id = 'abc', last_post_at = now() - interval '3 minutes'");
        database.execute(
                """
                insert into feed_gaps (subreddit, began_at, ended_at, noticed_at)
                select 'coffee', now() - make_interval(hours => hour), now() - make_interval(hours => hour - 1), now()
                from unnest(array[9, 4]) as hour
                """);

        assertThat(board.subreddits()).extracting(Subreddit::name).containsExactly("news", "coffee");
        Subreddit coffee = board.subreddits().get(1);
        assertThat(coffee.configs()).isEqualTo(2);
        assertThat(coffee.readAt())
                .isBetween(Instant.now().minusSeconds(120), Instant.now().minusSeconds(30));
        assertThat(coffee.plannedAt()).isBefore(Instant.now().plusSeconds(130));
        assertThat(coffee.standing(Instant.now())).isEqualTo("fresh");
        assertThat(coffee.lastPostId()).isEqualTo("abc");
        assertThat(coffee.lastPostAt()).isBefore(Instant.now().minusSeconds(170));
        assertThat(coffee.gaps()).isEqualTo(2);
        assertThat(coffee.lastGap().beganAt()).isAfter(Instant.now().minusSeconds(5 * 3600));
        assertThat(value(Signal.JOB_LAG)).isZero();
    }

    @Test
    void whatShouldHaveBegunIsLate() throws Exception {
        config(1, "news", true);
        read("news", "10 minutes", "fresh", "");
        planned(1, "-5 minutes", false);

        assertThat(standing()).isEqualTo("late");
        assertThat(value(Signal.JOB_LAG)).isBetween(299.0, 330.0);
        assertThat(board.jobs(Tenant.EVERY).scans()).singleElement().matches(scan -> scan.isLate(Instant.now()));
    }

    @Test
    void theScansOfSomeConfigsAreTheirsAlone() throws Exception {
        config(1, "news", true);
        config(2, "tea", true);
        config(3, "old", false);

        assertThat(board.scans(List.of(2L, 3L, 4L))).extracting(Scan::configId).containsExactly(2L, 3L);
        assertThat(board.scans(List.of())).isEmpty();
    }

    @Test
    void whatRunsIsNotLate() throws Exception {
        config(1, "news", true);
        planned(1, "-5 minutes", true);

        assertThat(standing()).isEqualTo("running");
        assertThat(value(Signal.JOB_LAG)).isZero();
        assertThat(board.jobs(Tenant.EVERY).scans()).singleElement().satisfies(scan -> {
            assertThat(scan.isLate(Instant.now())).isFalse();
            assertThat(scan.process()).isEqualTo("droplet 1");
        });
    }

    @Test
    void whatFailedIsSaidWithItsReason() throws Exception {
        config(1, "news", true);
        planned(1, "4 minutes", false);
        scanned(1, "1 minute", "failed");
        read("news", "1 hour", "throttled", "Reddit allows no further call for 9 s");

        assertThat(standing()).isEqualTo("throttled");
        assertThat(board.subreddits().get(0).detail()).isEqualTo("Reddit allows no further call for 9 s");
        Scan scan = board.jobs(Tenant.EVERY).scans().get(0);
        assertThat(scan.last().outcome()).isEqualTo("failed");
        assertThat(scan.last().detail()).isEqualTo("what went wrong");
    }

    @Test
    void whatWasNeverReadIsUnknownAndWhatNobodyPlansIsSaidSo() throws Exception {
        config(1, "news", true);
        assertThat(standing()).isEqualTo("unplanned");

        planned(1, "4 minutes", false);
        assertThat(standing()).isEqualTo("unknown");
        assertThat(board.subreddits().get(0).readAt()).isNull();
    }

    @Test
    void theBudgetIsToldWhileItIsKnown() throws Exception {
        assertThat(board.jobs(Tenant.EVERY).budget()).isNull();

        database.execute(
                """
                insert into rate_budgets (credential, remaining, resets_at, silent_until)
                values
                  ('old', 3, now() - interval '1 minute', now() - interval '1 hour'),
                  ('new', 87.5, now() + interval '1 minute', now() - interval '1 hour')
                """);

        assertThat(board.jobs(Tenant.EVERY).budget().remaining()).isEqualTo(87.5);
        assertThat(board.jobs(Tenant.EVERY).budget().resetsAt()).isAfter(Instant.now());
    }

    @Test
    void aSubredditIsSilentWhenItHasHadNoPostForTwiceItsLongestPauseAndAnHour() throws Exception {
        config(1, "news", true);
        planned(1, "4 minutes", false);
        read("news", "1 minute", "fresh", "");
        for (String row : List.of(
                "5 hours,2 hours,silent",
                "3 hours,2 hours,fresh",
                "50 minutes,1 minute,fresh",
                "62 minutes,1 minute,silent")) {
            String[] cells = row.split(",", -1);
            database.execute("update feed_subreddits set last_post_at = now() - interval '" + cells[0]
                    + "', longest_pause = '" + cells[1] + "'");

            assertThat(standing()).as(row).isEqualTo(cells[2]);
            assertThat(value(Signal.SUBREDDITS_SILENT)).as(row).isEqualTo(cells[2].equals("silent") ? 1 : 0);
        }
        database.execute("update feed_subreddits set last_post_at = now() - interval '9 days', longest_pause = null");
        assertThat(standing()).as("whose pauses are not known").isEqualTo("fresh");
        assertThat(value(Signal.SUBREDDITS_SILENT)).isZero();
    }

    @Test
    void aSubredditIsUnreadWhenItWasNotReadForAnHourWhateverTheReason() throws Exception {
        config(1, "news,tea,old", true);
        config(2, "off", false);
        read("news", "1 minute", "blocked", "is private");
        read("tea", "1 minute", "throttled", "is not reached");
        read("old", "3 hours", "fresh", "");
        read("off", "3 hours", "blocked", "is private");
        assertThat(value(Signal.SUBREDDITS_UNREAD))
                .as("of which nothing is known")
                .isEqualTo(2);

        database.execute("update feed_subreddits set covered_until = now() - interval '59 minutes'");
        assertThat(value(Signal.SUBREDDITS_UNREAD)).isZero();
        database.execute("update feed_subreddits set covered_until = now() - interval '61 minutes'");
        assertThat(value(Signal.SUBREDDITS_UNREAD)).isEqualTo(2);
    }

    @Test
    void theTimeSincePostsWereSeenIsThatOfTheLongestUnseen() throws Exception {
        database.execute("insert into post_checks (reddit_post_id, due_at) values"
                + " ('a', now() + interval '20 hours'), ('b', now() - interval '13 hours')");

        assertThat(value(Signal.DELETION_LAG)).isBetween(37 * 3600.0, 37 * 3600.0 + 60);
    }

    @Test
    void whatIsKeptIsKnownSinceADayBeforeTheNextCheck() throws Exception {
        assertThat(board.jobs(Tenant.EVERY).checkedSince()).isNull();

        database.execute("insert into post_checks (reddit_post_id, due_at) values"
                + " ('a', '2026-03-02T10:00:00Z'), ('b', '2026-03-02T11:00:00Z')");

        assertThat(board.jobs(Tenant.EVERY).checkedSince()).isEqualTo(Instant.parse("2026-03-01T10:00:00Z"));

        database.execute("insert into post_checks (reddit_post_id, due_at, absent_since) values"
                + " ('c', '2026-03-02T14:00:00Z', '2026-03-02T08:00:00Z')");

        assertThat(board.jobs(Tenant.EVERY).checkedSince())
                .as("a day before the answer that it was absent from")
                .isEqualTo(Instant.parse("2026-03-01T08:00:00Z"));
    }

    @Test
    void aConfigThatIsOffIsListedButItsSubredditsAreNot() throws Exception {
        config(1, "news", false);

        assertThat(board.subreddits()).isEmpty();
        assertThat(board.jobs(Tenant.EVERY).scans()).singleElement().matches(scan -> !scan.active());
    }

    private double value(Signal signal) {
        return signals.get(signal).get().value();
    }

    private String standing() {
        return board.subreddits().get(0).standing(Instant.now());
    }

    private void read(String subreddit, String ago, String state, String detail) throws SQLException {
        database.execute(
                """
                insert into feed_subreddits (name, state, detail, read_at)
                values ('%s', '%s', '%s', now() - interval '%s')
                """
                        .formatted(subreddit, state, detail, ago));
    }

    private void config(int id, String subreddits, boolean active) throws SQLException {
        database.execute(
                """
                insert into client_configs (id, client_id, reddit_subreddits, keywords, is_active)
                values (%d, (select id from clients), '%s', 'word', %s)
                """
                        .formatted(id, subreddits, active));
    }

    private void planned(int config, String in, boolean running) throws SQLException {
        database.execute(
                """
                insert into scheduled_tasks (task_name, task_instance, execution_time, picked, picked_by, version)
                values ('scan-config', '%d', now() + interval '%s', %s, %s, 1)
                """
                        .formatted(config, in, running, running ? "'droplet 1'" : "null"));
    }

    private void scanned(int config, String ago, String outcome) throws SQLException {
        database.execute(
                """
                insert into scan_records (config_id, client_id, started_at, finished_at, outcome, detail)
                values (%d, (select id from clients), now() - interval '%s', now() - interval '%s', '%s', 'what went wrong')
                """
                        .formatted(config, ago, ago, outcome));
    }
}
