package dev.harken.monitoring.feed;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What is known of a subreddit's posts. */
public enum Coverage {
    /** All of them up to the last reading. */
    FRESH,
    /** Reddit allows no call at present. */
    THROTTLED,
    /** The subreddit may not be read: it is private, banned, quarantined, or not there. */
    BLOCKED,
    /** It was never read, or the last reading failed. */
    UNKNOWN;

    /** What the label stands for. */
    public static Coverage of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** The name in the database and in JSON. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
