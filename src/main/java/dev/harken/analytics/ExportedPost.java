package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;

/**
 * A row of the export; texts are null where Reddit gave none.
 *
 * @param draftScore the best of its drafts', or null
 */
@JsonPropertyOrder({
    "id",
    "client_id",
    "created_at",
    "posted_at",
    "subreddit",
    "reddit_post_id",
    "title",
    "author",
    "url",
    "keywords_matched",
    "score",
    "num_comments",
    "reviewed",
    "flagged",
    "drafts",
    "copied",
    "draft_score"
})
record ExportedPost(
        long id,
        long clientId,
        Instant createdAt,
        Instant postedAt,
        String subreddit,
        String redditPostId,
        String title,
        String author,
        String url,
        String keywordsMatched,
        int score,
        int numComments,
        boolean reviewed,
        boolean flagged,
        long drafts,
        boolean copied,
        Integer draftScore) {
    /** With texts that a spreadsheet takes for text: what begins like a formula is quoted with an apostrophe. */
    ExportedPost forSpreadsheets() {
        return new ExportedPost(
                id,
                clientId,
                createdAt,
                postedAt,
                text(subreddit),
                text(redditPostId),
                text(title),
                text(author),
                text(url),
                text(keywordsMatched),
                score,
                numComments,
                reviewed,
                flagged,
                drafts,
                copied,
                draftScore);
    }

    private static String text(String written) {
        boolean looksLikeFormula = written != null && !written.isEmpty() && "=+-@\t\r".indexOf(written.charAt(0)) >= 0;
        return looksLikeFormula ? "'" + written : written;
    }
}
