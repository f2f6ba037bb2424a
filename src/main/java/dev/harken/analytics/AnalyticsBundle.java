package dev.harken.analytics;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.harken.audit.AuditDao;
import dev.harken.clients.ClientDao;
import dev.harken.database.Database;
import dev.harken.database.RememberedGauge;
import dev.harken.http.Answers;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;

/** Wires analytics: its addresses, and what keeps its sums up to date. */
public final class AnalyticsBundle {
    private AnalyticsBundle() {}

    /**
     * Makes what answers.
     *
     * @param database whose replica is read from, where there is one
     */
    public static Analytics analytics(AnalyticsFactory settings, Database database) {
        return new Analytics(
                new AnalyticsDao(database.analytics()),
                new DailyMetricsDao(database.analytics()),
                new AggregateAges(database.analytics()),
                settings.getMaxAge().toJavaDuration());
    }

    /** Makes what writes tables of posts. */
    public static Export export(Database database) {
        return new Export(new ExportDao(database.analytics()));
    }

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
            Analytics analytics,
            Export export,
            Answers answers,
            AnalyticsEventDao events,
            ClientDao clients,
            AuditDao audit,
            Clock clock) {
        AggregateAges ages = new AggregateAges(database.analytics());
        RememberedGauge.register(
                environment,
                "analytics.age_seconds",
                database.background(),
                () -> ages.oldest().duration().toMillis() / 1000.0,
                clock);
        DailyMetricsDao metrics = new DailyMetricsDao(database.analytics());
        environment
                .jersey()
                .register(new AnalyticsResource(
                        answers, analytics, export, database.transactions(), events, clients, clock));
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
