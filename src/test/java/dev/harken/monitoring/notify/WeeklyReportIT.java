package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.harken.analytics.DailyMetricsDao;
import dev.harken.analytics.WeeklyReports;
import dev.harken.clients.Client;
import dev.harken.configs.ClientConfig;
import dev.harken.database.Database;
import dev.harken.database.Transactions;
import dev.harken.http.ApiJson;
import dev.harken.mail.MailFactory;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.ResponseDao;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports of a week from the plan to the mail box, over a real database and mail server, with a clock that is set. */
class WeeklyReportIT {
    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final SetClock clock = new SetClock(Instant.parse("2026-03-23T06:00:00Z"));
    private TestDatabase testDatabase;
    private Database database;
    private Transactions transactions;
    private OutboxDao outbox;
    private ReportPlan plan;
    private Courier courier;

    @BeforeEach
    void start() throws Exception {
        mail.start();
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        List<Class<?>> entities = new ArrayList<>(List.of(Client.class, ClientConfig.class, MatchedPost.class));
        entities.addAll(ResponseDao.entities());
        entities.addAll(NotificationsBundle.entities());
        database = testDatabase.open(entities, clock);
        transactions = database.transactions();
        outbox = new OutboxDao(clock);
        plan = new ReportPlan(transactions, outbox, new DailyMetricsDao(database.reads()), clock);
        MailFactory server = new MailFactory();
        server.setUrl("smtp://127.0.0.1:" + mail.getSmtp().getPort());
        server.setFrom("harken@example.com");
        courier = new Courier(
                transactions,
                outbox,
                new Composer(
                        transactions,
                        new ChannelDao(clock),
                        outbox,
                        new PostDao(database.reads(), ApiJson.mapper(), clock),
                        new ResponseDao(clock),
                        new WeeklyReports(database.reads())),
                Map.of(ChannelKind.EMAIL, new MailMessenger(server.build().orElseThrow())),
                new RetryPlan(new RandomGenerator() {
                    @Override
                    public long nextLong() {
                        return 0;
                    }
                }),
                Runnable::run,
                clock);
        testDatabase.execute("insert into clients (name, slug) values ('One', 'one'), ('Two', 'two')");
    }

    @AfterEach
    void stop() throws Exception {
        mail.stop();
        database.pool().stop();
    }

    @Test
    void aReportTellsOfTheWeekBesideTheOneBefore() throws Exception {
        long channel = channel(1, "ann@example.com", 1, 8, "Europe/Berlin", "2026-03-23T07:00:00Z");
        // The week is from Monday 16 to Sunday 22 March.
        metrics(1, "2026-03-08", 1000, 1000, 1000, 1000);
        metrics(1, "2026-03-09", 6, 5, 2, 30);
        metrics(1, "2026-03-15", 4, 5, 2, 0);
        metrics(1, "2026-03-16", 20, 6, 1, 0);
        metrics(1, "2026-03-22", 10, 6, 0, 10);
        metrics(1, "2026-03-23", 1000, 1000, 1000, 1000);
        metrics(2, "2026-03-20", 1000, 1000, 1000, 1000);
        recordedUntil("2026-03-22");
        testDatabase.execute(
                "insert into matched_posts (client_id, subreddit, reddit_post_id, title, keywords_matched, created_at)"
                        + " select 1, 'Soil', 's' || n, 'title', 'basil', '2026-03-22T23:59:59Z' from generate_series(1, 3) n",
                "insert into past_subreddits values (1, '2026-03-16', 'Gardening', 7, 0, 0, 0, 0, 0, 0)",
                "insert into past_keywords values (1, '2026-03-16', E'toma\\ntoes', 7, 0, 0, 0, 0)",
                "insert into past_subreddits values (1, '2026-03-15', 'Old', 99, 0, 0, 0, 0, 0, 0),"
                        + " (2, '2026-03-16', 'Theirs', 99, 0, 0, 0, 0, 0, 0)");

        plan.run();
        assertThat(rows()).isNull();
        clock.set(Instant.parse("2026-03-23T07:00:00Z"));
        plan.run();
        courier.dispatch();

        MimeMessage message = only();
        assertThat(message.getAllRecipients()[0]).hasToString("ann@example.com");
        assertThat(message.getSubject()).isEqualTo("Your week on Reddit until Sun 22 Mar 2026");
        assertThat(message.getHeader("Message-ID"))
                .containsExactly("<week_%d_2026-W13@example.com>".formatted(channel));
        assertThat(message.getContent().toString().replace("\r\n", "\n"))
                .startsWith(
                        """
                        Mon 16 Mar 2026 to Sun 22 Mar 2026 (days of UTC), beside the seven days before.

                        Posts matched: 30 (10 before): more, +49 % to +505 %
                        Replies drafted: 12 (10 before): no clear change, −47 % to +171 %
                        Drafts copied: 1 (4 before): too few to tell
                        Posts reviewed: 10 (30 before): fewer, −83 % to −33 %

                        Keywords with the most posts:
                          toma toes: 7
                          basil: 3

                        Subreddits with the most posts:
                          r/Gardening: 7
                          r/Soil: 3

                        """);
        assertThat(rows()).isEqualTo("weekly delivered week 2026-W13");
    }

    @Test
    void eachWeekIsToldOnceAlsoWhereTheClocksChange() throws Exception {
        channel(1, "ann@example.com", 1, 8, "Europe/Berlin", "2026-03-23T07:00:00Z");
        recordedUntil("2026-12-31");
        clock.set(Instant.parse("2026-03-23T07:00:00Z"));
        for (int minute = 0; minute < 3; minute++) {
            plan.run();
            clock.advance(Duration.ofMinutes(1));
        }
        // A process that comes to it late and knows nothing of that.
        testDatabase.execute("update notification_channels set report_due_at = '2026-03-23T07:00:00Z'");
        plan.run();
        assertThat(rows()).isEqualTo("weekly waiting week 2026-W13");

        // From the 29th on it is summer there.
        clock.set(Instant.parse("2026-03-30T05:59:59Z"));
        plan.run();
        assertThat(rows()).isEqualTo("weekly waiting week 2026-W13");
        clock.set(Instant.parse("2026-03-30T06:00:00Z"));
        plan.run();
        assertThat(rows()).isEqualTo("weekly waiting week 2026-W13,weekly waiting week 2026-W14");
    }

    @Test
    void afterADowntimeTheLatestIsToldAndTheNextIsAsEver() throws Exception {
        channel(1, "ann@example.com", 1, 8, "UTC", "2026-03-23T08:00:00Z");
        recordedUntil("2026-04-08");
        clock.set(Instant.parse("2026-04-09T12:00:00Z"));

        plan.run();

        assertThat(rows()).isEqualTo("weekly waiting week 2026-W15");
        assertThat(testDatabase.scalar("select report_due_at = '2026-04-13T08:00:00Z' from notification_channels"))
                .isEqualTo("t");
        courier.dispatch();
        assertThat(only().getSubject()).isEqualTo("Your week on Reddit until Sun 5 Apr 2026");
    }

    @Test
    void aReportWaitsForTheDaysThatItTellsOf() throws Exception {
        channel(1, "ann@example.com", 1, 0, "UTC", "2026-03-23T00:00:00Z");
        clock.set(Instant.parse("2026-03-23T00:05:00Z"));
        plan.run();
        assertThat(rows()).as("nothing was ever recorded").isNull();
        recordedUntil("2026-03-21");
        plan.run();
        assertThat(rows()).as("Sunday is not recorded").isNull();

        recordedUntil("2026-03-22");
        plan.run();

        assertThat(rows()).isEqualTo("weekly waiting week 2026-W13");
    }

    @Test
    void whatIsSwitchedOffBeforeItIsSentIsNotSent() throws Exception {
        channel(1, "ann@example.com", 1, 8, "UTC", "2026-03-23T08:00:00Z");
        recordedUntil("2026-03-22");
        clock.set(Instant.parse("2026-03-23T08:00:00Z"));
        plan.run();
        testDatabase.execute("update notification_channels set weekly_report = false, report_due_at = null");

        courier.dispatch();

        assertThat(mail.getReceivedMessages()).isEmpty();
        assertThat(rows()).isEqualTo("weekly dropped week 2026-W13");
    }

    private MimeMessage only() {
        assertThat(mail.getReceivedMessages()).hasSize(1);
        return mail.getReceivedMessages()[0];
    }

    private String rows() throws Exception {
        return testDatabase.scalar(
                "select string_agg(kind || ' ' || state || ' ' || about, ',' order by id) from notifications");
    }

    private void recordedUntil(String day) throws Exception {
        testDatabase.execute(
                "delete from daily_metrics_progress",
                "insert into daily_metrics_progress values ('daily_metrics', '%s', now())".formatted(day));
    }

    private void metrics(long client, String day, int matched, int drafted, int copied, int reviewed) throws Exception {
        testDatabase.execute("insert into daily_metrics values (%d, '%s', %d, %d, %d, %d, 0, 0, 0, now())"
                .formatted(client, day, matched, drafted, copied, reviewed));
    }

    private long channel(long client, String address, int weekday, int hour, String zone, String due) throws Exception {
        testDatabase.execute(
                """
                insert into notification_channels (
                  client_id, name, kind, address, schedule, digest_hour, is_active, weekly_report, report_weekday,
                  report_hour, report_zone, report_due_at, created_at, updated_at)
                values (%d, 'mail', 'email', '%s', 'daily', 8, true, true, %d, %d, '%s', '%s', now(), now())
                """
                        .formatted(client, address, weekday, hour, zone, due));
        return Long.parseLong(testDatabase.scalar("select max(id) from notification_channels"));
    }
}
