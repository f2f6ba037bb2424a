package dev.harken.monitoring;

import com.codahale.metrics.MetricRegistry;
import dev.harken.monitoring.reddit.PostSource;
import dev.harken.monitoring.reddit.RedditFactory;
import dev.harken.monitoring.sample.SampleSource;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;

/** {@code monitoring} in config.yml. */
public final class MonitoringFactory {
    private boolean enabled = true;

    @Valid
    @NotNull
    private RedditFactory reddit = new RedditFactory();

    /** Reddit when its credentials are set, else the bundled sample posts. */
    public PostSource source(MetricRegistry metrics, Clock clock) {
        return reddit.isConfigured() ? reddit.build(metrics, clock) : new SampleSource(clock);
    }

    /** False for a process that only answers requests. */
    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public RedditFactory getReddit() {
        return reddit;
    }

    public void setReddit(RedditFactory reddit) {
        this.reddit = reddit;
    }
}
