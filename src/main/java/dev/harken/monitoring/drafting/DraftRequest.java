package dev.harken.monitoring.drafting;

import java.util.List;

/**
 * The post or comment to answer, and for whom.
 *
 * @param title a comment's is that of the thread it stands in
 * @param text the post's own text; empty for a link
 * @param subreddit its name without {@code r/}
 * @param author null when the account is gone
 * @param keywords those that matched, as the client wrote them
 * @param client the client's name
 */
public record DraftRequest(
        String title,
        String text,
        String subreddit,
        String author,
        List<String> keywords,
        String client,
        boolean isComment) {
    /** Of a post. */
    public DraftRequest(
            String title, String text, String subreddit, String author, List<String> keywords, String client) {
        this(title, text, subreddit, author, keywords, client, false);
    }

    public DraftRequest {
        keywords = List.copyOf(keywords);
    }
}
