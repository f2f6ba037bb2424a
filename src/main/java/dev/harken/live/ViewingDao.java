package dev.harken.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.hibernate.Session;

/**
 * Tells the pages of all processes who has which post open, by PostgreSQL's notifications alone: nothing is stored, and who
 * does not listen misses it. Thread-safe.
 */
public final class ViewingDao {
    static final String CHANNEL = "harken_viewings";

    private final ObjectMapper mapper;

    public ViewingDao(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Tells with the commit. */
    public void tell(Session session, Viewing viewing) {
        session.createNativeQuery("select cast(pg_notify(:channel, :viewing) as text)", String.class)
                .setParameter("channel", CHANNEL)
                .setParameter("viewing", text(viewing))
                .getSingleResultOrNull();
    }

    private String text(Viewing viewing) {
        try {
            return mapper.writeValueAsString(viewing);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a viewing could not be written", e);
        }
    }

    /** What {@link #tell} told; empty for what somebody else sent on the same channel. */
    Optional<Viewing> read(String text) {
        try {
            return Optional.of(mapper.readValue(text, Viewing.class));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
