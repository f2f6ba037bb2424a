package dev.harken.database.alerts;

import dev.harken.database.alerts.SignalBoard.Point;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The table {@code signal_samples}: each signal's history, thinned to five minutes, for 30 days. */
final class SampleDao {
    void store(Handle handle, UUID process, List<Point> points) {
        PreparedBatch batch = handle.prepareBatch(
                """
                insert into signal_samples (signal, at, process_id, average, highest)
                values (:signal, :at, :process, :average, :highest)
                on conflict do nothing
                """);
        for (Point point : points) {
            batch.bind("signal", point.signal().label())
                    .bind("at", point.at())
                    .bind("process", process)
                    .bind("average", (float) point.average())
                    .bind("highest", (float) point.highest())
                    .add();
        }
        batch.execute();
    }

    /** Some signals' history over all processes, in steps, oldest first; a step in which nothing was measured is left out. */
    List<Point> history(Handle handle, Collection<Signal> signals, Instant since, Duration step) {
        return handle.createQuery(
                        """
                        select
                          signal,
                          date_bin(make_interval(secs => :step), at, timestamptz 'epoch') as step,
                          avg(average) as average,
                          max(highest) as highest
                        from signal_samples
                        where signal = any(:signals)
                          and at >= :since
                        group by signal, step
                        order by step
                        """)
                .bind("step", step.toSeconds())
                .bindArray(
                        "signals",
                        String.class,
                        signals.stream().map(Signal::label).toArray())
                .bind("since", since)
                .map((row, context) -> new Point(
                        Signal.of(row.getString("signal")),
                        row.getObject("step", OffsetDateTime.class).toInstant(),
                        row.getDouble("average"),
                        row.getDouble("highest")))
                .list();
    }

    void removeOld(Handle handle) {
        handle.execute("delete from signal_samples where at < now() - interval '30 days'");
    }
}
