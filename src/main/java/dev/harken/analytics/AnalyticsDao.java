package dev.harken.analytics;

import static dev.harken.analytics.Aggregate.EVENTS;
import static dev.harken.analytics.Aggregate.KEYWORDS;
import static dev.harken.analytics.Aggregate.RESPONSES;
import static dev.harken.analytics.Aggregate.SUBREDDITS;

import dev.harken.database.TenantReads;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;

/** Reads sums by day: from the materialized views, or over the rows themselves when those are too old. */
final class AnalyticsDao {
    private static final String DAYS =
            """
            select
              day,
              sum(posts) as posts, sum(reviewed) as reviewed, sum(flagged) as flagged, sum(drafted) as drafted,
              sum(copied) as copied, sum(responses) as responses, sum(scored) as scored, sum(score) as score
            from (
              select day, posts, reviewed, flagged, drafted, copied, 0 as responses, scored, score
              from daily_subreddits posted
              where {tenant:posted} and posted.day between :first and :last
              union all
              select day, 0, 0, 0, 0, 0, responses, 0, 0
              from daily_responses written
              where {tenant:written} and written.day between :first and :last
            ) as sums
            group by day
            """;

    private static final String BY_KEYWORD =
            """
            select
              keyword as name, sum(posts) as posts, sum(drafted) as drafted, sum(copied) as copied,
              sum(scored) as scored, sum(score) as score
            from daily_keywords posted
            where {tenant:posted} and posted.day between :first and :last
            group by keyword
            order by posts desc, keyword
            limit :most
            """;

    private static final String BY_SUBREDDIT =
            """
            select
              subreddit as name, sum(posts) as posts, sum(drafted) as drafted, sum(copied) as copied,
              sum(scored) as scored, sum(score) as score
            from daily_subreddits posted
            where {tenant:posted} and posted.day between :first and :last
            group by subreddit
            order by posts desc, subreddit
            limit :most
            """;

    private static final String BY_EVENT =
            """
            select event_type, sum(events) as events
            from daily_events happened
            where {tenant:happened} and happened.day between :first and :last
            group by event_type
            """;

    private static final String BY_HOUR =
            """
            select
              cast(extract(isodow from post.created_at at time zone 'UTC') as integer) as weekday,
              cast(extract(hour from post.created_at at time zone 'UTC') as integer) as hour,
              count(*) as posts,
              count(*) filter (where draft.copied) as copied
            from matched_posts post
            left join lateral (
              select bool_or(response.copied) as copied
              from ai_responses response
              where response.post_id = post.id
            ) draft on true
            where {tenant:post} and {config:post} and post.created_at >= :from and post.created_at < :until
            group by 1, 2
            order by 1, 2
            """;

    /**
     * By the week of the copy, and all of them: the row without a week. What a caller sent as an event of this type may
     * name anything, or nothing that is the client's.
     */
    private static final String COPY_TIMES =
            """
            with copies as (
              select response.post_id, min(event.created_at) as copied_at
              from analytics_events event
              join ai_responses response
                on response.id = case
                  when event.data ->> 'response_id' ~ '^[0-9]{1,18}$' then cast(event.data ->> 'response_id' as bigint)
                end
                and response.client_id = event.client_id
              where {tenant:event}
                and event.event_type = 'response_copied'
                and event.created_at >= :from and event.created_at < :until
              group by response.post_id
            ), waits as (
              select
                cast(date_trunc('week', copy.copied_at at time zone 'UTC') as date) as week,
                cast(
                  extract(epoch from copy.copied_at - coalesce(post.posted_at, post.created_at))
                  as double precision) as seconds
              from copies copy
              -- A later post may have taken the place of the one whose draft was copied.
              join matched_posts post
                on post.id = copy.post_id
                and coalesce(post.posted_at, post.created_at) <= copy.copied_at
                and {config:post}
            )
            select
              week,
              count(*) as posts,
              percentile_cont(array[0.25, 0.5, 0.75, 0.9]) within group (order by seconds) as quantiles,
              array[
                count(*) filter (where seconds < 900),
                count(*) filter (where seconds >= 900 and seconds < 3600),
                count(*) filter (where seconds >= 3600 and seconds < 14400),
                count(*) filter (where seconds >= 14400 and seconds < 43200),
                count(*) filter (where seconds >= 43200 and seconds < 86400),
                count(*) filter (where seconds >= 86400 and seconds < 259200),
                count(*) filter (where seconds >= 259200)
              ] as within
            from waits
            group by grouping sets ((), (week))
            order by week nulls first
            """;

    private static final RowMapper<Sums> SUMS = (row, context) -> new Sums(
            row.getLong("posts"),
            row.getLong("reviewed"),
            row.getLong("flagged"),
            row.getLong("drafted"),
            row.getLong("copied"),
            row.getLong("responses"),
            row.getLong("scored"),
            row.getLong("score"));

    private static final RowMapper<Ranked> RANKED = (row, context) -> Ranked.of(
            row.getString("name"),
            row.getLong("posts"),
            row.getLong("drafted"),
            row.getLong("copied"),
            row.getLong("scored"),
            row.getLong("score"));

    private final TenantReads reads;

    AnalyticsDao(TenantReads reads) {
        this.reads = reads;
    }

    /** The days of a period on which something happened. */
    SortedMap<LocalDate, Sums> days(Scope scope, Period period, Source source) {
        return read(scope, period, source, "analytics.days", DAYS, List.of(SUBREDDITS, RESPONSES), query -> query.map(
                        (row, context) -> new Day(row.getObject("day", LocalDate.class), SUMS.map(row, context)))
                .collect(Collectors.toMap(Day::date, Day::sums, Sums::plus, TreeMap::new)));
    }

    /** The keywords with the most posts, at most so many. */
    List<Ranked> keywords(Scope scope, Period period, Source source, int most) {
        return read(scope, period, source, "analytics.keywords", BY_KEYWORD, List.of(KEYWORDS), query -> query.bind(
                        "most", most)
                .map(RANKED)
                .list());
    }

    /** The subreddits with the most posts, at most so many. */
    List<Ranked> subreddits(Scope scope, Period period, Source source, int most) {
        return read(
                scope, period, source, "analytics.subreddits", BY_SUBREDDIT, List.of(SUBREDDITS), query -> query.bind(
                                "most", most)
                        .map(RANKED)
                        .list());
    }

    /** How many events there were of each type; none of one config, as no event says which it was of. */
    SortedMap<String, Long> events(Scope scope, Period period, Source source) {
        if (scope.isOneConfig()) {
            return new TreeMap<>();
        }
        return read(scope, period, source, "analytics.events", BY_EVENT, List.of(EVENTS), query -> query.map(
                        (row, context) -> new EventCount(row.getString("event_type"), row.getLong("events")))
                .collect(Collectors.toMap(EventCount::type, EventCount::events, Long::sum, TreeMap::new)));
    }

    private <T> T read(
            Scope scope,
            Period period,
            Source source,
            String name,
            String sql,
            List<Aggregate> aggregates,
            Function<Query, T> work) {
        boolean live = source == Source.ROWS || scope.isOneConfig();
        String whole = live ? Aggregate.overRows(scope, aggregates) + sql : sql;
        return reads.read(scope.tenant(), name, whole, query -> {
            query.bind("first", period.first()).bind("last", period.last());
            if (live) {
                bindTimes(query, scope, period);
            }
            return work.apply(query);
        });
    }

    /** The hours of the week in which posts were matched. */
    List<Hours.Hour> hours(Scope scope, Period period) {
        return reads.read(scope.tenant(), "analytics.hours", Aggregate.narrowed(scope, BY_HOUR), query -> bindTimes(
                        query, scope, period)
                .map((row, context) -> new Hours.Hour(
                        row.getInt("weekday"), row.getInt("hour"), row.getLong("posts"), row.getLong("copied")))
                .list());
    }

    /** The times from a post to the first copy of a draft of it, of the copies of a period. */
    CopyTimes copyTimes(Scope scope, Period period) {
        List<WeekOfCopies> rows = reads.read(
                scope.tenant(), "analytics.copyTimes", Aggregate.narrowed(scope, COPY_TIMES), query -> bindTimes(
                                query, scope, period)
                        .map((row, context) -> WeekOfCopies.of(row))
                        .list());
        return CopyTimes.of(
                period,
                rows.get(0).waits(),
                rows.get(0).within(),
                rows.stream()
                        .skip(1)
                        .map(week -> new CopyTimes.Week(week.first(), week.waits()))
                        .toList());
    }

    private static Query bindTimes(Query query, Scope scope, Period period) {
        return scope.bind(query).bind("from", period.from()).bind("until", period.until());
    }

    /** Where the sums come from. */
    enum Source {
        /** The materialized views, which are refreshed now and then. */
        VIEWS,
        /** The rows themselves. */
        ROWS
    }

    private record Day(LocalDate date, Sums sums) {}

    private record EventCount(String type, long events) {}

    /** @param first the week's first day; null for all weeks */
    private record WeekOfCopies(LocalDate first, CopyTimes.Waits waits, List<Long> within) {
        static WeekOfCopies of(ResultSet row) throws SQLException {
            long posts = row.getLong("posts");
            Double[] quantiles = posts == 0
                    ? new Double[4]
                    : (Double[]) row.getArray("quantiles").getArray();
            return new WeekOfCopies(
                    row.getObject("week", LocalDate.class),
                    new CopyTimes.Waits(
                            posts,
                            seconds(quantiles[0]),
                            seconds(quantiles[1]),
                            seconds(quantiles[2]),
                            seconds(quantiles[3])),
                    List.of((Long[]) row.getArray("within").getArray()));
        }

        private static Long seconds(Double exact) {
            return exact == null ? null : Math.round(exact);
        }
    }
}
