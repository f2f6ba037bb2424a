package dev.harken.monitoring.feed;

import dev.harken.monitoring.reddit.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.hibernate.Session;

/** The table {@code post_checks}: when Reddit is to be asked next whether a post is still there. */
public final class PostCheckDao {
    /** Twice as often as the terms ask for, so that a day's downtime breaks no promise. */
    public static final Duration INTERVAL = Duration.ofDays(1);

    /** Also of the threads of comments, whose titles are those of their posts. */
    private static final String TRACK =
            """
            insert into post_checks (reddit_post_id, due_at)
            select kept.id, min(kept.read_at) + make_interval(secs => :seconds)
            from (
              select reddit_post_id, read_at
              from feed_posts
              union all
              select {thread}, read_at
              from feed_posts
              where {is_comment} and title <> ''
            ) as kept (id, read_at)
            where kept.id ~ '^(t1_)?[a-z0-9]{1,20}$'
              and not exists (select 1 from post_checks known where known.reddit_post_id = kept.id)
            group by kept.id
            on conflict (reddit_post_id) do nothing
            """
                    .replace("{thread}", Threads.ID)
                    .replace("{is_comment}", Threads.IS_COMMENT);

    /** A post whose text is kept somewhere, or its title by a comment. */
    private static final String IS_KEPT =
            """
            (exists (
                select 1
                from matched_posts post
                where post.reddit_post_id = post_checks.reddit_post_id and post.gone_at is null)
              or exists (select 1 from folded_posts post where post.reddit_post_id = post_checks.reddit_post_id)
              or exists (select 1 from feed_posts post where post.reddit_post_id = post_checks.reddit_post_id)
              or exists (select 1 from matched_posts where %1$s)
              or exists (select 1 from folded_posts where %1$s)
              or exists (select 1 from feed_posts where %1$s))
            """
                    .formatted(Threads.IS_COMMENT + " and " + Threads.ID
                            + " = post_checks.reddit_post_id and title <> ''");

    private static final String DUE =
            """
            select reddit_post_id
            from post_checks
            where due_at <= :now
              and %s
            order by due_at
            limit :most
            """
                    .formatted(IS_KEPT);

    private static final String FORGET =
            """
            delete from post_checks
            where reddit_post_id in (
              select reddit_post_id
              from post_checks
              where due_at <= :now
                and not %s
              limit :most)
            """
                    .formatted(IS_KEPT);

    /** Plans the checks of posts and threads of the feed that have none: the first is a day after they were read. */
    void track(Session session) {
        session.createNativeMutationQuery(TRACK)
                .setParameter("seconds", (double) INTERVAL.toSeconds())
                .executeUpdate();
    }

    /** Forgets those that are due and of whose posts no text is kept, at most so many, and answers how many. */
    int forget(Session session, Instant now, int most) {
        return session.createNativeMutationQuery(FORGET)
                .setParameter("now", now)
                .setParameter("most", most)
                .executeUpdate();
    }

    /** The posts to ask for now, those that have waited longest first, at most so many. */
    public List<String> due(Session session, Instant now, int most) {
        return session.createNativeQuery(DUE, String.class)
                .setParameter("now", now)
                .setParameter("most", most)
                .list();
    }

    /** The posts of these that have been absent from each answer since a time, or longer. */
    public List<String> absentSince(Session session, Collection<String> ids, Instant since) {
        return session.createNativeQuery(
                        """
                        select reddit_post_id
                        from post_checks
                        where reddit_post_id = any(string_to_array(:ids, ',')) and absent_since <= :since
                        """,
                        String.class)
                .setParameter("ids", String.join(",", ids))
                .setParameter("since", since)
                .list();
    }

    /**
     * Plans the next check of each.
     *
     * @param absent whether they were not in the answer
     */
    public void plan(Session session, Collection<String> ids, boolean absent, Instant now, Instant due) {
        session.createNativeMutationQuery(
                        """
                        update post_checks
                        set due_at = :due,
                          absent_since = case when :absent then coalesce(absent_since, :now) end
                        where reddit_post_id = any(string_to_array(:ids, ','))
                        """)
                .setParameter("ids", String.join(",", ids))
                .setParameter("absent", absent)
                .setParameter("now", now)
                .setParameter("due", due)
                .executeUpdate();
    }
}
