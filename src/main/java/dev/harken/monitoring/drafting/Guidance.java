package dev.harken.monitoring.drafting;

/**
 * How a client wants its replies.
 *
 * @param brandVoice who the client is and how it speaks; may be empty
 * @param tone in a few words; may be empty
 * @param longestReply in characters; templates are not bound by it
 * @param subredditRules what the subreddit asks of who writes there, by strangers; empty when it is not known
 */
public record Guidance(
        ReplyTemplate template, String brandVoice, String tone, int longestReply, String subredditRules) {
    /** For a client that has said nothing but its template. */
    public static Guidance of(ReplyTemplate template) {
        return new Guidance(template, "", "", 1500, "");
    }

    public Guidance withSubredditRules(String rules) {
        return new Guidance(template, brandVoice, tone, longestReply, rules);
    }
}
