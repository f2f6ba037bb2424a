package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.harken.analytics.WeeklyReports;
import dev.harken.audit.AuditDao;
import dev.harken.clients.Client;
import dev.harken.configs.ClientConfig;
import dev.harken.database.Database;
import dev.harken.database.Transactions;
import dev.harken.http.ApiJson;
import dev.harken.mail.MailFactory;
import dev.harken.mail.Mailer;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.ResponseDao;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.Receiver;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import dev.harken.users.User;
import dev.harken.users.UserDao;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drafts that nobody looks at, over a real database, receiver and mail server, with a clock that is set. */
class EscalationIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final SetClock clock = new SetClock(Instant.parse("2026-03-23T06:00:00Z"));
    private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);
    private TestDatabase testDatabase;
    private Database database;
    private Transactions transactions;
    private Hooks hooks;
    private Courier courier;
    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        mail.start();
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        List<Class<?>> entities =
                new ArrayList<>(List.of(Client.class, User.class, ClientConfig.class, MatchedPost.class));
        entities.addAll(ResponseDao.entities());
        entities.addAll(NotificationsBundle.entities());
        database = testDatabase.open(entities, clock);
        transactions = database.transactions();
        OutboxDao outbox = new OutboxDao(clock);
        hooks = new Hooks(new HookAddresses(true), deadlines, Duration.ofSeconds(3), clock);
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
                NotificationsBundle.messengers(hooks, Optional.empty(), ApiJson.mapper(), clock),
                new RetryPlan(RandomGenerator.getDefault()),
                Runnable::run,
                clock);
        receiver = new Receiver();
        testDatabase.execute(
                "insert into clients (name, slug, review_hours) values ('Tea', 'tea', 4), ('Ale', 'ale', null)");
        testDatabase.execute(
                """
                insert into users (email, hashed_password, is_active, role, client_id) values
                  ('boss@agency.test', '-', true, 'admin', null), ('gone@agency.test', '-', false, 'admin', null),
                  ('ann@tea.test', '-', true, 'client', 1)
                """);
        for (int client = 1; client <= 2; client++) {
            testDatabase.execute(
                    """
                    insert into notification_channels (
                      client_id, name, kind, address, secret, schedule, digest_hour, is_active, created_at, updated_at)
                    values (%d, 'Channel', 'webhook', '%s', '%s', 'daily', 8, true, now(), now())
                    """
                            .formatted(client, receiver.url("/hook"), SECRET));
        }
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
        deadlines.shutdownNow();
        database.pool().stop();
        mail.stop();
    }

    private Mailer mailer() {
        MailFactory server = new MailFactory();
        server.setUrl("smtp://127.0.0.1:" + mail.getSmtp().getPort());
        server.setFrom("harken@example.com");
        return server.build().orElseThrow();
    }

    /** As each process has one. */
    private Escalation escalation() {
        return new Escalation(
                transactions,
                new EscalationDao(),
                new UserDao(clock),
                new AuditDao(clock),
                Optional.of(mailer()),
                clock);
    }

    private void deliver() {
        while (courier.dispatch() > 0) {
            // Until nothing is due.
        }
    }

    private long post(long client, boolean drafted) throws Exception {
        long post = Long.parseLong(testDatabase.scalar(
                """
                insert into matched_posts (
                  client_id, subreddit, reddit_post_id, title, content, keywords_matched, created_at)
                values (%d, 'Gardening', substr(md5(random()::text), 1, 8), 'Slugs', 'text', 'slugs', '%s')
                returning id
                """
                        .formatted(client, clock.instant())));
        if (drafted) {
            testDatabase.execute("insert into ai_responses (post_id, client_id, content, created_at) values (" + post
                    + ", " + client + ", 'Beer traps.', '" + clock.instant() + "')");
        }
        return post;
    }

    private String overdue() throws Exception {
        return testDatabase.scalar(
                "select coalesce(string_agg(id::text, ',' order by id), '') from matched_posts where overdue_at is not null");
    }

    @Test
    void theClientsChannelsAreToldThenTheAdministratorsEachOnce() throws Exception {
        long waiting = post(1, true);
        long reviewed = post(1, true);
        post(1, false);
        post(2, true);
        clock.advance(Duration.ofHours(4).minusSeconds(1));
        escalation().run();
        assertThat(overdue()).isEmpty();
        testDatabase.execute("update matched_posts set reviewed = true where id = " + reviewed);

        clock.advance(Duration.ofSeconds(1));
        for (int run = 0; run < 3; run++) {
            escalation().run();
            deliver();
        }

        assertThat(overdue()).isEqualTo(Long.toString(waiting));
        assertThat(receiver.requests()).hasSize(1);
        String body = receiver.requests().get(0).body();
        assertThat(body).contains("\"type\":\"post.overdue\"", "Slugs", "Beer traps.");
        assertThat(mail.getReceivedMessages()).isEmpty();
        assertThat(testDatabase.scalar("select string_agg(client_id || ' ' || subject || ' ' || subject_id, ',')"
                        + " from audit_records where action = 'post.overdue'"))
                .isEqualTo("1 post " + waiting);

        clock.advance(Duration.ofHours(4));
        for (int run = 0; run < 3; run++) {
            escalation().run();
            deliver();
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(receiver.requests()).hasSize(1);
        assertThat(mail.getReceivedMessages()).hasSize(1);
        assertThat(mail.getReceivedMessages()[0].getSubject()).isEqualTo("A draft is overdue");
        assertThat(mail.getReceivedMessages()[0].getAllRecipients())
                .extracting(Object::toString)
                .containsExactly("boss@agency.test");
        assertThat(mail.getReceivedMessages()[0].getContent().toString()).contains("Tea: 1");
    }

    @Test
    void severalProcessesMarkAndTellChannelsNothingTwice() throws Exception {
        for (int i = 0; i < 250; i++) {
            post(1, true);
        }
        ExecutorService processes = Executors.newFixedThreadPool(4);
        try {
            clock.advance(Duration.ofHours(4));
            CompletableFuture<?>[] runs = new CompletableFuture<?>[4];
            for (int i = 0; i < runs.length; i++) {
                runs[i] = CompletableFuture.runAsync(() -> escalation().run(), processes);
            }
            CompletableFuture.allOf(runs).join();
        } finally {
            processes.shutdownNow();
        }
        escalation().run();

        assertThat(testDatabase.scalar("select count(*) || ' ' || count(distinct subject_id) from audit_records"))
                .isEqualTo("250 250");
        assertThat(testDatabase.scalar("select count(*) || ' ' || count(distinct post_id) from notifications"))
                .isEqualTo("250 250");
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    @Test
    void oneMailHasAllOfThem() throws Exception {
        for (int i = 0; i < 250; i++) {
            post(1, true);
        }
        testDatabase.execute("update clients set review_hours = 2 where id = 2");
        post(2, true);
        for (int run = 0; run < 4; run++) {
            clock.advance(Duration.ofHours(4));
            escalation().run();
        }

        assertThat(mail.getReceivedMessages()).hasSize(1);
        assertThat(mail.getReceivedMessages()[0].getSubject()).isEqualTo("251 drafts are overdue");
        assertThat(mail.getReceivedMessages()[0].getContent().toString()).contains("Ale: 1\r\nTea: 250");
    }

    @Test
    void aBacklogThatIsOverdueWithItsFirstLimitIsMarkedAndToldToNobody() throws Exception {
        for (int i = 0; i < 3; i++) {
            post(2, true);
        }
        clock.advance(Duration.ofDays(2));
        testDatabase.execute("update clients set review_hours = 2 where id = 2");
        for (int run = 0; run < 3; run++) {
            escalation().run();
            deliver();
            clock.advance(Duration.ofHours(2));
        }

        assertThat(overdue()).hasSize("1,2,3".length());
        assertThat(receiver.requests()).isEmpty();
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    @Test
    void whatIsToldTwiceHasOneKeyAndWithMorePostsAnother() throws Exception {
        post(1, true);
        clock.advance(Duration.ofHours(4));
        escalation().run();
        clock.advance(Duration.ofHours(4));
        escalation().run();
        // As when a process dies before it has noted it.
        testDatabase.execute("update matched_posts set overdue_told_at = null");
        escalation().run();
        testDatabase.execute("update matched_posts set overdue_told_at = null");
        post(1, true);
        testDatabase.execute("update matched_posts set overdue_at = now() - interval '1 year'");
        escalation().run();

        List<String> keys = new ArrayList<>();
        for (var message : mail.getReceivedMessages()) {
            keys.add(message.getHeader("Message-ID")[0]);
        }
        assertThat(keys).hasSize(3);
        assertThat(keys.get(0)).isEqualTo(keys.get(1)).matches("<overdue_[0-9a-f]{64}@example\\.com>");
        assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
    }

    @Test
    void whatWasReviewedBeforeItWasSentIsNotTold() throws Exception {
        post(1, true);
        clock.advance(Duration.ofHours(5));
        escalation().run();
        testDatabase.execute("update matched_posts set reviewed = true");

        deliver();
        clock.advance(Duration.ofHours(5));
        escalation().run();

        assertThat(receiver.requests()).isEmpty();
        assertThat(testDatabase.scalar("select state from notifications")).isEqualTo("dropped");
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    @Test
    void administratorsAreToldLaterWhenTheMailServerDoesNotAnswer() throws Exception {
        post(1, true);
        clock.advance(Duration.ofHours(4));
        escalation().run();
        clock.advance(Duration.ofHours(4));
        Escalation there = escalation();
        mail.stop();
        there.run();
        assertThat(testDatabase.scalar("select count(*) from matched_posts where overdue_told_at is not null"))
                .isEqualTo("0");

        mail.start();
        escalation().run();
        escalation().run();

        assertThat(mail.getReceivedMessages()).hasSize(1);
    }

    @Test
    void anAddressThatIsRefusedKeepsNothingFromTheOthers() throws Exception {
        testDatabase.execute("insert into users (email, hashed_password, is_active, role)"
                + " values ('no address@@agency.test', '-', true, 'admin')");
        post(1, true);
        clock.advance(Duration.ofHours(4));
        escalation().run();
        clock.advance(Duration.ofHours(4));
        escalation().run();
        escalation().run();

        assertThat(mail.getReceivedMessages()).hasSize(1);
    }
}
