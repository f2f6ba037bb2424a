package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.HarkenService;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.RecordedReddit.Reply;
import dev.harken.testing.RecordedReddit.Request;
import dev.harken.testing.TestClient;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Comments, from the listing to the draft, over answers that Reddit really gave. */
class CommentsIT {
    private static final String POSTS = "/r/kakapo/new";
    private static final String COMMENTS = "/r/kakapo/comments";
    private static final String FIRST = "poll-r-kakapo-comments-first.json";
    private static final String ONE_MORE = "poll-r-kakapo-comments-without-before-one-new.json";

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
        reddit.answer(POSTS, RecordedReddit.recording("poll-r-kakapo-comments-before-empty.json"));
        reddit.answer(COMMENTS, RecordedReddit.recording(FIRST));
    }

    @AfterEach
    void switchConfigsOffAndForgetWhatWasRead() throws Exception {
        harken.database().execute("update client_configs set is_active = false");
        harken.database().execute("truncate feed_posts, feed_subreddits, feed_positions, rate_budgets");
    }

    @Test
    void whereAConfigAsksForThemTheyAreMatchedByTheirOwnWords() throws Exception {
        TestClient client = TestClient.create(harken);
        // "title:" and "calls", which only titles of threads have, match no comment.
        Map<String, Object> wanted = Map.of(
                "reddit_subreddits",
                List.of("kakapo"),
                "keywords",
                List.of("lick", "title:kakapo", "enjoy"),
                "include_comments",
                true);
        JsonNode config = client.user().post("/api/configs", wanted).json();

        awaitScan(config);

        assertThat(config.get("include_comments").asBoolean()).isTrue();
        JsonNode posts = client.user().get("/api/posts").json();
        assertThat(posts).hasSize(1);
        JsonNode comment = posts.get(0);
        String address = "https://www.reddit.com/comments/654eqk/_/dgauydy/";
        assertThat(comment.get("kind").asText()).isEqualTo("comment");
        assertThat(comment.get("reddit_post_id").asText()).isEqualTo("t1_dgauydy");
        assertThat(comment.get("content").asText()).isEqualTo("i lick it");
        assertThat(comment.get("title").asText()).startsWith("KAKAPO CALLS: I spent 100 days");
        assertThat(comment.get("url").asText()).isEqualTo(address);
        assertThat(comment.get("permalink").asText()).isEqualTo(address);
        assertThat(comment.get("author").asText()).isEqualTo("butt_woman");
        assertThat(comment.get("highlights").toString()).isEqualTo("{\"title\":[],\"content\":[[2,6]]}");
        assertThat(comment.get("responses").get(0).get("content").asText())
                .contains("your comment")
                .contains("i lick it")
                .contains("KAKAPO CALLS");
        JsonNode preview = client.user().post("/api/configs/preview", wanted).json();
        assertThat(preview.get("matched").asInt()).isOne();
        assertThat(preview.get("posts").get(0).get("kind").asText()).isEqualTo("comment");
        assertThat(preview.get("subreddits").toString())
                .contains("{\"name\":\"kakapo/comments\",\"searched\":16,\"detail\":\"\"}");
        assertThat(harken.admin().get("/api/ops/jobs").body()).contains("kakapo/comments");
    }

    @Test
    void nobodyElseIsToldOfThem() throws Exception {
        TestClient listening = TestClient.create(harken);
        awaitScan(listening.user().post("/api/configs", config("lick", true)).json());
        TestClient other = TestClient.create(harken);

        awaitScan(other.user().post("/api/configs", config("lick", false)).json());

        assertThat(other.user().get("/api/posts").json()).isEmpty();
        assertThat(reddit.requests(COMMENTS)).isNotEmpty();
    }

    @Test
    void theyAreNotReadWhereNobodyAsks() throws Exception {
        int before = reddit.requests(COMMENTS).size();
        TestClient client = TestClient.create(harken);
        awaitScan(client.user().post("/api/configs", config("lick", false)).json());

        assertThat(reddit.requests(COMMENTS)).hasSize(before);
    }

    @Test
    void theNextReadingBringsOnlyWhatIsNew() throws Exception {
        reddit.answer(COMMENTS, RecordedReddit.recording(FIRST), RecordedReddit.recording(ONE_MORE));
        TestClient client = TestClient.create(harken);
        JsonNode config =
                client.user().post("/api/configs", config("/./", true)).json();
        awaitScan(config);
        Set<String> before = ids(client);
        harken.database().execute("update feed_subreddits set read_at = read_at - interval '1 hour'");

        client.user().post("/api/ops/scan", Map.of());

        await().until(() -> ids(client).size() > before.size());
        Set<String> more = ids(client);
        more.removeAll(before);
        assertThat(more).containsExactly("t1_dgd9bcm");
    }

    @Test
    void manySubredditsAreAskedForInOneCall() throws Exception {
        reddit.answerBy(CommentsIT::none);
        TestClient client = TestClient.create(harken);
        client.user()
                .post(
                        "/api/configs",
                        Map.of(
                                "reddit_subreddits",
                                List.of("Parrots", "kiwibirds"),
                                "keywords",
                                List.of("lick"),
                                "include_comments",
                                true));

        await().until(() -> reddit.requests().stream().anyMatch(CommentsIT::isOfBoth));
        reddit.answerBy(request -> null);
    }

    @Test
    void commentsThatMayNotBeReadAreOnTheScansRecord() throws Exception {
        reddit.answer("/r/ferguson/new", RecordedReddit.recording("poll-r-kakapo-comments-before-empty.json"))
                .answer("/r/ferguson/comments", RecordedReddit.recording("error-403-r-ferguson-hot-forbidden.json"));
        TestClient client = TestClient.create(harken);
        JsonNode config = client.user()
                .post(
                        "/api/configs",
                        Map.of(
                                "reddit_subreddits",
                                List.of("ferguson"),
                                "keywords",
                                List.of("lick"),
                                "include_comments",
                                true))
                .json();
        awaitScan(config);

        assertThat(harken.database()
                        .scalar("select outcome || ' ' || detail from scan_records where config_id = "
                                + config.get("id").asLong()))
                .startsWith("partly r/ferguson/comments ");
    }

    private static Reply none(Request request) {
        return Reply.of(200, "{\"kind\":\"Listing\",\"data\":{\"children\":[]}}");
    }

    private static boolean isOfBoth(Request request) {
        return request.path().matches("/r/(parrots\\+kiwibirds|kiwibirds\\+parrots)/comments");
    }

    private static Map<String, Object> config(String keyword, boolean comments) {
        return Map.of(
                "reddit_subreddits", List.of("kakapo"), "keywords", List.of(keyword), "include_comments", comments);
    }

    private static void awaitScan(JsonNode config) {
        String records = "select count(*) from scan_records where config_id = "
                + config.get("id").asLong();
        await().until(() -> harken.database().scalar(records).equals("1"));
    }

    private static Set<String> ids(TestClient client) {
        Set<String> ids = new TreeSet<>();
        client.user()
                .get("/api/posts?limit=200")
                .json()
                .forEach(post -> ids.add(post.get("reddit_post_id").asText()));
        return ids;
    }
}
