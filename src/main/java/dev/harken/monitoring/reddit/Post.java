package dev.harken.monitoring.reddit;

import java.time.Instant;

/**
 * A post, or a comment, as its source has it now. Text is as its author wrote it: not HTML, and nothing in it is escaped.
 *
 * @param id a comment's with its kind's prefix {@code t1_}, a post's without {@code t3_}; text, since ids have grown and will again
 * @param subreddit its name without {@code r/}, in the case the subreddit writes it
 * @param title a comment's is that of the thread it stands in
 * @param text the body; empty for a link
 * @param flair what the subreddit or the author labelled it with; empty when nothing
 * @param author the account's name without {@code u/}; null when the account is gone
 * @param nsfw whether the subreddit or the author marked it as not for everybody's eyes
 * @param url what the post links to; null when unknown
 * @param permalink the whole address of the post's thread; null when unknown
 * @param crosspostOf the id of the post that this one shows in another subreddit; null when it shows none
 */
public record Post(
        String id,
        String subreddit,
        String title,
        String text,
        String flair,
        String author,
        Instant createdAt,
        int score,
        int comments,
        boolean nsfw,
        String url,
        String permalink,
        String crosspostOf) {
    /** What the id of a comment begins with. */
    public static final String COMMENT = "t1_";

    /** Whether it is a comment. */
    public boolean isComment() {
        return isComment(id);
    }

    /** Whether an id is that of a comment. */
    public static boolean isComment(String id) {
        return id.startsWith(COMMENT);
    }

    /** What it is to people: {@code comment} or {@code post}. */
    public String kind() {
        return kind(id);
    }

    /** What an id is that of: {@code comment} or {@code post}. */
    public static String kind(String id) {
        return isComment(id) ? "comment" : "post";
    }

    /** What its author wrote: title and text, or that of a comment. */
    public String words() {
        return isComment() ? text : title + "\n" + text;
    }
}
