package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.analytics.WeeklyReports;
import dev.harken.clients.Client;
import dev.harken.configs.ClientConfig;
import dev.harken.database.Database;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.ApiJson;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.ResponseDao;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.Receiver;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The outbox and its courier over a real database, with receivers that are real servers and a clock that is set. */
class OutboxIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final SetClock clock = new SetClock();
    private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);
    private TestDatabase testDatabase;
    private Database database;
    private Transactions transactions;
    private OutboxDao outbox;
    private Hooks hooks;
    private Courier courier;
    private Receiver receiver;
    private long channel;

    @BeforeEach
    void start() throws Exception {
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        List<Class<?>> entities = new ArrayList<>(List.of(Client.class, ClientConfig.class, MatchedPost.class));
        entities.addAll(ResponseDao.entities());
        entities.addAll(NotificationsBundle.entities());
        database = testDatabase.open(entities, clock);
        transactions = database.transactions();
        outbox = new OutboxDao(clock);
        hooks = new Hooks(new HookAddresses(true), deadlines, Duration.ofSeconds(3), clock);
        courier = courier(Runnable::run);
        receiver = new Receiver();
        testDatabase.execute("insert into clients (name, slug) values ('One', 'one'), ('Two', 'two')");
        channel = channel(1, "webhook", receiver.url("/hook"), "immediate");
    }

    @AfterEach
    void stop() throws Exception {
        receiver.close();
        deadlines.shutdownNow();
        database.pool().stop();
    }

    @Test
    void aPostAndWhatIsToBeToldOfItAreStoredTogetherOrNotAtAll() throws Exception {
        channel(1, "feed", null, "immediate");
        channel(2, "webhook", receiver.url("/theirs"), "immediate");
        testDatabase.execute("update notification_channels set is_active = false where id = "
                + channel(1, "slack", receiver.url("/off"), "immediate"));
        assertThatThrownBy(() -> transactions.change(Tenant.of(1), session -> {
                    outbox.enqueue(session, 1, List.of(1L));
                    throw new IllegalStateException("the power goes");
                }))
                .hasMessage("the power goes");
        assertThat(rows("count(*)")).isEqualTo("0");

        tell(post("one"), post("two"));

        assertThat(rows("string_agg(channel_id || ' ' || kind || ' ' || state, ',')"))
                .isEqualTo("%1$d post waiting,%1$d post waiting".formatted(channel));
    }

    @Test
    void aPostIsToldOnceHoweverOftenItIsEnqueued() throws Exception {
        long post = post("one");
        tell(post);
        tell(post);

        deliver();

        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    void aWebhookGetsThePostWithItsNewestDraft() throws Exception {
        long post = post("A <b>title</b>");
        tell(post);
        testDatabase.execute(
                draft(post, "older", "10 minutes"), draft(post, "newer", "1 minute"), draft(post, "oldest", "1 hour"));

        deliver();

        assertThat(receiver.requests()).singleElement().satisfies(request -> {
            assertThat(request.path()).isEqualTo("/hook");
            assertThat(request.header("Content-Type")).startsWith("application/json");
            assertThat(request.header("webhook-id")).isEqualTo(rows("key")).startsWith("msg_");
            assertThat(request.header("Idempotency-Key")).isEqualTo(request.header("webhook-id"));
            assertThat(request.header("webhook-signature"))
                    .isEqualTo(Signature.of(
                            SECRET,
                            request.header("webhook-id"),
                            Long.parseLong(request.header("webhook-timestamp")),
                            request.body().getBytes(StandardCharsets.UTF_8)));
            assertThat(request.json().get("type").asText()).isEqualTo("post.matched");
            assertThat(request.json().at("/data/posts/0/kind").asText()).isEqualTo("post");
            assertThat(request.json().at("/data/posts/0/title").asText()).isEqualTo("A <b>title</b>");
            assertThat(request.json().at("/data/posts/0/keywords/0").asText()).isEqualTo("tomatoes");
            assertThat(request.json().at("/data/posts/0/keywords/1").asText()).isEqualTo("\"raised bed\"");
            assertThat(request.json().at("/data/posts/0/draft/content").asText())
                    .isEqualTo("newer");
        });
        assertThat(rows("state || ' ' || attempts || ' ' || last_status")).isEqualTo("delivered 1 204");
    }

    @Test
    void whatAProcessHadClaimedWhenItDiedIsSentByTheNextWithItsKey() throws Exception {
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);
        List<Claim> claimed = claim(10);
        assertThat(claimed).hasSize(1);

        // The process dies here. Nobody else sends it while it might still live.
        clock.advance(OutboxDao.CLAIM.minusSeconds(1));
        assertThat(courier.dispatch()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(courier.dispatch()).isEqualTo(1);

        assertThat(receiver.requests()).singleElement().satisfies(request -> assertThat(request.header("webhook-id"))
                .isEqualTo(claimed.get(0).key()));
        clock.advance(Duration.ofDays(1));
        assertThat(courier.dispatch()).isZero();
    }

    @Test
    void aDeathBetweenTheAnswerAndItsRecordRepeatsWithTheSameKey() throws Exception {
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);
        Claim claim = claim(10).get(0);
        Composer.Composed composed = composer().compose(claim);
        Receipt receipt = new WebhookMessenger(hooks, ApiJson.mapper(), clock)
                .send(composed.channel().orElseThrow(), composed.told().orElseThrow());
        assertThat(receipt.isTaken()).isTrue();

        clock.advance(OutboxDao.CLAIM);
        courier.dispatch();

        assertThat(receiver.requests()).hasSize(2);
        assertThat(receiver.requests().get(1).header("webhook-id"))
                .isEqualTo(receiver.requests().get(0).header("webhook-id"));
        assertThat(receiver.requests().get(1).body())
                .isEqualTo(receiver.requests().get(0).body());
    }

    @Test
    void aFailureThatIsRecordedLateChangesNothingOfAnothersClaim() throws Exception {
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);
        Claim late = claim(10).get(0);
        clock.advance(OutboxDao.CLAIM);
        Claim current = claim(10).get(0);

        transactions.record(
                Tenant.EVERY,
                session -> outbox.failed(
                        session, late, Receipt.failed("late"), Optional.of(clock.instant()), clock.instant()));

        assertThat(rows("attempts || ' ' || (claimed_until = '%s')".formatted(current.until())))
                .isEqualTo("0 true");
    }

    @Test
    void twoProcessesNeverClaimTheSame() throws Exception {
        for (int i = 0; i < 4; i++) {
            long other = channel(1, "webhook", receiver.url("/" + i), "immediate");
            assertThat(other).isPositive();
        }
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);

        List<Long> claimed = transactions.recorded(Tenant.EVERY, session -> {
            List<Long> mine = new ArrayList<>(
                    outbox.claim(session, 2, 2).stream().map(Claim::id).toList());
            // While this transaction is open: the other neither waits for it nor gets what it has.
            mine.addAll(CompletableFuture.supplyAsync(() -> claim(10)).join().stream()
                    .map(Claim::id)
                    .toList());
            return mine;
        });

        assertThat(claimed).hasSizeGreaterThanOrEqualTo(3).doesNotHaveDuplicates();
    }

    @Test
    void aReceiverThatFailsIsTriedAgainAfterPausesThatGrow() throws Exception {
        receiver.answer(500).answer(404).answer(200);
        tell(post("one"));
        deliver();
        assertThat(rows("state || ' ' || attempts || ' ' || last_status || ' ' || last_error"))
                .isEqualTo("waiting 1 500 answered with status 500");
        assertThat(channels("failures || ' ' || is_active")).isEqualTo("1 true");

        clock.advance(Duration.ofMillis(9_999));
        assertThat(courier.dispatch()).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(courier.dispatch()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(59));
        assertThat(courier.dispatch()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(courier.dispatch()).isEqualTo(1);

        assertThat(rows("state || ' ' || attempts || ' ' || last_status || ' ' || coalesce(last_error, '-')"))
                .isEqualTo("delivered 3 200 -");
        assertThat(channels("failures || ' ' || coalesce(held_until::text, '-')"))
                .isEqualTo("0 -");
        assertThat(receiver.requests().stream().map(request -> request.header("webhook-id")))
                .hasSize(3)
                .containsOnly(rows("key"));
    }

    @Test
    void aReceiverThatAsksForAPauseGetsIt() throws Exception {
        receiver.answer(429, "Retry-After", "90");
        tell(post("one"));
        deliver();
        // What comes after waits for it, too.
        long two = post("two");
        tell(two);
        transactions.change(Tenant.of(1), session -> outbox.drafted(session, 1, two));

        clock.advance(Duration.ofSeconds(89));
        assertThat(courier.dispatch()).isZero();
        clock.advance(Duration.ofSeconds(1));

        assertThat(courier.dispatch()).isEqualTo(2);
        assertThat(receiver.requests()).hasSize(3);
    }

    @Test
    void aShortPauseThatIsAskedForDoesNotMakeTheHoldLonger() throws Exception {
        testDatabase.execute("update notification_channels set failures = 5");
        receiver.answer(503, "Retry-After", "1");
        tell(post("one"));

        deliver();

        assertThat(channels("failures || ' ' || (held_until = '%s')"
                        .formatted(clock.instant().plus(Duration.ofMinutes(5)))))
                .isEqualTo("6 true");
    }

    @Test
    void whatIsNeverTakenIsGivenUpAfterThreeDaysAndCanBeSentAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            receiver.answer(503);
        }
        tell(post("one"));
        Instant start = clock.instant();
        clock.advance(OutboxDao.DRAFTING);
        while (rows("state").equals("waiting")) {
            courier.dispatch();
            clock.advance(Duration.ofMinutes(5));
        }

        assertThat(Duration.between(start, clock.instant())).isBetween(Duration.ofHours(60), Duration.ofHours(73));
        assertThat(rows("state || ' ' || attempts || ' ' || last_error"))
                .isEqualTo("given_up 12 answered with status 503");
        assertThat(channels("is_active")).isEqualTo("t");
        assertThat(transactions.<Long>read(Tenant.EVERY, outbox::givenUp)).isEqualTo(1);
        String key = rows("key");
        int before = receiver.requests().size();
        clock.advance(Duration.ofDays(2));
        assertThat(courier.dispatch()).isZero();

        try (Receiver mended = new Receiver()) {
            testDatabase.execute("update notification_channels set address = '" + mended.url("/") + "'");
            transactions.change(
                    Tenant.of(1),
                    session -> outbox.resend(
                            session,
                            outbox.find(session, Long.parseLong(rows("id"))).orElseThrow()));
            assertThat(courier.dispatch()).isEqualTo(1);

            assertThat(mended.requests().get(0).header("webhook-id")).isEqualTo(key);
        }
        assertThat(receiver.requests()).hasSize(before);
        assertThat(rows("state || ' ' || attempts")).isEqualTo("delivered 1");
    }

    @Test
    void whatWasDeletedOnRedditIsNotToldAnyMore() throws Exception {
        long post = post("one");
        tell(post);
        testDatabase.execute("update matched_posts set title = '', content = '', gone_at = now() where id = " + post);

        deliver();

        assertThat(receiver.requests()).isEmpty();
        assertThat(rows("state || ' ' || last_error"))
                .isEqualTo("dropped the post was deleted on Reddit, or is not kept any more");
    }

    @Test
    void aPostIsToldAsSoonAsItsDraftIsThere() throws Exception {
        long one = post("one");
        tell(one, post("two"));
        assertThat(courier.dispatch()).isZero();

        transactions.change(Tenant.of(1), session -> outbox.drafted(session, 1, one));

        assertThat(courier.dispatch()).isEqualTo(1);
        assertThat(receiver.requests()).singleElement().satisfies(request -> assertThat(
                        request.json().at("/data/posts/0/id").asLong())
                .isEqualTo(one));
    }

    @Test
    void whatWasTurnedAwayIsNotTold() throws Exception {
        long post = post("one");
        tell(post);
        testDatabase.execute("update matched_posts set relevant = false where id = " + post);

        deliver();

        assertThat(receiver.requests()).isEmpty();
        assertThat(rows("state || ' ' || last_error"))
                .isEqualTo("dropped the post does not meet the client's condition");
    }

    @Test
    void whatWaitsForAChannelThatWasSwitchedOffIsDroppedVisibly() throws Exception {
        tell(post("one"));
        testDatabase.execute("update notification_channels set is_active = false");

        deliver();

        assertThat(receiver.requests()).isEmpty();
        assertThat(rows("state || ' ' || last_error")).isEqualTo("dropped the channel is switched off");
    }

    @Test
    void aDigestIsSentAtItsHourOfWhatCameSinceTheLast() throws Exception {
        testDatabase.execute("update notification_channels set schedule = 'daily', digest_hour = 12");
        long[] sixty = LongStream.range(0, 60)
                .map(i -> post("post " + i, clock.instant().minusSeconds(i)))
                .toArray();
        testDatabase.execute(
                "update matched_posts set gone_at = now() where title = 'post 0'",
                "update matched_posts set relevant = false where title = 'post 1'");
        tell(sixty);
        clock.set(Instant.parse("2026-03-02T11:59:59Z"));
        planDigests();
        assertThat(rows("count(*)")).isEqualTo("0");

        clock.set(Instant.parse("2026-03-02T12:00:00Z"));
        planDigests();
        planDigests();
        deliver();

        assertThat(receiver.requests()).singleElement().satisfies(request -> {
            assertThat(request.json().get("type").asText()).isEqualTo("digest");
            assertThat(request.json().at("/data/count").asInt()).isEqualTo(58);
            assertThat(request.json().at("/data/posts")).hasSize(50);
            assertThat(request.json().at("/data/posts/0/title").asText()).isEqualTo("post 2");
        });

        tell(post("late"));
        clock.set(Instant.parse("2026-03-03T11:59:00Z"));
        planDigests();
        deliver();
        assertThat(receiver.requests()).hasSize(1);
        // The processes were down at the hour.
        clock.set(Instant.parse("2026-03-04T03:00:00Z"));
        planDigests();
        deliver();
        assertThat(receiver.requests()).hasSize(2);
        assertThat(receiver.requests().get(1).json().at("/data/posts")).hasSize(1);
        assertThat(receiver.requests().get(1).json().at("/data/posts/0/title").asText())
                .isEqualTo("late");

        // Nothing came since.
        clock.set(Instant.parse("2026-03-04T13:00:00Z"));
        planDigests();
        deliver();
        assertThat(receiver.requests()).hasSize(2);
        assertThat(rows("count(*)")).isEqualTo("2");
    }

    @Test
    void aDigestHasTheBeginningsOfLongPostsAndAPostByItselfIsWhole() throws Exception {
        channel(1, "webhook", receiver.url("/daily"), "daily");
        long post = post("long");
        long brief = post("brief", clock.instant().minusSeconds(1));
        testDatabase.execute(
                "update matched_posts set content = repeat('a', 1998) || '😀' || repeat('b', 40000) where id = "
                        + post);
        tell(post, brief);

        deliver();
        clock.advance(Duration.ofDays(1));
        planDigests();
        deliver();

        assertThat(receiver.requests()).hasSize(3);
        assertThat(receiver.requests().subList(0, 2))
                .allSatisfy(request -> assertThat(
                                request.json().at("/data/posts/0/truncated").toString())
                        .isEqualTo("false"))
                .anySatisfy(request -> assertThat(
                                request.json().at("/data/posts/0/content").asText())
                        .hasSize(42000));
        JsonNode digest = receiver.requests().get(2).json().at("/data/posts");
        assertThat(digest.at("/0/content").asText()).isEqualTo("a".repeat(1998) + "…");
        assertThat(digest.at("/0/truncated").asBoolean()).isTrue();
        assertThat(digest.at("/1/content").asText()).isEqualTo("text");
        assertThat(digest.at("/1/truncated").toString()).isEqualTo("false");
    }

    @Test
    void aDayOnWhichTheHourIsMovedHasADigestAtEachOfThem() throws Exception {
        testDatabase.execute("update notification_channels set schedule = 'daily', digest_hour = 8");
        clock.set(Instant.parse("2026-03-02T07:00:00Z"));
        tell(post("early", clock.instant()));
        clock.set(Instant.parse("2026-03-02T08:00:00Z"));
        planDigests();
        testDatabase.execute("update notification_channels set digest_hour = 20");
        clock.set(Instant.parse("2026-03-02T10:00:00Z"));
        tell(post("late", clock.instant()));
        planDigests();
        assertThat(rows("count(*)")).isEqualTo("1");

        clock.set(Instant.parse("2026-03-02T20:00:00Z"));
        planDigests();
        assertThat(rows("string_agg(about, ', ' order by id)"))
                .isEqualTo("digest 2026-03-02 08:00, digest 2026-03-02 20:00");

        tell(post("later", clock.instant()));
        testDatabase.execute("update notification_channels set schedule = 'immediate'");
        planDigests();
        planDigests();
        assertThat(rows("count(*)")).isEqualTo("3");
    }

    @Test
    void whatCannotBeComposedIsTriedAgainWithoutBlamingTheChannel() throws Exception {
        tell(post("tea"));
        testDatabase.execute("alter table ai_responses rename to elsewhere");
        deliver();
        assertThat(rows("state || ' ' || attempts || ' ' || (due_at > last_attempt_at)"))
                .isEqualTo("waiting 1 true");
        assertThat(channels("failures")).isEqualTo("0");

        testDatabase.execute("alter table elsewhere rename to ai_responses");
        clock.advance(Duration.ofHours(1));
        deliver();

        assertThat(rows("state")).isEqualTo("delivered");
        assertThat(receiver.requests()).hasSize(1);
    }

    @Test
    void whatWasCollectedIsSentWhenTheChannelIsToldImmediatelyFromNowOn() throws Exception {
        testDatabase.execute("update notification_channels set schedule = 'daily', digest_hour = 23");
        tell(post("collected"));
        testDatabase.execute("update notification_channels set schedule = 'immediate'");

        planDigests();
        deliver();

        assertThat(receiver.requests()).singleElement().satisfies(request -> assertThat(
                        request.json().at("/data/posts/0/title").asText())
                .isEqualTo("collected"));
    }

    @Test
    void anErrorDoesNotEndTheCourier() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        outbox = new OutboxDao(
                new InstantSource() {
                    @Override
                    public Instant instant() {
                        if (broken.getAndSet(false)) {
                            throw new StackOverflowError("too deep");
                        }
                        return clock.instant();
                    }
                }.withZone(ZoneOffset.UTC));
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);
        broken.set(true);
        Courier real = courier(Runnable::run);
        real.start();

        await().until(() -> receiver.requests().size() == 1);

        real.stop();
    }

    @Test
    void anErrorWhileOneIsSentIsAFailureOfThatOne() throws Exception {
        Courier failing = courier(Runnable::run, Map.of(ChannelKind.WEBHOOK, (channel, told) -> {
            throw new StackOverflowError("too deep");
        }));
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);

        failing.dispatch();

        assertThat(rows("state || ' ' || attempts || ' ' || (due_at > last_attempt_at)"))
                .isEqualTo("waiting 1 true");
    }

    @Test
    void whatNobodyCanBeFoundToSendLeavesItsPlace() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        Courier crowded = courier(task -> {
            if (refused.incrementAndGet() <= 2 * Courier.PLACES) {
                throw new RejectedExecutionException("no thread");
            }
            task.run();
        });
        for (int i = 0; i < Courier.PLACES; i++) {
            channel(1, "webhook", receiver.url("/" + i), "immediate");
        }
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);
        crowded.dispatch();
        clock.advance(OutboxDao.CLAIM);
        crowded.dispatch();
        clock.advance(OutboxDao.CLAIM);

        assertThat(crowded.dispatch()).isEqualTo(Courier.PLACES);
        assertThat(receiver.requests()).hasSize(Courier.PLACES);
    }

    @Test
    void receiversThatHangDoNotHoldUpTheOthers() throws Exception {
        try (Receiver hanging = new Receiver()) {
            hanging.hang();
            for (int i = 0; i < 7; i++) {
                channel(1, "webhook", hanging.url("/" + i), "immediate");
            }
            tell(LongStream.range(0, 20)
                    .map(i -> post("post " + i, clock.instant()))
                    .toArray());
            clock.advance(OutboxDao.DRAFTING);
            ExecutorService senders = Executors.newFixedThreadPool(Courier.PLACES);
            Courier real = courier(senders);
            real.start();

            await().until(() -> receiver.requests().size() == 20);

            // Two of each at once, and none after they failed.
            assertThat(hanging.requests()).hasSizeLessThanOrEqualTo(7 * OutboxDao.SHARE);
            real.stop();
            senders.shutdownNow();
        }
    }

    @Test
    void mailsLeaveHalfOfThePlacesToTheOthers() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(channel(1, "email", "ann%d@example.com".formatted(i), "immediate"))
                    .isPositive();
        }
        tell(post("one"));
        clock.advance(OutboxDao.DRAFTING);

        List<Claim> claims =
                transactions.recorded(Tenant.EVERY, session -> outbox.claim(session, Courier.PLACES, Courier.MAILS));

        assertThat(claims).hasSize(Courier.MAILS + 1);
        assertThat(claims).filteredOn(Claim::isMail).hasSize(Courier.MAILS);
        assertThat(claims)
                .filteredOn(claim -> !claim.isMail())
                .extracting(Claim::channelId)
                .containsExactly(channel);
    }

    @Test
    void aClientWithManyBusyChannelsLeavesOthersTheirTurn() throws Exception {
        for (String kind : List.of("webhook", "email")) {
            testDatabase.execute("delete from notification_channels");
            for (int i = 0; i < 20; i++) {
                channel(1, kind, receiver.url("/" + i), "immediate");
            }
            long theirs = channel(2, kind, receiver.url("/theirs"), "immediate");
            for (int i = 0; i < 3; i++) {
                tell(post("old"));
            }
            clock.advance(OutboxDao.DRAFTING);
            int most = kind.equals("email") ? Courier.MAILS : Courier.PLACES;
            assertThat(claim(most)).hasSize(most).extracting(Claim::clientId).containsOnly(1L);
            tellOther(1);

            // What is under way counts: of the two places that are free now, the other client gets the first.
            assertThat(claim(2)).extracting(Claim::channelId).hasSize(2).contains(theirs);
        }
    }

    @Test
    void whatComesFreshIsAmongTheFirstThatAreClaimedHoweverLongOthersWait() throws Exception {
        for (int i = 0; i < 20; i++) {
            channel(1, "webhook", receiver.url("/" + i), "immediate");
            channel(1, "email", "ann%d@example.com".formatted(i), "immediate");
        }
        long theirs = channel(2, "webhook", receiver.url("/theirs"), "immediate");
        long theirMail = channel(2, "email", "bob@example.com", "immediate");
        tell(post("old"), post("older"));
        clock.advance(Duration.ofHours(1));
        tellOther(1);

        List<Claim> claims =
                transactions.recorded(Tenant.EVERY, session -> outbox.claim(session, Courier.PLACES, Courier.MAILS));

        assertThat(claims).extracting(Claim::channelId).hasSize(Courier.PLACES).contains(theirs, theirMail);
        assertThat(claims).filteredOn(Claim::isMail).hasSizeLessThanOrEqualTo(Courier.MAILS);
    }

    @Test
    void whatWasSettledAMonthAgoIsDeletedInBatches() throws Exception {
        tell(post("one"), post("two"), post("three"));
        deliver();
        tell(post("waiting"));
        clock.advance(Duration.ofDays(31));

        Instant before = clock.instant().minus(Duration.ofDays(30));
        assertThat(transactions.<Integer>recorded(Tenant.EVERY, session -> outbox.thin(session, before, 2)))
                .isEqualTo(2);
        assertThat(transactions.<Integer>recorded(Tenant.EVERY, session -> outbox.thin(session, before, 2)))
                .isEqualTo(1);
        assertThat(rows("state")).isEqualTo("waiting");
    }

    @Test
    void chatsGetTheirKindOfMessage() throws Exception {
        testDatabase.execute("delete from notification_channels");
        channel(1, "slack", receiver.url("/slack"), "immediate");
        channel(1, "discord", receiver.url("/discord"), "immediate");
        tell(post("<!everyone> @everyone"));

        deliver();

        assertThat(receiver.requests()).hasSize(2).allSatisfy(request -> assertThat(
                        request.json().toString())
                .doesNotContain("<!everyone>", "@everyone"));
        assertThat(receiver.requests()).anySatisfy(request -> {
            assertThat(request.path()).isEqualTo("/discord");
            assertThat(request.json().at("/allowed_mentions/parse").isArray()).isTrue();
            assertThat(request.json().at("/allowed_mentions/parse")).isEmpty();
            assertThat(request.json().get("content").asText()).contains("New post in r/Gardening");
        });
        assertThat(receiver.requests()).anySatisfy(request -> {
            assertThat(request.path()).isEqualTo("/slack");
            assertThat(request.json().get("text").asText()).contains("&lt;!everyone&gt;");
        });
    }

    @Test
    void noStatementReadsTheOutboxFromEndToEnd() throws Exception {
        testDatabase.execute(
                """
                insert into notifications (
                  client_id, channel_id, key, kind, state, due_at, retry_until, settled_at, created_at)
                select 1, %d, 'msg_' || i, 'test', case when i %% 20 = 0 then 'waiting' else 'delivered' end, now(),
                  now(), case when i %% 20 <> 0 then now() - make_interval(mins => i) end, now()
                from generate_series(1, 20000) i
                """
                        .formatted(channel),
                "analyze notifications");

        for (String statement : List.of(
                OutboxDao.CLAIM_DUE,
                OutboxDao.THIN,
                "select count(*) from notifications where state = 'given_up'",
                "select * from notifications where channel_id = 1 and id < 9000 order by id desc limit 51")) {
            String bound = statement
                    .replaceAll(":(mailclaim|claim|now)\\b", "now()")
                    .replace(":before", "now() - interval '13 days'")
                    .replace(":share", "2")
                    .replace(":mails", "8")
                    .replace(":most", "16");
            assertThat(testDatabase.scalar("explain (format json) " + bound))
                    .doesNotContainPattern("\"Seq Scan\"[^{}]*\"Relation Name\": \"notifications\"");
        }
    }

    private Courier courier(Executor senders) {
        return courier(senders, NotificationsBundle.messengers(hooks, Optional.empty(), ApiJson.mapper(), clock));
    }

    private Courier courier(Executor senders, Map<ChannelKind, Messenger> messengers) {
        return new Courier(
                transactions,
                outbox,
                composer(),
                messengers,
                new RetryPlan(new RandomGenerator() {
                    @Override
                    public long nextLong() {
                        return 0;
                    }
                }),
                senders,
                clock);
    }

    private Composer composer() {
        return new Composer(
                transactions,
                new ChannelDao(clock),
                outbox,
                new PostDao(database.reads(), ApiJson.mapper(), clock),
                new ResponseDao(clock),
                new WeeklyReports(database.reads()));
    }

    private List<Claim> claim(int most) {
        return transactions.recorded(Tenant.EVERY, session -> outbox.claim(session, most, most));
    }

    private void tell(long... posts) {
        transactions.change(
                Tenant.of(1),
                session ->
                        outbox.enqueue(session, 1, LongStream.of(posts).boxed().toList()));
    }

    /** Has the other client told of a post that is due now. */
    private void tellOther(long post) {
        transactions.change(Tenant.of(2), session -> {
            outbox.enqueue(session, 2, List.of(post));
            outbox.drafted(session, 2, post);
        });
    }

    /** Sends all that is due once the drafts had their time. */
    private void deliver() {
        clock.advance(OutboxDao.DRAFTING);
        while (courier.dispatch() > 0) {
            // Until nothing is due.
        }
    }

    private void planDigests() {
        transactions.record(Tenant.EVERY, session -> outbox.planDigests(session));
    }

    private long channel(long client, String kind, String address, String schedule) throws Exception {
        return Long.parseLong(testDatabase.scalar(
                """
                insert into notification_channels (
                  client_id, name, kind, address, secret, schedule, digest_hour, is_active, created_at, updated_at)
                values (%d, 'Channel', '%s', %s, '%s', '%s', 8, true, now(), now())
                returning id
                """
                        .formatted(client, kind, address == null ? "null" : "'" + address + "'", SECRET, schedule)));
    }

    private long post(String title) {
        return post(title, clock.instant());
    }

    private long post(String title, Instant at) {
        try {
            return Long.parseLong(testDatabase.scalar(
                    """
                    insert into matched_posts (
                      client_id, subreddit, reddit_post_id, title, content, keywords_matched, created_at)
                    values (
                      1, 'Gardening', substr(md5(random()::text), 1, 8), '%s', 'text', 'tomatoes, "raised bed"', '%s')
                    returning id
                    """
                            .formatted(title, at)));
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static String draft(long post, String content, String age) {
        return "insert into ai_responses (post_id, client_id, content, score, created_at) values (" + post + ", 1, '"
                + content + "', 80, now() - interval '" + age + "')";
    }

    private String rows(String columns) {
        try {
            return testDatabase.scalar("select " + columns + " from notifications");
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    private String channels(String columns) throws Exception {
        return testDatabase.scalar("select " + columns + " from notification_channels where id = " + channel);
    }
}
