package dev.harken.database;

/**
 * The order of posts by the time of matching, for statements that name {@code matched_posts} {@code post}.
 *
 * <p>That of all clients' posts says where nulls go, although there are none: as idx_posts_newest does, which is to serve
 * this order and no other. That of a client's posts, or a subreddit's, is the order of idx_client_created and its like.
 */
public final class PostOrder {
    private PostOrder() {}

    /**
     * What stands behind {@code order by}.
     *
     * @param all whether the posts of all clients are read; false where a condition says which, for an index of its own
     */
    public static String of(boolean all, boolean oldestFirst) {
        String direction = oldestFirst ? "asc" : "desc";
        if (all) {
            direction += oldestFirst ? " nulls first" : " nulls last";
        }
        return "post.created_at " + direction + ", post.id " + direction;
    }
}
