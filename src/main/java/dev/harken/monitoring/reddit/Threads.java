package dev.harken.monitoring.reddit;

/**
 * In SQL, what the columns {@code reddit_post_id} and {@code permalink} of a table tell of a comment's thread. PostgreSQL
 * uses an index on an expression only for the same expression: those on threads have {@link #IS_COMMENT} and {@link #ID}.
 */
public final class Threads {
    public static final String IS_COMMENT = "starts_with(reddit_post_id, 't1_')";

    /** The id of the post that a comment stands under; null when it is not known. */
    public static final String ID = "substring(permalink from '/comments/([a-z0-9]+)/')";

    private static final String COMMENTS = "'https://www.reddit.com/comments/' || ";

    /** A comment's address without its thread's title. */
    public static final String COMMENT_ADDRESS = COMMENTS + ID + " || '/_/' || substr(reddit_post_id, 4) || '/'";

    /** A post's address without its title. */
    public static final String POST_ADDRESS = COMMENTS + "reddit_post_id || '/'";

    /** What an update of comments sets so that nothing of their thread's title is left. */
    public static final String UNTITLED = "title = '', url = null, permalink = " + COMMENT_ADDRESS;

    /** The comments that have the title of one of the threads {@code :ids}, which are between commas. */
    public static final String IN_THREADS =
            IS_COMMENT + " and " + ID + " = any(string_to_array(:ids, ',')) and title <> ''";

    private Threads() {}
}
