package dev.harken.posts;

import dev.harken.monitoring.reddit.Threads;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import org.hibernate.Session;

/** What becomes of rows of {@code matched_posts} whose posts, or the accounts of whose authors, are gone from Reddit. */
final class GonePostDao {
    private static final String CLIENTS =
            """
            select client_id
            from matched_posts
            where gone_at is null
              and (reddit_post_id = any(string_to_array(:ids, ','))
                or reddit_post_id = any(string_to_array(:unsigned, ',')) and author is not null)
            union
            select client_id
            from matched_posts
            where {in_threads}
            union
            select client_id
            from folded_posts
            where reddit_post_id = any(string_to_array(:ids, ','))
              or reddit_post_id = any(string_to_array(:unsigned, ',')) and author is not null
            union
            select client_id
            from folded_posts
            where {in_threads}
            order by client_id
            """
                    .replace("{in_threads}", Threads.IN_THREADS);

    private static final String PURGE =
            """
            update matched_posts
            set title = '',
              content = '',
              author = null,
              url = null,
              highlights = null,
              relevance_reason = null,
              permalink = case when %s then %s else %s end,
              overdue_at = null,
              gone_at = :now,
              updated_at = :now
            where client_id = :client
              and reddit_post_id = any(string_to_array(:ids, ','))
              and gone_at is null
            returning id
            """
                    .formatted(Threads.IS_COMMENT, Threads.COMMENT_ADDRESS, Threads.POST_ADDRESS);

    /** Takes what the oldest of the posts that are folded into each has. */
    private static final String REPLACE =
            """
            with next as (
              delete from folded_posts
              where (client_id, reddit_post_id) in (
                select distinct on (folded.post_id) folded.client_id, folded.reddit_post_id
                from folded_posts folded
                join matched_posts post on post.id = folded.post_id and post.client_id = folded.client_id
                where folded.client_id = :client
                  and post.reddit_post_id = any(string_to_array(:ids, ','))
                  and post.gone_at is null
                  and not exists (
                    select 1
                    from matched_posts other
                    where other.client_id = :client and other.reddit_post_id = folded.reddit_post_id)
                order by folded.post_id, folded.posted_at, folded.reddit_post_id)
              returning *
            )
            update matched_posts post
            set reddit_post_id = next.reddit_post_id,
              config_id = next.config_id,
              subreddit = next.subreddit,
              title = next.title,
              url = next.url,
              permalink = next.permalink,
              author = next.author,
              content = next.content,
              keywords_matched = next.keywords_matched,
              highlights = next.highlights,
              score = next.score,
              num_comments = next.num_comments,
              posted_at = next.posted_at,
              relevance = null,
              relevance_reason = null,
              relevant = null,
              drafts_failed = 0,
              overdue_at = null,
              overdue_told_at = null,
              updated_at = :now
            from next
            where post.id = next.post_id
            returning post.id
            """;

    private final Clock clock;

    GonePostDao(Clock clock) {
        this.clock = clock;
    }

    /** The clients that have text of Reddit posts that are gone, or the author's name on one of those without any more. */
    List<Long> clients(Session session, Collection<String> gone, Collection<String> unsigned) {
        return session.createNativeQuery(CLIENTS, Long.class)
                .setParameter("ids", String.join(",", gone))
                .setParameter("unsigned", String.join(",", unsigned))
                .list();
    }

    /**
     * Deletes what a client has of posts that are gone from Reddit, but for the address under which that can be seen,
     * and answers their ids.
     */
    List<Long> purge(Session session, long clientId, Collection<String> redditPostIds) {
        return session.createNativeQuery(PURGE, Long.class)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", redditPostIds))
                .setParameter("now", clock.instant())
                .addSynchronizedEntityClass(MatchedPost.class)
                .list();
    }

    /**
     * Puts in the place of each of a client's posts that are gone from Reddit the oldest of those that are folded into
     * it, if there is one, and answers the ids of those places.
     */
    List<Long> replace(Session session, long clientId, Collection<String> redditPostIds) {
        return session.createNativeQuery(REPLACE, Long.class)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", redditPostIds))
                .setParameter("now", clock.instant())
                .addSynchronizedEntityClass(MatchedPost.class)
                .list();
    }

    /** Takes the titles of threads whose posts are gone off a client's comments, and out of their addresses. */
    void untitle(Session session, long clientId, Collection<String> threads) {
        session.createNativeMutationQuery("update matched_posts set " + Threads.UNTITLED
                        + ", updated_at = :now where client_id = :client and " + Threads.IN_THREADS)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", threads))
                .setParameter("now", clock.instant())
                .executeUpdate();
    }

    /** Takes the author's name off a client's posts. */
    void unsign(Session session, long clientId, Collection<String> redditPostIds) {
        session.createNativeMutationQuery(
                        """
                        update matched_posts
                        set author = null
                        where client_id = :client
                          and reddit_post_id = any(string_to_array(:ids, ','))
                          and author is not null
                        """)
                .setParameter("client", clientId)
                .setParameter("ids", String.join(",", redditPostIds))
                .executeUpdate();
    }
}
