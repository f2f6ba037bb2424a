package dev.harken.database.alerts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code processes}: a row for each process, as it was last seen. */
final class ProcessDao {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessDao.class);

    private final ObjectMapper mapper;
    private final ObjectReader reader;

    ProcessDao(ObjectMapper mapper) {
        this.mapper = mapper;
        // Another process may be of a later version, and say more.
        this.reader =
                mapper.readerFor(HarkenProcess.State.class).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    void store(Handle handle, HarkenProcess process, HarkenProcess.State state) {
        handle.createUpdate(
                        """
                        insert into processes (id, name, started_at, seen_at, state)
                        values (:id, :name, :started, now(), :state::jsonb)
                        on conflict (id) do update set
                          seen_at = excluded.seen_at,
                          state = excluded.state
                        """)
                .bind("id", process.id())
                .bind("name", process.name())
                .bind("started", process.startedAt())
                .bind("state", json(state))
                .execute();
    }

    /** Those that were seen in the last minute, the oldest first. */
    List<HarkenProcess.Seen> alive(Handle handle) {
        return handle
                .createQuery(
                        """
                        select id, name, started_at, seen_at, state
                        from processes
                        where seen_at > now() - interval '60 seconds'
                        order by started_at, id
                        limit 100
                        """)
                .map((row, context) -> seen(row))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<HarkenProcess.Seen> seen(ResultSet row) throws SQLException {
        HarkenProcess process = new HarkenProcess(
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getObject("started_at", OffsetDateTime.class).toInstant());
        Instant at = row.getObject("seen_at", OffsetDateTime.class).toInstant();
        return state(row.getString("state")).map(state -> new HarkenProcess.Seen(process, at, state));
    }

    void remove(Handle handle, HarkenProcess process) {
        handle.execute("delete from processes where id = ?", process.id());
    }

    void removeOld(Handle handle) {
        handle.execute("delete from processes where seen_at < now() - interval '1 day'");
    }

    private String json(HarkenProcess.State state) {
        try {
            return mapper.writeValueAsString(state);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a process's state has no JSON", e);
        }
    }

    private Optional<HarkenProcess.State> state(String json) {
        try {
            return Optional.of(reader.readValue(json));
        } catch (JsonProcessingException e) {
            LOG.warn("another process's state not understood: reason={}", e.getOriginalMessage());
            return Optional.empty();
        }
    }
}
