package dev.harken.console.actions;

import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds indexes in the background, one at a time, while readers and writers go on. Each rebuild has a connection of
 * its own, since it may take hours. When Harken stops, the rebuild is cancelled; what is left of it is dropped by the
 * next. Thread-safe.
 */
final class IndexRebuilds implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(IndexRebuilds.class);
    private static final long STOP_SECONDS = 5;

    private final DataSource connections;
    private final Runnable changed;
    private final AtomicReference<Optional<Statement>> running = new AtomicReference<>(Optional.empty());
    /** Without a queue: a rebuild that is asked for during another is refused. */
    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                Thread thread = new Thread(work, "index-rebuild");
                thread.setDaemon(true);
                return thread;
            });

    /**
     * @param connections gives connections that nobody else waits for, without a statement timeout
     * @param changed is run after each rebuild, whatever became of it
     */
    IndexRebuilds(DataSource connections, Runnable changed) {
        this.connections = connections;
        this.changed = changed;
    }

    /**
     * Starts the rebuild and returns.
     *
     * @return false when another one is running
     */
    boolean start(IndexPlan plan) {
        try {
            executor.execute(() -> run(plan));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    @Override
    public void stop() throws InterruptedException {
        executor.shutdown();
        running.get().ifPresent(statement -> {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.warn("index rebuild not cancelled: reason={}", e.getMessage());
            }
        });
        if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("index rebuild still running: its connection ends with the process");
        }
    }

    private void run(IndexPlan plan) {
        long began = System.nanoTime();
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement()) {
            running.set(Optional.of(statement));
            statement.execute("set statement_timeout = 0");
            statement.execute("set lock_timeout = 0");
            for (String leftover : plan.leftovers()) {
                statement.execute("drop index concurrently if exists " + leftover);
                LOG.info("half-built index dropped: index={}", leftover);
            }
            for (String step : plan.statements()) {
                statement.execute(step);
            }
            if (!plan.statements().isEmpty()) {
                LOG.info("index rebuilt: index={} millis={}", plan.index(), millisSince(began));
            }
        } catch (SQLException e) {
            LOG.error(
                    "index not rebuilt: index={} millis={} reason={}",
                    plan.index(),
                    millisSince(began),
                    e.getMessage());
        } finally {
            running.set(Optional.empty());
            changed.run();
        }
    }

    private static long millisSince(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }
}
