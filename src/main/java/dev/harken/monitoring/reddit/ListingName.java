package dev.harken.monitoring.reddit;

import java.util.Locale;

/**
 * Names of what a source lists: that of a subreddit, without {@code r/}, stands for its posts; with {@link #COMMENTS} at
 * its end, for its comments.
 */
public final class ListingName {
    public static final String COMMENTS = "/comments";

    private ListingName() {}

    /** Whether it stands for comments. */
    public static boolean isOfComments(String name) {
        return name.endsWith(COMMENTS);
    }

    /** The subreddit's name. */
    public static String subreddit(String name) {
        return isOfComments(name) ? name.substring(0, name.length() - COMMENTS.length()) : name;
    }

    /** The name of the listing that has a post or comment, in lower case. */
    public static String of(Post post) {
        String subreddit = post.subreddit().toLowerCase(Locale.ROOT);
        return post.isComment() ? subreddit + COMMENTS : subreddit;
    }

    /** Whether it stands for all subreddits or many. */
    public static boolean isEverywhere(String name) {
        return PostSource.EVERYWHERE.contains(subreddit(name));
    }
}
