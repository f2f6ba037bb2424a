package dev.harken.analytics;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/** {@code analytics} in config.yml. */
public final class AnalyticsFactory {
    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration refresh = Duration.minutes(5);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration maxAge = Duration.minutes(15);

    @ValidationMethod(message = "maxAge must be longer than refresh")
    public boolean isMaxAgeLonger() {
        return maxAge.toNanoseconds() > refresh.toNanoseconds();
    }

    /** The pause between two refreshes of the sums by day. */
    public Duration getRefresh() {
        return refresh;
    }

    public void setRefresh(Duration refresh) {
        this.refresh = refresh;
    }

    /** How old the sums by day may be in an answer; when they are older, the rows themselves are read. */
    public Duration getMaxAge() {
        return maxAge;
    }

    public void setMaxAge(Duration maxAge) {
        this.maxAge = maxAge;
    }
}
