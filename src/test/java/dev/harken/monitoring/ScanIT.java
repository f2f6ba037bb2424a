package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.RecordedReddit.Reply;
import dev.harken.testing.TestClient;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The job from end to end, over answers that Reddit really gave. */
class ScanIT {
    private static final String LISTING = "/r/askreddit/new";
    /** Posts of the recording with the word in title or text, counted by hand with another program. */
    private static final int WITH_MOVIE = 9;

    private static RecordedReddit reddit;
    private static HarkenService harken;

    @BeforeAll
    static void start() throws Exception {
        reddit = RecordedReddit.start()
                .answer(RecordedReddit.TOKEN_PATH, RecordedReddit.recording("token-client-credentials.json"));
        harken = HarkenService.start(reddit.settings());
    }

    @AfterAll
    static void stop() {
        harken.close();
        reddit.close();
    }

    @BeforeEach
    void answer() {
        reddit.answer(LISTING, RecordedReddit.recording("r-askreddit-hot-102-children-two-stickied.json"));
    }

    @AfterEach
    void switchConfigsOffAndForgetWhatWasRead() throws Exception {
        harken.database().execute("update client_configs set is_active = false");
        harken.database().execute("truncate feed_posts, feed_subreddits, rate_budgets");
    }

    @Test
    void aNewConfigIsScannedAtOnceAndEveryMatchStoredWithADraft() throws Exception {
        TestClient client = TestClient.create(harken);
        long config = config(client, List.of("movie"));

        awaitPosts(client, WITH_MOVIE);

        JsonNode posts = client.user().get("/api/posts?limit=200").json();
        assertThat(posts).allSatisfy(post -> {
            assertThat(post.get("keywords_matched").asText()).isEqualTo("movie");
            assertThat(post.get("subreddit").asText()).isEqualToIgnoringCase("askreddit");
            assertThat(post.get("posted_at").asText()).startsWith("20");
            assertThat(post.get("responses")).hasSize(1);
            assertThat(post.get("responses").get(0).get("content").asText()).contains("movie");
        });
        assertThat(harken.database()
                        .scalar("select outcome || ' ' || matched || ' ' || stored || ' ' || drafted from scan_records"
                                + " where config_id = " + config))
                .isEqualTo("done 9 9 9");
        assertThat(count("analytics_events", client, "event_type = 'post_matched'"))
                .isEqualTo(WITH_MOVIE);
        assertThat(count("analytics_events", client, "event_type = 'response_generated'"))
                .isEqualTo(WITH_MOVIE);
        assertThat(count("audit_records", client, "action in ('post.matched', 'response.generated')"))
                .isEqualTo(2 * WITH_MOVIE);
    }

    @Test
    void whatItsFiltersRefuseIsPassedOverAndCounted() throws Exception {
        reddit.answer(
                LISTING,
                listing(
                        """
                {"id": "f1", "title": "A movie", "author": "jane", "score": 7},
                {"id": "f2", "title": "A movie for adults", "author": "jane", "score": 7, "over_18": true},
                {"id": "f3", "title": "Buy a movie", "author": "Spam_Bot", "score": 7},
                {"id": "f4", "title": "A new movie", "author": "jane", "score": 1},
                {"id": "f6", "title": "Welchen movie habt ihr gestern gesehen, und wie hat er euch gefallen?", "score": 7},
                {"id": "f5", "title": "A book", "author": "Spam_Bot", "score": 1, "over_18": true}"""));
        TestClient client = TestClient.create(harken);
        Map<String, Object> wanted = new HashMap<>(Map.of(
                "reddit_subreddits", List.of("askreddit"),
                "keywords", List.of("movie"),
                "min_score", 2,
                "allow_nsfw", false,
                "languages", List.of("EN"),
                "blocked_authors", List.of("u/spam_bot")));
        JsonNode config = client.user().post("/api/configs", wanted).json();

        awaitPosts(client, 1);

        assertThat(config.get("languages").toString()).isEqualTo("[\"en\"]");
        assertThat(config.get("blocked_authors").toString()).isEqualTo("[\"spam_bot\"]");
        JsonNode last = lastScan(client);
        assertThat(last.get("matched").asInt()).isOne();
        assertThat(last.get("skipped").asInt()).isEqualTo(4);
        assertThat(last.get("skipped_why").asText())
                .isEqualTo("1 by a blocked author, 1 marked NSFW, 1 below the minimum score, 1 in another language");
        JsonNode preview = client.user().post("/api/configs/preview", wanted).json();
        assertThat(preview.get("matched").asInt()).isOne();
        assertThat(preview.get("skipped").asInt()).isEqualTo(4);

        JsonNode changed = client.user()
                .put("/api/configs/" + config.get("id").asLong(), Map.of("allow_nsfw", true, "min_score", 0))
                .json();

        assertThat(changed.get("blocked_authors")).hasSize(1);
        awaitPosts(client, 3);
    }

    @Test
    void whatSaysTheSameIsOnePostThatNamesTheOthers() throws Exception {
        reddit.answer(
                LISTING,
                listing(
                        """
                {"id": "d1", "title": "A movie", "author": "jane", "created_utc": 1000, "subreddit": "AskReddit"},
                {"id": "d2", "title": "See this movie", "author": "joe", "created_utc": 2000, "subreddit": "AskReddit",
                 "crosspost_parent": "t3_d1", "permalink": "/r/AskReddit/comments/d2/x/"},
                {"id": "d3", "title": "A movie", "author": "kim", "created_utc": 3000, "subreddit": "AskReddit"}"""));
        TestClient client = TestClient.create(harken);
        Map<String, Object> wanted = Map.of("reddit_subreddits", List.of("askreddit"), "keywords", List.of("movie"));
        JsonNode config = client.user().post("/api/configs", wanted).json();
        long configId = config.get("id").asLong();

        awaitPosts(client, 2);

        assertThat(config.get("fold_duplicates").asBoolean()).isTrue();
        JsonNode last = lastScan(client);
        assertThat(last.get("matched").asInt()).isEqualTo(2);
        assertThat(last.get("stored").asInt()).isEqualTo(2);
        assertThat(last.get("skipped").asInt()).isOne();
        assertThat(last.get("skipped_why").asText()).isEqualTo("1 duplicate");
        JsonNode preview = client.user().post("/api/configs/preview", wanted).json();
        assertThat(preview.get("matched").asInt() + " "
                        + preview.get("skipped_why").asText())
                .isEqualTo("2 1 duplicate");
        String alsoIn = "[{\"subreddit\":\"AskReddit\",\"reddit_post_id\":\"d2\","
                + "\"permalink\":\"https://www.reddit.com/r/AskReddit/comments/d2/x/\","
                + "\"posted_at\":\"1970-01-01T00:33:20Z\"}]";
        client.user().get("/api/posts").json().forEach(post -> {
            boolean isFirst = post.get("reddit_post_id").asText().equals("d1");
            assertThat(post.get("also_in").toString()).isEqualTo(isFirst ? alsoIn : "[]");
            assertThat(client.user()
                            .get("/api/posts/" + post.get("id").asLong())
                            .json()
                            .get("also_in"))
                    .isEqualTo(post.get("also_in"));
        });

        client.user().put("/api/configs/" + configId, Map.of("fold_duplicates", false));

        awaitPosts(client, 3);
        assertThat(client.user()
                        .post(
                                "/api/configs/preview",
                                Map.of(
                                        "reddit_subreddits",
                                        List.of("askreddit"),
                                        "keywords",
                                        List.of("movie"),
                                        "fold_duplicates",
                                        false))
                        .json()
                        .get("matched")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void whatWasFoundIsMarkedInTheListAndInThePost() throws Exception {
        reddit.answer(
                LISTING,
                listing(
                        """
                {"id": "h1", "title": "Which shoe for runs?", "author": "jane", "selftext": "My  running shoes", "score": 7}"""));
        TestClient client = TestClient.create(harken);
        client.user()
                .post(
                        "/api/configs",
                        Map.of(
                                "reddit_subreddits", List.of("askreddit"),
                                "keywords", List.of("running shoe", "runs"),
                                "stemming", "english"));

        awaitPosts(client, 1);

        JsonNode listed = client.user().get("/api/posts").json().get(0);
        assertThat(listed.get("highlights").toString()).isEqualTo("{\"title\":[[15,19]],\"content\":[[4,17]]}");
        assertThat(client.user()
                        .get("/api/posts/" + listed.get("id").asLong())
                        .json()
                        .get("highlights"))
                .isEqualTo(listed.get("highlights"));
    }

    @Test
    void eachPostIsDraftedForAsTheConfigSaysThatMatchedIt() throws Exception {
        reddit.answer(
                LISTING,
                listing(
                        """
                {"id": "o1", "title": "A movie", "author": "jane", "score": 7},
                {"id": "o2", "title": "A book", "author": "jane", "score": 7}"""));
        TestClient client = TestClient.create(harken);
        for (String keyword : List.of("movie", "book")) {
            client.user()
                    .post(
                            "/api/configs",
                            Map.of(
                                    "reddit_subreddits", List.of("askreddit"),
                                    "keywords", List.of(keyword),
                                    "reply_template", "Of the " + keyword + " shelf: {title}, and what it is about."));
        }

        await().untilAsserted(
                        () -> assertThat(count("ai_responses", client, "true")).isEqualTo(2));

        assertThat(client.user().get("/api/posts").json()).allSatisfy(post -> assertThat(
                        post.get("responses").get(0).get("content").asText())
                .contains("Of the " + post.get("keywords_matched").asText() + " shelf"));
    }

    @Test
    void anUnknownLanguageOrAuthorIsRefused() throws Exception {
        TestClient client = TestClient.create(harken);

        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("stemming", "klingon"),
                Map.of("blocked_authors", List.of("a b")),
                Map.of("min_score", -1),
                Map.of("languages", List.of("en", "tlh")))) {
            Map<String, Object> wanted =
                    new HashMap<>(Map.of("reddit_subreddits", List.of("askreddit"), "keywords", List.of("movie")));
            wanted.putAll(wrong);
            assertThat(client.user().post("/api/configs", wanted).status())
                    .as(wrong.toString())
                    .isIn(400, 422);
        }
    }

    /** @param posts the data of each, without what is the same for all */
    private static Reply listing(String posts) {
        String children = posts.lines()
                .map(line -> line.replaceFirst(
                        "^\\{",
                        "{\"kind\": \"t3\", \"data\": {\"subreddit\": \"AskReddit\", \"created_utc\": 1500000000, "))
                .map(line -> line.endsWith(",") ? line.replaceFirst("},$", "}},") : line + "}")
                .collect(Collectors.joining());
        return Reply.of(200, "{\"kind\": \"Listing\", \"data\": {\"after\": null, \"children\": [" + children + "]}}");
    }

    @Test
    void aSecondScanStoresNothingTwice() throws Exception {
        TestClient client = TestClient.create(harken);
        long config = config(client, List.of("movie"));
        awaitPosts(client, WITH_MOVIE);
        String first = finished(config);

        ApiClient.Answer answer = client.user().post("/api/ops/scan", Map.of());

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().get("status").asText()).isEqualTo("started");
        assertThat(answer.json().get("scans")).hasSize(1);
        assertThat(answer.json().get("scans").get(0).get("config_id").asLong()).isEqualTo(config);
        await().until(() -> !finished(config).equals(first));
        assertThat(harken.database()
                        .scalar("select stored || ' ' || drafted from scan_records where config_id = " + config))
                .isEqualTo("0 0");
        assertThat(count("matched_posts", client, "true")).isEqualTo(WITH_MOVIE);
        assertThat(count("ai_responses", client, "true")).isEqualTo(WITH_MOVIE);
    }

    @Test
    void aRedditPostBelongsToEachClientThatMatchedIt() throws Exception {
        TestClient one = TestClient.create(harken);
        TestClient two = TestClient.create(harken);
        config(one, List.of("movie"));
        config(two, List.of("MOVIE", "-never"));

        awaitPosts(one, WITH_MOVIE);
        await().untilAsserted(() -> assertThat(redditIds(two)).isNotEmpty());
        assertThat(redditIds(one)).containsAll(redditIds(two));
    }

    @Test
    void changedKeywordsAreAskedOfWhatIsKept() throws Exception {
        TestClient client = TestClient.create(harken);
        long config = config(client, List.of("no such word"));
        await().until(() -> count("scan_records", client, "true") == 1);
        reddit.answer(LISTING, RecordedReddit.recording("subreddits-premium-empty-2020.json"));

        client.user().put("/api/configs/" + config, Map.of("keywords", List.of("movie")));

        awaitPosts(client, WITH_MOVIE);
    }

    @Test
    void aConfigThatIsChangedWhileItIsScannedMissesNothing() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        reddit.answerBy(request -> {
            asked.countDown();
            await().until(() -> changed.getCount() == 0);
            return listing(
                    """
                    {"id": "h1", "title": "A movie", "subreddit": "Held"},
                    {"id": "h2", "title": "A book", "subreddit": "Held"}""");
        });
        TestClient client = TestClient.create(harken);
        long config = client.user()
                .post(
                        "/api/configs",
                        Map.of(
                                "keywords",
                                List.of("movie"),
                                "reddit_subreddits",
                                List.of("held"),
                                "scan_interval_minutes",
                                1440))
                .json()
                .get("id")
                .asLong();
        await().until(() -> asked.getCount() == 0);

        client.user().put("/api/configs/" + config, Map.of("keywords", List.of("book")));
        changed.countDown();

        await().untilAsserted(() -> assertThat(redditIds(client)).containsExactly("h2"));
    }

    @Test
    void aScanThatBreaksOffSaysSoAndIsTriedAgainSoon() throws Exception {
        harken.database()
                .execute(
                        """
                        create function refuse() returns trigger language plpgsql as $$
                        begin
                          raise exception 'refused';
                        end $$
                        """,
                        "create trigger refuse before insert on matched_posts for each row execute function refuse()");
        TestClient client = TestClient.create(harken);
        try {
            config(client, List.of("movie"));
            await().untilAsserted(() -> {
                JsonNode scan = scan(client);
                assertThat(scan.get("failures").asInt()).isOne();
                assertThat(scan.at("/last/outcome").asText()).isEqualTo("failed");
                assertThat(scan.at("/last/detail").asText()).startsWith("broke off and is tried again");
                assertThat(Instant.parse(scan.get("planned_at").asText()))
                        .isBefore(Instant.now().plusSeconds(90));
            });
        } finally {
            harken.database().execute("drop trigger refuse on matched_posts", "drop function refuse()");
        }

        client.user().post("/api/ops/scan", Map.of());

        awaitPosts(client, WITH_MOVIE);
        await().untilAsserted(
                        () -> assertThat(scan(client).get("failures").asInt()).isZero());
    }

    @Test
    void administratorsSeeTheJob() throws Exception {
        TestClient client = TestClient.create(harken);
        long config = config(client, List.of("movie"));
        awaitPosts(client, WITH_MOVIE);

        JsonNode jobs = harken.admin().get("/api/ops/jobs").json();

        assertThat(jobs.get("subreddits")).singleElement().satisfies(subreddit -> {
            assertThat(subreddit.get("name").asText()).isEqualTo("askreddit");
            assertThat(subreddit.get("coverage").asText()).isEqualTo("fresh");
            assertThat(subreddit.get("last_post_id").asText()).isNotEmpty();
            assertThat(subreddit.get("gaps").asInt()).isZero();
        });
        assertThat(jobs.get("scans")).anySatisfy(scan -> {
            assertThat(scan.get("config_id").asLong()).isEqualTo(config);
            assertThat(scan.at("/last/fetched").asInt()).isEqualTo(102);
            assertThat(scan.at("/last/matched").asInt()).isEqualTo(WITH_MOVIE);
        });
        assertThat(client.user().get("/api/ops/jobs").status()).isEqualTo(403);
    }

    @Test
    void draftsThatAnInterruptedScanLeftOutAreWrittenByTheNext() throws Exception {
        TestClient client = TestClient.create(harken);
        long left = client.post("left-behind", "Stored, then the power went", 0);

        config(client, List.of("movie"));

        await().untilAsserted(() -> assertThat(
                        client.user().get("/api/posts/" + left).json().get("responses"))
                .hasSize(1));
    }

    @Test
    void whatRedditRefusesIsOnTheScansRecordAndStoresNothing() throws Exception {
        reddit.answer(LISTING, RecordedReddit.recording("error-429-html-retry-after-4.html"));
        TestClient client = TestClient.create(harken);
        long config = config(client, List.of("movie"));

        await().untilAsserted(() -> assertThat(harken.database()
                        .scalar("select coalesce((select outcome from scan_records where config_id = " + config
                                + "), '')"))
                .isEqualTo("failed"));

        assertThat(harken.database().scalar("select detail from scan_records where config_id = " + config))
                .isNotBlank()
                .doesNotContain("a-secret")
                .doesNotContain("Exception");
        assertThat(count("matched_posts", client, "true")).isZero();
    }

    @Test
    void aDraftIsWrittenOnDemandOnce() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("on-demand", "Which tomatoes for a balcony?", 0);

        JsonNode generated = client.user()
                .post("/api/posts/" + post + "/generate-response", Map.of())
                .json();
        JsonNode again = client.user()
                .post("/api/posts/" + post + "/generate-response", Map.of())
                .json();

        assertThat(generated.get("status").asText()).isEqualTo("generated");
        assertThat(generated.get("response").get("content").asText()).isNotBlank();
        assertThat(generated.get("response").get("score").asInt()).isBetween(0, 100);
        assertThat(generated.get("response").get("grade").asText()).isNotBlank();
        assertThat(again.get("status").asText()).isEqualTo("exists");
        assertThat(again.get("response").get("id"))
                .isEqualTo(generated.get("response").get("id"));
        assertThat(harken.database()
                        .scalar("select actor from audit_records where action = 'response.generated' and client_id = "
                                + client.id()))
                .isEqualTo(client.user().get("/api/auth/me").json().get("email").asText());
    }

    @Test
    void twoProcessesOnOneDatabaseScanAConfigOnce() throws Exception {
        try (HarkenService second = HarkenService.over(harken.database(), reddit.settings())) {
            TestClient client = TestClient.create(harken);
            int before = reddit.requests(LISTING).size();
            config(client, List.of("movie"));
            awaitPosts(client, WITH_MOVIE);

            assertThat(reddit.requests(LISTING)).hasSize(before + 1);
            assertThat(second.admin().get("/api/posts?client_id=" + client.id()).json())
                    .hasSize(WITH_MOVIE);
        }
    }

    @Test
    void askingForScansAgainAndAgainIsAnsweredEachTime() {
        TestClient client = TestClient.create(harken);
        config(client, List.of("movie"));

        for (int i = 0; i < 100; i++) {
            ApiClient.Answer answer = client.user().post("/api/ops/scan", Map.of());
            assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        }
    }

    private static long config(TestClient client, List<String> keywords) {
        ApiClient.Answer answer = client.user()
                .post("/api/configs", Map.of("keywords", keywords, "reddit_subreddits", List.of("askreddit")));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("id").asLong();
    }

    private static JsonNode lastScan(TestClient client) {
        return await().until(() -> scan(client).get("last"), JsonNode::isObject);
    }

    /** Of the client's only config, as administrators are told of it. */
    private static JsonNode scan(TestClient client) {
        return harken.admin()
                .get("/api/ops/jobs?client_id=" + client.id())
                .json()
                .at("/scans/0");
    }

    private static void awaitPosts(TestClient client, int posts) {
        await().untilAsserted(() -> {
            assertThat(count("matched_posts", client, "true")).isEqualTo(posts);
            assertThat(count("ai_responses", client, "true")).isEqualTo(posts);
            assertThat(count("scan_records", client, "finished_at is not null")).isEqualTo(1);
        });
    }

    private static Set<String> redditIds(TestClient client) {
        Set<String> ids = new HashSet<>();
        client.user()
                .get("/api/posts?limit=200")
                .json()
                .forEach(post -> ids.add(post.get("reddit_post_id").asText()));
        return ids;
    }

    private static String finished(long config) throws Exception {
        return harken.database().scalar("select finished_at from scan_records where config_id = " + config);
    }

    private static int count(String table, TestClient client, String condition) throws Exception {
        return Integer.parseInt(harken.database()
                .scalar("select count(*) from " + table + " where client_id = " + client.id() + " and " + condition));
    }
}
