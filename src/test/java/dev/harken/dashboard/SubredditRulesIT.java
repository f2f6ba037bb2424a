package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.HarkenService;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.RecordedReddit.Reply;
import dev.harken.testing.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A subreddit's rules as a reviewer sees them where templates write the drafts, over answers that Reddit gave. */
class SubredditRulesIT {
    private static final String RULES = "/r/askreddit/about/rules";

    private static RecordedReddit reddit;
    private static HarkenService harken;

    @BeforeAll
    static void start() throws Exception {
        reddit = RecordedReddit.start()
                .answer(RecordedReddit.TOKEN_PATH, RecordedReddit.recording("token-client-credentials.json"))
                .answer("/r/askreddit/new", RecordedReddit.recording("r-askreddit-hot-102-children-two-stickied.json"));
        harken = HarkenService.start(reddit.settings());
    }

    @AfterAll
    static void stop() {
        harken.close();
        reddit.close();
    }

    @AfterEach
    void forgetWhatWasRead() throws Exception {
        harken.database().execute("update client_configs set is_active = false");
        harken.database().execute("truncate feed_posts, feed_subreddits, rate_budgets, subreddit_rules");
    }

    /** The page of a post that was drafted for after Reddit had answered. */
    private static String page(Reply rules) throws Exception {
        reddit.answer(RULES, rules);
        TestClient client = TestClient.create(harken);
        int before = reddit.requests(RULES).size();
        client.user()
                .post("/api/configs", Map.of("keywords", List.of("movie"), "reddit_subreddits", List.of("askreddit")));
        String drafts = "select count(*) from ai_responses where client_id = " + client.id();
        await().until(() -> harken.database().scalar(drafts).equals("9"));
        assertThat(reddit.requests(RULES)).hasSize(before + 1);
        String post = harken.database().scalar("select max(id) from matched_posts where client_id = " + client.id());
        return Reviewer.of(harken, client).visitor().get("/posts/" + post).body();
    }

    @Test
    void theyAreShownWithoutALanguageModel() throws Exception {
        assertThat(page(Reply.of(200, "{\"rules\":[{\"short_name\":\"No spam\",\"description\":\"None of it.\"}]}")))
                .contains("No spam: None of it.")
                .doesNotContain("Not read yet");
    }

    @Test
    void aSubredditMayHaveNone() throws Exception {
        assertThat(page(Reply.of(200, "{\"rules\":[]}")))
                .contains("It has none of its own.")
                .doesNotContain("Not read yet");
    }

    @Test
    void whereTheyCannotBeReadThereAreDraftsAllTheSame() throws Exception {
        assertThat(page(Reply.of(500, "{}"))).contains("Not read yet.").doesNotContain("none of its own");
    }
}
