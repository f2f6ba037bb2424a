package dev.harken.analytics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.PreparedStatement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.hibernate.Session;

/** The table {@code analytics_events}: written with the change it tells of, in the same transaction. */
public final class AnalyticsEventDao {
    /** Stores an event: the client's id, the type, the data as JSON, the time. */
    public static final String INSERT =
            """
            insert into analytics_events (client_id, event_type, data, created_at)
            values (?, ?, cast(? as json), ?)
            """;

    private final ObjectMapper mapper;
    private final Clock clock;

    public AnalyticsEventDao(ObjectMapper mapper, Clock clock) {
        this.mapper = mapper;
        this.clock = clock;
    }

    public void record(Session session, AnalyticsEvent event) {
        record(session, List.of(event));
    }

    /** Stores several events in one batch. */
    public void record(Session session, List<AnalyticsEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        session.doWork(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (AnalyticsEvent event : events) {
                    insert.setLong(1, event.clientId());
                    insert.setString(2, event.type());
                    insert.setString(3, json(event));
                    insert.setObject(4, clock.instant().atOffset(ZoneOffset.UTC));
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        });
    }

    private String json(AnalyticsEvent event) {
        try {
            return mapper.writeValueAsString(event.data());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event of type " + event.type() + " cannot be written as JSON", e);
        }
    }
}
