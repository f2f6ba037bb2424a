package dev.harken.monitoring.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.harken.analytics.DailyMetricsDao;
import dev.harken.analytics.WeeklyReports;
import dev.harken.audit.AuditDao;
import dev.harken.clients.ClientDao;
import dev.harken.database.RememberedGauge;
import dev.harken.database.Tenant;
import dev.harken.database.TenantReads;
import dev.harken.database.Transactions;
import dev.harken.http.Answers;
import dev.harken.mail.Mailer;
import dev.harken.posts.PostDao;
import dev.harken.responses.ResponseDao;
import dev.harken.users.UserDao;
import io.dropwizard.core.setup.Environment;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** Wires how clients are told of their posts. */
public final class NotificationsBundle {
    private static final Duration PLANNING = Duration.ofMinutes(1);
    private static final Duration HOUSEKEEPING = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int BATCH = 1000;
    private static final int MOST_BATCHES = 100;

    private NotificationsBundle() {}

    /** The entities of this room, for Hibernate. */
    public static List<Class<?>> entities() {
        return ChannelDao.entities();
    }

    /**
     * Registers the addresses and, where the job is enabled, what sends.
     *
     * @param mailer empty when no mail server is set
     * @param background for looks at how many wait
     */
    public static Installed install(
            Environment environment,
            NotificationsFactory settings,
            boolean enabled,
            Answers answers,
            Transactions transactions,
            OutboxDao outbox,
            ClientDao clients,
            UserDao users,
            PostDao posts,
            ResponseDao responses,
            AuditDao audit,
            Optional<Mailer> mailer,
            TenantReads reads,
            ScheduledExecutorService background,
            Clock clock) {
        ChannelDao channels = new ChannelDao(clock);
        HookAddresses addresses = new HookAddresses(settings.isAllowPrivateTargets());
        ChannelSettings channelSettings = new ChannelSettings(
                transactions, channels, outbox, clients, audit, addresses, mailer.isPresent(), clock);
        environment.jersey().register(new ChannelsResource(answers, channelSettings));
        environment.jersey().register(new FeedResource(transactions, channels, posts));
        RememberedGauge.register(
                environment,
                "notifications.waiting",
                background,
                () -> transactions.read(Tenant.EVERY, outbox::waiting),
                clock);
        RememberedGauge.register(
                environment,
                "notifications.given_up",
                background,
                () -> transactions.read(Tenant.EVERY, outbox::givenUp),
                clock);
        if (enabled) {
            Hooks hooks = new Hooks(
                    addresses,
                    environment
                            .lifecycle()
                            .scheduledExecutorService("notification-deadlines", true)
                            .threads(1)
                            .build(),
                    Hooks.LONGEST,
                    clock);
            environment.lifecycle().manage(hooks);
            ExecutorService senders = environment
                    .lifecycle()
                    .executorService("notification-%d")
                    .minThreads(Courier.PLACES)
                    .maxThreads(Courier.PLACES)
                    .allowCoreThreadTimeOut(true)
                    .build();
            environment
                    .lifecycle()
                    .manage(new Courier(
                            transactions,
                            outbox,
                            new Composer(transactions, channels, outbox, posts, responses, new WeeklyReports(reads)),
                            messengers(hooks, mailer, environment.getObjectMapper(), clock),
                            new RetryPlan(RandomGenerator.getDefault()),
                            senders,
                            clock));
        }
        ReportPlan reports = new ReportPlan(transactions, outbox, new DailyMetricsDao(reads), clock);
        Escalation escalation = new Escalation(transactions, new EscalationDao(), users, audit, mailer, clock);
        List<RecurringTask<Void>> chores = List.of(
                Tasks.recurring("escalate-drafts", FixedDelay.of(PLANNING))
                        .execute((instance, context) -> escalation.run()),
                Tasks.recurring("plan-reports", FixedDelay.of(PLANNING)).execute((instance, context) -> reports.run()),
                Tasks.recurring("plan-digests", FixedDelay.of(PLANNING))
                        .execute((instance, context) ->
                                transactions.record(Tenant.EVERY, session -> outbox.planDigests(session))),
                Tasks.recurring("thin-notifications", FixedDelay.of(HOUSEKEEPING))
                        .execute((instance, context) -> thin(transactions, outbox, clock)));
        return new Installed(channelSettings, chores);
    }

    /**
     * What others need of this.
     *
     * @param channels what users do with channels
     * @param chores what recurs
     */
    public record Installed(ChannelSettings channels, List<RecurringTask<Void>> chores) {}

    static Map<ChannelKind, Messenger> messengers(
            Hooks hooks, Optional<Mailer> mailer, ObjectMapper mapper, Clock clock) {
        Map<ChannelKind, Messenger> messengers = new EnumMap<>(ChannelKind.class);
        messengers.put(ChannelKind.WEBHOOK, new WebhookMessenger(hooks, mapper, clock));
        messengers.put(ChannelKind.SLACK, ChatMessenger.slack(hooks, mapper));
        messengers.put(ChannelKind.DISCORD, ChatMessenger.discord(hooks, mapper));
        mailer.ifPresent(one -> messengers.put(ChannelKind.EMAIL, new MailMessenger(one)));
        return messengers;
    }

    private static void thin(Transactions transactions, OutboxDao outbox, Clock clock) {
        int thinned = BATCH;
        for (int batch = 0; batch < MOST_BATCHES && thinned == BATCH; batch++) {
            thinned = transactions.recorded(
                    Tenant.EVERY,
                    session -> outbox.thin(session, clock.instant().minus(KEPT), BATCH));
        }
    }
}
