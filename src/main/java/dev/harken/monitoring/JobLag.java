package dev.harken.monitoring;

import dev.harken.database.alerts.Reading;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** How late the job is, in seconds: since when the scan that waits longest should have begun. */
public final class JobLag implements Supplier<Reading> {
    private static final String LAG =
            """
            select coalesce(extract(epoch from now() - min(execution_time)), 0)
            from scheduled_tasks
            where not picked
              and execution_time < now()
            """;

    private final Jdbi jdbi;

    public JobLag(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Asks the database. */
    @Override
    public Reading get() {
        return Reading.of(jdbi.withHandle(
                handle -> handle.createQuery(LAG).mapTo(Double.class).one()));
    }
}
