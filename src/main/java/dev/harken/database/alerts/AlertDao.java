package dev.harken.database.alerts;

import dev.harken.database.Level;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code alerts}: the alerts of all processes, for 30 days. */
final class AlertDao {
    private static final int MOST = 200;

    void store(Handle handle, HarkenProcess process, Alert alert) {
        handle.createUpdate(
                        """
                        insert into alerts (id, process_id, process, signal, level, began_at, fired_at, resolved_at, reason)
                        values (:id, :processId, :process, :signal, :level, :began, :fired, :resolved, :reason)
                        on conflict (id) do update set
                          level = excluded.level,
                          resolved_at = excluded.resolved_at,
                          reason = excluded.reason
                        """)
                .bind("id", alert.id())
                .bind("processId", process.id())
                .bind("process", alert.process())
                .bind("signal", alert.signal().label())
                .bind("level", alert.level().label())
                .bind("began", alert.beganAt())
                .bind("fired", alert.firedAt())
                .bindByType("resolved", alert.resolvedAt(), Instant.class)
                .bind("reason", alert.reason())
                .execute();
    }

    /** Ends what a process left open that is no more: nobody else could tell that it is over. */
    void resolveThoseOfTheDead(Handle handle) {
        handle.execute(
                """
                update alerts
                set resolved_at = now()
                where resolved_at is null
                  and process_id not in (select id from processes where seen_at > now() - interval '5 minutes')
                """);
    }

    /** Those of the other processes, the newest first; of a process that is not alive those only that are over. */
    List<Alert> ofOthers(Handle handle, UUID process) {
        return handle
                .createQuery(
                        """
                        select id, process, signal, level, began_at, fired_at, resolved_at, reason
                        from alerts
                        where process_id <> :process
                          and (
                            resolved_at is not null
                            or process_id in (select id from processes where seen_at > now() - interval '60 seconds')
                          )
                        order by fired_at desc
                        limit :most
                        """)
                .bind("process", process)
                .bind("most", MOST)
                .map((row, context) -> alert(row))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Those of the processes that are alive whose level lasts, the newest first. */
    List<Alert> lasting(Handle handle) {
        return handle
                .createQuery(
                        """
                        select id, process, signal, level, began_at, fired_at, resolved_at, reason
                        from alerts
                        where resolved_at is null
                          and process_id in (select id from processes where seen_at > now() - interval '60 seconds')
                        order by fired_at desc
                        limit :most
                        """)
                .bind("most", MOST)
                .map((row, context) -> alert(row))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    void removeOld(Handle handle) {
        handle.execute("delete from alerts where fired_at < now() - interval '30 days' and resolved_at is not null");
    }

    /** Empty for a signal or a level that only a later version knows. */
    private static Optional<Alert> alert(ResultSet row) throws SQLException {
        try {
            return Optional.of(new Alert(
                    row.getObject("id", UUID.class),
                    row.getString("process"),
                    Signal.of(row.getString("signal")),
                    Level.valueOf(row.getString("level").toUpperCase(Locale.ROOT)),
                    row.getObject("began_at", OffsetDateTime.class).toInstant(),
                    row.getObject("fired_at", OffsetDateTime.class).toInstant(),
                    Optional.ofNullable(row.getObject("resolved_at", OffsetDateTime.class))
                            .map(OffsetDateTime::toInstant)
                            .orElse(null),
                    row.getString("reason")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
