package dev.harken.posts;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.harken.database.Utf8Text;
import dev.harken.responses.ResponseView;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;

/**
 * A matched post as the API shows it, with its drafts.
 *
 * @param kind {@code post} or {@code comment}, whose title is that of the thread
 * @param keywordsMatched separated by commas
 * @param highlights JSON: where they are in title and content, or null where that is not known
 * @param postedAt when it was posted on Reddit, or null for posts of the old system
 * @param createdAt when Harken matched it
 * @param relevance what the language model thought of it, 0 to 100; null when it was not asked
 * @param relevant false when it was turned away, and nobody asked for a draft since; null when nobody judged it
 * @param goneAt when it was found to be deleted or removed on Reddit, and its text deleted here; null while it is there
 * @param overdueAt since when it waits for review for longer than the client wants; null when it does not
 * @param alsoIn posts that say the same, the oldest first, at most {@value FoldedPostDao#MOST_SHOWN}
 */
public record PostView(
        long id,
        long clientId,
        String kind,
        Utf8Text subreddit,
        Utf8Text redditPostId,
        Utf8Text title,
        @Nullable Utf8Text url,
        @Nullable Utf8Text permalink,
        @Nullable Utf8Text author,
        Utf8Text content,
        Utf8Text keywordsMatched,
        @Nullable @JsonRawValue String highlights,
        int score,
        int numComments,
        boolean flagged,
        boolean reviewed,
        @Nullable Integer relevance,
        @Nullable Utf8Text relevanceReason,
        @Nullable Boolean relevant,
        @Nullable Instant postedAt,
        Instant createdAt,
        @Nullable Instant goneAt,
        @Nullable Instant overdueAt,
        List<AlsoIn> alsoIn,
        List<ResponseView> responses) {

    static PostView of(MatchedPost post, List<AlsoIn> alsoIn) {
        return new PostView(
                post.id(),
                post.clientId(),
                post.kind(),
                Utf8Text.of(post.subreddit()),
                Utf8Text.of(post.redditPostId()),
                Utf8Text.of(post.title()),
                post.url().map(Utf8Text::of).orElse(null),
                post.permalink().map(Utf8Text::of).orElse(null),
                post.author().map(Utf8Text::of).orElse(null),
                Utf8Text.of(post.content()),
                Utf8Text.of(post.keywordsMatched()),
                post.highlights().orElse(null),
                post.score(),
                post.numComments(),
                post.isFlagged(),
                post.isReviewed(),
                post.relevance().orElse(null),
                post.relevanceReason().map(Utf8Text::of).orElse(null),
                post.relevant().orElse(null),
                post.postedAt().orElse(null),
                post.createdAt(),
                post.goneAt().orElse(null),
                post.overdueAt().orElse(null),
                alsoIn,
                post.responses().stream().map(ResponseView::of).toList());
    }
}
