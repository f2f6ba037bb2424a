package dev.harken.monitoring.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;

/** What of {@code matched_posts} tells how long a draft waits for review, and whom that was told. */
final class EscalationDao {
    /** What is older than this is not told of any more: nobody answers it. */
    private static final Duration OLDEST = Duration.ofDays(60);

    private static final Duration RETRIED_FOR = Duration.ofDays(3);

    /**
     * Marks and enqueues in one statement, so that a post is told once whoever runs this: who comes second finds it locked,
     * then marked. The key is made of channel and post.
     */
    private static final String MARK =
            """
            with due as (
              select
                post.id,
                post.client_id,
                exists (
                  select 1
                  from ai_responses response
                  where response.post_id = post.id
                    and response.client_id = post.client_id
                    and response.created_at
                      > cast(:now as timestamptz) - make_interval(days => 1, hours => client.review_hours)) as is_new
              from matched_posts post
              join clients client on client.id = post.client_id
              where client.review_hours is not null
                and post.created_at > :oldest
                and not post.reviewed
                and post.overdue_at is null
                and post.gone_at is null
                and coalesce(post.relevant, true)
                and exists (
                  select 1
                  from ai_responses response
                  where response.post_id = post.id
                    and response.client_id = post.client_id
                    and response.created_at <= cast(:now as timestamptz) - make_interval(hours => client.review_hours))
              order by post.id
              limit :most
              for no key update of post skip locked
            ),
            marked as (
              update matched_posts post
              set overdue_at = :now, overdue_told_at = case when due.is_new then null else cast(:now as timestamptz) end
              from due
              where post.id = due.id
              returning post.id, post.client_id, post.reddit_post_id, due.is_new
            ),
            told as (
              insert into notifications (
                client_id, channel_id, key, kind, about, post_id, state, due_at, retry_until, created_at)
              select
                channel.client_id, channel.id, 'overdue_' || channel.id || '_' || marked.reddit_post_id, 'overdue',
                'overdue ' || marked.reddit_post_id, marked.id, 'waiting', :now, :until, :now
              from marked
              join notification_channels channel on channel.client_id = marked.client_id
              where marked.is_new
                and channel.is_active
                and channel.kind <> 'feed'
              on conflict do nothing
            )
            select id, client_id
            from marked
            """;

    private static final String IS_UNTOLD =
            """
            client.id = post.client_id
              and client.review_hours is not null
              and post.overdue_at <= cast(:now as timestamptz) - make_interval(hours => client.review_hours)
              and post.overdue_told_at is null
              and not post.reviewed
              and post.gone_at is null
              and coalesce(post.relevant, true)
            """;

    private static final String UNTOLD =
            """
            select client.name, count(*) as posts, md5(string_agg(cast(post.id as text), ',' order by post.id)) as digest
            from matched_posts post, clients client
            where %s
            group by client.id
            order by client.name, client.id
            """
                    .formatted(IS_UNTOLD);

    private static final String TOLD =
            """
            update matched_posts post
            set overdue_told_at = :now
            from clients client
            where %s
            """
                    .formatted(IS_UNTOLD);

    /**
     * Marks what is overdue from now on, at most so many posts, and enqueues it for the clients' channels. What
     * has been so for a day, as when a limit is set for the first time, is marked only.
     */
    List<Marked> mark(Session session, Instant now, int most) {
        return session.createNativeQuery(MARK, Object.class)
                .setParameter("now", now)
                .setParameter("oldest", now.minus(OLDEST))
                .setParameter("until", now.plus(RETRIED_FOR))
                .setParameter("most", most)
                .addScalar("id", StandardBasicTypes.LONG)
                .addScalar("client_id", StandardBasicTypes.LONG)
                .setTupleTransformer((row, names) -> new Marked((Long) row[0], (Long) row[1]))
                .list();
    }

    /** What the administrators are to be told of at a time, by client. */
    List<Waiting> untold(Session session, Instant now) {
        return session.createNativeQuery(UNTOLD, Object.class)
                .setParameter("now", now)
                .addScalar("name", StandardBasicTypes.STRING)
                .addScalar("posts", StandardBasicTypes.LONG)
                .addScalar("digest", StandardBasicTypes.STRING)
                .setTupleTransformer((row, names) -> new Waiting((String) row[0], (Long) row[1], (String) row[2]))
                .list();
    }

    /** Notes that the administrators were told of what was {@link #untold} at a time. */
    void told(Session session, Instant now) {
        session.createNativeMutationQuery(TOLD).setParameter("now", now).executeUpdate();
    }

    /** A post that is overdue from now on. */
    record Marked(long id, long clientId) {}

    /**
     * A client's posts that wait.
     *
     * @param digest the same for the same posts
     */
    record Waiting(String client, long posts, String digest) {}
}
