package dev.harken.analytics;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sums by day that analytics is made of. Each is a materialized view, which answers in milliseconds at any size;
 * and the same sums over the rows of a period, for when the view is older than an answer may be. To what is there, both
 * add what retention counted when it removed it: it does so in one transaction, so that each post is in one of the two.
 *
 * <p>Of one config there are no sums but those over the rows: neither what retention counted nor an event says which
 * config it was of.
 */
enum Aggregate {
    SUBREDDITS(
            "daily_subreddits",
            """
            select
              post.client_id,
              cast(post.created_at at time zone 'UTC' as date) as day,
              post.subreddit,
              count(*) as posts,
              count(*) filter (where post.reviewed) as reviewed,
              count(*) filter (where post.flagged) as flagged,
              count(*) filter (where draft.drafts > 0) as drafted,
              count(*) filter (where draft.copied) as copied,
              coalesce(sum(draft.scored), 0) as scored,
              coalesce(sum(draft.score), 0) as score
            from matched_posts post
            left join lateral (
              select
                count(*) as drafts,
                bool_or(response.copied) as copied,
                count(response.score) as scored,
                sum(response.score) as score
              from ai_responses response
              where response.post_id = post.id
            ) draft on true
            where {tenant:post} and {config:post} and post.created_at >= :from and post.created_at < :until
            group by 1, 2, 3
            union all
            select client_id, day, subreddit, posts, reviewed, flagged, drafted, copied, scored, score
            from past_subreddits past
            where {tenant:past} and {config:past} and past.day between :first and :last"""),
    KEYWORDS(
            "daily_keywords",
            """
            select
              post.client_id,
              cast(post.created_at at time zone 'UTC' as date) as day,
              word.keyword,
              count(*) as posts,
              count(*) filter (where draft.drafts > 0) as drafted,
              count(*) filter (where draft.copied) as copied,
              coalesce(sum(draft.scored), 0) as scored,
              coalesce(sum(draft.score), 0) as score
            from matched_posts post
            cross join lateral (
              select distinct keyword
              from unnest(regexp_split_to_array(lower(btrim(post.keywords_matched)), '\\s*,\\s*')) keyword
              where keyword <> ''
            ) word
            left join lateral (
              select
                count(*) as drafts,
                bool_or(response.copied) as copied,
                count(response.score) as scored,
                sum(response.score) as score
              from ai_responses response
              where response.post_id = post.id
            ) draft on true
            where {tenant:post} and {config:post} and post.created_at >= :from and post.created_at < :until
            group by 1, 2, 3
            union all
            select client_id, day, keyword, posts, drafted, copied, scored, score
            from past_keywords past
            where {tenant:past} and {config:past} and past.day between :first and :last"""),
    RESPONSES(
            "daily_responses",
            """
            select
              response.client_id,
              cast(response.created_at at time zone 'UTC' as date) as day,
              count(*) as responses,
              count(*) filter (where response.copied) as copied,
              count(*) filter (where response.compliance_ack) as acknowledged,
              count(response.score) as scored,
              coalesce(sum(response.score), 0) as score
            from ai_responses response
            where {tenant:response} and {config:response} and response.created_at >= :from and response.created_at < :until
            group by 1, 2
            union all
            select client_id, day, responses, copied, acknowledged, scored, score
            from past_responses past
            where {tenant:past} and {config:past} and past.day between :first and :last"""),
    EVENTS(
            "daily_events",
            """
            select
              event.client_id,
              cast(event.created_at at time zone 'UTC' as date) as day,
              event.event_type,
              count(*) as events
            from analytics_events event
            where {tenant:event}
              and event.client_id is not null
              and event.created_at >= :from and event.created_at < :until
            group by 1, 2, 3""");

    /** What the conditions of a query over the rows are when one config is asked for; all are true when none is. */
    private static final Map<String, String> OF_CONFIG = Map.of(
            "{config:post}", "post.config_id = :config",
            "{config:past}", "false",
            "{config:response}",
                    "exists (select from matched_posts post where post.id = response.post_id and post.config_id = :config)");

    private final String view;
    private final String rows;

    Aggregate(String view, String rows) {
        this.view = view;
        this.rows = rows;
    }

    /** The materialized view's name. */
    String view() {
        return view;
    }

    /** What makes a query that names the views read the rows instead: it begins with this. */
    static String overRows(Scope scope, List<Aggregate> aggregates) {
        String sql = aggregates.stream()
                .map(aggregate -> aggregate.view + " as (\n" + aggregate.rows + "\n)")
                .collect(Collectors.joining(",\n", "with ", "\n"));
        return narrowed(scope, sql);
    }

    /** With the conditions for one config, or for all. */
    static String narrowed(Scope scope, String sql) {
        String narrowed = sql;
        for (Map.Entry<String, String> condition : OF_CONFIG.entrySet()) {
            narrowed = narrowed.replace(condition.getKey(), scope.isOneConfig() ? condition.getValue() : "true");
        }
        return narrowed;
    }
}
