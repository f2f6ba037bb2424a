package dev.harken.housekeeping;

import com.codahale.metrics.MetricRegistry;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import dev.harken.audit.AuditDao;
import dev.harken.database.Transactions;
import java.time.Clock;
import java.util.List;

/** Wires housekeeping. */
public final class HousekeepingBundle {
    private HousekeepingBundle() {}

    /** What has to run now and then, in one of the processes. */
    public static List<RecurringTask<Void>> chores(
            HousekeepingFactory settings,
            Transactions transactions,
            AuditDao audit,
            MetricRegistry metrics,
            Clock clock) {
        return List.of(new Retention(
                        transactions,
                        new RetentionDao(),
                        audit,
                        metrics.counter("housekeeping.posts_removed"),
                        settings,
                        clock)
                .task());
    }
}
