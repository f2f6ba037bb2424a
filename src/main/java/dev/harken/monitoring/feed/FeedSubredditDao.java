package dev.harken.monitoring.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.Session;
import org.hibernate.type.StandardBasicTypes;

/** The tables {@code feed_subreddits} and {@code feed_gaps}: how far each subreddit is known. Names are in lower case. */
final class FeedSubredditDao {
    private static final String KNOW =
            """
            insert into feed_subreddits (name, state, detail)
            select name, 'unknown', 'was never read'
            from unnest(string_to_array(:names, ',')) as name
            order by name
            on conflict (name) do nothing
            """;

    /**
     * Takes what is due, of the names and of what all active configs listen to: what was never read, what was read the
     * shortest interval of its configs ago (half a minute less, or a tenth of it if that is less, so that much is due
     * together), and what was asked for, if it was not read in the last half minute. What another process has taken is
     * left to it until its lease ends, and what failed is left alone for its pause.
     */
    private static final String LEASE =
            """
            with listened as (
              select
                {name} as name,
                make_interval(mins => min(scan_interval_minutes)) as every
              from client_configs
              {listened}
              where is_active
              group by 1
            ),
            due as (
              select known.name
              from feed_subreddits known
              left join listened on listened.name = known.name
              cross join lateral (
                select
                  known.name = any(string_to_array(:names, ',')) as named,
                  coalesce(listened.every, interval '1 minute') as every,
                  cast(:now as timestamptz) - known.read_at as age
              ) as reading
              where (reading.named or listened.name is not null)
                and (known.leased_until is null or known.leased_until <= :now)
                and (known.retry_at is null or known.retry_at <= :now)
                and (known.read_at is null
                  or reading.age >= greatest(reading.every * 0.9, reading.every - interval '30 seconds')
                  or known.asked_at > known.read_at and reading.age >= interval '30 seconds')
              order by reading.named desc, known.read_at nulls first
              limit :most
              for update of known skip locked
            )
            update feed_subreddits subreddit
            set leased_until = :until
            from due
            where subreddit.name = due.name
            returning subreddit.name, subreddit.covered_until
            """
                    .replace("{name}", Feed.LISTING)
                    .replace("{listened}", Feed.LISTENED);

    private static final String ASK =
            """
            update feed_subreddits subreddit
            set asked_at = :now,
              retry_at = case
                when subreddit.retry_at is not null
                  then least(subreddit.retry_at, cast(:now as timestamptz) + interval '30 seconds')
              end
            from (
              select {name} as name
              from client_configs
              {listened}
              where id = :config
            ) listened
            where subreddit.name = listened.name
            """
                    .replace("{name}", Feed.LISTING)
                    .replace("{listened}", Feed.LISTENED);

    private static final String SETTLE =
            """
            update feed_subreddits subreddit
            set state = outcome.state,
              detail = left(outcome.detail, 1000),
              read_at = coalesce(outcome.read_at, subreddit.read_at),
              covered_until = coalesce(outcome.covered_until, subreddit.covered_until),
              last_post_id = case
                when outcome.last_post_at > coalesce(subreddit.last_post_at, '-infinity') then outcome.last_post_id
                else subreddit.last_post_id
              end,
              last_post_at = greatest(outcome.last_post_at, subreddit.last_post_at),
              failures = case when outcome.failed then subreddit.failures + 1 else 0 end,
              empty_answers = case
                when outcome.is_empty then subreddit.empty_answers + 1
                when outcome.covered_until is null then subreddit.empty_answers
                else 0
              end,
              retry_at = case
                when outcome.failed then cast(:now as timestamptz)
                  + greatest(
                    make_interval(secs => outcome.pause_seconds),
                    least(interval '1 minute' * power(2, least(subreddit.failures, 10)), interval '15 minutes')
                      * (0.75 + floor(random() * 4) / 6))
              end,
              alone_at = coalesce(subreddit.alone_at, cast(:now as timestamptz) - interval '23 hours'),
              leased_until = null
            from jsonb_to_recordset(cast(:outcomes as jsonb)) as outcome (
              name text, state text, detail text, read_at timestamptz, covered_until timestamptz, failed boolean,
              is_empty boolean, pause_seconds double precision, last_post_id text, last_post_at timestamptz)
            where subreddit.name = outcome.name
            """;

    private static final int POSTS_TO_TELL = 10;

    private static final String LEARN_PAUSES =
            """
            update feed_subreddits subreddit
            set longest_pause = learnt.longest
            from (
              select name, max(pause) as longest
              from (
                select
                  listing.name,
                  posted_at - lag(posted_at) over (partition by listing.name order by posted_at) as pause
                from feed_posts
                cross join lateral (
                  select
                    lower(subreddit) || case when starts_with(reddit_post_id, 't1_') then '/comments' else '' end
                ) as listing (name)
              ) pauses
              group by name
              having count(*) >= :least
            ) learnt
            where subreddit.name = learnt.name
              and subreddit.longest_pause is distinct from learnt.longest
            """;

    private final Json json;

    FeedSubredditDao(ObjectMapper mapper) {
        this.json = new Json(mapper);
    }

    /**
     * Leases what is to be read now.
     *
     * @return up to when the posts of each are known; {@link Instant#MAX} for one of which none is
     */
    Map<String, Instant> lease(Session session, Collection<String> names, Instant now, Instant until, int most) {
        String joined = String.join(",", names);
        session.createNativeMutationQuery(KNOW).setParameter("names", joined).executeUpdate();
        Map<String, Instant> leased = new LinkedHashMap<>();
        session.createNativeQuery(LEASE, Object.class)
                .setParameter("names", joined)
                .setParameter("now", now)
                .setParameter("until", until)
                .setParameter("most", most)
                .addScalar("name", StandardBasicTypes.STRING)
                .addScalar("covered_until", StandardBasicTypes.INSTANT)
                .setTupleTransformer((row, aliases) -> row)
                .list()
                .forEach(row -> leased.put((String) row[0], row[1] == null ? Instant.MAX : (Instant) row[1]));
        return leased;
    }

    /** Makes what a config listens to due, whenever it was read, and soon also what is left alone since it failed. */
    void ask(Session session, long configId, Instant now) {
        session.createNativeMutationQuery(ASK)
                .setParameter("config", configId)
                .setParameter("now", now)
                .executeUpdate();
    }

    /** Whether some of the names are being read, by whomever. */
    boolean isLeased(Session session, Collection<String> names, Instant now) {
        return session.createNativeQuery(
                        """
                        select exists (
                          select 1
                          from feed_subreddits
                          where name = any(string_to_array(:names, ',')) and leased_until > :now)
                        """,
                        Boolean.class)
                .setParameter("names", String.join(",", names))
                .setParameter("now", now)
                .getSingleResult();
    }

    /**
     * Stores what became of leased subreddits, and ends their leases. What failed is left alone for a minute, then for
     * twice as long each time, a quarter of an hour at most; each a quarter less or more by chance, in four steps: what
     * failed together comes back in a few calls, and not always with what it failed with.
     */
    void settle(Session session, List<Outcome> outcomes, Instant now) {
        session.createNativeMutationQuery(SETTLE)
                .setParameter("outcomes", json.of(outcomes))
                .setParameter("now", now)
                .executeUpdate();
    }

    /** Which of the names are left alone for a while, and when what could not be read is to be asked for again. */
    Feed.Pause pause(Session session, Collection<String> names, Instant now) {
        return session.createNativeQuery(
                        """
                        select
                          min(case
                            when retry_at is not null then retry_at
                            when state in ('throttled', 'unknown') then cast(:now as timestamptz) + interval '1 minute'
                          end) as soonest,
                          coalesce(bool_and(retry_at is not null), false) as is_of_all
                        from feed_subreddits
                        where name = any(string_to_array(:names, ',')) and (retry_at is null or retry_at > :now)
                        """,
                        Object.class)
                .setParameter("names", String.join(",", names))
                .setParameter("now", now)
                .addScalar("soonest", StandardBasicTypes.INSTANT)
                .addScalar("is_of_all", StandardBasicTypes.BOOLEAN)
                .setTupleTransformer(
                        (row, aliases) -> new Feed.Pause(Optional.ofNullable((Instant) row[0]), (Boolean) row[1]))
                .getSingleResult();
    }

    /** How often in a row each of the names showed no post at all, without those that never had one. */
    Map<String, Integer> emptyAnswers(Session session, Collection<String> names) {
        Map<String, Integer> answers = new LinkedHashMap<>();
        session.createNativeQuery(
                        """
                        select name, empty_answers
                        from feed_subreddits
                        where name = any(string_to_array(:names, ',')) and last_post_id is not null
                        """,
                        Object.class)
                .setParameter("names", String.join(",", names))
                .addScalar("name", StandardBasicTypes.STRING)
                .addScalar("empty_answers", StandardBasicTypes.INTEGER)
                .setTupleTransformer((row, aliases) -> row)
                .list()
                .forEach(row -> answers.put((String) row[0], (Integer) row[1]));
        return answers;
    }

    /** Whether some of the names were asked for by hand since a time. */
    boolean isAsked(Session session, Collection<String> names, Instant since) {
        return session.createNativeQuery(
                        """
                        select exists (
                          select 1
                          from feed_subreddits
                          where name = any(string_to_array(:names, ',')) and asked_at > :since)
                        """,
                        Boolean.class)
                .setParameter("names", String.join(",", names))
                .setParameter("since", since)
                .getSingleResult();
    }

    /** Those of the names that are taken for fresh, but showed no post since a time and were not read alone since then. */
    List<String> unseen(Session session, Collection<String> names, Instant since, int most) {
        return session.createNativeQuery(
                        """
                        select name
                        from feed_subreddits
                        where name = any(string_to_array(:names, ','))
                          and state = 'fresh'
                          and coalesce(last_post_at, '-infinity') < :since
                          and alone_at < :since
                        order by alone_at, name
                        limit :most
                        """,
                        String.class)
                .setParameter("names", String.join(",", names))
                .setParameter("since", since)
                .setParameter("most", most)
                .list();
    }

    /** Notes that one was read alone. */
    void readAlone(Session session, String name, Instant now) {
        session.createNativeMutationQuery("update feed_subreddits set alone_at = :now where name = :name")
                .setParameter("now", now)
                .setParameter("name", name)
                .executeUpdate();
    }

    /** Records that posts between two times may be missing. */
    void recordGap(Session session, String name, Instant began, Instant ended, Instant noticed) {
        session.createNativeMutationQuery(
                        """
                        insert into feed_gaps (subreddit, began_at, ended_at, noticed_at)
                        values (:name, :began, :ended, :noticed)
                        """)
                .setParameter("name", name)
                .setParameter("began", began)
                .setParameter("ended", ended)
                .setParameter("noticed", noticed)
                .executeUpdate();
    }

    /** Those of the names that were never read. */
    Set<String> unread(Session session, Collection<String> names) {
        return new TreeSet<>(session.createNativeQuery(
                        """
                        select asked.name
                        from unnest(string_to_array(:names, ',')) as asked (name)
                        where not exists (
                          select 1
                          from feed_subreddits known
                          where known.name = asked.name and known.read_at is not null)
                        """,
                        String.class)
                .setParameter("names", String.join(",", names))
                .list());
    }

    /** Learns how long each is silent at most, of those that have posts enough to tell; the others keep what they had. */
    void learnPauses(Session session) {
        session.createNativeMutationQuery(LEARN_PAUSES)
                .setParameter("least", POSTS_TO_TELL)
                .executeUpdate();
    }

    /** Why subreddits are not fresh, by name; none of it when all are. */
    Map<String, String> troubles(Session session, Collection<String> names) {
        Map<String, String> troubles = new LinkedHashMap<>();
        session.createNativeQuery(
                        """
                        select name, detail
                        from feed_subreddits
                        where name = any(string_to_array(:names, ',')) and state <> 'fresh'
                        order by name
                        """,
                        Object.class)
                .setParameter("names", String.join(",", names))
                .addScalar("name", StandardBasicTypes.STRING)
                .addScalar("detail", StandardBasicTypes.STRING)
                .setTupleTransformer((row, aliases) -> row)
                .list()
                .forEach(row -> troubles.put((String) row[0], (String) row[1]));
        return troubles;
    }

    /** Forgets gaps that were noticed before a time, and subreddits that were not read since, which are made anew when one listens to them. */
    void thin(Session session, Instant before, Instant now) {
        session.createNativeMutationQuery("delete from feed_gaps where noticed_at < :before")
                .setParameter("before", before)
                .executeUpdate();
        session.createNativeMutationQuery(
                        """
                        delete from feed_subreddits
                        where coalesce(read_at, '-infinity') < :before and (leased_until is null or leased_until <= :now)
                        """)
                .setParameter("before", before)
                .setParameter("now", now)
                .executeUpdate();
    }
}
