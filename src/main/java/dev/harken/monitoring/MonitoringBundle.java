package dev.harken.monitoring;

import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.audit.AuditDao;
import dev.harken.clients.ClientDao;
import dev.harken.clients.ModelUsageDao;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ScanTrigger;
import dev.harken.database.Transactions;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.FeedPositionDao;
import dev.harken.monitoring.feed.PostCheckDao;
import dev.harken.monitoring.notify.OutboxDao;
import dev.harken.posts.PostDao;
import dev.harken.posts.PostStore;
import dev.harken.responses.ResponseDao;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Wires the job: scan, match, store, draft. */
public final class MonitoringBundle {
    private static final Duration HOUSEKEEPING = Duration.ofHours(1);
    private static final Duration CHECKING = Duration.ofMinutes(1);

    private MonitoringBundle() {}

    /**
     * Registers the job and its addresses, and answers what may be asked of it.
     *
     * @param chores what else recurs, in one process at a time; as the scans, not where the job is disabled
     */
    public static Installed install(
            Environment environment,
            MonitoringFactory settings,
            Feed feed,
            DataSource database,
            Transactions transactions,
            ClientDao clients,
            ConfigDao configs,
            PostDao posts,
            PostStore store,
            ResponseDao responses,
            ModelUsageDao usage,
            AnalyticsEventDao events,
            AuditDao audit,
            FeedPositionDao positions,
            JobBoard board,
            OutboxDao outbox,
            List<RecurringTask<Void>> chores,
            Clock clock) {
        Drafting drafting = new Drafting(
                transactions,
                posts,
                responses,
                events,
                audit,
                usage,
                outbox,
                feed,
                settings.drafting(clock),
                environment.getObjectMapper());
        PostMatches matches = new PostMatches();
        Scan scan = new Scan(
                transactions,
                configs,
                posts,
                store,
                new ScanRecordDao(),
                events,
                audit,
                feed,
                matches,
                positions,
                drafting,
                outbox,
                clock);
        List<RecurringTask<Void>> recurring = new ArrayList<>(chores);
        // Databases know it by this name: by another, the old one would stay planned and count as late.
        recurring.add(Tasks.recurring("thin-feed", FixedDelay.of(HOUSEKEEPING)).execute((instance, context) -> {
            feed.keepHouse();
            store.thinKeys(transactions);
        }));
        DeletedPosts deleted = new DeletedPosts(transactions, feed, new PostCheckDao(), store, responses, audit, clock);
        recurring.add(Tasks.recurring("purge-deleted-posts", FixedDelay.of(CHECKING))
                .execute((instance, context) -> deleted.purge()));
        ScanScheduler scheduler = new ScanScheduler(
                database,
                transactions,
                configs,
                feed,
                scan,
                recurring,
                settings.getHeartbeat().toJavaDuration(),
                clock);
        if (settings.isEnabled()) {
            // Managed before the scheduler, so that no scan is under way when it is closed.
            environment.lifecycle().manage(matches);
            environment.lifecycle().manage(scheduler);
        }
        DraftRequests drafts = new DraftRequests(transactions, posts, responses, configs, clients, drafting);
        environment.jersey().register(new DraftsResource(drafts));
        environment.jersey().register(new OpsResource(scheduler, board));
        return new Installed(scheduler, drafts);
    }

    /**
     * What others may ask of the job.
     *
     * @param scans starts a scan
     * @param drafts writes a draft
     */
    public record Installed(ScanTrigger scans, DraftRequests drafts) {}
}
