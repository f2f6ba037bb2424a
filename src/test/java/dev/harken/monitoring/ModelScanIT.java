package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.testing.HarkenService;
import dev.harken.testing.ModelServer;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.TestClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The job with a language model, over answers that Reddit really gave. */
class ModelScanIT {
    private static final String LISTING = "/r/askreddit/new";
    private static final String RULES = "/r/askreddit/about/rules";
    private static final int WITH_MOVIE = 9;

    private static RecordedReddit reddit;
    private static ModelServer model;
    private static HarkenService harken;

    @BeforeAll
    static void start() throws Exception {
        model = ModelServer.start();
        reddit = RecordedReddit.start()
                .answer(RecordedReddit.TOKEN_PATH, RecordedReddit.recording("token-client-credentials.json"))
                .answer(LISTING, RecordedReddit.recording("r-askreddit-hot-102-children-two-stickied.json"));
        harken = HarkenService.start(Stream.concat(Stream.of(reddit.settings()), Stream.of(model.settings()))
                .toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        harken.close();
        reddit.close();
        model.close();
    }

    @BeforeEach
    void answer() {
        model.answer(ModelServer.replies("I've seen that movie too. Try it again and note what you like."));
        reddit.answer(
                RULES,
                RecordedReddit.Reply.of(
                        200,
                        "{\"rules\":[{\"short_name\":\"No\\nspam\",\"description\":\"None of it.\"},"
                                + "{\"short_name\":\"Be nice\",\"description\":null}],\"site_rules\":[]}"));
    }

    @AfterEach
    void switchConfigsOffAndForgetWhatWasRead() throws Exception {
        harken.database().execute("update client_configs set is_active = false");
        harken.database().execute("truncate feed_posts, feed_subreddits, rate_budgets, subreddit_rules");
    }

    private static long config(TestClient client, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("keywords", List.of("movie"));
        config.put("reddit_subreddits", List.of("askreddit"));
        return client.user().post("/api/configs", config).json().get("id").asLong();
    }

    private static void awaitScan(long config, String wanted) {
        await().untilAsserted(() -> assertThat(scanned(config)).isEqualTo(wanted));
    }

    private static String scanned(long config) throws Exception {
        return harken.database()
                .scalar("select max(outcome || ' ' || matched || ' ' || drafted) from scan_records where config_id = "
                        + config);
    }

    private static void scanAgain(TestClient client, long config) throws Exception {
        String last = harken.database().scalar("select finished_at from scan_records where config_id = " + config);
        client.user().post("/api/ops/scan", Map.of());
        await().until(() -> !harken.database()
                .scalar("select finished_at from scan_records where config_id = " + config)
                .equals(last));
    }

    @Test
    void theRulesOfTheSubredditAreReadOnceAndSentAsData() throws Exception {
        TestClient client = TestClient.create(harken);
        int before = reddit.requests(RULES).size();

        awaitScan(config(client, Map.of()), "done 9 9");

        assertThat(reddit.requests(RULES)).hasSize(before + 1);
        JsonNode data = new ObjectMapper().readTree(model.last().message("user"));
        assertThat(data.path("subreddit_rules").asText()).isEqualTo("No spam: None of it.\nBe nice");
        assertThat(model.last().message("system")).doesNotContain("No spam");
    }

    @Test
    void rulesThatCannotBeReadDoNotStopDrafting() throws Exception {
        TestClient client = TestClient.create(harken);
        reddit.answer(RULES, RecordedReddit.Reply.of(500, "{}"));
        int before = reddit.requests(RULES).size();

        awaitScan(config(client, Map.of()), "done 9 9");

        assertThat(reddit.requests(RULES)).hasSize(before + 1);
        assertThat(harken.database()
                        .scalar("select rules || (due_at < now() + interval '61 minutes') from subreddit_rules"))
                .isEqualTo("true");
    }

    @Test
    void aModelThatTakesItsTimeHoldsUpNeitherOtherScansNorTheirPosts() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        AtomicInteger waiting = new AtomicInteger();
        model.answerBy(request -> {
            waiting.incrementAndGet();
            try {
                answer.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ModelServer.replies("I've seen that movie too. Try it again and note what you like.");
        });
        try {
            List<TestClient> clients = List.of(
                    TestClient.create(harken),
                    TestClient.create(harken),
                    TestClient.create(harken),
                    TestClient.create(harken));
            List<Long> configs =
                    clients.stream().map(client -> config(client, Map.of())).toList();
            for (TestClient client : clients) {
                await().until(() -> harken.database()
                        .scalar("select count(*) from matched_posts where client_id = " + client.id())
                        .equals("9"));
            }
            await().until(() -> waiting.get() == Scan.MOST_WRITING);

            answer.countDown();

            for (long config : configs) {
                await().until(() -> harken.database()
                        .scalar("select count(*) from ai_responses response join matched_posts post"
                                + " on post.id = response.post_id where post.config_id = " + config)
                        .equals("9"));
            }
        } finally {
            answer.countDown();
        }
    }

    @Test
    void whatTheModelTurnsAwayStaysVisibleAndCanBeDraftedByHand() throws Exception {
        TestClient client = TestClient.create(harken);
        AtomicInteger judgements = new AtomicInteger();
        int before = model.requests().size();
        model.answerBy(request -> request.isJudgement()
                ? ModelServer.judgement(judgements.getAndIncrement() % 2 == 0 ? 20 : 80, "Asks for a film.")
                : ModelServer.replies("I've seen that movie too. Try it again and note what you like."));

        long config = config(client, Map.of("accept_if", "asks for a film", "accept_threshold", 21));
        await().until(() -> scanned(config) != null);

        JsonNode turnedAway = client.user().get("/api/posts?relevant=false").json();
        JsonNode accepted = client.user().get("/api/posts?relevant=true").json();
        assertThat(turnedAway.size() + accepted.size()).isEqualTo(WITH_MOVIE);
        assertThat(turnedAway).isNotEmpty().allSatisfy(post -> {
            assertThat(post.get("relevance").asInt()).isEqualTo(20);
            assertThat(post.get("relevance_reason").asText()).isEqualTo("Asks for a film.");
            assertThat(post.get("relevant").asBoolean()).isFalse();
            assertThat(post.get("responses")).isEmpty();
        });
        assertThat(accepted).isNotEmpty().allSatisfy(post -> {
            assertThat(post.get("relevance").asInt()).isEqualTo(80);
            assertThat(post.get("responses")).hasSize(1);
        });
        assertThat(scanned(config)).isEqualTo("done 9 " + accepted.size());
        int asked = model.requests().size();
        assertThat(asked - before).isEqualTo(WITH_MOVIE + accepted.size());

        scanAgain(client, config);
        assertThat(model.requests()).hasSize(asked);

        long post = turnedAway.get(0).get("id").asLong();
        assertThat(client.user()
                        .post("/api/posts/" + post + "/generate-response", Map.of())
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("generated");
        JsonNode corrected = client.user().get("/api/posts/" + post).json();
        assertThat(corrected.get("relevant").asBoolean()).isTrue();
        assertThat(corrected.get("relevance").asInt()).isEqualTo(20);
        assertThat(model.requests()).hasSize(asked + 1);
    }

    @Test
    void aBudgetStopsAScanWithANoticeAndThePostsWait() throws Exception {
        TestClient client = TestClient.create(harken);
        String budget = "/api/clients/" + client.id() + "/budget";
        harken.admin().put(budget, Map.of("monthly_budget_usd", 0));
        int before = model.requests().size();

        long config = config(client, Map.of());
        awaitScan(config, "partly 9 0");

        assertThat(harken.database().scalar("select detail from scan_records where config_id = " + config))
                .contains("budget of this month", "drafting stopped there")
                .satisfies(
                        detail -> assertThat(detail.split("has no draft", -1)).hasSize(2));
        assertThat(model.requests()).hasSize(before);
        harken.admin().delete(budget);
        scanAgain(client, config);
        assertThat(scanned(config)).isEqualTo("done 0 9");
    }

    @Test
    void aPostWhoseAnswersCannotBeUsedIsLeftAfterThreeOfThem() throws Exception {
        TestClient client = TestClient.create(harken);
        model.answer(ModelServer.refusal("no"));
        int before = model.requests().size();

        long config = config(client, Map.of());
        awaitScan(config, "partly 9 0");
        for (int i = 0; i < 3; i++) {
            scanAgain(client, config);
        }

        assertThat(model.requests()).hasSize(before + 3 * WITH_MOVIE);
        assertThat(scanned(config)).isEqualTo("done 0 0");
        assertThat(harken.admin()
                        .get("/api/clients/" + client.id() + "/usage")
                        .json()
                        .at("/months/0/requests")
                        .asInt())
                .isEqualTo(3 * WITH_MOVIE);
    }

    @Test
    void aKeyThatIsRefusedEndsTheScansDraftingAtOnce() throws Exception {
        TestClient client = TestClient.create(harken);
        model.answer(ModelServer.status(401, "invalid_api_key"));
        int before = model.requests().size();

        long config = config(client, Map.of());
        awaitScan(config, "partly 9 0");

        assertThat(model.requests()).hasSize(before + 1);
        assertThat(harken.database().scalar("select detail from scan_records where config_id = " + config))
                .contains("OPENAI_API_KEY")
                .doesNotContain(ModelServer.KEY);
    }
}
