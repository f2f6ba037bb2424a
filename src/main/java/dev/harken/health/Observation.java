package dev.harken.health;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * What was last found out of something that Harken depends on.
 *
 * @param message what was seen, for people; never an exception's own text
 */
record Observation(State state, String message, Map<String, Object> details, Instant at) {
    Observation {
        details = Map.copyOf(details);
    }

    static Observation of(State state, String message, Instant at) {
        return new Observation(state, message, Map.of(), at);
    }

    /** Unknown is a state of its own: it is never shown as healthy. */
    enum State {
        HEALTHY,
        DEGRADED,
        UNHEALTHY,
        UNKNOWN,
        NOT_CONFIGURED;

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isFine() {
            return this == HEALTHY || this == NOT_CONFIGURED;
        }
    }
}
