package dev.harken.posts;

import dev.harken.database.Utf8Text;
import dev.harken.responses.ResponseView;
import java.time.Instant;
import java.util.List;

/**
 * A matched post as the API shows it, with its drafts.
 *
 * @param keywordsMatched separated by commas
 * @param postedAt when it was posted on Reddit, or null for posts of the old system
 * @param createdAt when Harken matched it
 */
record PostView(
        long id,
        long clientId,
        String subreddit,
        String redditPostId,
        Utf8Text title,
        String url,
        String permalink,
        String author,
        Utf8Text content,
        String keywordsMatched,
        int score,
        int numComments,
        boolean flagged,
        boolean reviewed,
        Instant postedAt,
        Instant createdAt,
        List<ResponseView> responses) {

    static PostView of(MatchedPost post) {
        return new PostView(
                post.id(),
                post.clientId(),
                post.subreddit(),
                post.redditPostId(),
                Utf8Text.of(post.title()),
                post.url().orElse(null),
                post.permalink().orElse(null),
                post.author().orElse(null),
                Utf8Text.of(post.content()),
                post.keywordsMatched(),
                post.score(),
                post.numComments(),
                post.isFlagged(),
                post.isReviewed(),
                post.postedAt().orElse(null),
                post.createdAt(),
                post.responses().stream().map(ResponseView::of).toList());
    }
}
