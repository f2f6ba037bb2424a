package dev.harken.database;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@link ServerFacts} once a minute, so that no health answer waits for them. Thread-safe. */
public final class ServerFactsReader implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(ServerFactsReader.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final String FACTS =
            """
            select
              current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int as max_connections,
              (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
              pg_size_bytes(current_setting('shared_buffers')) as shared_buffers,
              pg_size_bytes(current_setting('work_mem')) as work_mem,
              coalesce(inet_server_addr() <<= inet '127.0.0.0/8' or inet_server_addr() = inet '::1', true) as local
            """;

    private final Jdbi jdbi;
    private final int configuredCores;
    private final LongSupplier hostMemory;
    private final ScheduledExecutorService executor;
    private volatile ServerFacts latest;

    /**
     * Prepares the reader.
     *
     * @param configuredCores the cores of the database's host as the operator states them, or 0 to find out
     * @param hostMemory tells the bytes of that host, or 0 when they are not known; asked at each reading, not before
     */
    public ServerFactsReader(
            Jdbi jdbi, int configuredCores, LongSupplier hostMemory, ScheduledExecutorService executor) {
        this.jdbi = jdbi;
        this.configuredCores = configuredCores;
        this.hostMemory = hostMemory;
        this.executor = executor;
    }

    @Override
    public void start() {
        var unused = executor.scheduleWithFixedDelay(this::read, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Empty until the first reading, and after one that failed: what is not known is not judged. */
    public Optional<ServerFacts> latest() {
        return Optional.ofNullable(latest);
    }

    private void read() {
        try {
            latest = jdbi.withHandle(handle -> handle.createQuery(FACTS)
                    .map((row, context) -> new ServerFacts(
                            row.getInt("max_connections"),
                            row.getInt("connections"),
                            cores(row.getBoolean("local")),
                            hostMemory.getAsLong(),
                            row.getLong("shared_buffers"),
                            row.getLong("work_mem")))
                    .one());
        } catch (RuntimeException e) {
            latest = null;
            LOG.warn("server facts not read: reason={}", e.getMessage());
        }
    }

    private Optional<Integer> cores(boolean local) {
        if (configuredCores > 0) {
            return Optional.of(configuredCores);
        }
        return local ? Optional.of(Runtime.getRuntime().availableProcessors()) : Optional.empty();
    }
}
