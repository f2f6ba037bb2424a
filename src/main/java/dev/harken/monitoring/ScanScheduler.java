package dev.harken.monitoring;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ScanTimes;
import dev.harken.configs.ScanTrigger;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.database.Work;
import dev.harken.monitoring.feed.Feed;
import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each active config's scan when it is due, in one process at a time however many there are: the plan is the table
 * {@code scheduled_tasks} of db-scheduler. Thread-safe.
 */
public final class ScanScheduler implements Managed, ScanTrigger {
    private static final Logger LOG = LoggerFactory.getLogger(ScanScheduler.class);
    private static final String SCAN = "scan-config";
    /** Some are left for other scans and for chores while the language model is waited for. */
    private static final int THREADS = Scan.MOST_WRITING + 2;

    private static final int MOST_PLANNED_AT_ONCE = 1000;
    private static final Duration POLLING = Duration.ofSeconds(5);
    private static final Duration PLANNING = Duration.ofSeconds(30);
    private static final Duration LEAST_RETRY = Duration.ofSeconds(5);
    static final int HEARTBEATS_MISSED_BY_THE_DEAD = 6;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    private final Transactions transactions;
    private final ConfigDao configs;
    private final Feed feed;
    private final Scan scan;
    private final Clock clock;
    private final CustomTask<Void> scans;
    private final List<RecurringTask<Void>> chores;
    private final Scheduler scheduler;

    /**
     * Prepares.
     *
     * @param chores what else recurs, in one process at a time: each runs when a process starts, and then by its schedule
     * @param heartbeat how often a running scan is marked as such; one that was not marked for six of these was a dead
     *     process's, and is run again
     */
    ScanScheduler(
            DataSource database,
            Transactions transactions,
            ConfigDao configs,
            Feed feed,
            Scan scan,
            List<RecurringTask<Void>> chores,
            Duration heartbeat,
            Clock clock) {
        this.transactions = transactions;
        this.configs = configs;
        this.feed = feed;
        this.scan = scan;
        this.clock = clock;
        this.scans = Tasks.custom(SCAN, Void.class)
                .onFailure((complete, operations) -> operations.reschedule(
                        complete, clock.instant().plus(BackOff.pause(complete.getExecution().consecutiveFailures))))
                .execute(this::run);
        RecurringTask<Void> plan =
                Tasks.recurring("plan-scans", FixedDelay.of(PLANNING)).execute((instance, context) -> planMissing());
        this.chores = List.copyOf(chores);
        this.scheduler = Scheduler.create(database, scans)
                .startTasks(plan)
                .startTasks(this.chores)
                .threads(THREADS)
                .pollingInterval(POLLING)
                .enableImmediateExecution()
                .heartbeatInterval(heartbeat)
                .missedHeartbeatsLimit(HEARTBEATS_MISSED_BY_THE_DEAD)
                .shutdownMaxWait(LONGEST_STOP)
                .clock(clock::instant)
                .build();
    }

    @Override
    public void start() {
        scheduler.start();
        chores.forEach(chore -> soon(chore.instance(RecurringTask.INSTANCE)));
    }

    @Override
    public void stop() {
        scheduler.stop();
    }

    /** Plans the scan for now. A scan that is running is left alone: it sees at its end that another is wanted. */
    @Override
    public void scanSoon(long configId) {
        feed.ask(configId);
        soon(scans.instance(Long.toString(configId)));
    }

    @Override
    public List<ClientConfig> scanSoon(Tenant whose) {
        List<ClientConfig> active = transactions.read(whose, session -> configs.active(session, SCAN, MOST));
        active.forEach(config -> scanSoon(config.id()));
        return active;
    }

    private void soon(TaskInstance<Void> instance) {
        Instant now = clock.instant();
        if (scheduler.scheduleIfNotExists(instance, now)) {
            return;
        }
        try {
            scheduler.reschedule(instance, now);
        } catch (TaskInstanceException e) {
            // It runs at this moment, or ended between the two calls and is planned again by itself.
            LOG.debug(
                    "not moved: task={} instance={} reason={}",
                    instance.getTaskName(),
                    instance.getId(),
                    e.getMessage());
        }
    }

    /** Plans what is active but unplanned: configs of an adopted database, or of a process that died in between. */
    private void planMissing() {
        List<Long> unplanned =
                transactions.read(Tenant.EVERY, session -> configs.unplanned(session, SCAN, MOST_PLANNED_AT_ONCE));
        unplanned.forEach(this::scanSoon);
    }

    private CompletionHandler<Void> run(TaskInstance<Void> instance, ExecutionContext context) {
        Work.begin(SCAN + " " + instance.getId());
        try {
            return run(Long.parseLong(instance.getId()), context);
        } finally {
            Work.end();
        }
    }

    private CompletionHandler<Void> run(long configId, ExecutionContext context) {
        Optional<Scan.Listener> listener = scan.find(configId);
        if (listener.isEmpty()) {
            return new CompletionHandler.OnCompleteRemove<>();
        }
        ScanTimes times = listener.get().config().scanTimes();
        Instant planned = context.getExecution().executionTime;
        // Late from the hours into the pause, after a downtime: the hours decide. Asked for in the pause: it runs.
        // One that broke off was not asked for in the pause, wherever its next try falls.
        boolean byItself = times.includes(planned) || context.getExecution().consecutiveFailures > 0;
        boolean tooLate = byItself && !times.includes(clock.instant());
        Optional<Duration> retry = tooLate ? Optional.empty() : scan(listener.get());
        return (complete, operations) -> operations.reschedule(complete, next(times, retry));
    }

    private Instant next(ScanTimes times, Optional<Duration> retry) {
        Instant now = clock.instant();
        Instant regular = times.nextAfter(now);
        return retry.map(pause -> now.plus(pause.compareTo(LEAST_RETRY) < 0 ? LEAST_RETRY : pause))
                .filter(again -> again.isBefore(regular))
                .orElse(regular);
    }

    private Optional<Duration> scan(Scan.Listener listener) {
        try {
            return scan.run(listener);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(LEAST_RETRY);
        }
    }
}
