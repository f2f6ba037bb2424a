package dev.harken.configs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trying keywords before they are saved, over answers that Reddit really gave. */
class MatchPreviewIT {
    /** Posts of the recording with the word in title or text, counted by hand with another program. */
    private static final int WITH_MOVIE = 9;

    private static RecordedReddit reddit;
    private static HarkenService harken;
    private static TestClient client;

    @BeforeAll
    static void start() throws Exception {
        reddit = RecordedReddit.start()
                .answer(RecordedReddit.TOKEN_PATH, RecordedReddit.recording("token-client-credentials.json"))
                .answer("/r/askreddit/new", RecordedReddit.recording("r-askreddit-hot-102-children-two-stickied.json"));
        harken = HarkenService.start(reddit.settings());
        client = TestClient.create(harken);
        client.user().post("/api/configs", body(List.of("nothing such"), "askreddit"));
        await().until(() -> harken.database()
                .scalar("select count(*) from scan_records where finished_at is not null")
                .equals("1"));
    }

    @AfterAll
    static void stop() {
        harken.close();
        reddit.close();
    }

    @Test
    void whatIsKeptIsSearchedWithoutAskingRedditAndNothingIsStored() throws Exception {
        int calls = reddit.requests().size();

        JsonNode preview = preview(List.of("movie", "title:movie", "nothing such", "-zzzz"), "r/AskReddit");

        assertThat(preview.get("searched").asInt()).isEqualTo(102);
        assertThat(preview.get("matched").asInt()).isEqualTo(WITH_MOVIE);
        assertThat(preview.get("complete").asBoolean()).isTrue();
        assertThat(preview.get("since").asText()).startsWith("20");
        assertThat(preview.get("keywords").findValuesAsText("keyword"))
                .containsExactly("movie", "title:movie", "nothing such");
        assertThat(preview.get("keywords").findValuesAsText("matched")).containsExactly("9", "9", "0");
        assertThat(preview.get("subreddits").toString())
                .isEqualTo("[{\"name\":\"askreddit\",\"searched\":102,\"detail\":\"\"}]");
        assertThat(preview.get("posts")).hasSize(WITH_MOVIE).allSatisfy(post -> {
            assertThat(post.get("title").asText()).containsIgnoringCase("movie");
            assertThat(post.get("keywords_matched").toString()).isEqualTo("[\"movie\",\"title:movie\"]");
            assertThat(post.get("permalink").asText()).startsWith("https://www.reddit.com/r/AskReddit/comments/");
        });
        List<String> times = preview.get("posts").findValuesAsText("posted_at");
        assertThat(times).isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(reddit.requests()).hasSize(calls);
        assertThat(harken.database().scalar("select count(*) from matched_posts"))
                .isEqualTo("0");
    }

    @Test
    void whatIsExcludedIsNotMatched() {
        assertThat(preview(List.of("movie", "-movie"), "askreddit")
                        .get("matched")
                        .asInt())
                .isZero();
    }

    @Test
    void aSubredditThatWasNeverReadIsSampledButNotMoreOftenThanTheBudgetCanBear() throws Exception {
        reddit.answer("/r/unheard/new", RecordedReddit.recording("r-askreddit-hot-102-children-two-stickied.json"));
        reddit.answer("/r/secret/new", RecordedReddit.recording("error-403-quarantined-with-reason.json"));
        assertThat(preview(List.of("movie"), "unheard").get("matched").asInt()).isEqualTo(WITH_MOVIE);
        assertThat(detail(preview(List.of("movie"), "secret"))).isEqualTo("is quarantined");
        assertThat(harken.database().scalar("select count(*) from feed_subreddits where name = 'unheard'"))
                .isEqualTo("0");

        List<String> details = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            details.add(detail(preview(List.of("movie"), "unheard")));
        }

        assertThat(details)
                .contains("was never read, and is not sampled now: try again later")
                .contains("was never read: these are its newest posts, and a scan passes over those that are old");
        int calls = reddit.requests().size();
        String[] many = IntStream.range(0, 11).mapToObj(n -> "unheard" + n).toArray(String[]::new);
        assertThat(detail(preview(List.of("movie"), many))).contains("is not sampled now");
        assertThat(reddit.requests()).hasSize(calls);
    }

    @Test
    void aBrokenQueryIsRefusedWithItsPlaceAndReason() {
        ApiClient.Answer answer =
                client.user().post("/api/configs/preview", body(List.of("movie", "(tea OR"), "askreddit"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().get("errors").has("keywords[1]"))
                .as(answer.body())
                .isTrue();
    }

    @Test
    void subredditsAndKeywordsAreNeeded() {
        assertThat(client.user()
                        .post("/api/configs/preview", Map.of("keywords", List.of("movie")))
                        .status())
                .isEqualTo(422);
        assertThat(client.user()
                        .post("/api/configs/preview", Map.of("reddit_subreddits", List.of("askreddit")))
                        .status())
                .isEqualTo(422);
    }

    private static String detail(JsonNode preview) {
        return preview.get("subreddits").get(0).get("detail").asText();
    }

    private static JsonNode preview(List<String> keywords, String... subreddits) {
        ApiClient.Answer answer = client.user().post("/api/configs/preview", body(keywords, subreddits));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static Map<String, Object> body(List<String> keywords, String... subreddits) {
        return Map.of("keywords", keywords, "reddit_subreddits", List.of(subreddits));
    }
}
