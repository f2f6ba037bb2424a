package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.monitoring.JobBoard.Freshness;
import dev.harken.monitoring.JobBoard.Scan;
import dev.harken.monitoring.JobBoard.Subreddit;
import dev.harken.testing.HarkenService;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the job looks to an operator, and how late it is. */
class JobBoardIT {
    private TestDatabase database;
    private JobBoard board;
    private JobLag lag;

    @BeforeEach
    void createDatabase() throws Exception {
        database = PostgresServer.shared().createDatabase();
        HarkenService.migrate(database);
        database.execute("insert into clients (name, slug) values ('Client', 'client')");
        Jdbi jdbi = Jdbi.create(database.jdbcUrl(), database.user(), database.password());
        board = new JobBoard(jdbi);
        lag = new JobLag(jdbi);
    }

    @Test
    void withoutConfigsThereIsNothingToBeLateFor() {
        assertThat(board.jobs().scans()).isEmpty();
        assertThat(board.subreddits()).isEmpty();
        assertThat(lag.get()).satisfies(reading -> assertThat(reading.value()).isZero());
    }

    @Test
    void aSubredditIsAsFreshAsTheLastScanThatReadIt() throws Exception {
        config(1, "News, coffee", true);
        config(2, "COFFEE", true);
        planned(1, "4 minutes", false);
        planned(2, "2 minutes", false);
        scanned(1, "10 minutes", "done");
        scanned(2, "1 minute", "partly");

        assertThat(board.subreddits()).extracting(Subreddit::name).containsExactly("news", "coffee");
        Subreddit coffee = board.subreddits().get(1);
        assertThat(coffee.configs()).isEqualTo(2);
        assertThat(coffee.polledAt())
                .isBetween(Instant.now().minusSeconds(120), Instant.now().minusSeconds(30));
        assertThat(coffee.plannedAt()).isBefore(Instant.now().plusSeconds(130));
        assertThat(coffee.freshness(Instant.now())).isEqualTo(Freshness.FRESH);
        assertThat(lag.get().value()).isZero();
    }

    @Test
    void whatShouldHaveBegunIsLate() throws Exception {
        config(1, "news", true);
        scanned(1, "10 minutes", "done");
        planned(1, "-5 minutes", false);

        assertThat(freshness()).isEqualTo(Freshness.LATE);
        assertThat(lag.get().value()).isBetween(299.0, 330.0);
        assertThat(board.jobs().scans()).singleElement().matches(scan -> scan.isLate(Instant.now()));
    }

    @Test
    void whatRunsIsNotLate() throws Exception {
        config(1, "news", true);
        planned(1, "-5 minutes", true);

        assertThat(freshness()).isEqualTo(Freshness.RUNNING);
        assertThat(lag.get().value()).isZero();
        assertThat(board.jobs().scans()).singleElement().satisfies(scan -> {
            assertThat(scan.isLate(Instant.now())).isFalse();
            assertThat(scan.process()).isEqualTo("droplet 1");
        });
    }

    @Test
    void whatFailedIsSaidWithItsReason() throws Exception {
        config(1, "news", true);
        planned(1, "4 minutes", false);
        scanned(1, "1 minute", "failed");

        assertThat(freshness()).isEqualTo(Freshness.FAILING);
        assertThat(board.subreddits().get(0).polledAt()).isNull();
        Scan scan = board.jobs().scans().get(0);
        assertThat(scan.last().outcome()).isEqualTo("failed");
        assertThat(scan.last().detail()).isEqualTo("what went wrong");
    }

    @Test
    void whatWasNeverReadIsUnreadAndWhatNobodyPlansIsSaidSo() throws Exception {
        config(1, "news", true);
        assertThat(freshness()).isEqualTo(Freshness.UNPLANNED);

        planned(1, "4 minutes", false);
        assertThat(freshness()).isEqualTo(Freshness.UNREAD);
    }

    @Test
    void aConfigThatIsOffIsListedButItsSubredditsAreNot() throws Exception {
        config(1, "news", false);

        assertThat(board.subreddits()).isEmpty();
        assertThat(board.jobs().scans()).singleElement().matches(scan -> !scan.active());
    }

    private Freshness freshness() {
        return board.subreddits().get(0).freshness(Instant.now());
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
