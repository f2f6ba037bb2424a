package dev.harken.database.alerts;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Tells each change of this process's alerts to all destinations, without waiting for any. Thread-safe. */
public final class AlertTeller implements Consumer<Alert> {
    private final List<Outbox> outboxes;

    /**
     * Prepares.
     *
     * @param executor of one thread, which waits for the destinations
     */
    public AlertTeller(List<AlertDestination> destinations, ScheduledExecutorService executor) {
        this.outboxes = destinations.stream()
                .map(destination -> new Outbox(destination, executor))
                .toList();
    }

    @Override
    public void accept(Alert alert) {
        outboxes.forEach(outbox -> outbox.add(alert));
    }
}
