package dev.harken.monitoring;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The job as an operator sees it, over all clients: what is planned, what was done, and how fresh each subreddit is.
 * Asks the database; throws what JDBI throws.
 */
public final class JobBoard {
    private static final int MOST = 200;
    /** A scan that begins this much later than planned is late. */
    private static final Duration LATE = Duration.ofMinutes(1);

    /** A scan is late when it should have begun: outside its hours a config is planned for later, and so is not late. */
    private static final String SCANS =
            """
            select
              config.id as config_id,
              client.name as client,
              config.reddit_subreddits as subreddits,
              config.is_active as active,
              config.scan_interval_minutes as interval_minutes,
              task.execution_time as planned_at,
              coalesce(task.picked, false) as running,
              task.picked_by as process,
              coalesce(task.consecutive_failures, 0) as failures,
              record.started_at,
              record.finished_at,
              record.outcome,
              record.fetched,
              record.matched,
              record.stored,
              record.drafted,
              record.detail
            from client_configs config
            join clients client on client.id = config.client_id
            left join scheduled_tasks task
              on task.task_name = 'scan-config' and task.task_instance = config.id::text
            left join scan_records record on record.config_id = config.id
            order by config.is_active desc, task.execution_time nulls last, config.id
            limit :most
            """;

    private static final String SUBREDDITS =
            """
            select
              lower(btrim(subreddit)) as subreddit,
              count(*) as configs,
              min(config.scan_interval_minutes) as interval_minutes,
              max(record.finished_at) filter (where record.outcome in ('done', 'partly')) as polled_at,
              min(task.execution_time) as planned_at,
              coalesce(bool_or(task.picked), false) as running,
              count(*) filter (where record.outcome = 'failed') as failing
            from client_configs config
            cross join lateral unnest(string_to_array(config.reddit_subreddits, ',')) as subreddit
            left join scheduled_tasks task
              on task.task_name = 'scan-config' and task.task_instance = config.id::text
            left join scan_records record on record.config_id = config.id
            where config.is_active
              and btrim(subreddit) <> ''
            group by 1
            order by polled_at nulls first, 1
            limit :most
            """;

    private final Jdbi jdbi;

    public JobBoard(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The job now. */
    public Jobs jobs() {
        return jdbi.withHandle(handle -> new Jobs(subreddits(handle), scans(handle)));
    }

    /** The subreddits that active configs listen to, those that were never read first; at most {@value #MOST}. */
    public List<Subreddit> subreddits() {
        return jdbi.withHandle(JobBoard::subreddits);
    }

    private static List<Subreddit> subreddits(Handle handle) {
        return handle.createQuery(SUBREDDITS)
                .bind("most", MOST)
                .map((row, context) -> new Subreddit(
                        row.getString("subreddit"),
                        row.getInt("configs"),
                        row.getInt("interval_minutes"),
                        instant(row, "polled_at"),
                        instant(row, "planned_at"),
                        row.getBoolean("running"),
                        row.getInt("failing")))
                .list();
    }

    private static List<Scan> scans(Handle handle) {
        return handle.createQuery(SCANS)
                .bind("most", MOST)
                .map((row, context) -> new Scan(
                        row.getLong("config_id"),
                        row.getString("client"),
                        row.getString("subreddits"),
                        row.getBoolean("active"),
                        row.getInt("interval_minutes"),
                        instant(row, "planned_at"),
                        row.getBoolean("running"),
                        row.getString("process"),
                        row.getInt("failures"),
                        last(row)))
                .list();
    }

    private static Last last(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        return outcome == null
                ? null
                : new Last(
                        instant(row, "started_at"),
                        instant(row, "finished_at"),
                        outcome,
                        row.getInt("fetched"),
                        row.getInt("matched"),
                        row.getInt("stored"),
                        row.getInt("drafted"),
                        Optional.ofNullable(row.getString("detail")).orElse(""));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    /** All of it; at most {@value #MOST} of each. */
    public record Jobs(List<Subreddit> subreddits, List<Scan> scans) {}

    /**
     * A subreddit that active configs listen to.
     *
     * @param intervalMinutes the shortest of its configs'
     * @param polledAt when it was last read; null when never
     * @param plannedAt when it is to be read next; null when nothing is planned
     * @param failing of how many of its configs the last scan failed
     */
    public record Subreddit(
            String name,
            int configs,
            int intervalMinutes,
            Instant polledAt,
            Instant plannedAt,
            boolean running,
            int failing) {

        /** How it stands. */
        public Freshness freshness(Instant now) {
            if (running) {
                return Freshness.RUNNING;
            }
            if (plannedAt == null) {
                return Freshness.UNPLANNED;
            }
            if (plannedAt.isBefore(now.minus(LATE))) {
                return Freshness.LATE;
            }
            if (failing > 0) {
                return Freshness.FAILING;
            }
            return polledAt == null ? Freshness.UNREAD : Freshness.FRESH;
        }
    }

    /** Whether what is known of a subreddit's posts is up to date. */
    public enum Freshness {
        /** Its last scan was in time. */
        FRESH,
        /** It is being read. */
        RUNNING,
        /** It was never read, and its first scan is not late. */
        UNREAD,
        /** Its scan should have begun a while ago. */
        LATE,
        /** The last scan of one of its configs failed. */
        FAILING,
        /** No scan is planned. */
        UNPLANNED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A config's scan.
     *
     * @param subreddits separated by commas
     * @param plannedAt null when it is not planned
     * @param process the one that runs it; null when none does
     * @param failures how often it failed in a row
     * @param last null when it never ran
     */
    public record Scan(
            long configId,
            String client,
            String subreddits,
            boolean active,
            int intervalMinutes,
            Instant plannedAt,
            boolean running,
            String process,
            int failures,
            Last last) {

        /** Whether it should have begun a while ago. */
        public boolean isLate(Instant now) {
            return !running && plannedAt != null && plannedAt.isBefore(now.minus(LATE));
        }
    }

    /** A config's latest scan. */
    public record Last(
            Instant startedAt,
            Instant finishedAt,
            String outcome,
            int fetched,
            int matched,
            int stored,
            int drafted,
            String detail) {}
}
