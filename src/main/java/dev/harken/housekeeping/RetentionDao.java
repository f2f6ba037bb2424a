package dev.harken.housekeeping;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;

/** What removes posts, and the tables {@code past_…}, {@code removed_posts} and {@code housekeeping_runs}. */
final class RetentionDao {
    /** Less than PostgreSQL waits until it looks for deadlocks, so that no writer is ever cancelled for it. */
    private static final String LOCK_WAIT = "500ms";

    private static final String STATEMENT_WAIT = "10s";
    private static final int MOST_CLIENTS = 10_000;

    /** In another order each time, so that none is always the one that no time is left for. */
    private static final String CLIENTS =
            """
            select id, retention_days, retention_posts
            from clients
            where retention_days is not null
              or retention_posts is not null
            order by random()
            limit :most
            """;

    /** The newest of the posts that are too many. */
    static final String BEYOND =
            """
            select created_at, id
            from matched_posts
            where client_id = :client
            order by created_at desc, id desc
            offset :kept
            limit 1
            """;

    static final String IS_ANY =
            """
            select exists (
              select 1
              from matched_posts
              where client_id = :client
                and created_at <= :at
                and (created_at, id) <= (:at, :id))
            """;

    /** The first condition is what idx_client_created answers, the second decides among posts of one moment. */
    static final String LOCK =
            """
            select id
            from matched_posts
            where client_id = :client
              and created_at <= :at
              and (created_at, id) <= (:at, :id)
            order by created_at
            limit :most
            for update skip locked
            """;

    static final String LOCK_DRAFTS =
            """
            select id
            from ai_responses
            where post_id = any(cast(string_to_array(:ids, ',') as bigint[]))
              and client_id = :client
            order by id
            for update
            """;

    /**
     * In one statement, so that what is counted is what is removed: the posts and their drafts are locked by now, and
     * nothing of them can change. Counts as the materialized views of analytics do.
     */
    static final String REMOVE =
            """
            with post as materialized (
              select
                id, subreddit, reddit_post_id, keywords_matched, reviewed, flagged,
                cast(created_at at time zone 'UTC' as date) as day
              from matched_posts
              where id = any(cast(string_to_array(:ids, ',') as bigint[]))
                and client_id = :client
            ),
            draft as materialized (
              select
                post_id, copied, compliance_ack, score,
                cast(created_at at time zone 'UTC' as date) as day
              from ai_responses
              where post_id = any(cast(string_to_array(:ids, ',') as bigint[]))
                and client_id = :client
            ),
            drafted as materialized (
              select
                post_id, bool_or(copied) as copied, count(score) as scored, coalesce(sum(score), 0) as score
              from draft
              group by post_id
            ),
            subreddits as (
              insert into past_subreddits as past (
                client_id, day, subreddit, posts, reviewed, flagged, drafted, copied, scored, score)
              select
                :client, post.day, post.subreddit, count(*), count(*) filter (where post.reviewed),
                count(*) filter (where post.flagged), count(drafted.post_id), count(*) filter (where drafted.copied),
                coalesce(sum(drafted.scored), 0), coalesce(sum(drafted.score), 0)
              from post
              left join drafted on drafted.post_id = post.id
              group by post.day, post.subreddit
              on conflict (client_id, day, subreddit) do update
              set posts = past.posts + excluded.posts,
                reviewed = past.reviewed + excluded.reviewed,
                flagged = past.flagged + excluded.flagged,
                drafted = past.drafted + excluded.drafted,
                copied = past.copied + excluded.copied,
                scored = past.scored + excluded.scored,
                score = past.score + excluded.score
            ),
            keywords as (
              insert into past_keywords as past (client_id, day, keyword, posts, drafted, copied, scored, score)
              select
                :client, post.day, word.keyword, count(*), count(drafted.post_id),
                count(*) filter (where drafted.copied), coalesce(sum(drafted.scored), 0),
                coalesce(sum(drafted.score), 0)
              from post
              cross join lateral (
                select distinct keyword
                from unnest(regexp_split_to_array(lower(btrim(post.keywords_matched)), '\\s*,\\s*')) as keyword
                where keyword <> ''
              ) word
              left join drafted on drafted.post_id = post.id
              group by post.day, word.keyword
              on conflict (client_id, day, keyword) do update
              set posts = past.posts + excluded.posts,
                drafted = past.drafted + excluded.drafted,
                copied = past.copied + excluded.copied,
                scored = past.scored + excluded.scored,
                score = past.score + excluded.score
            ),
            responses as (
              insert into past_responses as past (client_id, day, responses, copied, acknowledged, scored, score)
              select
                :client, day, count(*), count(*) filter (where copied), count(*) filter (where compliance_ack),
                count(score), coalesce(sum(score), 0)
              from draft
              group by day
              on conflict (client_id, day) do update
              set responses = past.responses + excluded.responses,
                copied = past.copied + excluded.copied,
                acknowledged = past.acknowledged + excluded.acknowledged,
                scored = past.scored + excluded.scored,
                score = past.score + excluded.score
            ),
            remembered as (
              insert into removed_posts (client_id, reddit_post_id, removed_at)
              select :client, reddit_post_id, cast(:now as timestamptz)
              from post
              union all
              select folded.client_id, folded.reddit_post_id, cast(:now as timestamptz)
              from folded_posts folded
              where folded.client_id = :client
                and folded.post_id = any(cast(string_to_array(:ids, ',') as bigint[]))
              on conflict do nothing
            ),
            told as (
              delete from digest_posts
              using notification_channels channel
              where channel.client_id = :client
                and digest_posts.channel_id = channel.id
                and digest_posts.post_id = any(cast(string_to_array(:ids, ',') as bigint[]))
            )
            delete from matched_posts
            where id = any(cast(string_to_array(:ids, ',') as bigint[]))
              and client_id = :client
            """;

    private static final String RECORD =
            """
            insert into housekeeping_runs (name, started_at, finished_at, clients, removed, outcome)
            values (:name, :started, :finished, :clients, :removed, :outcome)
            on conflict (name) do update
            set started_at = excluded.started_at,
              finished_at = excluded.finished_at,
              clients = excluded.clients,
              removed = excluded.removed,
              outcome = excluded.outcome
            """;

    /** The clients that keep no more than so much, at most {@value #MOST_CLIENTS}. */
    List<Kept> clients(Session session) {
        return session.createNativeQuery(CLIENTS, Object.class)
                .setParameter("most", MOST_CLIENTS)
                .addScalar("id", StandardBasicTypes.LONG)
                .addScalar("retention_days", StandardBasicTypes.INTEGER)
                .addScalar("retention_posts", StandardBasicTypes.INTEGER)
                .setTupleTransformer(
                        (row, names) -> new Kept((Long) row[0], number((Integer) row[1]), number((Integer) row[2])))
                .list();
    }

    private static OptionalInt number(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /** Up to where a client has more posts than so many; empty when it does not. */
    Optional<Cut> beyond(Session session, long clientId, int kept) {
        return session.createNativeQuery(BEYOND, Object.class)
                .setParameter("client", clientId)
                .setParameter("kept", kept)
                .addScalar("created_at", StandardBasicTypes.INSTANT)
                .addScalar("id", StandardBasicTypes.LONG)
                .setTupleTransformer((row, names) -> new Cut((Instant) row[0], (Long) row[1]))
                .uniqueResultOptional();
    }

    /** Whether a client has posts up to a cut. */
    boolean isAny(Session session, long clientId, Cut cut) {
        return session.createNativeQuery(IS_ANY, Boolean.class)
                .setParameter("client", clientId)
                .setParameter("at", cut.at())
                .setParameter("id", cut.id())
                .getSingleResult();
    }

    /** Has this transaction wait for others only shortly; it then fails as a whole. */
    void beShort(Session session) {
        session.createNativeQuery(
                        """
                        select
                          set_config('lock_timeout', :lock, true) || set_config('statement_timeout', :statement, true)
                        """,
                        String.class)
                .setParameter("lock", LOCK_WAIT)
                .setParameter("statement", STATEMENT_WAIT)
                .getSingleResult();
    }

    /**
     * Locks the oldest of a client's posts up to a cut, at most so many, with their drafts: nothing of them can change
     * until the transaction ends. What others hold is passed over.
     */
    List<Long> lock(Session session, long clientId, Cut cut, int most) {
        List<Long> ids = session.createNativeQuery(LOCK, Long.class)
                .setParameter("client", clientId)
                .setParameter("at", cut.at())
                .setParameter("id", cut.id())
                .setParameter("most", most)
                .list();
        if (!ids.isEmpty()) {
            session.createNativeQuery(LOCK_DRAFTS, Long.class)
                    .setParameter("ids", joined(ids))
                    .setParameter("client", clientId)
                    .list();
        }
        return ids;
    }

    /** Removes posts that are locked with all that hangs on them, counts them for ever, and answers how many. */
    int remove(Session session, long clientId, Collection<Long> ids, Instant now) {
        return session.createNativeMutationQuery(REMOVE)
                .setParameter("ids", joined(ids))
                .setParameter("client", clientId)
                .setParameter("now", now)
                .executeUpdate();
    }

    private static String joined(Collection<Long> ids) {
        return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Keeps how a run went, in place of the one before. */
    void record(Session session, Run run) {
        session.createNativeMutationQuery(RECORD)
                .setParameter("name", run.name())
                .setParameter("started", run.startedAt())
                .setParameter("finished", run.finishedAt())
                .setParameter("clients", run.clients())
                .setParameter("removed", run.removed())
                .setParameter("outcome", run.outcome())
                .executeUpdate();
    }

    /**
     * What a client keeps.
     *
     * @param days empty for ever
     * @param posts empty for all
     */
    record Kept(long clientId, OptionalInt days, OptionalInt posts) {}

    /**
     * Up to where posts go, by the order in which they were stored.
     *
     * @param id of the last that goes, among those of this moment; 0 when all of them stay
     */
    record Cut(Instant at, long id) {}

    /**
     * How a run went.
     *
     * @param clients those that lost posts
     * @param outcome {@code done}, {@code partly} when some failed, or {@code unfinished} when its time was over
     */
    record Run(String name, Instant startedAt, Instant finishedAt, int clients, long removed, String outcome) {}
}
