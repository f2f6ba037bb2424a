package dev.harken.monitoring;

import dev.harken.database.alerts.Reading;
import dev.harken.database.alerts.Signal;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.PostCheckDao;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/** How the job does, for alerts. Each asks the database. */
public final class JobSignals {
    /** Since when the scan that waits longest should have begun, in seconds. */
    private static final String LAG =
            """
            select coalesce(extract(epoch from now() - min(execution_time)), 0)
            from scheduled_tasks
            where not picked
              and execution_time < now()
            """;

    private static final String LISTENED =
            """
            from feed_subreddits feed
            where feed.name in (
              select {name}
              from client_configs
              {listened}
              where is_active)
            """
                    .replace("{name}", Feed.LISTING)
                    .replace("{listened}", Feed.LISTENED);

    private static final String SILENT = "select count(*) " + LISTENED + " and " + JobBoard.IS_SILENT;

    /** That there is no reading for an hour, whatever the reason. */
    private static final String UNREAD = "select count(*) " + LISTENED
            + """
             and state <> 'fresh'
              and coalesce(covered_until, '-infinity') < now() - interval '1 hour'
            """;

    private static final String DELETION_LAG =
            """
            select greatest(coalesce(extract(epoch from now() - %s) + %d, 0), 0)
            """
                    .formatted(JobBoard.NEXT_CHECK, PostCheckDao.INTERVAL.toSeconds());

    private JobSignals() {}

    /** What is to be asked for each of the job's signals. */
    public static Map<Signal, Supplier<Reading>> all(Jdbi jdbi) {
        Map<Signal, Supplier<Reading>> signals = new EnumMap<>(Signal.class);
        signals.put(Signal.JOB_LAG, () -> ask(jdbi, LAG));
        signals.put(Signal.SUBREDDITS_SILENT, () -> ask(jdbi, SILENT));
        signals.put(Signal.SUBREDDITS_UNREAD, () -> ask(jdbi, UNREAD));
        signals.put(Signal.DELETION_LAG, () -> ask(jdbi, DELETION_LAG));
        return signals;
    }

    private static Reading ask(Jdbi jdbi, String statement) {
        return Reading.of(jdbi.withHandle(
                handle -> handle.createQuery(statement).mapTo(Double.class).one()));
    }
}
