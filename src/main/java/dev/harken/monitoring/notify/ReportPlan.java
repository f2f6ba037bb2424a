package dev.harken.monitoring.notify;

import dev.harken.analytics.DailyMetricsDao;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * Plans the reports of a week that are due, each once, as soon as the days they tell of are recorded. After a downtime, a
 * channel gets the latest of those that it missed. Safe to run in several processes.
 */
final class ReportPlan {
    private static final int BATCH = 200;

    private final Transactions transactions;
    private final OutboxDao outbox;
    private final DailyMetricsDao metrics;
    private final Clock clock;

    ReportPlan(Transactions transactions, OutboxDao outbox, DailyMetricsDao metrics, Clock clock) {
        this.transactions = transactions;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** The last of the days that a report of a moment tells of: the last that is over, by UTC. */
    static LocalDate lastDay(Instant moment) {
        return LocalDate.ofInstant(moment, ZoneOffset.UTC).minusDays(1);
    }

    void run() {
        int planned;
        do {
            planned = transactions.recorded(Tenant.EVERY, session -> {
                Instant now = clock.instant();
                // Without the days of today's reports, those of earlier ones may be there.
                Optional<Instant> until = metrics.recordedUntil(session)
                        .map(day -> day.plusDays(2).atStartOfDay(ZoneOffset.UTC).toInstant())
                        .map(end -> end.isBefore(now) ? end.minusMillis(1) : now);
                if (until.isEmpty()) {
                    return 0;
                }
                List<OutboxDao.DueReport> due = outbox.dueReports(session, until.get(), BATCH);
                for (OutboxDao.DueReport report : due) {
                    ReportTime time = report.time();
                    Instant moment = time.lastUntil(until.get());
                    outbox.enqueueReport(session, report, moment, time.week(moment), time.nextAfter(until.get()));
                }
                return due.size();
            });
        } while (planned == BATCH);
    }
}
