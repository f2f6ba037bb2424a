package dev.harken.analytics;

import dev.harken.database.Tenant;
import dev.harken.database.TenantReads;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.hibernate.Session;

/** The tables {@code daily_metrics} and {@code daily_metrics_progress}. */
public final class DailyMetricsDao {
    private static final String NAME = "daily_metrics";

    /**
     * A day of all clients. For each client by itself, since the indexes of posts, drafts and events begin with it. What
     * retention removed of the day was added to the sums of the past in the same transaction, so that each post and each
     * draft is counted once, whenever this runs. An event that names no post or draft counts none.
     */
    static final String RECORD =
            """
            insert into daily_metrics (
              client_id, day, matched, drafted, copied, reviewed, flagged, scored, score, recorded_at)
            select
              client.id, cast(:day as date), posted.matched + removed.matched, written.drafted + gone.drafted,
              happened.copied, happened.reviewed, happened.flagged, written.scored + gone.scored,
              written.score + gone.score, :now
            from clients client
            cross join lateral (
              select count(*) as matched
              from matched_posts post
              where post.client_id = client.id
                and post.created_at >= :from
                and post.created_at < :until
            ) posted
            cross join lateral (
              select coalesce(sum(posts), 0) as matched
              from past_subreddits past
              where past.client_id = client.id
                and past.day = cast(:day as date)
            ) removed
            cross join lateral (
              select count(*) as drafted, count(score) as scored, coalesce(sum(score), 0) as score
              from ai_responses response
              where response.client_id = client.id
                and response.created_at >= :from
                and response.created_at < :until
            ) written
            cross join lateral (
              select
                coalesce(sum(responses), 0) as drafted, coalesce(sum(scored), 0) as scored,
                coalesce(sum(score), 0) as score
              from past_responses past
              where past.client_id = client.id
                and past.day = cast(:day as date)
            ) gone
            cross join lateral (
              select
                count(distinct data ->> 'response_id') filter (where event_type = 'response_copied') as copied,
                count(distinct data ->> 'post_id') filter (where event_type = 'post_reviewed') as reviewed,
                count(distinct data ->> 'post_id') filter (where event_type = 'post_flagged') as flagged
              from analytics_events event
              where event.client_id = client.id
                and event.created_at >= :from
                and event.created_at < :until
                and event.event_type in ('response_copied', 'post_reviewed', 'post_flagged')
            ) happened
            where posted.matched + removed.matched + written.drafted + gone.drafted + happened.copied
              + happened.reviewed + happened.flagged > 0
            on conflict (client_id, day) do update
            set matched = excluded.matched,
              drafted = excluded.drafted,
              copied = excluded.copied,
              reviewed = excluded.reviewed,
              flagged = excluded.flagged,
              scored = excluded.scored,
              score = excluded.score,
              recorded_at = excluded.recorded_at
            """;

    private static final String ADVANCE =
            """
            insert into daily_metrics_progress (name, day, recorded_at)
            values (:name, cast(:day as date), :now)
            on conflict (name) do update
            set day = greatest(daily_metrics_progress.day, excluded.day),
              recorded_at = excluded.recorded_at
            """;

    private static final String RECORDED_UNTIL =
            "select cast(day as text) from daily_metrics_progress where name = :name";

    private static final String DAYS =
            """
            select
              day, sum(matched) as matched, sum(drafted) as drafted, sum(copied) as copied, sum(reviewed) as reviewed,
              sum(flagged) as flagged, sum(scored) as scored, sum(score) as score
            from daily_metrics metric
            where {tenant:metric} and metric.day between :first and :last
            group by day
            order by day
            """;

    private final TenantReads reads;

    public DailyMetricsDao(TenantReads reads) {
        this.reads = reads;
    }

    /** Records a day that is over, of all clients, in place of what was recorded of it before. */
    void record(Session session, LocalDate day, Instant now) {
        session.createNativeMutationQuery(RECORD)
                .setParameter("day", day.toString())
                .setParameter("from", day.atStartOfDay(ZoneOffset.UTC).toInstant())
                .setParameter(
                        "until", day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant())
                .setParameter("now", now)
                .executeUpdate();
        session.createNativeMutationQuery(ADVANCE)
                .setParameter("name", NAME)
                .setParameter("day", day.toString())
                .setParameter("now", now)
                .executeUpdate();
    }

    /** The latest day that is recorded, as all before it are that ever will be; empty when none is. */
    public Optional<LocalDate> recordedUntil(Session session) {
        return session.createNativeQuery(RECORDED_UNTIL, String.class)
                .setParameter("name", NAME)
                .uniqueResultOptional()
                .map(LocalDate::parse);
    }

    /** As {@link #recordedUntil(Session)}, by the server that answers the tenant's {@link #days}: to be asked first. */
    Optional<LocalDate> recordedUntil(Tenant tenant) {
        return reads.readUnowned(tenant, "analytics.recorded_until", RECORDED_UNTIL, query -> query.bind("name", NAME)
                .mapTo(String.class)
                .findOne()
                .map(LocalDate::parse));
    }

    /** The days of a period on which something happened. */
    List<DayMetrics> days(Tenant tenant, Period period) {
        return reads.read(tenant, "analytics.metrics", DAYS, query -> query.bind("first", period.first())
                .bind("last", period.last())
                .map((row, context) -> new DayMetrics(
                        row.getObject("day", LocalDate.class),
                        row.getLong("matched"),
                        row.getLong("drafted"),
                        row.getLong("copied"),
                        row.getLong("reviewed"),
                        row.getLong("flagged"),
                        Counts.ratio(row.getLong("score"), row.getLong("scored"))))
                .list());
    }
}
