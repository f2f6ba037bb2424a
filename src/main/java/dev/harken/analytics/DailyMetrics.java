package dev.harken.analytics;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Daily;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.database.Work;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what happened on each day, when it is over: those since the last that is recorded, that one included, since what
 * was under way at midnight may have come too late for it. Each day is a transaction of its own and can be recorded again.
 * Safe to run in several processes; the scheduler sees to it that one does.
 */
final class DailyMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(DailyMetrics.class);
    private static final String JOB = "record-metrics";
    private static final Duration RETRY = Duration.ofMinutes(5);

    /** Days that are made up for, at most; so also what a database has when it is first recorded. */
    static final int MOST_DAYS = 400;

    private final Transactions transactions;
    private final DailyMetricsDao dao;
    private final LocalTime at;
    private final Clock clock;

    /** @param at when it runs, in UTC */
    DailyMetrics(Transactions transactions, DailyMetricsDao dao, LocalTime at, Clock clock) {
        this.transactions = transactions;
        this.dao = dao;
        this.at = at;
        this.clock = clock;
    }

    /** The job: daily, in one process at a time; sooner again after a failure. */
    RecurringTask<Void> task() {
        return Tasks.recurring(JOB, new Daily(ZoneOffset.UTC, at))
                .onFailure((failed, operations) ->
                        operations.reschedule(failed, clock.instant().plus(RETRY)))
                .execute((instance, context) -> {
                    Work.begin(JOB);
                    try {
                        run();
                    } finally {
                        Work.end();
                    }
                });
    }

    /** Records the days that are due, the earliest first; what one fails with ends the run. */
    void run() {
        Instant start = clock.instant();
        LocalDate last = LocalDate.ofInstant(start, ZoneOffset.UTC).minusDays(1);
        LocalDate earliest = last.minusDays(MOST_DAYS - 1L);
        LocalDate first = transactions
                .read(Tenant.EVERY, dao::recordedUntil)
                .filter(day -> day.isAfter(earliest))
                .orElse(earliest);
        int days = 0;
        for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
            LocalDate one = day;
            transactions.record(Tenant.EVERY, session -> dao.record(session, one, clock.instant()));
            days++;
        }
        LOG.info(
                "metrics recorded: first={} last={} days={} ms={}",
                first,
                last,
                days,
                Duration.between(start, clock.instant()).toMillis());
    }
}
