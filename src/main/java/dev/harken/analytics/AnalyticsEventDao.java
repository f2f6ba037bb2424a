package dev.harken.analytics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.TransactionSql;
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

    private final TransactionSql writes;
    private final ObjectMapper mapper;
    private final Clock clock;

    public AnalyticsEventDao(TransactionSql writes, ObjectMapper mapper, Clock clock) {
        this.writes = writes;
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
        writes.batch(session, "analytics.record", INSERT, batch -> {
            for (AnalyticsEvent event : events) {
                batch.bind(0, event.clientId())
                        .bind(1, event.type())
                        .bind(2, json(event))
                        .bind(3, clock.instant().atOffset(ZoneOffset.UTC))
                        .add();
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
