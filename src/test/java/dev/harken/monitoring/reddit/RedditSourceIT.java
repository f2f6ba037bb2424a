package dev.harken.monitoring.reddit;

import static dev.harken.testing.RecordedReddit.TOKEN_PATH;
import static dev.harken.testing.RecordedReddit.recording;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.codahale.metrics.MetricRegistry;
import com.google.common.base.Throwables;
import dev.harken.monitoring.reddit.Listing.Unreached;
import dev.harken.monitoring.reddit.SourceException.Kind;
import dev.harken.testing.Logged;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.RecordedReddit.Manner;
import dev.harken.testing.RecordedReddit.Reply;
import dev.harken.testing.RecordedReddit.Request;
import dev.harken.testing.SetClock;
import dev.harken.testing.SubredditListings;
import io.dropwizard.util.Duration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RedditSourceIT {
    private static final String AGENT = "server:dev.harken.test:v1 (by /u/example)";
    private static final String SECRET = "the-very-secret";
    private static final String BANNED_PAGE = "<html><body>blocked by network security</body></html>";

    private final SetClock clock = new SetClock();
    private final SubredditListings listings = new SubredditListings();
    private RecordedReddit reddit;
    private PostSource source;

    @BeforeEach
    void start() throws IOException {
        reddit = RecordedReddit.start();
        source = factory(reddit.url()).build(BudgetKeeper.inProcess(), new MetricRegistry(), clock);
    }

    @AfterEach
    void stop() {
        reddit.close();
    }

    @Test
    void everyCallSaysWhoAsksAndWantsAHundredPostsUnescaped() throws Exception {
        newest("fallout");
        newest("all");

        assertThat(reddit.requests()).hasSize(3).allSatisfy(request -> assertThat(request.headers())
                .containsEntry("user-agent", AGENT));
        assertThat(reddit.requests(TOKEN_PATH)).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.body()).isEqualTo("grant_type=client_credentials");
            assertThat(request.headers())
                    .containsEntry("content-type", "application/x-www-form-urlencoded")
                    .containsEntry("authorization", "Basic " + encoded("the-id:" + SECRET));
        });
        assertThat(reddit.requests("/r/all/new")).singleElement().satisfies(request -> {
            assertThat(request.query().split("&")).containsExactlyInAnyOrder("limit=100", "raw_json=1");
            assertThat(request.headers()).containsEntry("authorization", "bearer <ACCESS_TOKEN>");
        });
    }

    @Test
    void aListingOfMoreThanAHundredIsReadWhole() throws Exception {
        reddit.answer("/r/askreddit/new", recording("r-askreddit-hot-102-children-two-stickied.json"));

        assertThat(newest("askreddit").posts()).hasSize(102).allSatisfy(post -> assertThat(post.subreddit())
                .isEqualTo("AskReddit"));
    }

    @Test
    void aPostHasItsTextAuthorTimeAndAddresses() throws Exception {
        Post post = newest("all").posts().get(0);

        assertThat(post.id()).isEqualTo("5jo144");
        assertThat(post.subreddit()).isEqualTo("UpliftingNews");
        assertThat(post.title()).startsWith("Newly discovered disease");
        assertThat(post.text()).isEmpty();
        assertThat(post.createdAt()).isEqualTo(Instant.ofEpochSecond(1482373052));
        assertThat(post.url()).startsWith("http://www.independent.co.uk/news/science/");
        assertThat(post.permalink())
                .isEqualTo("https://www.reddit.com/r/UpliftingNews/comments/5jo144/"
                        + "newly_discovered_disease_could_hold_key_to/");
    }

    @Test
    void postsOutOfOrderAndBeyondAsciiComeAsTheyWereWritten() throws Exception {
        reddit.answer("/r/EarthPorn+FoodPorn/new", recording("multi-new-2016-out-of-order-unicode.json"));

        List<Post> posts = newest("FoodPorn", "EarthPorn").posts();

        assertThat(posts).hasSize(100);
        assertThat(posts).extracting(Post::title).anyMatch(title -> title.chars()
                .anyMatch(c -> c > 127));
        assertThat(posts)
                .extracting(Post::createdAt)
                .isNotEqualTo(posts.stream()
                        .map(Post::createdAt)
                        .sorted((a, b) -> b.compareTo(a))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"domain-rising-empty-2016.json", "subreddits-premium-empty-2020.json"})
    void anEmptyListingIsANormalAnswer(String file) throws Exception {
        reddit.answer("/r/quiet/new", recording(file));

        assertThat(newest("quiet")).isEqualTo(Listing.whole(List.of(), Map.of()));
    }

    @Test
    void otherKindsAndPostsThatAreGoneAreSkipped() throws Exception {
        reddit.answer("/r/fallout/new", recording("info-by-id-mixed-kinds-deleted-removed.json"));

        List<Post> posts = newest("fallout").posts();

        assertThat(posts)
                .filteredOn(post -> !post.isComment())
                .hasSize(29)
                .extracting(Post::id)
                .doesNotContain("5dec01", "5dec18", "5dec21", "5dec30")
                .contains("5dec00");
    }

    @Test
    void aPostOfADeletedAccountHasNoAuthorAndAPostTwiceIsOne() throws Exception {
        String post = "{\"kind\":\"t3\",\"data\":{\"id\":\"abc1234\",\"author\":\"[deleted]\",\"title\":\"T\"}}";
        reddit.answer("/r/tea/new", Reply.of(200, listing(post, post)));

        assertThat(newest("tea").posts())
                .containsExactly(
                        new Post("abc1234", "", "T", "", "", null, clock.instant(), 0, 0, false, null, null, null));
    }

    @ParameterizedTest
    @CsvSource({"token-client-credentials.json, 3600", "token-client-credentials-24h.json, 86400"})
    void aTokenIsUsedUntilShortlyBeforeItsEnd(String file, long seconds) throws Exception {
        reddit.answer(TOKEN_PATH, recording(file));
        newest("all");

        clock.advance(java.time.Duration.ofSeconds(seconds - 61));
        newest("all");
        assertThat(reddit.requests(TOKEN_PATH)).hasSize(1);

        clock.advance(java.time.Duration.ofSeconds(2));
        newest("all");
        assertThat(reddit.requests(TOKEN_PATH)).hasSize(2);
    }

    @Test
    void aRefusalOfTheCredentialsIsSeenBehindStatus200() {
        reddit.answer(TOKEN_PATH, recording("token-error-invalid-grant-status-200.json"));

        SourceException failure = failure("all");

        assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(failure).hasMessageContaining("invalid_grant").hasMessageContaining("REDDIT_CLIENT_SECRET");
        assertThat(reddit.requests("/r/all/new")).isEmpty();
    }

    @Test
    void aTokenThatIsRefusedIsRenewedOnce() throws Exception {
        reddit.answer(
                "/r/all/new",
                recording("error-401-invalid-token.json"),
                recording("poll-r-all-new-before-4-posts.json"));

        assertThat(newest("all").posts()).hasSize(4);
        assertThat(reddit.requests(TOKEN_PATH)).hasSize(2);
    }

    @Test
    void aFreshTokenThatIsRefusedIsNotRenewedForEver() {
        reddit.answer("/r/all/new", recording("error-401-invalid-token.json"));

        assertThat(failure("all").kind()).isEqualTo(Kind.UNAUTHORIZED);
        assertThat(reddit.requests("/r/all/new")).hasSize(2);
        assertThat(reddit.requests(TOKEN_PATH)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "error-403-r-ferguson-hot-forbidden.json, may not be read by this client (403)",
        "error-403-quarantined-with-reason.json, is quarantined",
        "error-404-not-found.json, does not exist",
        "error-404-page-not-found-reason.json, does not exist"
    })
    void aSubredditThatIsRefusedIsReportedWithTheReason(String file, String why) throws Exception {
        reddit.answer("/r/closed/new", recording(file));

        assertThat(newest("closed")).isEqualTo(Listing.whole(List.of(), Map.of("closed", why)));
    }

    @Test
    void aNameThatNobodyHasIsReportedAndItsRedirectNotFollowed() throws Exception {
        reddit.answer(
                "/r/nobody/new", Reply.of(302, "").with("location", reddit.url() + "/subreddits/search?q=nobody"));

        assertThat(newest("nobody").unreadable()).containsExactly(Map.entry("nobody", "does not exist"));
        assertThat(reddit.requests("/subreddits/search")).isEmpty();
    }

    @Test
    void anyOtherRedirectIsAFailureAndIsNotFollowedWithTheToken() {
        reddit.answer("/r/tea/new", Reply.of(301, "").with("location", reddit.url() + "/elsewhere"));

        assertThat(failure("tea").kind()).isEqualTo(Kind.MALFORMED);
        assertThat(reddit.requests("/elsewhere")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"error-500-json.json, 500", "error-503-empty-body.json, 503"})
    void aServerOutOfOrderIsUnavailableAndAskedOnce(String file, String status) {
        reddit.answer("/r/tea/new", recording(file));

        SourceException failure = failure("tea");

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining(status);
        assertThat(failure.retryAfter()).isEmpty();
        assertThat(reddit.requests("/r/tea/new")).hasSize(1);
    }

    @Test
    void tooManyRequestsSilencesTheProcessForAsLongAsAsked() throws Exception {
        reddit.answer("/r/tea/new", recording("error-429-html-retry-after-4.html"));

        SourceException failure = failure("tea");
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure.retryAfter()).contains(java.time.Duration.ofSeconds(4));

        clock.advance(java.time.Duration.ofSeconds(3));
        assertThat(failure("all").retryAfter()).contains(java.time.Duration.ofSeconds(1));
        assertThat(reddit.requests("/r/all/new")).isEmpty();

        clock.advance(java.time.Duration.ofSeconds(1));
        assertThat(newest("all").posts()).hasSize(4);
    }

    @Test
    void tooManyRequestsWithoutATimeSilencesForAMinuteAndWithANonsenseTimeForAnHour() {
        String body = "{\"message\": \"Too Many Requests\", \"error\": 429}";
        reddit.answer("/r/tea/new", Reply.of(429, body), Reply.of(429, body).with("retry-after", "9999999999"));

        assertThat(failure("tea").retryAfter()).contains(java.time.Duration.ofMinutes(1));
        clock.advance(java.time.Duration.ofMinutes(1));
        assertThat(failure("tea").retryAfter()).contains(java.time.Duration.ofHours(1));
    }

    @Test
    void aRetryAfterMayBeADate() {
        reddit.answer("/r/tea/new", Reply.of(429, BANNED_PAGE).with("retry-after", "Mon, 02 Mar 2026 10:00:30 GMT"));

        assertThat(failure("tea").retryAfter()).contains(java.time.Duration.ofSeconds(30));
    }

    @Test
    void theTokensOwnLimitIsHonoured() {
        reddit.answer(TOKEN_PATH, Reply.of(429, "").with("retry-after", "7"));

        assertThat(failure("all").kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure("all").kind()).isEqualTo(Kind.THROTTLED);
        assertThat(reddit.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"0", "0.5", "0.999"})
    void aSpentBudgetMakesNoCallUntilItIsReset(String remaining) throws Exception {
        reddit.answer("/r/all/new", budget(remaining, "120"));
        newest("all");

        clock.advance(java.time.Duration.ofSeconds(20));
        SourceException failure = failure("all");
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure.retryAfter()).contains(java.time.Duration.ofSeconds(100));
        assertThat(reddit.requests("/r/all/new")).hasSize(1);

        clock.advance(java.time.Duration.ofSeconds(100));
        assertThat(newest("all").posts()).hasSize(4);
    }

    @Test
    void aBudgetOfOnePointSomethingAllowsOneCall() throws Exception {
        reddit.answer("/r/all/new", budget("1.5", "120"), recording("poll-r-all-new-before-4-posts.json"));
        newest("all");

        assertThat(newest("all").posts()).hasSize(4);
        assertThat(failure("all").kind()).isEqualTo(Kind.THROTTLED);
    }

    @ParameterizedTest
    @CsvSource({"SILENT", "TRICKLING"})
    @Timeout(60)
    void aSlowServerIsGivenUpInTime(Manner manner) {
        source = hasty().build(BudgetKeeper.inProcess(), new MetricRegistry(), clock);
        reddit.answer(
                "/r/tea/new",
                recording("r-askreddit-hot-102-children-two-stickied.json").with(manner));

        SourceException failure = failure("tea");

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("300 ms");
    }

    @Test
    void aTokenThatTricklesIsGivenUpInTime() {
        source = hasty().build(BudgetKeeper.inProcess(), new MetricRegistry(), clock);
        reddit.answer(TOKEN_PATH, recording("token-client-credentials.json").with(Manner.TRICKLING));

        assertThat(failure("tea").kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aConnectionThatBreaksInABodyIsUnavailable() {
        reddit.answer(
                "/r/tea/new", recording("poll-r-all-new-before-4-posts.json").with(Manner.CUT));

        SourceException failure = failure("tea");

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("broke");
    }

    @Test
    void nobodyListeningIsUnavailable() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            source = factory("http://localhost:" + free.getLocalPort())
                    .build(BudgetKeeper.inProcess(), new MetricRegistry(), clock);
        }

        SourceException failure = failure("tea");

        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("no connection to localhost:");
    }

    @Test
    void aServerThatTakesNoConnectionIsGivenUpInTime() throws Exception {
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            boolean isFull = false;
            while (!isFull) {
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    isFull = true;
                }
            }
            RedditFactory factory = factory("http://127.0.0.1:" + full.getLocalPort());
            factory.setConnectTimeout(Duration.milliseconds(300));
            source = factory.build(BudgetKeeper.inProcess(), new MetricRegistry(), clock);

            SourceException failure = failure("tea");

            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("within 300 ms");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    static Stream<String> bodiesThatAreNoListing() {
        String whole = new String(RecordedReddit.bytes("poll-r-all-new-before-4-posts.json"), StandardCharsets.UTF_8);
        return Stream.of(
                whole.substring(0, whole.length() / 2),
                whole + "}",
                BANNED_PAGE,
                "",
                "[]",
                "null",
                "{}",
                "{\"kind\":\"Listing\",\"data\":null}",
                "[".repeat(100_000));
    }

    @ParameterizedTest
    @MethodSource("bodiesThatAreNoListing")
    void aBodyThatIsNoListingIsMalformed(String body) {
        reddit.answer("/r/tea/new", Reply.of(200, body));

        assertThat(failure("tea").kind()).isEqualTo(Kind.MALFORMED);
    }

    static Stream<String> oddPosts() {
        return Stream.of(
                "{\"id\":\"a\"}",
                "{\"name\":\"t3_a\",\"created_utc\":\"soon\",\"score\":null}",
                "{\"id\":\"a\",\"created_utc\":1e300,\"score\":99999999999,\"num_comments\":\"many\"}",
                "{\"id\":\"a\",\"created_utc\":-1,\"url\":\"javascript:alert(1)\",\"permalink\":\"//elsewhere\"}");
    }

    @ParameterizedTest
    @MethodSource("oddPosts")
    void fieldsThatAreMissingOrOddAreTolerated(String data) throws Exception {
        reddit.answer("/r/tea/new", Reply.of(200, listing("{\"kind\":\"t3\",\"data\":" + data + "}", "{}", "7")));

        assertThat(newest("tea").posts())
                .containsExactly(new Post("a", "", "", "", "", null, clock.instant(), 0, 0, false, null, null, null));
    }

    @Test
    void aBodyThatIsTooLargeIsGivenUp() {
        reddit.answer("/r/tea/new", Reply.of(200, " ".repeat(Exchanges.MOST_BYTES) + "{}"));

        SourceException failure = failure("tea");

        assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
        assertThat(failure).hasMessageContaining("16 MB");
    }

    @Test
    void aClientThatIsTurnedAwayDoesNotGoOnAsking() {
        reddit.answerBy(request -> Reply.of(403, BANNED_PAGE));

        SourceException failure = failure(names("sub", 50));

        assertThat(failure.kind()).isEqualTo(Kind.BLOCKED);
        assertThat(failure).hasMessageContaining("REDDIT_USER_AGENT");
        assertThat(reddit.requests()).hasSize(2);
    }

    @Test
    void subredditsThatCannotBeReadDoNotSpoilTheOthers() throws Exception {
        answerPostsButRefuse("bad", recording("error-403-quarantined-with-reason.json"));
        String[] names = Stream.concat(Stream.of(names("sub", 118)), Stream.of("sub007bad", "sub100bad"))
                .toArray(String[]::new);

        Listing listing = newest(names);

        assertThat(listing.posts()).extracting(Post::id).containsExactlyInAnyOrder(names("sub", 118));
        assertThat(listing.unreadable())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("sub007bad", "is quarantined", "sub100bad", "is quarantined"));
        assertThat(calls()).hasSizeLessThanOrEqualTo(3 + 2 * 12).allSatisfy(group -> assertThat(group)
                .hasSizeLessThanOrEqualTo(50));
    }

    @Test
    void anUnreadableSubredditIsLeftOutForAnHourThenTriedAgain() throws Exception {
        answerPostsButRefuse("bad", recording("error-404-not-found.json"));
        newest("bad", "tea");
        int before = calls().size();

        assertThat(newest("Bad", "tea"))
                .satisfies(listing -> assertThat(listing.posts()).hasSize(1))
                .satisfies(listing ->
                        assertThat(listing.unreadable()).containsExactly(Map.entry("Bad", "does not exist")));
        assertThat(calls()).hasSize(before + 1).endsWith(List.of("tea"));

        clock.advance(RedditSource.LEFT_OUT);
        newest("bad", "tea");
        assertThat(calls().get(before + 1)).containsExactly("bad", "tea");
    }

    @Test
    void theSearchForUnreadableSubredditsIsBoundedAndGoesOnTheNextTime() throws Exception {
        answerPostsButRefuse("bad", recording("error-403-r-ferguson-hot-forbidden.json"));
        String[] names = names("bad", 50);

        Listing first = newest(names);

        assertThat(first.unreadable().size() + first.unreached().size()).isEqualTo(50);
        assertThat(first.unreached())
                .containsValue(new Unreached(
                        Kind.UNAVAILABLE,
                        "was asked for together with one that can't be read; the next scan looks further",
                        false));
        assertThat(calls()).hasSizeLessThanOrEqualTo(1 + Reading.MOST_SEARCH_CALLS);
        newest(names);
        newest(names);
        newest(names);
        int before = calls().size();
        assertThat(newest(names).unreadable().values()).containsOnly("may not be read by this client (403)");
        assertThat(calls()).hasSize(before);
    }

    @Test
    void aFailureOnTheWayKeepsWhatWasRead() throws Exception {
        reddit.answerBy(
                request -> request.path().contains("sub000") ? posts(request) : recording("error-500-json.json"));

        Listing listing = newest(names("sub", 150));

        assertThat(listing.posts()).hasSize(50);
        assertThat(listing.unreadable()).isEmpty();
        assertThat(listing.unreached()).hasSize(100).hasEntrySatisfying("sub149", unreached -> {
            assertThat(unreached.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(unreached.why()).startsWith("was not reached: Reddit is out of order (500");
        });
        assertThat(calls()).hasSize(2);
    }

    @Test
    void aNameThatIsNoneIsNeverPutIntoAnAddress() throws Exception {
        Listing listing = newest("a b", "../api", "x?y", "", "tea+coffee", "ärger");

        assertThat(listing.unreadable()).hasSize(6).containsEntry("../api", "is not the name of a subreddit");
        assertThat(reddit.requests()).isEmpty();
    }

    @Test
    void aSubredditIsAskedForOnceWhateverItsCase() throws Exception {
        answerPostsButRefuse("bad", Reply.of(404, ""));

        newest("Tea", "tea", " TEA ");

        assertThat(calls()).containsExactly(List.of("Tea"));
    }

    @Test
    void callersAtTheSameTimeFetchOneToken() {
        List<CompletableFuture<Integer>> callers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return newest("all").posts().size();
                    } catch (SourceException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();

        assertThat(callers).allSatisfy(caller -> assertThat(caller.join()).isEqualTo(4));
        assertThat(reddit.requests(TOKEN_PATH)).hasSize(1);
    }

    @Test
    void anInterruptEndsTheWait() {
        reddit.answer("/r/tea/new", Reply.of(200, "").with(Manner.SILENT));
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> newest("tea"));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void secretsAreInNoMessageAndNoLog() throws Exception {
        String token = "the.very-secret_token";
        List<String> said = new ArrayList<>();
        List<String> logged = Logged.during(() -> {
            String issued = "{\"access_token\": \"" + token + "\", \"expires_in\": 3600, \"error\": null}";
            for (Reply answer : List.of(
                    Reply.of(200, issued),
                    Reply.of(200, issued.substring(1)),
                    Reply.of(200, issued.replace(token, token + "\\n")),
                    Reply.of(401, issued),
                    Reply.of(500, issued),
                    Reply.of(200, issued).with(Manner.CUT))) {
                reddit.answer(TOKEN_PATH, answer);
                reddit.answer("/r/tea/new", Reply.of(401, token + SECRET));
                RedditFactory factory = factory(reddit.url());
                PostSource fresh = factory.build(BudgetKeeper.inProcess(), new MetricRegistry(), clock);
                SourceException failure =
                        catchThrowableOfType(SourceException.class, () -> fresh.read(Map.of("tea", clock.instant())));
                said.add(Throwables.getStackTraceAsString(failure));
                said.addAll(
                        Stream.of(factory, fresh, failure).map(Object::toString).toList());
            }
        });

        assertThat(said).hasSize(6 * 4);
        assertThat(logged).anyMatch(line -> line.contains("token"));
        assertThat(Stream.concat(said.stream(), logged.stream()))
                .noneMatch(line -> line.contains(SECRET))
                .noneMatch(line -> line.contains(token))
                .noneMatch(line -> line.contains(encoded("the-id:" + SECRET)));
    }

    @Test
    void aBurstIsReadToItsBeginning() throws Exception {
        fill("tea", 250, 1);

        Listing listing = source.read(asked(ago(200), "tea"));

        assertThat(ids(listing)).hasSize(250).containsAll(ids("tea", 0, 200));
        assertThat(listing.gaps()).isEmpty();
        assertThat(calls()).hasSize(3);
    }

    @Test
    void whatIsNotOlderThanAMinuteTakesOneCallHoweverMuchThereIs() throws Exception {
        fill("tea", 900, 10);

        assertThat(ids(source.read(asked(ago(60), "tea", "milk")))).hasSize(100);
        assertThat(calls()).containsExactly(List.of("milk", "tea"));
    }

    @Test
    void anOldPostAmongNewOnesDoesNotEndTheReading() throws Exception {
        fill("tea", 150, 1);
        // The last of the first page, after the newest 99.
        listings.approvedLate("tea", "late", "Approved late", ago(1_000_000), ago(98).minusMillis(500));

        assertThat(ids(source.read(asked(ago(120), "tea")))).contains("late").containsAll(ids("tea", 0, 120));
    }

    @Test
    void aDeletedAnchorDoesNotEndTheReading() throws Exception {
        fill("tea", 250, 1);
        reddit.answerBy(request -> {
            Reply reply = listings.apply(request);
            if (!request.query().contains("after=")) {
                listings.delete(id("tea", 99));
            }
            return reply;
        });

        Listing listing = source.read(asked(ago(200), "tea"));

        assertThat(ids(listing)).containsAll(ids("tea", 0, 200));
        assertThat(listing.gaps()).isEmpty();
    }

    @Test
    void severalAnchorsThatWereDeletedDoNotEndTheReading() throws Exception {
        fill("tea", 250, 1);
        reddit.answerBy(request -> {
            Reply reply = listings.apply(request);
            if (!request.query().contains("after=")) {
                for (int i = 95; i < 100; i++) {
                    listings.delete(id("tea", i));
                }
            }
            return reply;
        });

        Listing listing = source.read(asked(ago(200), "tea"));

        assertThat(ids(listing)).containsAll(ids("tea", 0, 200));
        assertThat(listing.gaps()).isEmpty();
    }

    @Test
    void aListThatDoesNotGoOnAfterAnyAnchorIsAGap() throws Exception {
        fill("tea", 250, 1);
        reddit.answerBy(request -> request.query().contains("after=")
                ? Reply.of(200, "{\"kind\": \"Listing\", \"data\": {\"children\": [], \"after\": null}}")
                : listings.apply(request));

        Listing listing = source.read(asked(ago(200), "tea"));

        assertThat(ids(listing)).hasSize(100);
        assertThat(listing.gaps()).containsOnlyKeys("tea");
    }

    @Test
    void whatRedditNoLongerListsIsAGapFromWhereTheListEnded() throws Exception {
        fill("tea", 1500, 1);

        Listing listing = source.read(asked(ago(1200), "tea"));

        assertThat(ids(listing)).hasSize(1000);
        assertThat(listing.gaps()).containsExactly(Map.entry("tea", ago(990)));
        assertThat(calls()).hasSize(10);
    }

    @Test
    void aSmallSubredditThatEndsHasNoGap() throws Exception {
        fill("tea", 30, 1);

        Listing listing = source.read(asked(ago(100_000), "tea"));

        assertThat(ids(listing)).hasSize(30);
        assertThat(listing.gaps()).isEmpty();
    }

    @Test
    void afterADowntimeEachSubredditIsReadAsFarAsRedditListsIt() throws Exception {
        fill("tea", 700, 1);
        fill("milk", 700, 1);
        fill("sugar", 1200, 1);

        Listing listing = source.read(asked(ago(1100), "tea", "milk", "sugar"));

        assertThat(ids(listing)).containsAll(ids("tea", 0, 700)).containsAll(ids("milk", 0, 700));
        assertThat(listing.gaps()).containsOnlyKeys("sugar");
    }

    @Test
    void aReadingThatIsCutOffKeepsWhatItHasAndSaysWhatItDidNotReach() throws Exception {
        fill("tea", 400, 1);
        reddit.answerBy(request -> request.query().contains(id("tea", 199))
                ? Reply.of(429, "").with("retry-after", "30")
                : listings.apply(request));

        Listing listing = source.read(asked(ago(350), "tea"));

        assertThat(ids(listing)).hasSize(200);
        assertThat(listing.unreached())
                .hasEntrySatisfying("tea", why -> assertThat(why.kind()).isEqualTo(Kind.THROTTLED));
        assertThat(listing.gaps()).isEmpty();
    }

    @Test
    void aReadingEndsBeforeItFillsTheMemoryAndTheNextGoesOn() throws Exception {
        String long100k = "long ".repeat(20_000);
        for (int i = 0; i < 90; i++) {
            listings.post("sub000", id("sub000", i), long100k, ago(i));
        }
        listings.post("sub050", "last", "Short", ago(1));
        reddit.answerBy(listings);

        Listing first = newest(names("sub", 51));

        assertThat(first.posts()).hasSize(90);
        assertThat(first.unreached())
                .containsOnlyKeys("sub050")
                .hasEntrySatisfying("sub050", why -> assertThat(why.why()).contains("the next scan goes on"));
        assertThat(ids(newest("sub050"))).containsExactly("last");
    }

    @Test
    void allOfRedditIsNeverAskedForTogetherWithOthers() throws Exception {
        reddit.answerBy(listings);
        newest("tea", "ALL", "popular", "milk");

        assertThat(calls()).containsExactlyInAnyOrder(List.of("ALL"), List.of("popular"), List.of("milk", "tea"));
    }

    /** A post each so many seconds, the newest of now. */
    private void fill(String subreddit, int posts, int seconds) {
        for (int i = 0; i < posts; i++) {
            listings.post(subreddit, id(subreddit, i), "A post", ago((long) i * seconds));
        }
        reddit.answerBy(listings);
    }

    private Instant ago(long seconds) {
        return clock.instant().minusSeconds(seconds);
    }

    private static String id(String subreddit, int number) {
        return subreddit + number;
    }

    private static List<String> ids(String subreddit, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> id(subreddit, i)).toList();
    }

    private static List<String> ids(Listing listing) {
        return listing.posts().stream().map(Post::id).toList();
    }

    /** The groups that were asked for, in turn. */
    private List<List<String>> calls() {
        return reddit.requests().stream()
                .filter(request -> !request.path().equals(TOKEN_PATH))
                .map(RedditSourceIT::group)
                .toList();
    }

    private static List<String> group(Request request) {
        return List.of(request.path()
                .replaceFirst("^/r/", "")
                .replaceFirst("/new$", "")
                .split("[+]", -1));
    }

    /** A post for each subreddit of a group, but the refusal for a group with a word in a name. */
    private void answerPostsButRefuse(String word, Reply refusal) {
        reddit.answerBy(request -> request.path().contains(word) ? refusal : posts(request));
    }

    private static Reply posts(Request request) {
        return Reply.of(
                200,
                listing(group(request).stream()
                        .map(name -> "{\"kind\":\"t3\",\"data\":{\"id\":\"" + name + "\"}}")
                        .toArray(String[]::new)));
    }

    private static String[] names(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> prefix + String.format(Locale.ROOT, "%03d", number))
                .toArray(String[]::new);
    }

    private static Reply budget(String remaining, String reset) {
        return recording("poll-r-all-new-before-4-posts.json")
                .with("x-ratelimit-used", "10")
                .with("x-ratelimit-remaining", remaining)
                .with("x-ratelimit-reset", reset);
    }

    private RedditFactory hasty() {
        RedditFactory factory = factory(reddit.url());
        factory.setConnectTimeout(Duration.milliseconds(300));
        factory.setReadTimeout(Duration.milliseconds(300));
        return factory;
    }

    private Listing newest(String... subreddits) throws SourceException, InterruptedException {
        return source.read(asked(clock.instant(), subreddits));
    }

    private static Map<String, Instant> asked(Instant since, String... subreddits) {
        Map<String, Instant> asked = new LinkedHashMap<>();
        for (String subreddit : subreddits) {
            asked.put(subreddit, since);
        }
        return asked;
    }

    private SourceException failure(String... subreddits) {
        return catchThrowableOfType(SourceException.class, () -> newest(subreddits));
    }

    private static String listing(String... children) {
        return "{\"kind\":\"Listing\",\"data\":{\"children\":[" + String.join(",", children) + "]}}";
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static RedditFactory factory(String url) {
        RedditFactory factory = new RedditFactory();
        factory.setClientId("the-id");
        factory.setClientSecret(SECRET);
        factory.setUserAgent(AGENT);
        factory.setAuthUrl(url);
        factory.setApiUrl(url);
        factory.setConnectTimeout(Duration.seconds(5));
        factory.setReadTimeout(Duration.seconds(15));
        return factory;
    }
}
