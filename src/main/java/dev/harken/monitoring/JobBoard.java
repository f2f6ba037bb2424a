package dev.harken.monitoring;

import dev.harken.database.Tenant;
import dev.harken.monitoring.feed.Coverage;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.PostCheckDao;
import dev.harken.monitoring.reddit.Budget;
import jakarta.annotation.Nullable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * The job as an operator sees it, over all clients: what is planned, what was done, and how fresh each subreddit is.
 * Asks the database; throws what JDBI throws.
 */
public final class JobBoard {
    private static final int MOST = 200;
    /** A scan that begins this much later than planned is late. */
    private static final Duration LATE = Duration.ofMinutes(1);

    /** In SQL, whether a row {@code feed} of {@code feed_subreddits} has had no post for unusually long. */
    static final String IS_SILENT =
            """
            (feed.state = 'fresh'
              and feed.read_at - feed.last_post_at > 2 * feed.longest_pause
              and feed.read_at - feed.last_post_at > interval '1 hour')
            """;

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
              record.skipped,
              record.skipped_why,
              record.detail
            from client_configs config
            join clients client on client.id = config.client_id
            left join scheduled_tasks task
              on task.task_name = 'scan-config' and task.task_instance = config.id::text
            left join scan_records record on record.config_id = config.id
            where {chosen}
            order by config.is_active desc, task.execution_time nulls last, config.id
            limit :most
            """;

    private static final String OF_THE_CLIENT = "(:client = 0 or config.client_id = :client)";

    private static final String SUBREDDITS =
            """
            with listened as (
              select
                {name} as name,
                count(*) as configs,
                min(config.scan_interval_minutes) as interval_minutes,
                min(task.execution_time) as planned_at,
                coalesce(bool_or(task.picked), false) as running
              from client_configs config
              {listened}
              left join scheduled_tasks task
                on task.task_name = 'scan-config' and task.task_instance = config.id::text
              where config.is_active
                and btrim(subreddit) <> ''
              group by 1
              having :client = 0 or bool_or(config.client_id = :client)
            )
            select
              listened.name as subreddit,
              listened.configs,
              listened.interval_minutes,
              listened.planned_at,
              listened.running,
              coalesce(feed.state, 'unknown') as state,
              coalesce(feed.detail, 'was never read') as detail,
              feed.read_at,
              feed.last_post_id,
              feed.last_post_at,
              coalesce({silent}, false) as silent,
              coalesce(gap.gaps, 0) as gaps,
              gap.began_at as gap_began_at,
              gap.ended_at as gap_ended_at
            from listened
            left join feed_subreddits feed on feed.name = listened.name
            left join lateral (
              select
                count(*) as gaps,
                (array_agg(began_at order by id desc))[1] as began_at,
                (array_agg(ended_at order by id desc))[1] as ended_at
              from feed_gaps
              where feed_gaps.subreddit = listened.name
            ) gap on true
            order by feed.read_at nulls first, listened.name
            limit :most
            """
                    .replace("{name}", Feed.LISTING)
                    .replace("{listened}", Feed.LISTENED)
                    .replace("{silent}", IS_SILENT);

    private static final String CHORES =
            """
            select
              task.task_name as name,
              task.execution_time as planned_at,
              task.picked as running,
              task.picked_by as process,
              coalesce(task.consecutive_failures, 0) as failures,
              task.last_success,
              task.last_failure,
              run.outcome,
              run.clients,
              run.removed,
              run.finished_at
            from scheduled_tasks task
            left join housekeeping_runs run on run.name = task.task_name
            where task.task_instance = 'recurring'
            order by task.task_name
            limit :most
            """;

    private static final String METRICS_UNTIL = "select day from daily_metrics_progress where name = 'daily_metrics'";

    private static final String BUDGET =
            """
            select remaining, resets_at, silent_until
            from rate_budgets
            where greatest(resets_at, silent_until) > now()
            order by greatest(resets_at, silent_until) desc
            limit 1
            """;

    /** In SQL, a day after everything that is kept was seen on Reddit; a post that was absent since was not. */
    static final String NEXT_CHECK =
            """
            least(
              (select min(due_at) from post_checks),
              (select min(absent_since) from post_checks where absent_since is not null))
            """;

    private final Jdbi jdbi;

    public JobBoard(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The job now, with a client's subreddits and scans, or everybody's. */
    public Jobs jobs(Tenant whose) {
        return jdbi.withHandle(handle -> {
            List<Subreddit> subreddits = subreddits(handle, whose, MOST + 1);
            List<Scan> scans = scans(handle, whose, MOST + 1);
            return new Jobs(
                    budget(handle).orElse(null),
                    checkedSince(handle).orElse(null),
                    metricsUntil(handle).orElse(null),
                    most(subreddits),
                    most(scans),
                    chores(handle),
                    Math.max(subreddits.size(), scans.size()) > MOST);
        });
    }

    private static <T> List<T> most(List<T> rows) {
        return rows.subList(0, Math.min(rows.size(), MOST));
    }

    private static Optional<LocalDate> metricsUntil(Handle handle) {
        return handle.createQuery(METRICS_UNTIL)
                .map((row, context) -> row.getObject("day", LocalDate.class))
                .findFirst();
    }

    private static List<Chore> chores(Handle handle) {
        return handle.createQuery(CHORES)
                .bind("most", MOST)
                .map((row, context) -> new Chore(
                        row.getString("name"),
                        instant(row, "planned_at"),
                        row.getBoolean("running"),
                        row.getString("process"),
                        row.getInt("failures"),
                        instant(row, "last_success"),
                        instant(row, "last_failure"),
                        row.getString("outcome") == null
                                ? null
                                : new Removal(
                                        instant(row, "finished_at"),
                                        row.getString("outcome"),
                                        row.getInt("clients"),
                                        row.getLong("removed"))))
                .list();
    }

    /** The subreddits that active configs listen to, those that were never read first; at most {@value #MOST}. */
    public List<Subreddit> subreddits() {
        return jdbi.withHandle(handle -> subreddits(handle, Tenant.EVERY, MOST));
    }

    private static List<Subreddit> subreddits(Handle handle, Tenant whose, int most) {
        return handle.createQuery(SUBREDDITS)
                .bind("client", whose.clientId())
                .bind("most", most)
                .map((row, context) -> new Subreddit(
                        row.getString("subreddit"),
                        row.getInt("configs"),
                        row.getInt("interval_minutes"),
                        row.getBoolean("running"),
                        Coverage.of(row.getString("state")),
                        row.getString("detail"),
                        instant(row, "read_at"),
                        instant(row, "planned_at"),
                        row.getString("last_post_id"),
                        instant(row, "last_post_at"),
                        row.getBoolean("silent"),
                        row.getInt("gaps"),
                        gap(row)))
                .list();
    }

    private static Gap gap(ResultSet row) throws SQLException {
        return row.getInt("gaps") == 0 ? null : new Gap(instant(row, "gap_began_at"), instant(row, "gap_ended_at"));
    }

    private static Optional<Budget> budget(Handle handle) {
        return handle.createQuery(BUDGET)
                .map((row, context) ->
                        new Budget(row.getDouble("remaining"), instant(row, "resets_at"), instant(row, "silent_until")))
                .findFirst();
    }

    private static Optional<Instant> checkedSince(Handle handle) {
        return handle.createQuery("select " + NEXT_CHECK + " as due_at")
                .map((row, context) -> instant(row, "due_at"))
                .findFirst()
                .map(due -> due.minus(PostCheckDao.INTERVAL));
    }

    /** The scans of some configs, at most {@value #MOST}. */
    public List<Scan> scans(Collection<Long> configs) {
        String ids = configs.stream().map(String::valueOf).collect(Collectors.joining(","));
        return jdbi.withHandle(handle -> scans(
                handle.createQuery(SCANS.replace("{chosen}", "config.id = any(string_to_array(:ids, ',')::bigint[])"))
                        .bind("ids", ids)
                        .bind("most", MOST)));
    }

    private static List<Scan> scans(Handle handle, Tenant whose, int most) {
        return scans(handle.createQuery(SCANS.replace("{chosen}", OF_THE_CLIENT))
                .bind("client", whose.clientId())
                .bind("most", most));
    }

    private static List<Scan> scans(Query query) {
        return query.map((row, context) -> new Scan(
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
                        row.getInt("skipped"),
                        Optional.ofNullable(row.getString("skipped_why")).orElse(""),
                        Optional.ofNullable(row.getString("detail")).orElse(""));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    /**
     * All of it; at most {@value #MOST} of each.
     *
     * @param budget what Reddit's rate budget has left; null while nothing is known of it
     * @param checkedSince every post of which text is kept was there on Reddit at this time or later; null while there
     *     is none. Reddit's terms want it to be within 48 hours
     * @param metricsUntil the latest day of which it is recorded what happened; null while there is none
     * @param cut whether there are more subreddits or scans than these; those of one client can be asked for
     */
    public record Jobs(
            @Nullable Budget budget,
            @Nullable Instant checkedSince,
            @Nullable LocalDate metricsUntil,
            List<Subreddit> subreddits,
            List<Scan> scans,
            List<Chore> chores,
            boolean cut) {}

    /**
     * What else recurs, in one process at a time.
     *
     * @param process the one that runs it; null when none does
     * @param failures how often it failed in a row
     * @param lastSuccess null when it never ended well
     * @param lastFailure null when it never failed
     * @param removal what its latest run removed; null where nothing is ever removed, and before the first run
     */
    public record Chore(
            String name,
            @Nullable Instant plannedAt,
            boolean running,
            @Nullable String process,
            int failures,
            @Nullable Instant lastSuccess,
            @Nullable Instant lastFailure,
            @Nullable Removal removal) {

        /** Whether it should have begun a while ago. */
        public boolean isLate(Instant now) {
            return !running && plannedAt != null && plannedAt.isBefore(now.minus(LATE));
        }
    }

    /**
     * What a run removed.
     *
     * @param outcome {@code done}, {@code partly} when something failed, or {@code unfinished} when its time was over
     * @param clients those that lost posts
     */
    public record Removal(Instant finishedAt, String outcome, int clients, long posts) {}

    /**
     * A subreddit that active configs listen to.
     *
     * @param name in lower case
     * @param intervalMinutes the shortest of its configs'
     * @param running whether a config that listens to it is being scanned
     * @param detail why it is not fresh; empty when it is
     * @param readAt when it was last read; null when never
     * @param plannedAt when it is to be read next; null when nothing is planned
     * @param lastPostId the newest post that was read of it, with its time; null when none was
     * @param silent whether it has had no post for unusually long: twice its longest pause of the last week, and an
     *     hour at least
     * @param gaps how often in the last 30 days posts may have been missed
     * @param lastGap the latest of these; null when there is none
     */
    public record Subreddit(
            String name,
            int configs,
            int intervalMinutes,
            boolean running,
            Coverage coverage,
            String detail,
            @Nullable Instant readAt,
            @Nullable Instant plannedAt,
            @Nullable String lastPostId,
            @Nullable Instant lastPostAt,
            boolean silent,
            int gaps,
            @Nullable Gap lastGap) {

        /** How it stands, in a word: late and unplanned scans tell more than how the last one went. */
        public String standing(Instant now) {
            if (running) {
                return "running";
            }
            if (plannedAt == null) {
                return "unplanned";
            }
            if (plannedAt.isBefore(now.minus(LATE))) {
                return "late";
            }
            return silent ? "silent" : coverage.label();
        }

        /** Whether posts of it may be missing, or be long in coming. */
        public boolean needsAttention(Instant now) {
            return !running
                    && (plannedAt == null
                            || plannedAt.isBefore(now.minus(LATE))
                            || silent
                            || coverage != Coverage.FRESH);
        }
    }

    /** A time of which posts may be missing. */
    public record Gap(Instant beganAt, Instant endedAt) {}

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
            @Nullable Instant plannedAt,
            boolean running,
            @Nullable String process,
            int failures,
            @Nullable Last last) {

        /** Whether it should have begun a while ago. */
        public boolean isLate(Instant now) {
            return !running && plannedAt != null && plannedAt.isBefore(now.minus(LATE));
        }
    }

    /** A config's latest scan. */
    public record Last(
            Instant startedAt,
            @Nullable Instant finishedAt,
            String outcome,
            int fetched,
            int matched,
            int stored,
            int drafted,
            int skipped,
            String skippedWhy,
            String detail) {}
}
