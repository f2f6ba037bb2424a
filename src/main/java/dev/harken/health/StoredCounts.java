package dev.harken.health;

import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much is stored, read once a minute. Big tables are not counted: their totals are the planner's estimate, and those
 * of the last day come from an index. Thread-safe.
 */
final class StoredCounts implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(StoredCounts.class);
    /** Up to so many rows a table is counted: of a small one there is often no estimate yet. */
    private static final int MOST_COUNTED = 10_000;

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    /** A draft's event is counted for the draft: analytics_events has the index by type and time. */
    private static final String COUNTS =
            """
            select
              (select count(*) from clients) as clients,
              (select count(*) from client_configs where is_active) as active_configs,
              (select case when few.count <= :most then few.count
                           else greatest(few.count, c.reltuples::bigint, s.n_live_tup) end
                 from (select count(*) from (select 1 from matched_posts limit :most + 1) few) few,
                      pg_class c
                 join pg_stat_user_tables s on s.relid = c.oid
                where c.oid = 'matched_posts'::regclass) as posts,
              (select case when few.count <= :most then few.count
                           else greatest(few.count, c.reltuples::bigint, s.n_live_tup) end
                 from (select count(*) from (select 1 from ai_responses limit :most + 1) few) few,
                      pg_class c
                 join pg_stat_user_tables s on s.relid = c.oid
                where c.oid = 'ai_responses'::regclass) as responses,
              (select count(*) from matched_posts where created_at >= :since) as recent_posts,
              (select count(*)
                 from analytics_events
                where event_type = 'response_generated'
                  and created_at >= :since) as recent_responses
            """;

    private final Jdbi jdbi;
    private final Clock clock;
    private final ScheduledExecutorService executor;
    private volatile Counts latest;

    StoredCounts(Jdbi jdbi, Clock clock, ScheduledExecutorService executor) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public void start() {
        var unused = executor.scheduleWithFixedDelay(this::read, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Empty until the first reading. */
    Optional<Counts> latest() {
        return Optional.ofNullable(latest);
    }

    private void read() {
        try {
            Instant now = clock.instant();
            latest = jdbi.withHandle(handle -> handle.createQuery(COUNTS)
                    .bind("most", MOST_COUNTED)
                    .bind("since", now.minus(Duration.ofDays(1)))
                    .map((row, context) -> new Counts(
                            row.getLong("clients"),
                            row.getLong("active_configs"),
                            row.getLong("posts"),
                            row.getLong("responses"),
                            row.getLong("recent_posts"),
                            row.getLong("recent_responses"),
                            now))
                    .one());
        } catch (RuntimeException e) {
            LOG.warn("stored counts not read: reason={}", e.getMessage());
        }
    }

    /** The numbers, and when they were read. */
    record Counts(
            long clients,
            long activeConfigs,
            long posts,
            long responses,
            long recentPosts,
            long recentResponses,
            Instant at) {}
}
