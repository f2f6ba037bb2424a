package dev.harken.configs;

import dev.harken.monitoring.matching.Highlights;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;

/**
 * What keywords would have matched.
 *
 * @param searched how many posts were looked at
 * @param matched how many of them matched
 * @param skipped how many have the keywords but are passed over by the config's filters
 * @param complete whether that was all that is kept of the subreddits; else the newest were looked at, as many as there
 *     was time for
 * @param since when the oldest of them was posted; null when there was none
 * @param keywords how many posts each matched, in the order they were given; those that exclude are not among them
 * @param subreddits what was looked at of each
 * @param posts those that matched, newest first, at most {@value MatchPreview#MOST_SHOWN}
 */
public record Preview(
        int searched,
        int matched,
        int skipped,
        String skippedWhy,
        boolean complete,
        @Nullable Instant since,
        List<KeywordCount> keywords,
        List<Searched> subreddits,
        List<Match> posts) {

    public record KeywordCount(String keyword, int matched) {}

    /**
     * A subreddit.
     *
     * @param name in lower case; with {@code /comments} at its end for its comments
     * @param detail what there is to know of how it was looked at; empty when its posts of the last week are kept
     */
    public record Searched(String name, int searched, String detail) {}

    /**
     * A post that matched.
     *
     * @param kind {@code post} or {@code comment}, whose title is that of the thread
     * @param content its beginning, at most {@value MatchPreview#SHOWN_TEXT} characters
     * @param author null when the account is gone
     * @param permalink null when unknown
     * @param highlights where the keywords are in the title and in what is shown of the content
     */
    public record Match(
            String redditPostId,
            String kind,
            String subreddit,
            String title,
            String content,
            @Nullable String author,
            @Nullable String permalink,
            Instant postedAt,
            List<String> keywordsMatched,
            Highlights highlights) {}
}
