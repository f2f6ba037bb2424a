package dev.harken.analytics;

import static dev.harken.analytics.Aggregate.EVENTS;
import static dev.harken.analytics.Aggregate.KEYWORDS;
import static dev.harken.analytics.Aggregate.RESPONSES;
import static dev.harken.analytics.Aggregate.SUBREDDITS;

import dev.harken.database.Tenant;
import dev.harken.database.TenantReads;
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

    private static final RowMapper<Sums> SUMS = (row, context) -> new Sums(
            row.getLong("posts"),
            row.getLong("reviewed"),
            row.getLong("flagged"),
            row.getLong("drafted"),
            row.getLong("copied"),
            row.getLong("responses"),
            row.getLong("scored"),
            row.getLong("score"));

    private static final RowMapper<Ranked> RANKED = (row, context) -> new Ranked(
            row.getString("name"),
            row.getLong("posts"),
            row.getLong("drafted"),
            row.getLong("copied"),
            Counts.ratio(row.getLong("copied"), row.getLong("drafted")),
            Counts.ratio(row.getLong("score"), row.getLong("scored")));

    private final TenantReads reads;

    AnalyticsDao(TenantReads reads) {
        this.reads = reads;
    }

    /** The days of a period on which something happened. */
    SortedMap<LocalDate, Sums> days(Tenant tenant, Period period, Source source) {
        return read(tenant, period, source, "analytics.days", DAYS, List.of(SUBREDDITS, RESPONSES), query -> query.map(
                        (row, context) -> new Day(row.getObject("day", LocalDate.class), SUMS.map(row, context)))
                .collect(Collectors.toMap(Day::date, Day::sums, Sums::plus, TreeMap::new)));
    }

    /** The keywords with the most posts, at most so many. */
    List<Ranked> keywords(Tenant tenant, Period period, Source source, int most) {
        return read(tenant, period, source, "analytics.keywords", BY_KEYWORD, List.of(KEYWORDS), query -> query.bind(
                        "most", most)
                .map(RANKED)
                .list());
    }

    /** The subreddits with the most posts, at most so many. */
    List<Ranked> subreddits(Tenant tenant, Period period, Source source, int most) {
        return read(
                tenant, period, source, "analytics.subreddits", BY_SUBREDDIT, List.of(SUBREDDITS), query -> query.bind(
                                "most", most)
                        .map(RANKED)
                        .list());
    }

    /** How many events there were of each type. */
    SortedMap<String, Long> events(Tenant tenant, Period period, Source source) {
        return read(tenant, period, source, "analytics.events", BY_EVENT, List.of(EVENTS), query -> query.map(
                        (row, context) -> new EventCount(row.getString("event_type"), row.getLong("events")))
                .collect(Collectors.toMap(EventCount::type, EventCount::events, Long::sum, TreeMap::new)));
    }

    private <T> T read(
            Tenant tenant,
            Period period,
            Source source,
            String name,
            String sql,
            List<Aggregate> aggregates,
            Function<Query, T> work) {
        boolean live = source == Source.ROWS;
        return reads.read(tenant, name, live ? Aggregate.overRows(aggregates) + sql : sql, query -> {
            query.bind("first", period.first()).bind("last", period.last());
            if (live) {
                query.bind("from", period.from()).bind("until", period.until());
            }
            return work.apply(query);
        });
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
}
