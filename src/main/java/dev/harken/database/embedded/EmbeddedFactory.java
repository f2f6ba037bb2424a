package dev.harken.database.embedded;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code database.embedded} in config.yml: how the PostgreSQL that comes along is run. */
public class EmbeddedFactory {
    @Min(0)
    @Max(65535)
    @JsonProperty
    private int port;

    @NotNull
    @JsonProperty
    private Map<String, String> settings = Map.of();

    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    @JsonProperty
    private Duration startTimeout = Duration.seconds(60);

    /** The port on 127.0.0.1; 0 takes any free one, a new one at each start. */
    public int getPort() {
        return port;
    }

    public void setPort(int port) {
        this.port = port;
    }

    /** Lines of postgresql.conf that replace Harken's own. Those that durability and access rest on are refused. */
    public Map<String, String> getSettings() {
        return settings;
    }

    public void setSettings(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    /** How long a start may take, recovery after a crash and the end of an earlier server included. */
    public Duration getStartTimeout() {
        return startTimeout;
    }

    public void setStartTimeout(Duration startTimeout) {
        this.startTimeout = startTimeout;
    }

    /**
     * Starts the server over the given data directory, or takes over the one that an earlier, killed Harken left
     * running there. The first start makes the database. When this returns, the server answers.
     *
     * @param harkenData HARKEN_DATA; made when absent, with access for its owner only
     * @throws EmbeddedServerException if it cannot, with what to do about it
     */
    public EmbeddedServer start(Path harkenData) {
        return EmbeddedServer.start(
                harkenData,
                port,
                ServerSettings.with(settings),
                java.time.Duration.ofNanos(startTimeout.toNanoseconds()));
    }

    /**
     * The server that runs over the given data directory already: under another Harken, or left behind by a killed one.
     * Only looks; starts, makes and changes nothing.
     *
     * @param harkenData HARKEN_DATA
     * @return empty when none runs, and this user may {@link #start} it
     * @throws EmbeddedServerException if there is no database yet, if it is just starting or stopping, or if it is not
     *     this user's, with what to do about it
     */
    public Optional<RunningServer> running(Path harkenData) {
        return RunningServer.over(harkenData);
    }
}
