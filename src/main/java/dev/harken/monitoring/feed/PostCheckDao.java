package dev.harken.monitoring.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.hibernate.Session;

/** The table {@code post_checks}: when Reddit is to be asked next whether a post is still there. */
public final class PostCheckDao {
    /** Twice as often as the terms ask for, so that a day's downtime breaks no promise. */
    public static final Duration INTERVAL = Duration.ofDays(1);

    private static final String ID = "'^(t1_)?[a-z0-9]{1,20}$'";

    private static final String TRACK =
            """
            insert into post_checks (reddit_post_id, due_at)
            select reddit_post_id, read_at + make_interval(secs => :seconds)
            from feed_posts post
            where reddit_post_id ~ %s
              and not exists (select 1 from post_checks known where known.reddit_post_id = post.reddit_post_id)
            on conflict (reddit_post_id) do nothing
            """
                    .formatted(ID);

    /** A thread's title is its post's, so that post is asked for as long as a comment is kept. */
    private static final String TRACK_THREADS =
            """
            insert into post_checks (reddit_post_id, due_at)
            select distinct thread.id, cast(:now as timestamptz)
            from matched_posts
            cross join lateral (
              select substring(permalink from '/comments/([a-z0-9]+)/')
            ) as thread (id)
            where starts_with(reddit_post_id, 't1_')
              and created_at >= :since
              and gone_at is null
              and thread.id ~ %s
              and not exists (select 1 from post_checks known where known.reddit_post_id = thread.id)
            on conflict (reddit_post_id) do nothing
            """
                    .formatted(ID);

    /** A post whose text is kept somewhere. */
    private static final String IS_KEPT =
            """
            (exists (
                select 1
                from matched_posts post
                where post.reddit_post_id = post_checks.reddit_post_id and post.gone_at is null)
              or exists (
                select 1
                from matched_posts post
                where starts_with(post.reddit_post_id, 't1_')
                  and substring(post.permalink from '/comments/([a-z0-9]+)/') = post_checks.reddit_post_id
                  and post.title <> '')
              or exists (select 1 from folded_posts post where post.reddit_post_id = post_checks.reddit_post_id)
              or exists (select 1 from feed_posts post where post.reddit_post_id = post_checks.reddit_post_id))
            """;

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

    /** Plans the checks of posts of the feed that have none: the first is a day after they were read. */
    void track(Session session) {
        session.createNativeMutationQuery(TRACK)
                .setParameter("seconds", (double) INTERVAL.toSeconds())
                .executeUpdate();
    }

    /** Plans the checks of the threads of comments that were matched since a time, which are due at once. */
    void trackThreads(Session session, Instant since, Instant now) {
        session.createNativeMutationQuery(TRACK_THREADS)
                .setParameter("since", since)
                .setParameter("now", now)
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
