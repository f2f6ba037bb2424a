package dev.harken.housekeeping;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/** {@code housekeeping} in config.yml: when posts are removed, and how much of it at once. */
public final class HousekeepingFactory {
    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration pause = Duration.minutes(15);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration longest = Duration.seconds(30);

    @Min(1)
    @Max(10_000)
    private int batch = 200;

    /** Between two runs. */
    public Duration getPause() {
        return pause;
    }

    public void setPause(Duration pause) {
        this.pause = pause;
    }

    /** After so long a run begins no further batch; what is left is for the next run. */
    public Duration getLongest() {
        return longest;
    }

    public void setLongest(Duration longest) {
        this.longest = longest;
    }

    /** Posts that are removed in one transaction. */
    public int getBatch() {
        return batch;
    }

    public void setBatch(int batch) {
        this.batch = batch;
    }
}
