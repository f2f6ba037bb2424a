package dev.harken.database.alerts;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What the Harken processes over a database told of themselves, for one who is none of them.
 *
 * @param processes those that were seen in the last minute, the oldest first
 * @param lasting their alerts whose level lasts, the newest first
 */
public record Published(List<HarkenProcess.Seen> processes, List<Alert> lasting) {
    public Published {
        processes = List.copyOf(processes);
        lasting = List.copyOf(lasting);
    }

    /**
     * Reads it; throws what JDBI throws.
     *
     * @param mapper the one that the processes write with: the API's
     * @return empty when the database is not migrated so far that a process could tell anything
     */
    public static Optional<Published> read(Handle handle, ObjectMapper mapper) {
        boolean kept = handle.createQuery(
                        "select to_regclass('processes') is not null and to_regclass('alerts') is not null")
                .mapTo(boolean.class)
                .one();
        return kept
                ? Optional.of(new Published(new ProcessDao(mapper).alive(handle), new AlertDao().lasting(handle)))
                : Optional.empty();
    }
}
