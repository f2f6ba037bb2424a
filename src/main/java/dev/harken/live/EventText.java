package dev.harken.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Events as server-sent events are written. Thread-safe. */
final class EventText {
    /** Read by nobody, but sent: the connection is seen to live, by proxies too, and one that is dead is noticed. */
    static final byte[] HEARTBEAT = bytes(":\n\n");

    private static final int RETRY_MILLIS = 3_000;

    private final ObjectMapper mapper;

    EventText(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    byte[] of(Event event) {
        Data data = new Data(
                event.clientId(),
                event.action(),
                event.subject(),
                event.subjectId(),
                event.postId().isPresent() ? event.postId().getAsLong() : null,
                event.at());
        try {
            return bytes("id: " + event.position() + "\ndata: " + mapper.writeValueAsString(data) + "\n\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event could not be written", e);
        }
    }

    /** Without an id: it is no event of the log, and nobody resumes after it. */
    byte[] of(Viewing viewing) {
        Seen seen = new Seen(viewing.postId(), viewing.page(), viewing.open(), viewing.asks());
        try {
            return bytes("event: viewing\ndata: " + mapper.writeValueAsString(seen) + "\n\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a viewing could not be written", e);
        }
    }

    /** What a stream begins with: an id without data is kept by the listener, so that it can resume from the start. */
    static byte[] opening(EventPosition position) {
        return bytes("retry: " + RETRY_MILLIS + "\nid: " + position + "\n\n");
    }

    /** Tells that events were left out, so that the listener has to read anew what it shows. */
    static byte[] reset(EventPosition position) {
        return bytes("event: reset\nid: " + position + "\ndata: {}\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record Seen(long postId, String page, boolean open, boolean asks) {}

    private record Data(
            long clientId,
            String action,
            String subject,
            long subjectId,
            @JsonInclude(JsonInclude.Include.NON_NULL) Long postId,
            Instant at) {}
}
