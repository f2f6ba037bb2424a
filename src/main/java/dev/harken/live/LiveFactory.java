package dev.harken.live;

import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;

/** {@code live} in config.yml. */
public final class LiveFactory {
    @Min(1)
    private int listeners = 2_000;

    @Min(1)
    private int listenersPerUser = 20;

    // Below the 30 s after which the connector closes a connection on which nothing happens.
    @Valid
    @NotNull
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    @MaxDuration(value = 25, unit = TimeUnit.SECONDS)
    private Duration heartbeat = Duration.seconds(15);

    /** How many may listen to one process. */
    public int getListeners() {
        return listeners;
    }

    public void setListeners(int listeners) {
        this.listeners = listeners;
    }

    public int getListenersPerUser() {
        return listenersPerUser;
    }

    public void setListenersPerUser(int listenersPerUser) {
        this.listenersPerUser = listenersPerUser;
    }

    /** How often each listener gets a sign of life, and is looked at whether it is still let in. */
    public Duration getHeartbeat() {
        return heartbeat;
    }

    public void setHeartbeat(Duration heartbeat) {
        this.heartbeat = heartbeat;
    }
}
