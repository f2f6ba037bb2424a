package dev.harken.monitoring.drafting;

import java.util.List;

/**
 * The post to answer, and for whom.
 *
 * @param text the post's own text; empty for a link
 * @param subreddit its name without {@code r/}
 * @param author null when the account is gone
 * @param keywords those that matched, as the client wrote them
 * @param client the client's name
 */
public record DraftRequest(
        String title, String text, String subreddit, String author, List<String> keywords, String client) {
    public DraftRequest {
        keywords = List.copyOf(keywords);
    }
}
