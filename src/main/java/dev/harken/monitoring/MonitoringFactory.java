package dev.harken.monitoring;

import com.codahale.metrics.MetricRegistry;
import dev.harken.database.Transactions;
import dev.harken.monitoring.drafting.ModelDrafting;
import dev.harken.monitoring.drafting.ModelFactory;
import dev.harken.monitoring.feed.BudgetDao;
import dev.harken.monitoring.notify.NotificationsFactory;
import dev.harken.monitoring.reddit.PostSource;
import dev.harken.monitoring.reddit.RedditFactory;
import dev.harken.monitoring.sample.SampleSource;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code monitoring} in config.yml. */
public final class MonitoringFactory {
    private boolean enabled = true;

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration heartbeat = Duration.seconds(10);

    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.HOURS)
    @MaxDuration(value = 36_500, unit = TimeUnit.DAYS)
    private Duration oldestPost = Duration.days(7);

    @Valid
    @NotNull
    private RedditFactory reddit = new RedditFactory();

    @Valid
    @NotNull
    private ModelFactory model = new ModelFactory();

    @Valid
    @NotNull
    private NotificationsFactory notifications = new NotificationsFactory();

    /** Drafting by a language model, when its key is set. */
    Optional<ModelDrafting> drafting(Clock clock) {
        return model.isConfigured() ? Optional.of(model.build(clock)) : Optional.empty();
    }

    /** Reddit when its credentials are set, else the bundled sample posts. */
    public PostSource source(Transactions transactions, MetricRegistry metrics, Clock clock) {
        return reddit.isConfigured()
                ? reddit.build(new BudgetDao(transactions, reddit.credential()), metrics, clock)
                : new SampleSource(clock);
    }

    /** False for a process that only answers requests. */
    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    /** How often a process says that it still runs a scan. After six that are missing, another one takes it over. */
    public Duration getHeartbeat() {
        return heartbeat;
    }

    /** How long after its last heartbeat a process is taken for dead. */
    public java.time.Duration deadAfter() {
        return heartbeat.toJavaDuration().multipliedBy(ScanScheduler.HEARTBEATS_MISSED_BY_THE_DEAD);
    }

    public void setHeartbeat(Duration heartbeat) {
        this.heartbeat = heartbeat;
    }

    /**
     * A post that is older when it is seen first is passed over, unless it is newer than what was read of its subreddit
     * before.
     */
    public Duration getOldestPost() {
        return oldestPost;
    }

    public void setOldestPost(Duration oldestPost) {
        this.oldestPost = oldestPost;
    }

    public ModelFactory getModel() {
        return model;
    }

    public void setModel(ModelFactory model) {
        this.model = model;
    }

    public RedditFactory getReddit() {
        return reddit;
    }

    public void setReddit(RedditFactory reddit) {
        this.reddit = reddit;
    }

    public NotificationsFactory getNotifications() {
        return notifications;
    }

    public void setNotifications(NotificationsFactory notifications) {
        this.notifications = notifications;
    }
}
