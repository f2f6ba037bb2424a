package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.monitoring.matching.MatchFilter.Reason;
import dev.harken.monitoring.reddit.Post;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatchFilterTest {
    @Test
    void passesOverWhatIsNotWanted() {
        MatchFilter filter = MatchFilter.of(5, false, List.of("Spam_Bot"), List.of(), true);

        assertThat(filter.refusal(post("spam_bot", 9, false))).contains(Reason.BLOCKED_AUTHOR);
        assertThat(filter.refusal(post("jane", 9, true))).contains(Reason.NSFW);
        assertThat(filter.refusal(post("jane", 4, false))).contains(Reason.LOW_SCORE);
        assertThat(filter.refusal(post("jane", 5, false))).isEmpty();
        assertThat(filter.refusal(post(null, 5, false))).isEmpty();
    }

    @Test
    void withoutAnyEverythingPasses() {
        assertThat(MatchFilter.of(0, true, List.of(), List.of(), true).refusal(post("spam_bot", 0, true)))
                .isEmpty();
    }

    @Test
    void countsByReason() {
        SkippedPosts skipped = new SkippedPosts();
        assertThat(skipped.why()).isEmpty();
        List.of(Reason.NSFW, Reason.BLOCKED_AUTHOR, Reason.NSFW).forEach(skipped::add);

        assertThat(skipped.total()).isEqualTo(3);
        assertThat(skipped.why()).isEqualTo("1 by a blocked author, 2 marked NSFW");
    }

    private static Post post(String author, int score, boolean nsfw) {
        return new Post("a", "tea", "T", "", "", author, Instant.EPOCH, score, 0, nsfw, null, null, null);
    }
}
