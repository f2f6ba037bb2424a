package dev.harken.analytics;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.harken.audit.AuditDao;
import dev.harken.database.Database;
import dev.harken.http.Answers;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;

/** Wires analytics: its addresses, and what keeps its sums up to date. */
public final class AnalyticsBundle {
    private AnalyticsBundle() {}

    /**
     * Registers the addresses.
     *
     * @param unpooled for refreshes, which take their time
     * @return what has to run now and then, in one of the processes
     */
    public static List<RecurringTask<Void>> install(
            Environment environment,
            AnalyticsFactory settings,
            Database database,
            DataSource unpooled,
            Answers answers,
            AnalyticsEventDao events,
            AuditDao audit,
            Clock clock) {
        AnalyticsDao sums = new AnalyticsDao(database.analytics());
        DailyMetricsDao metrics = new DailyMetricsDao(database.analytics());
        AggregateAges ages = new AggregateAges(database.analytics());
        environment
                .jersey()
                .register(new AnalyticsResource(
                        answers,
                        new Analytics(sums, metrics, ages, settings.getMaxAge().toJavaDuration()),
                        metrics,
                        new Export(new ExportDao(database.analytics())),
                        database.transactions(),
                        events,
                        clock));
        AggregateRefresh refresh = new AggregateRefresh(unpooled);
        RecurringTask<Void> refreshing = Tasks.recurring(
                        "refresh-aggregates",
                        FixedDelay.of(settings.getRefresh().toJavaDuration()))
                .execute((instance, context) -> refresh.run());
        return List.of(
                refreshing,
                settings.partitions(database.pool(), audit, clock).task(),
                new DailyMetrics(database.transactions(), metrics, settings.metricsTime(), clock).task());
    }
}
