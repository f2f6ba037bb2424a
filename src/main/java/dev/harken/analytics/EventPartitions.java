package dev.harken.analytics;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.database.Work;
import dev.harken.database.partitions.MonthlyPartition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monthly partitions of {@code analytics_events}: made ahead, filled from the default partition where events came
 * before their month was made, and dropped when all that is in them is older than events are kept.
 *
 * <p>Each partition is a transaction of its own, which waits for a lock at most {@value #LONGEST_LOCK_WAIT_MILLIS} ms, and
 * less than PostgreSQL waits until it looks for deadlocks, so that no writer is cancelled for it. What did not succeed is
 * left as it was and tried again by the next run. Safe to run in several processes; the scheduler sees to it that one does.
 */
public final class EventPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(EventPartitions.class);
    private static final String TABLE = "analytics_events";
    private static final String REST = MonthlyPartition.nameOfDefault(TABLE);
    private static final String JOB = "event-partitions";
    private static final Duration EVERY = Duration.ofDays(1);
    private static final Duration RETRY = Duration.ofMinutes(5);
    private static final int LONGEST_LOCK_WAIT_MILLIS = 500;
    /** Moving events keeps writers out, so it may not last; it then fails as a whole, and an operator is told. */
    private static final String LONGEST_MOVE = "60s";

    /** Months whose events are moved out of the default partition in one run. */
    private static final int MOST_MOVED = 120;

    private static final String PARTITIONS =
            """
            select
              c.oid::regclass::text as name,
              b.bound = 'DEFAULT' as rest,
              substring(b.bound from 'FROM \\(''([^'']+)''\\)')::timestamptz as from_at,
              substring(b.bound from 'TO \\(''([^'']+)''\\)')::timestamptz as to_at,
              greatest(c.reltuples, 0)::bigint as rows
            from pg_inherits i
            join pg_class c on c.oid = i.inhrelid
            cross join lateral pg_get_expr(c.relpartbound, c.oid) b (bound)
            where i.inhparent = to_regclass(?)
            order by to_at nulls last
            """;

    /** What is dated before this century was never stored by Harken; it stays in the default partition, and is told. */
    private static final String MONTHS_IN_THE_REST =
            """
            select distinct to_char(created_at at time zone 'UTC', 'YYYY-MM')
            from %s
            where created_at >= '2000-01-01 00:00Z'
              and created_at < ?
            order by 1
            limit %d
            """
                    .formatted(REST, MOST_MOVED);

    private final DataSource database;
    private final AuditDao audit;
    private final int monthsAhead;
    private final int retentionMonths;
    private final Clock clock;

    /**
     * @param monthsAhead how many months after the running one have a partition
     * @param retentionMonths how long events are kept at least; 0 for ever
     */
    EventPartitions(DataSource database, AuditDao audit, int monthsAhead, int retentionMonths, Clock clock) {
        this.database = database;
        this.audit = audit;
        this.monthsAhead = monthsAhead;
        this.retentionMonths = retentionMonths;
        this.clock = clock;
    }

    /**
     * A partition as it stands.
     *
     * @param from its first moment; null when it has no beginning
     * @param to the first moment after it; null when it has no end
     * @param rows the planner's estimate
     */
    private record Partition(String name, boolean rest, Instant from, Instant to, long rows) {
        boolean overlaps(MonthlyPartition month) {
            return !rest && (from == null || from.isBefore(month.to())) && (to == null || to.isAfter(month.from()));
        }
    }

    /** The job: daily, in one process at a time; sooner again after a failure. */
    public RecurringTask<Void> task() {
        return Tasks.recurring(JOB, FixedDelay.of(EVERY))
                .onFailure((failed, operations) ->
                        operations.reschedule(failed, clock.instant().plus(RETRY)))
                .execute((instance, context) -> {
                    Work.begin(JOB);
                    try {
                        tend();
                    } finally {
                        Work.end();
                    }
                });
    }

    /**
     * Makes and drops what is due.
     *
     * @throws IllegalStateException when something of it failed; the rest was done
     */
    void tend() {
        List<String> failures = new ArrayList<>();
        try (Connection connection = database.getConnection()) {
            List<Partition> there = partitions(connection);
            if (there.isEmpty()) {
                throw new IllegalStateException("table " + TABLE + " has no partitions. Migrate the database:"
                        + " java -jar app.jar db migrate config.yml");
            }
            for (YearMonth month : monthsToMake(connection)) {
                MonthlyPartition partition = new MonthlyPartition(TABLE, month);
                if (there.stream().noneMatch(other -> other.overlaps(partition))) {
                    attempt(failures, partition.name(), () -> make(connection, partition));
                }
            }
            for (Partition partition : there) {
                if (isBeyondRetention(partition)) {
                    attempt(failures, partition.name(), () -> drop(connection, partition));
                }
            }
            tellTheRest(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("the partitions of " + TABLE + " cannot be read: " + e.getMessage(), e);
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("partitions of " + TABLE + " not tended: " + String.join("; ", failures));
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws SQLException;
    }

    private static void attempt(List<String> failures, String partition, Step step) {
        try {
            step.run();
        } catch (SQLException e) {
            LOG.warn(
                    "event partition not tended: partition={} sqlstate={} reason=\"{}\"",
                    partition,
                    e.getSQLState(),
                    e.getMessage());
            failures.add(partition + ": " + e.getMessage());
        }
    }

    private static List<Partition> partitions(Connection connection) throws SQLException {
        List<Partition> partitions = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(PARTITIONS)) {
            select.setString(1, TABLE);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    partitions.add(new Partition(
                            row.getString("name"),
                            row.getBoolean("rest"),
                            instant(row, "from_at"),
                            instant(row, "to_at"),
                            row.getLong("rows")));
                }
            }
        }
        return partitions;
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private MonthlyPartition running() {
        return MonthlyPartition.of(TABLE, clock.instant());
    }

    private Set<YearMonth> monthsToMake(Connection connection) throws SQLException {
        Set<YearMonth> months = new TreeSet<>();
        for (int ahead = 0; ahead <= monthsAhead; ahead++) {
            months.add(running().plusMonths(ahead).month());
        }
        try (PreparedStatement select = connection.prepareStatement(MONTHS_IN_THE_REST)) {
            select.setObject(1, running().plusMonths(monthsAhead).to().atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    months.add(YearMonth.parse(row.getString(1)));
                }
            }
        }
        return months;
    }

    /**
     * Makes a month's partition beside the table and attaches it, which lets readers and writers of the table go on. Where
     * events of that month are in the default partition, or may come at this moment, everybody is kept out instead: a
     * writer that had chosen the default partition just before would be refused by it just after.
     */
    private void make(Connection connection, MonthlyPartition month) throws SQLException {
        long moved = inTransaction(connection, statement -> {
            // What the foreign key of the new partition needs.
            statement.execute("lock table clients in share row exclusive mode");
            boolean eventsMayBeThere = !month.from().isAfter(clock.instant()) || hasEvents(connection, month);
            if (eventsMayBeThere) {
                statement.execute("lock table " + TABLE + " in access exclusive mode");
                statement.execute("set local statement_timeout = '" + LONGEST_MOVE + "'");
            }
            statement.execute("create table " + month.name() + " (like " + TABLE
                    + " including defaults including generated including comments including storage"
                    + " including compression)");
            long rows = eventsMayBeThere ? move(statement, month) : 0;
            statement.execute("alter table " + TABLE + " attach partition " + month.name() + " for values from ("
                    + month.fromLiteral() + ") to (" + month.toLiteral() + ")");
            return rows;
        });
        LOG.info("event partition made: partition={} moved={}", month.name(), moved);
    }

    private static boolean hasEvents(Connection connection, MonthlyPartition month) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select exists (select 1 from " + REST + " where " + in(month) + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static long move(Statement statement, MonthlyPartition month) throws SQLException {
        return statement.executeLargeUpdate("with moved as (delete from " + REST + " where " + in(month)
                + " returning *) insert into " + month.name() + " select * from moved");
    }

    private static String in(MonthlyPartition month) {
        return "created_at >= " + month.fromLiteral() + " and created_at < " + month.toLiteral();
    }

    private boolean isBeyondRetention(Partition partition) {
        return retentionMonths > 0
                && !partition.rest()
                && partition.to() != null
                && !partition
                        .to()
                        .isAfter(clock.instant()
                                .atOffset(ZoneOffset.UTC)
                                .minusMonths(retentionMonths)
                                .toInstant());
    }

    /**
     * Drops a partition in one short transaction. PostgreSQL detaches none concurrently from a table that has a default
     * partition; dropping changes the catalogue, and the files are removed after the locks are given back.
     */
    private void drop(Connection connection, Partition partition) throws SQLException {
        inTransaction(connection, statement -> {
            statement.execute("drop table " + partition.name());
            audit.record(
                    connection,
                    List.of(AuditRecord.byHarken(
                            "analytics.partition_dropped",
                            TABLE,
                            Map.of(
                                    "partition",
                                    partition.name(),
                                    "before",
                                    partition.to().toString(),
                                    "events_about",
                                    Long.toString(partition.rows()),
                                    "retention_months",
                                    Integer.toString(retentionMonths)))));
            return 0;
        });
        LOG.info(
                "event partition dropped: partition={} before={} events_about={} retention_months={}",
                partition.name(),
                partition.to(),
                partition.rows(),
                retentionMonths);
    }

    @FunctionalInterface
    private interface Change {
        long run(Statement statement) throws SQLException;
    }

    private static long inTransaction(Connection connection, Change change) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    select set_config('lock_timeout', least(%d, setting::int / 2) || 'ms', true)
                    from pg_settings
                    where name = 'deadlock_timeout'
                    """
                            .formatted(LONGEST_LOCK_WAIT_MILLIS));
            long result = change.run(statement);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Events that no month takes: dated further ahead than partitions are made, or in another century. */
    private static void tellTheRest(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select count(*), min(created_at)::text, max(created_at)::text from (select created_at from "
                                + REST + " limit 10000) few")) {
            row.next();
            if (row.getLong(1) > 0) {
                LOG.warn(
                        "events in the default partition: partition={} events={} earliest=\"{}\" latest=\"{}\"",
                        REST,
                        row.getLong(1),
                        Optional.ofNullable(row.getString(2)).orElse(""),
                        Optional.ofNullable(row.getString(3)).orElse(""));
            }
        }
    }
}
