package dev.harken.monitoring.notify;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** When a channel is told: of each post by itself, or of all once a day. */
public enum Schedule {
    IMMEDIATE,
    DAILY;

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a label.
     *
     * @throws IllegalArgumentException for any other text
     */
    @JsonCreator
    static Schedule of(String label) {
        for (Schedule schedule : values()) {
            if (schedule.label().equals(label)) {
                return schedule;
            }
        }
        throw new IllegalArgumentException("a schedule is immediate or daily");
    }
}
