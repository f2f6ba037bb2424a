package dev.harken.database.alerts;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one destination is still to be told: of each alert its latest state only. A destination that fails is tried again
 * after growing pauses; when all of them failed, the alert is given up, which is logged. Thread-safe.
 */
final class Outbox {
    static final int MOST = 200;
    static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(10));
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final AlertDestination destination;
    private final ScheduledExecutorService executor;
    private final Map<UUID, Alert> waiting = new LinkedHashMap<>();
    private int failures;
    private boolean pausing;

    /**
     * An empty one.
     *
     * @param executor of one thread, so that a destination is told one thing after the other
     */
    Outbox(AlertDestination destination, ScheduledExecutorService executor) {
        this.destination = destination;
        this.executor = executor;
    }

    /** Keeps a change to be told; does not wait for that. */
    synchronized void add(Alert alert) {
        // At the end again: the order is that of the latest changes.
        waiting.remove(alert.id());
        waiting.put(alert.id(), alert);
        if (waiting.size() > MOST) {
            Alert oldest = waiting.values().iterator().next();
            waiting.remove(oldest.id());
            LOG.warn(
                    "alert not told, too many wait: destination={} signal={} id={}",
                    destination.name(),
                    oldest.signal().label(),
                    oldest.id());
        }
        schedule(this::tell, Duration.ZERO);
    }

    /** Tells what waits, until there is nothing more or the destination fails. */
    private void tell() {
        for (Optional<Alert> next = next(); next.isPresent(); next = next()) {
            Alert alert = next.get();
            try {
                destination.tell(alert);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception e) {
                failed(alert, e);
                continue;
            }
            told(alert);
        }
    }

    private void tellAgain() {
        synchronized (this) {
            pausing = false;
        }
        tell();
    }

    private synchronized Optional<Alert> next() {
        return pausing ? Optional.empty() : waiting.values().stream().findFirst();
    }

    private synchronized void told(Alert alert) {
        // One that changed in between is told once more.
        waiting.remove(alert.id(), alert);
        failures = 0;
    }

    private synchronized void failed(Alert alert, Exception failure) {
        boolean last = failures == PAUSES.size();
        LOG.warn(
                "alert not told{}: destination={} signal={} id={} attempt={} reason={}",
                last ? ", given up" : "",
                destination.name(),
                alert.signal().label(),
                alert.id(),
                failures + 1,
                failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage());
        if (last) {
            waiting.remove(alert.id(), alert);
            failures = 0;
            return;
        }
        Duration pause = PAUSES.get(failures);
        failures++;
        pausing = true;
        schedule(this::tellAgain, pause);
    }

    private void schedule(Runnable task, Duration pause) {
        try {
            var unused = executor.schedule(task, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("alert not told, the process stops: destination={}", destination.name());
        }
    }
}
