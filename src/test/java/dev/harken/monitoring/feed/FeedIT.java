package dev.harken.monitoring.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.harken.clients.Client;
import dev.harken.database.Database;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.reddit.SourceException;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.RecordedReddit.Reply;
import dev.harken.testing.RecordedReddit.Request;
import dev.harken.testing.SetClock;
import dev.harken.testing.SubredditListings;
import dev.harken.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reading for all configs together, over a real database and answers over real sockets. */
class FeedIT {
    private static final String EMPTY = "{\"kind\": \"Listing\", \"data\": {\"children\": [], \"after\": null}}";

    private final SetClock clock = new SetClock();
    private final SubredditListings listings = new SubredditListings();
    private final List<Database> databases = new ArrayList<>();
    private TestDatabase database;
    private RecordedReddit reddit;
    private Peer one;
    private int made;

    @BeforeEach
    void start() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        database.execute("insert into clients (name, slug) values ('Client', 'client')");
        reddit = RecordedReddit.start().answerBy(listings);
        one = new Peer();
    }

    @AfterEach
    void stop() throws Exception {
        reddit.close();
        for (Database opened : databases) {
            opened.pool().stop();
        }
    }

    @Test
    void whatIsDueSoonIsReadAlongInTheSameCall() throws Exception {
        config(5, "tea");
        config(5, "milk");
        config(60, "sugar,r/Cream");
        one.feed.read(Set.of("tea", "milk", "sugar", "cream"));
        clock.advance(Duration.ofMinutes(5));

        one.feed.read(Set.of("tea"));

        assertThat(calls()).containsExactly("cream+milk+sugar+tea", "milk+tea");
    }

    @Test
    void aSubredditIsReadOnceInItsShortestIntervalHoweverManyListenToIt() throws Exception {
        config(60, "tea");
        config(5, "Tea");
        config(10, "/r/tea/");
        one.feed.read(Set.of("tea"));

        for (int minute = 1; minute <= 20; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(one.feed.read(Set.of("tea"))).isTrue();
        }

        assertThat(calls()).hasSize(1 + 20 / 5);
    }

    @Test
    void whatIsAskedForIsReadAtOnceButNotTwiceInHalfAMinute() throws Exception {
        config(60, "tea");
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofSeconds(29));
        one.feed.ask(1);
        one.feed.read(Set.of("tea"));
        assertThat(calls()).hasSize(1);
        assertThat(one.feed.pause(Set.of("tea")).soonest()).isEmpty();

        clock.advance(Duration.ofSeconds(1));
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofMinutes(1));
        one.feed.read(Set.of("tea"));
        assertThat(calls()).hasSize(2);
    }

    @Test
    void rulesThatAreNoneDifferFromThoseThatWereNeverRead() throws Exception {
        assertThat(one.feed.knownRules("Tea")).isEmpty();
        reddit.answer("/r/tea/about/rules", Reply.of(500, "{}"), Reply.of(200, "{\"rules\":[]}"));

        assertThat(one.feed.rules("Tea")).isEmpty();
        assertThat(one.feed.knownRules("Tea")).isEmpty();
        clock.advance(Duration.ofHours(1));
        assertThat(one.feed.rules("Tea")).isEmpty();
        assertThat(one.feed.knownRules("Tea")).contains("");

        // One that shows them to nobody any more had those that it showed last.
        reddit.answer("/r/tea/about/rules", Reply.of(403, "{}"));
        clock.advance(Duration.ofDays(1));
        assertThat(one.feed.rules("Tea")).isEmpty();
        assertThat(one.feed.knownRules("Tea")).contains("");
        reddit.answer("/r/milk/about/rules", Reply.of(403, "{}"));
        assertThat(one.feed.rules("Milk")).isEmpty();
        assertThat(one.feed.knownRules("Milk")).isEmpty();
    }

    @Test
    void theLongestPauseOfASubredditIsLearntFromTenPostsAndKeptWithoutThem() throws Exception {
        Instant now = clock.instant();
        List<Integer> minutesAgo = List.of(300, 290, 280, 275, 270, 180, 170, 160, 150, 140);
        for (int minutes : minutesAgo) {
            listings.post("Tea", "tea" + minutes, "A post", now.minus(Duration.ofMinutes(minutes)));
            listings.post("Milk", "milk" + minutes, "A post", now.minus(Duration.ofMinutes(minutes)));
        }
        listings.delete("milk140");
        one.feed.read(Set.of("tea", "milk"));
        String pauses = "select string_agg(name || ' ' || extract(epoch from longest_pause) / 60, ',') from"
                + " feed_subreddits where longest_pause is not null";

        one.feed.keepHouse();
        assertThat(database.scalar(pauses)).startsWith("tea 90");

        clock.advance(Duration.ofDays(8));
        one.feed.keepHouse();
        assertThat(database.scalar("select count(*) from feed_posts")).isEqualTo("0");
        assertThat(database.scalar(pauses)).startsWith("tea 90");
    }

    @Test
    void aBurstBetweenTwoReadingsIsKeptWholeAndEachPostOnce() throws Exception {
        post("Tea", 5);
        one.feed.read(Set.of("tea"));
        for (int reading = 0; reading < 3; reading++) {
            clock.advance(Duration.ofMinutes(5));
            post("Tea", 250);
            one.feed.read(Set.of("tea"));
        }

        assertThat(kept()).isEqualTo(755);
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
        assertThat(database.scalar("select state || ' ' || last_post_id from feed_subreddits"))
                .isEqualTo("fresh post754");
        assertThat(positions("tea")).hasSize(755).isSorted();
    }

    @Test
    void whatRedditNoLongerListsIsRecordedAsAGap() throws Exception {
        post("tea", 5);
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofHours(1));
        post("tea", 1300);

        one.feed.read(Set.of("tea"));

        assertThat(kept()).isEqualTo(1005);
        assertThat(database.scalar("select began_at = '2026-03-02T09:59:59Z' and ended_at > began_at from feed_gaps"))
                .isEqualTo("t");
    }

    @Test
    void aThrottledReadingIsSaidAndMadeGoodByTheNext() throws Exception {
        post("tea", 5);
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofMinutes(10));
        post("tea", 350);
        reddit.answerBy(request -> request.query().contains("after=")
                ? Reply.of(429, "").with("retry-after", "60")
                : listings.apply(request));

        one.feed.read(Set.of("tea"));
        assertThat(one.feed.troubles(Set.of("tea")))
                .hasEntrySatisfying("tea", why -> assertThat(why).contains("allows no further call"));
        assertThat(state("tea")).isEqualTo("throttled");
        assertThat(one.feed.pause(Set.of("tea")).soonest())
                .contains(clock.instant().plus(Duration.ofMinutes(1)));
        assertThatExceptionOfType(SourceException.class).isThrownBy(() -> one.feed.read(Set.of("tea")));
        assertThat(state("tea")).isEqualTo("throttled");

        clock.advance(Duration.ofMinutes(1));
        reddit.answerBy(listings);
        one.feed.read(Set.of("tea"));

        assertThat(one.feed.troubles(Set.of("tea"))).isEmpty();
        assertThat(kept()).isEqualTo(355);
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
    }

    @Test
    void aSubredditThatMayNotBeReadIsBlockedAndTheOthersAreRead() throws Exception {
        post("tea", 5);
        reddit.answerBy(request -> request.path().contains("closed")
                ? Reply.of(403, "{\"reason\": \"private\", \"message\": \"Forbidden\", \"error\": 403}")
                : listings.apply(request));

        one.feed.read(Set.of("closed", "tea"));

        assertThat(state("closed")).isEqualTo("blocked");
        assertThat(one.feed.troubles(Set.of("closed", "tea")))
                .containsOnlyKeys("closed")
                .containsValue("is private");
        assertThat(kept()).isEqualTo(5);
    }

    @Test
    void aServerThatIsDownIsLeftAloneForPausesThatGrowAndIsReadWhenItIsBack() throws Exception {
        reddit.answerBy(request -> Reply.of(500, ""));
        assertThatExceptionOfType(SourceException.class).isThrownBy(() -> one.feed.read(Set.of("tea")));
        assertThat(state("tea")).isEqualTo("unknown");
        assertThat(one.feed.pause(Set.of("tea")).isOfAll()).isTrue();
        reddit.answerBy(listings);
        one.feed.read(Set.of("milk"));
        assertThat(one.feed.pause(Set.of("tea", "milk")).isOfAll()).isFalse();
        assertThat(one.feed.pause(Set.of("milk")).soonest()).isEmpty();
        reddit.answerBy(request -> Reply.of(500, ""));

        // As many configs as there may be ask again and again, in whichever process.
        Peer two = new Peer();
        for (int seconds = 0; seconds < 3600; seconds += 10) {
            clock.advance(Duration.ofSeconds(10));
            for (Peer peer : List.of(one, two)) {
                try {
                    peer.feed.read(Set.of("tea"));
                } catch (SourceException e) {
                    assertThat(e).hasMessageContaining("out of order");
                }
            }
        }
        // After 1, 2, 4, 8, 15, 15 and 15 minutes, each a quarter less or more.
        assertThat(calls().stream().filter("tea"::equals)).hasSizeBetween(6, 9);
        assertThat(one.feed.troubles(Set.of("tea")).get("tea")).contains("out of order");

        post("tea", 5);
        reddit.answerBy(listings);
        clock.advance(Duration.ofMinutes(19));
        one.feed.read(Set.of("tea"));
        assertThat(kept()).isEqualTo(5);
        assertThat(one.feed.pause(Set.of("tea")).soonest()).isEmpty();
        assertThat(database.scalar("select max(failures) from feed_subreddits")).isEqualTo("0");
    }

    @Test
    void whatIsAskedForByHandIsLeftAloneForHalfAMinuteOnly() throws Exception {
        config(60, "tea");
        reddit.answerBy(request -> Reply.of(500, ""));
        for (int i = 0; i < 5; i++) {
            assertThatExceptionOfType(SourceException.class).isThrownBy(() -> one.feed.read(Set.of("tea")));
            clock.advance(Duration.ofMinutes(19));
        }
        assertThatExceptionOfType(SourceException.class).isThrownBy(() -> one.feed.read(Set.of("tea")));
        reddit.answerBy(listings);
        post("tea", 3);

        one.feed.ask(1);
        clock.advance(Duration.ofSeconds(30));
        one.feed.read(Set.of("tea"));

        assertThat(kept()).isEqualTo(3);
    }

    @Test
    void whatIsNotReachedSinceRedditFailsIsLeftAloneAndTheRestIsRead() throws Exception {
        post("tea", 5);
        reddit.answerBy(request -> request.path().contains("/comments") ? Reply.of(503, "") : listings.apply(request));

        one.feed.read(Set.of("tea", "tea/comments"));
        one.feed.read(Set.of("tea", "tea/comments"));

        assertThat(state("tea")).isEqualTo("fresh");
        assertThat(state("tea/comments")).isEqualTo("unknown");
        assertThat(one.feed.pause(Set.of("tea/comments")).isOfAll()).isTrue();
        assertThat(calls()).containsExactly("tea", "tea/comments");
    }

    @Test
    void aQuietSubredditThatIsReadAloneIsNotReadBackForEverAmongOthers() throws Exception {
        listings.post("quiet", "old", "A post", clock.instant().minus(Duration.ofDays(90)));
        one.feed.read(Set.of("quiet"));
        for (int reading = 0; reading < 3; reading++) {
            clock.advance(Duration.ofMinutes(5));
            post("tea", 150);
            one.feed.read(Set.of("quiet", "tea"));
        }

        // Two pages each, and a page more of what overlaps at most.
        assertThat(calls().stream().filter("quiet+tea"::equals)).hasSizeBetween(6, 9);
        assertThat(kept()).isEqualTo(450);
    }

    @Test
    void whatShowsNothingForAnHourIsBelievedToBeEmpty() throws Exception {
        post("tea", 1);
        one.feed.read(Set.of("tea"));
        listings.delete("post0");
        for (int i = 0; i < 6; i++) {
            clock.advance(Duration.ofMinutes(19));
            one.feed.read(Set.of("tea"));
            assertThat(state("tea")).isEqualTo("unknown");
        }
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
        for (int i = 0; i < 2; i++) {
            clock.advance(Duration.ofMinutes(19));
            one.feed.read(Set.of("tea"));
            assertThat(state("tea")).isEqualTo("fresh");
        }

        assertThat(database.scalar("select string_agg((ended_at - began_at)::text, ',') from feed_gaps"))
                .as("what it may have had meanwhile")
                .isEqualTo("02:13:01");
    }

    @Test
    void whatWasNeverReadWholeHasNoGapWhenItIsBelievedToBeEmpty() throws Exception {
        post("tea", 150);
        reddit.answerBy(request -> request.query().contains("after=") ? Reply.of(503, "") : listings.apply(request));
        one.feed.read(Set.of("tea"));
        database.execute("update feed_subreddits set covered_until = null");
        reddit.answerBy(request -> Reply.of(200, EMPTY));
        for (int i = 0; i < 7; i++) {
            clock.advance(Duration.ofMinutes(19));
            one.feed.read(Set.of("tea"));
        }

        assertThat(state("tea")).isEqualTo("fresh");
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
    }

    @Test
    void anEmptyAnswerAfterAnOutageIsNotBelievedForIt() throws Exception {
        post("tea", 5);
        one.feed.read(Set.of("tea"));
        reddit.answerBy(request -> Reply.of(503, ""));
        for (int i = 0; i < 8; i++) {
            clock.advance(Duration.ofMinutes(20));
            assertThatExceptionOfType(SourceException.class).isThrownBy(() -> one.feed.read(Set.of("tea")));
        }
        post("tea", 350);
        reddit.answerBy(request -> Reply.of(200, EMPTY));
        clock.advance(Duration.ofMinutes(20));
        one.feed.read(Set.of("tea"));
        assertThat(state("tea")).isEqualTo("unknown");
        reddit.answerBy(listings);
        clock.advance(Duration.ofMinutes(20));

        one.feed.read(Set.of("tea"));

        assertThat(kept()).isEqualTo(355);
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
    }

    @Test
    void ofAllSubredditsTogetherNothingAtAllIsNoReadingToo() throws Exception {
        post("tea", 5);
        reddit.answerBy(request -> listings.apply(
                new Request(request.method(), "/r/tea/new", request.query(), request.headers(), request.body())));
        one.feed.read(Set.of("all"));
        assertThat(database.scalar("select last_post_id from feed_subreddits where name = 'all'"))
                .isEqualTo("post4");
        reddit.answerBy(request -> Reply.of(200, EMPTY));
        clock.advance(Duration.ofMinutes(5));

        one.feed.read(Set.of("all"));

        assertThat(state("all")).isEqualTo("unknown");
    }

    @Test
    void aServerThatSaysHowLongIsLeftAloneForSoLong() throws Exception {
        reddit.answerBy(request -> Reply.of(503, "").with("retry-after", "600"));
        assertThatExceptionOfType(SourceException.class).isThrownBy(() -> one.feed.read(Set.of("tea")));

        clock.advance(Duration.ofSeconds(599));
        one.feed.read(Set.of("tea"));
        assertThat(calls()).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertThatExceptionOfType(SourceException.class).isThrownBy(() -> one.feed.read(Set.of("tea")));
        assertThat(calls()).hasSize(2);
    }

    @Test
    void aClockThatIsAheadOfRedditsLosesNothingOfABurst() throws Exception {
        Duration ahead = Duration.ofMinutes(10);
        for (int reading = 0; reading < 3; reading++) {
            for (int i = 0; i < 250; i++) {
                listings.post(
                        "tea",
                        "post" + made++,
                        "A post",
                        clock.instant().minus(ahead).minusSeconds(250 - (long) i));
            }
            one.feed.read(Set.of("tea"));
            clock.advance(Duration.ofMinutes(5));
        }

        // A first reading is of the newest hundred; what follows it is kept whole.
        assertThat(database.scalar("select count(*) from feed_posts where substr(reddit_post_id, 5)::int >= 250"))
                .isEqualTo("500");
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
    }

    @Test
    void nothingAtAllOfWhatHadPostsIsNoReading() throws Exception {
        post("tea", 5);
        one.feed.read(Set.of("tea", "milk"));
        String covered = database.scalar("select covered_until from feed_subreddits where name = 'tea'");
        clock.advance(Duration.ofMinutes(5));
        reddit.answerBy(request -> Reply.of(200, EMPTY));

        one.feed.read(Set.of("tea", "milk"));

        assertThat(state("tea")).isEqualTo("unknown");
        assertThat(one.feed.troubles(Set.of("tea")).get("tea")).contains("showed no post at all");
        assertThat(database.scalar("select covered_until from feed_subreddits where name = 'tea'"))
                .isEqualTo(covered);
    }

    @Test
    void aNameThatIsJustMissingFromAnAnswerAboutManyIsFoundOut() throws Exception {
        post("tea", 5);
        reddit.answerBy(request -> request.path().equals("/r/teaa/new")
                ? Reply.of(404, "{\"message\": \"Not Found\", \"error\": 404}")
                : listings.apply(request));
        one.feed.read(Set.of("tea", "teaa", "quiet"));
        assertThat(state("teaa")).isEqualTo("fresh");

        clock.advance(Duration.ofHours(1).plusSeconds(1));
        post("tea", 1);
        one.feed.read(Set.of("tea", "teaa", "quiet"));

        assertThat(state("teaa")).isEqualTo("blocked");
        assertThat(one.feed.troubles(Set.of("tea", "teaa", "quiet")))
                .containsOnlyKeys("teaa")
                .containsValue("does not exist");
        assertThat(calls()).containsExactlyInAnyOrder("quiet+tea+teaa", "quiet+tea+teaa", "quiet", "teaa");
        // Once a day is enough for what is just quiet.
        clock.advance(Duration.ofHours(12));
        one.feed.read(Set.of("tea", "quiet"));
        assertThat(calls()).hasSize(5);
    }

    /** What Reddit may answer instead of a listing, or with half of one. */
    private Map<String, Function<Request, Reply>> faults() {
        Map<String, Function<Request, Reply>> faults = new LinkedHashMap<>();
        faults.put("429, a page with Retry-After", request -> Reply.of(429, "<html>Too Many Requests</html>")
                .with("retry-after", "90"));
        faults.put("429, JSON without a time", request -> Reply.of(429, "{\"error\": 429}"));
        faults.put("500", request -> Reply.of(500, "{\"error\": 500}"));
        faults.put("503, an empty body", request -> Reply.of(503, ""));
        faults.put("200, a page", request -> Reply.of(200, "<html>We had some trouble</html>"));
        faults.put("200, cut off", request -> listings.apply(request).with(RecordedReddit.Manner.CUT));
        faults.put("200, half of the JSON", request -> {
            byte[] whole = listings.apply(request).body();
            return Reply.of(200, new String(whole, 0, whole.length / 2, StandardCharsets.UTF_8));
        });
        faults.put("200, an empty listing", request -> Reply.of(200, EMPTY));
        faults.put(
                "200, then nothing after an anchor",
                request -> request.query().contains("after=") ? Reply.of(503, "") : listings.apply(request));
        faults.put("403, a page for this client", request -> Reply.of(403, "<html>Blocked</html>"));
        faults.put("302, elsewhere", request -> Reply.of(302, "").with("location", "https://www.reddit.com/login"));
        faults.put(
                "403, one is private",
                request -> request.path().contains("milk")
                        ? Reply.of(403, "{\"reason\": \"private\", \"message\": \"Forbidden\", \"error\": 403}")
                        : listings.apply(request));
        faults.put(
                "403, one is quarantined",
                request -> request.path().contains("milk")
                        ? Reply.of(403, "{\"reason\": \"quarantined\", \"message\": \"Forbidden\", \"error\": 403}")
                        : listings.apply(request));
        faults.put(
                "302, one is sent to a search",
                request -> request.path().contains("milk")
                        ? Reply.of(302, "").with("location", "/subreddits/search?q=milk")
                        : listings.apply(request));
        faults.put(
                "404, one is banned",
                request -> request.path().contains("milk")
                        ? Reply.of(404, "{\"reason\": \"banned\", \"message\": \"Not Found\", \"error\": 404}")
                        : listings.apply(request));
        return faults;
    }

    @Test
    void whateverRedditAnswersEachPostIsKeptOnceInTheEnd() throws Exception {
        List<String> names = List.of("tea", "milk", "sugar");
        Set<String> asked = Set.copyOf(names);
        names.forEach(name -> post(name, 20));
        one.feed.read(asked);
        Map<String, Integer> survived = new LinkedHashMap<>();
        for (int round = 0; round < 3; round++) {
            for (Map.Entry<String, Function<Request, Reply>> fault : faults().entrySet()) {
                reddit.answerBy(fault.getValue());
                for (int turn = 0; turn < 3; turn++) {
                    names.forEach(name -> post(name, 30));
                    clock.advance(Duration.ofMinutes(5));
                    int before = calls().size();
                    try {
                        one.feed.read(asked);
                    } catch (SourceException e) {
                        assertThat(e.getMessage()).isNotBlank();
                    }
                    survived.merge(fault.getKey(), calls().size() - before, Integer::sum);
                }
                reddit.answerBy(listings);
                // A name that may not be read is tried again after an hour.
                clock.advance(Duration.ofMinutes(61));
                one.feed.read(asked);
                assertThat(one.feed.troubles(asked)).as(fault.getKey()).isEmpty();
            }
        }

        System.out.println("Reddit's faults that were answered, and survived: " + survived);
        assertThat(survived).allSatisfy((fault, calls) -> assertThat(calls).isPositive());
        assertThat(kept()).isEqualTo(made);
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
    }

    @ParameterizedTest
    @EnumSource(
            value = RecordedReddit.Manner.class,
            names = {"SILENT", "TRICKLING"})
    void whatDoesNotAnswerInTimeLosesNothing(RecordedReddit.Manner manner) throws Exception {
        Feed hasty = reddit.feed(one.transactions, Duration.ofSeconds(3), clock);
        post("tea", 20);
        hasty.read(Set.of("tea"));
        reddit.answerBy(request -> listings.apply(request).with(manner));
        for (int turn = 0; turn < 2; turn++) {
            post("tea", 150);
            clock.advance(Duration.ofMinutes(5));
            assertThatExceptionOfType(SourceException.class)
                    .isThrownBy(() -> hasty.read(Set.of("tea")))
                    .withMessageContaining("within 3 s");
        }
        reddit.answerBy(listings);
        clock.advance(Duration.ofMinutes(5));

        hasty.read(Set.of("tea"));

        assertThat(kept()).isEqualTo(320);
        assertThat(database.scalar("select count(*) from feed_gaps")).isEqualTo("0");
    }

    @Test
    void whatAnotherProcessReadsIsLeftToIt() throws Exception {
        post("tea", 5);
        Peer two = new Peer();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        reddit.answerBy(request -> {
            asked.countDown();
            await(answer);
            return listings.apply(request);
        });
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> one.read("tea"));
        await(asked);

        assertThat(two.read("tea")).isFalse();
        answer.countDown();
        assertThat(first.join()).isTrue();

        assertThat(two.read("tea")).isTrue();
        assertThat(calls()).hasSize(1);
    }

    @Test
    void theLeaseOfADeadProcessEnds() throws Exception {
        post("tea", 5);
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofMinutes(1));
        database.execute("update feed_subreddits set leased_until = '%s'"
                .formatted(clock.instant().plusSeconds(90)));
        assertThat(one.feed.read(Set.of("tea"))).isFalse();

        clock.advance(Duration.ofSeconds(90));
        assertThat(one.feed.read(Set.of("tea"))).isTrue();
        assertThat(calls()).hasSize(2);
    }

    @Test
    void theBudgetIsOneForAllProcesses() throws Exception {
        Peer two = new Peer();
        reddit.answerBy(request ->
                listings.apply(request).with("x-ratelimit-remaining", "2.0").with("x-ratelimit-reset", "300"));
        one.feed.read(Set.of("tea"));
        assertThat(two.read("milk")).isTrue();
        database.execute("update rate_budgets set remaining = 0.5");

        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> two.feed.read(Set.of("sugar")))
                .satisfies(e -> assertThat(e.retryAfter()).contains(Duration.ofMinutes(5)));
        assertThat(calls()).containsExactly("tea", "milk");
    }

    @Test
    void whatIsOlderThanAWeekIsForgotten() throws Exception {
        post("tea", 50);
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofDays(3));
        post("tea", 5);
        one.feed.read(Set.of("tea"));
        assertThat(kept()).isEqualTo(55);
        clock.advance(Duration.ofDays(5));

        one.feed.keepHouse();

        assertThat(positions("tea")).containsExactly(50, 51, 52, 53, 54);
    }

    @Test
    void whatIsOldAtTheFirstReadingDoesNotComeInNorWhatIsKeptNoLonger() throws Exception {
        listings.post("tea", "old", "A post", clock.instant().minus(Duration.ofDays(8)));
        post("tea", 3);
        one.feed.read(Set.of("tea"));
        assertThat(positions("tea")).containsExactly(0, 1, 2);
        listings.post("quiet", "silent", "A post", clock.instant().minus(Duration.ofDays(300)));
        one.feed.read(Set.of("quiet"));
        assertThat(database.scalar("select last_post_id from feed_subreddits where name = 'quiet'"))
                .isEqualTo("silent");
        clock.advance(Duration.ofDays(1));
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofDays(7));
        one.feed.keepHouse();

        one.feed.read(Set.of("tea"));

        assertThat(kept()).isZero();
        assertThat(state("tea")).isEqualTo("fresh");
    }

    @Test
    void whatAppearedSinceTheLastReadingIsKeptHoweverLongAgoThatWas() throws Exception {
        post("tea", 5);
        one.feed.read(Set.of("tea"));
        clock.advance(Duration.ofHours(1));
        post("tea", 150);
        clock.advance(Duration.ofDays(20));

        one.feed.read(Set.of("tea"));

        assertThat(kept()).isEqualTo(155);
    }

    @Test
    void aConfigMovesOnOnceFromEachPosition() throws Exception {
        config(5, "tea");
        post("tea", 5);
        one.feed.read(Set.of("tea"));
        FeedPositionDao positions = new FeedPositionDao();
        long beginning = one.transactions.recorded(
                Tenant.EVERY,
                session -> positions.of(session, 1, clock.instant().minusSeconds(60)));
        assertThat(beginning).isZero();

        assertThat(advance(0, 3)).isTrue();
        assertThat(advance(0, 5)).isFalse();
        one.transactions.record(Tenant.EVERY, session -> positions.reset(session, 1));
        assertThat(advance(3, 5)).isFalse();
    }

    private boolean advance(long from, long to) {
        return one.transactions.recorded(Tenant.EVERY, session -> new FeedPositionDao().advance(session, 1, from, to));
    }

    @Test
    void aPostWithANulIsKeptWithoutIt() throws Exception {
        listings.post("tea", "odd", "Tea\u0000pot", clock.instant());

        one.feed.read(Set.of("tea"));

        assertThat(database.scalar("select title from feed_posts")).isEqualTo("Teapot");
    }

    private void post(String subreddit, int posts) {
        for (int i = 0; i < posts; i++) {
            listings.post(subreddit, "post" + made++, "A post", clock.instant().minusSeconds(posts - (long) i));
        }
    }

    private void config(int interval, String subreddits) throws Exception {
        database.execute(
                """
                insert into client_configs (client_id, reddit_subreddits, keywords, scan_interval_minutes)
                select id, '%s', 'word', %d from clients
                """
                        .formatted(subreddits, interval));
    }

    private List<String> calls() {
        return reddit.requests().stream()
                .map(Request::path)
                .filter(path -> !path.equals(RecordedReddit.TOKEN_PATH))
                .map(path -> path.replaceFirst("^/r/", "").replaceFirst("/new$", ""))
                .toList();
    }

    private long kept() throws Exception {
        return Long.parseLong(database.scalar("select count(*) from feed_posts"));
    }

    private String state(String name) throws Exception {
        return database.scalar("select state from feed_subreddits where name = '" + name + "'");
    }

    /** The numbers of the posts, by their positions. */
    private List<Integer> positions(String subreddit) {
        return one.feed.after(0, Set.of(subreddit), 10_000).stream()
                .map(post -> Integer.parseInt(post.post().id().substring("post".length())))
                .toList();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What one Harken process has for reading. */
    private final class Peer {
        private final Transactions transactions;
        private final Feed feed;

        private Peer() {
            Database opened = database.open(List.of(Client.class), clock);
            databases.add(opened);
            transactions = opened.transactions();
            feed = reddit.feed(transactions, clock);
        }

        private boolean read(String... names) {
            try {
                return feed.read(Set.of(names));
            } catch (SourceException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
