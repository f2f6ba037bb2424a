package dev.harken.monitoring.notify;

import dev.harken.http.Cursor;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;

/**
 * The tables {@code notifications}, which is the outbox and its history, and {@code digest_posts}.
 *
 * <p>A row waits until it is settled: delivered, given up, or dropped. Whoever would send it claims it for a time; if
 * they die, it is claimed again after that, with the same key.
 */
public final class OutboxDao {
    /** How long a delivery is tried for. */
    static final Duration LONGEST = Duration.ofDays(3);

    /** A new post's draft is written right after it. So long it is waited for, to be told with the post. */
    static final Duration DRAFTING = Duration.ofMinutes(2);

    /** Longer than a sending and its record can take. Mail has a timeout for each of its steps. */
    static final Duration CLAIM = Duration.ofMinutes(3);

    static final Duration MAIL_CLAIM = Duration.ofMinutes(15);

    /** Of a channel's deliveries, how many may be under way at once. */
    static final int SHARE = 2;

    private static final String ENQUEUE =
            """
            with told as (
              select channel.id as channel_id, channel.client_id, channel.schedule, post.id as post_id
              from notification_channels channel
              cross join unnest(cast(string_to_array(:posts, ',') as bigint[])) as post (id)
              where channel.client_id = :client
                and channel.is_active
                and channel.kind <> 'feed'
            ),
            collected as (
              insert into digest_posts (channel_id, client_id, post_id, created_at)
              select channel_id, client_id, post_id, :now
              from told
              where schedule = 'daily'
              on conflict do nothing
            )
            insert into notifications (
              client_id, channel_id, key, kind, about, post_id, state, due_at, retry_until, created_at)
            select
              client_id, channel_id, 'msg_' || replace(cast(gen_random_uuid() as text), '-', ''), 'post',
              'post ' || post_id, post_id, 'waiting', :due, :until, :now
            from told
            where schedule = 'immediate'
            on conflict (channel_id, about) do nothing
            """;

    private static final String HURRY =
            """
            update notifications
            set due_at = :now
            where channel_id in (select id from notification_channels where client_id = :client)
              and about = :about
              and state = 'waiting'
              and attempts = 0
              and due_at > :now
            """;

    private static final String ENQUEUE_TEST =
            """
            insert into notifications (client_id, channel_id, key, kind, state, due_at, retry_until, created_at)
            values (
              :client, :channel, 'msg_' || replace(cast(gen_random_uuid() as text), '-', ''), 'test', 'waiting',
              :now, :until, :now)
            returning id
            """;

    /**
     * A digest for each channel that has collected something by its hour, which was today or yesterday. One that is told
     * immediately by now gets what it had collected before. What a digest is about tells apart the hours of a day, since
     * a channel's hour may change, and is the same in whichever process plans it.
     */
    private static final String PLAN_DIGESTS =
            """
            with collected as (
              select channel_id, min(created_at) as since
              from digest_posts
              where digest_id is null
              group by channel_id
            ),
            due as (
              select
                channel.id,
                channel.client_id,
                case channel.schedule
                  when 'immediate' then 'since ' || to_char(collected.since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
                  else to_char(hour.last, 'YYYY-MM-DD HH24:MI')
                end as about
              from collected
              join notification_channels channel on channel.id = collected.channel_id
              cross join lateral (
                select date_trunc('day', cast(:now as timestamptz) at time zone 'UTC')
                  + make_interval(hours => channel.digest_hour) as today
              ) as today
              cross join lateral (
                select case
                  when today.today <= cast(:now as timestamptz) at time zone 'UTC' then today.today
                  else today.today - interval '1 day'
                end as last
              ) as hour
              where channel.schedule = 'immediate' or collected.since <= hour.last at time zone 'UTC'
            ),
            digest as (
              insert into notifications (
                client_id, channel_id, key, kind, about, state, due_at, retry_until, created_at)
              select
                client_id, id, 'msg_' || replace(cast(gen_random_uuid() as text), '-', ''), 'digest',
                'digest ' || about, 'waiting', :now, :until, :now
              from due
              on conflict (channel_id, about) do nothing
              returning id, channel_id
            )
            update digest_posts
            set digest_id = digest.id
            from digest
            where digest_posts.channel_id = digest.channel_id
              and digest_posts.digest_id is null
            """;

    static final String DUE_REPORTS =
            """
            select id, client_id, report_weekday, report_hour, report_zone
            from notification_channels
            where report_due_at <= :until
            order by report_due_at
            limit :most
            for update skip locked
            """;

    /**
     * The moment is kept as the time at which there was something to tell: it says which week is told of. The key is made
     * of channel and week, so that it is the same whoever plans it.
     */
    private static final String ENQUEUE_REPORT =
            """
            with planned as (
              update notification_channels
              set report_due_at = :next
              where id = :channel
            )
            insert into notifications (
              client_id, channel_id, key, kind, about, state, due_at, retry_until, created_at)
            values (
              :client, :channel, :key, 'weekly', :about, 'waiting', :now, :until, :moment)
            on conflict do nothing
            """;

    /**
     * The channels with something that waits are found by going from one to the next in the index, so that the length of
     * a channel's queue does not matter; of each only the head is looked at, where what is under way counts too. Clients
     * take turns, with their mails and with the rest: one that has much under way comes after those that have less.
     */
    static final String CLAIM_DUE =
            """
            with recursive busy (channel_id) as (
              (select min(channel_id) from notifications where state = 'waiting')
              union all
              select (
                select min(channel_id) from notifications where state = 'waiting' and channel_id > busy.channel_id)
              from busy
              where busy.channel_id is not null
            ),
            head as (
              select waiting.id, waiting.due_at, waiting.place, waiting.is_claimed, channel.client_id, channel.kind
              from busy
              join notification_channels channel on channel.id = busy.channel_id
              cross join lateral (
                select
                  id, due_at, coalesce(claimed_until, '-infinity') > :now as is_claimed,
                  row_number() over (order by due_at, id) as place
                from notifications
                where state = 'waiting'
                  and channel_id = busy.channel_id
                  and due_at <= :now
                order by due_at, id
                limit :share
              ) as waiting
              where waiting.is_claimed or coalesce(channel.held_until, '-infinity') <= :now
            ),
            turns as (
              select
                id, due_at, is_claimed, kind,
                row_number() over (
                  partition by client_id, kind = 'email' order by is_claimed desc, place, due_at, id) as turn
              from head
            ),
            ranked as (
              select
                id, due_at, turn, kind,
                row_number() over (partition by kind = 'email' order by turn, due_at, id) as nth
              from turns
              where not is_claimed
            ),
            due as (
              select id, kind
              from ranked
              where kind <> 'email' or nth <= :mails
              order by turn, due_at, id
              limit :most
            ),
            locked as (
              select notification.id, due.kind
              from notifications notification
              join due on due.id = notification.id
              where notification.state = 'waiting'
                and coalesce(notification.claimed_until, '-infinity') <= :now
              for update of notification skip locked
            )
            update notifications claimed
            set claimed_until = case locked.kind when 'email' then cast(:mailclaim as timestamptz) else cast(:claim as timestamptz) end
            from locked
            where claimed.id = locked.id
            returning
              claimed.id, claimed.client_id, claimed.channel_id, claimed.key, claimed.kind, claimed.post_id,
              claimed.attempts, claimed.retry_until, claimed.claimed_until, claimed.created_at,
              locked.kind = 'email' as is_mail
            """;

    private static final String DELIVERED =
            """
            with settled as (
              update notifications
              set state = 'delivered', settled_at = :now, claimed_until = null, attempts = attempts + 1,
                last_attempt_at = :now, last_status = :status, last_error = null
              where id = :id
                and state = 'waiting'
            )
            update notification_channels
            set failures = 0, held_until = null
            where id = :channel
              and failures > 0
            """;

    private static final String TRIED =
            """
            update notifications
            set state = :state, settled_at = :settled, claimed_until = null, attempts = attempts + 1,
              due_at = :due, last_attempt_at = :now, last_status = :status, last_error = :error
            where id = :id
              and state = 'waiting'
              and claimed_until = :claim
            """;

    private static final String HOLD =
            """
            update notification_channels
            set failures = failures + 1, held_until = greatest(held_until, :held)
            where id = :channel
            """;

    private static final String DROPPED =
            """
            update notifications
            set state = 'dropped', settled_at = :now, claimed_until = null, last_error = :reason
            where id = :id
              and state = 'waiting'
            """;

    /** What is under way at this moment stays claimed. */
    private static final String RESEND =
            """
            with again as (
              update notifications
              set state = 'waiting', settled_at = null, attempts = 0, due_at = :now, retry_until = :until
              where id = :id
              returning channel_id
            )
            update notification_channels
            set held_until = null
            from again
            where id = again.channel_id
            """;

    /**
     * What was not tried yet has its time, as it may wait for a draft. What somebody holds is about to be sent or settled:
     * to wait for it could be a deadlock, since they take the channel after it.
     */
    private static final String RELEASE =
            """
            with tried as (
              select id
              from notifications
              where channel_id = :channel
                and state = 'waiting'
                and attempts > 0
                and due_at > :now
                and coalesce(claimed_until, '-infinity') <= :now
              for update skip locked
            ),
            due as (
              update notifications
              set due_at = :now
              from tried
              where notifications.id = tried.id
            )
            update notification_channels
            set failures = 0, held_until = null
            where id = :channel
            """;

    private static final String DIGEST_POSTS =
            """
            select collected.post_id
            from digest_posts collected
            join matched_posts post on post.id = collected.post_id and post.client_id = collected.client_id
            where collected.digest_id = :digest
              and post.gone_at is null
              and post.relevant is distinct from false
            order by post.created_at desc, post.id desc
            """;

    static final String THIN =
            """
            delete from notifications
            where id in (
              select id
              from notifications
              where settled_at is not null
                and settled_at < :before
              order by settled_at
              limit :most)
            """;

    private final Clock clock;

    public OutboxDao(Clock clock) {
        this.clock = clock;
    }

    /**
     * Has a client told of new posts, through each of its active channels, once. Call it in the transaction that stores
     * the posts: then there is never one without the other.
     */
    public void enqueue(Session session, long clientId, Collection<Long> postIds) {
        if (postIds.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        session.createNativeMutationQuery(ENQUEUE)
                .setParameter("posts", postIds.stream().map(String::valueOf).collect(Collectors.joining(",")))
                .setParameter("client", clientId)
                .setParameter("now", now)
                .setParameter("due", now.plus(DRAFTING))
                .setParameter("until", now.plus(LONGEST))
                .executeUpdate();
    }

    /** Has what tells of a post sent at once, as what it waited for is there: its draft. */
    public void drafted(Session session, long clientId, long postId) {
        session.createNativeMutationQuery(HURRY)
                .setParameter("client", clientId)
                .setParameter("about", "post " + postId)
                .setParameter("now", clock.instant())
                .executeUpdate();
    }

    /** Has a channel told that it works, and answers the delivery's id. */
    long enqueueTest(Session session, Channel channel) {
        Instant now = clock.instant();
        return session.createNativeQuery(ENQUEUE_TEST, Long.class)
                .setParameter("client", channel.clientId())
                .setParameter("channel", channel.id())
                .setParameter("now", now)
                .setParameter("until", now.plus(LONGEST))
                .getSingleResult();
    }

    /** Tests of a channel since a time. */
    long tests(Session session, long channelId, Instant since) {
        return session.createSelectionQuery(
                        """
                        select count(delivery)
                        from Delivery delivery
                        where delivery.channelId = :channel
                          and delivery.kind = 'test'
                          and delivery.createdAt > :since
                        """,
                        Long.class)
                .setParameter("channel", channelId)
                .setParameter("since", since)
                .getSingleResult();
    }

    /** Makes the digests that are due, and answers how many posts they tell of. */
    int planDigests(Session session) {
        Instant now = clock.instant();
        return session.createNativeMutationQuery(PLAN_DIGESTS)
                .setParameter("now", now)
                .setParameter("until", now.plus(LONGEST))
                .executeUpdate();
    }

    /** The channels whose report is due, at most so many; they are locked, and those that others plan are passed over. */
    List<DueReport> dueReports(Session session, Instant until, int most) {
        return session.createNativeQuery(DUE_REPORTS, Object.class)
                .setParameter("until", until)
                .setParameter("most", most)
                .addScalar("id", StandardBasicTypes.LONG)
                .addScalar("client_id", StandardBasicTypes.LONG)
                .addScalar("report_weekday", StandardBasicTypes.INTEGER)
                .addScalar("report_hour", StandardBasicTypes.INTEGER)
                .addScalar("report_zone", StandardBasicTypes.STRING)
                .setTupleTransformer((row, names) -> new DueReport(
                        (Long) row[0],
                        (Long) row[1],
                        new ReportTime(DayOfWeek.of((Integer) row[2]), (Integer) row[3], ZoneId.of((String) row[4]))))
                .list();
    }

    /**
     * Has a channel told of a week, once.
     *
     * @param moment when it was due
     * @param next when it is due again
     */
    void enqueueReport(Session session, DueReport report, Instant moment, String week, Instant next) {
        Instant now = clock.instant();
        session.createNativeMutationQuery(ENQUEUE_REPORT)
                .setParameter("client", report.clientId())
                .setParameter("channel", report.channelId())
                .setParameter("key", "week_" + report.channelId() + "_" + week)
                .setParameter("about", "week " + week)
                .setParameter("now", now)
                .setParameter("until", now.plus(LONGEST))
                .setParameter("moment", moment)
                .setParameter("next", next)
                .executeUpdate();
    }

    /** A channel whose report is due. */
    record DueReport(long channelId, long clientId, ReportTime time) {}

    /**
     * Claims what is due; what others are about to claim is passed over.
     *
     * @param most of all kinds
     * @param mails the most mails among them
     */
    List<Claim> claim(Session session, int most, int mails) {
        Instant now = clock.instant();
        return session.createNativeQuery(CLAIM_DUE, Object.class)
                .setParameter("now", now)
                .setParameter("claim", now.plus(CLAIM))
                .setParameter("mailclaim", now.plus(MAIL_CLAIM))
                .setParameter("share", SHARE)
                .setParameter("most", most)
                .setParameter("mails", mails)
                .addScalar("id", StandardBasicTypes.LONG)
                .addScalar("client_id", StandardBasicTypes.LONG)
                .addScalar("channel_id", StandardBasicTypes.LONG)
                .addScalar("key", StandardBasicTypes.STRING)
                .addScalar("kind", StandardBasicTypes.STRING)
                .addScalar("post_id", StandardBasicTypes.LONG)
                .addScalar("attempts", StandardBasicTypes.INTEGER)
                .addScalar("retry_until", StandardBasicTypes.INSTANT)
                .addScalar("claimed_until", StandardBasicTypes.INSTANT)
                .addScalar("created_at", StandardBasicTypes.INSTANT)
                .addScalar("is_mail", StandardBasicTypes.BOOLEAN)
                .setTupleTransformer((row, names) -> new Claim(
                        (Long) row[0],
                        (Long) row[1],
                        (Long) row[2],
                        (String) row[3],
                        (String) row[4],
                        Optional.ofNullable((Long) row[5]),
                        (Integer) row[6],
                        (Instant) row[7],
                        (Instant) row[8],
                        (Instant) row[9],
                        (Boolean) row[10]))
                .list();
    }

    /** Records that a receiver took it, even when the claim is another's by now: it did take it. */
    void delivered(Session session, Claim claim, Receipt receipt) {
        session.createNativeMutationQuery(DELIVERED)
                .setParameter("now", clock.instant())
                .setParameter("status", status(receipt), StandardBasicTypes.INTEGER)
                .setParameter("id", claim.id())
                .setParameter("channel", claim.channelId())
                .executeUpdate();
    }

    /**
     * Records that a receiver did not take it.
     *
     * @param next when it is tried again; empty when it is given up
     * @param held until when the channel is left alone
     */
    void failed(Session session, Claim claim, Receipt receipt, Optional<Instant> next, Instant held) {
        tried(session, claim, receipt, next);
        session.createNativeMutationQuery(HOLD)
                .setParameter("held", held)
                .setParameter("channel", claim.channelId())
                .executeUpdate();
    }

    /** Records an attempt that did not get as far as the channel, which is not to blame. */
    void tried(Session session, Claim claim, Receipt receipt, Optional<Instant> next) {
        Instant now = clock.instant();
        session.createNativeMutationQuery(TRIED)
                .setParameter("state", next.isPresent() ? "waiting" : "given_up")
                .setParameter("settled", next.isPresent() ? null : now, StandardBasicTypes.INSTANT)
                .setParameter("due", next.orElse(now))
                .setParameter("now", now)
                .setParameter("status", status(receipt), StandardBasicTypes.INTEGER)
                .setParameter("error", receipt.error().orElse(""))
                .setParameter("id", claim.id())
                .setParameter("claim", claim.until())
                .executeUpdate();
    }

    private static Integer status(Receipt receipt) {
        return receipt.status().isPresent() ? receipt.status().getAsInt() : null;
    }

    /** Records that there is nothing to be told any more, and why. */
    void dropped(Session session, Claim claim, String reason) {
        session.createNativeMutationQuery(DROPPED)
                .setParameter("now", clock.instant())
                .setParameter("reason", reason)
                .setParameter("id", claim.id())
                .executeUpdate();
    }

    /** Has a delivery sent again, now and with its key, and lets its channel go. */
    void resend(Session session, Delivery delivery) {
        Instant now = clock.instant();
        session.createNativeMutationQuery(RESEND)
                .setParameter("now", now)
                .setParameter("until", now.plus(LONGEST))
                .setParameter("id", delivery.id())
                .executeUpdate();
        session.refresh(delivery);
    }

    /** Lets a channel go that the transaction has locked, and has what failed there tried again now. */
    void release(Session session, Channel channel) {
        session.flush();
        session.createNativeMutationQuery(RELEASE)
                .setParameter("now", clock.instant())
                .setParameter("channel", channel.id())
                .executeUpdate();
        session.refresh(channel);
    }

    Optional<Delivery> find(Session session, long id) {
        return Optional.ofNullable(session.get(Delivery.class, id));
    }

    /** What was and is to be told through a channel. */
    Page<Delivery> page(Session session, long channelId, PageRequest request) {
        var query = session.createSelectionQuery(
                        """
                        select delivery
                        from Delivery delivery
                        where delivery.channelId = :channel%s
                        order by delivery.id %s
                        """
                                .formatted(
                                        request.cursor().isPresent()
                                                ? " and delivery.id " + request.beyond() + " :id"
                                                : "",
                                        request.direction()),
                        Delivery.class)
                .setParameter("channel", channelId)
                .setMaxResults(request.fetch());
        request.cursor().ifPresent(cursor -> query.setParameter("id", cursor.id()));
        return Page.of(query.list(), request, delivery -> new Cursor(Instant.EPOCH, delivery.id(), false));
    }

    /** The posts of a digest that were not deleted on Reddit, the newest first. */
    List<Long> digestPosts(Session session, long digestId) {
        return session.createNativeQuery(DIGEST_POSTS, Long.class)
                .setParameter("digest", digestId)
                .list();
    }

    /** Deletes what was settled before a time, at most so many, and answers how many. */
    int thin(Session session, Instant before, int most) {
        return session.createNativeMutationQuery(THIN)
                .setParameter("before", before)
                .setParameter("most", most)
                .executeUpdate();
    }

    /** How many deliveries wait. */
    long waiting(Session session) {
        return count(session, "select count(delivery) from Delivery delivery where delivery.state = 'waiting'");
    }

    /** How many deliveries were given up, of those that are kept. */
    long givenUp(Session session) {
        return count(session, "select count(delivery) from Delivery delivery where delivery.state = 'given_up'");
    }

    // With the state as a parameter, the plan that PostgreSQL keeps could not use the index of those rows.
    private static long count(Session session, String query) {
        return session.createSelectionQuery(query, Long.class).getSingleResult();
    }
}
