package dev.harken.monitoring.notify;

import dev.harken.analytics.WeeklyReport;
import dev.harken.monitoring.matching.KeywordList;
import dev.harken.posts.MatchedPost;
import dev.harken.responses.AiResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is told to a receiver.
 *
 * @param key the same for each attempt
 * @param kind one of the constants below
 * @param at when there was something to tell
 * @param posts one, or those that a digest lists, the newest first; none for a test
 * @param count the digest's posts, also those that are not listed
 * @param report of a week, when that is what is told
 */
record Told(
        String key,
        String kind,
        String channel,
        long clientId,
        Instant at,
        List<Post> posts,
        int count,
        Optional<WeeklyReport> report) {
    static final String POST = "post";
    static final String DIGEST = "digest";
    static final String WEEKLY = "weekly";
    static final String TEST = "test";
    static final String OVERDUE = "overdue";

    Told {
        posts = List.copyOf(posts);
    }

    /** Without a report. */
    Told(String key, String kind, String channel, long clientId, Instant at, List<Post> posts, int count) {
        this(key, kind, channel, clientId, at, posts, count, Optional.empty());
    }

    /**
     * A post that matched.
     *
     * @param kind {@code post} or {@code comment}, whose title is that of the thread
     * @param truncated whether the content is its beginning only
     * @param permalink where it is on Reddit
     * @param author empty when they deleted their account
     * @param keywords those that matched
     * @param postedAt empty when it is not known
     * @param draft the newest reply that was drafted
     */
    record Post(
            long id,
            String kind,
            String subreddit,
            String redditPostId,
            String title,
            String content,
            boolean truncated,
            Optional<String> url,
            String permalink,
            Optional<String> author,
            List<String> keywords,
            Optional<Instant> postedAt,
            Instant createdAt,
            Optional<Draft> draft) {

        static Post of(MatchedPost post, Optional<AiResponse> draft) {
            return new Post(
                    post.id(),
                    post.kind(),
                    post.subreddit(),
                    post.redditPostId(),
                    post.title(),
                    post.content(),
                    false,
                    post.url(),
                    post.permalink().orElse("https://www.reddit.com/comments/" + post.redditPostId() + "/"),
                    post.author(),
                    KeywordList.split(post.keywordsMatched()),
                    post.postedAt(),
                    post.createdAt(),
                    draft.map(Draft::of));
        }

        /** The same, with at most so many characters of the content. */
        Post cutTo(int most) {
            return content.length() <= most
                    ? this
                    : new Post(
                            id,
                            kind,
                            subreddit,
                            redditPostId,
                            title,
                            Excerpt.of(content, most),
                            true,
                            url,
                            permalink,
                            author,
                            keywords,
                            postedAt,
                            createdAt,
                            draft);
        }
    }

    /** A drafted reply. */
    record Draft(long id, String content, Optional<Integer> score) {
        static Draft of(AiResponse response) {
            return new Draft(response.id(), response.content(), response.score());
        }
    }
}
