package dev.harken.monitoring.notify;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The way a channel goes. */
public enum ChannelKind {
    EMAIL,
    WEBHOOK,
    SLACK,
    DISCORD,

    /** Read by its receivers, so that nothing is sent. */
    FEED;

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True for those that are posted to an address over HTTP. */
    public boolean isHook() {
        return this == WEBHOOK || this == SLACK || this == DISCORD;
    }

    /**
     * Reads a label.
     *
     * @throws IllegalArgumentException for any other text
     */
    @JsonCreator
    static ChannelKind of(String label) {
        for (ChannelKind kind : values()) {
            if (kind.label().equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("a kind is email, webhook, slack, discord or feed");
    }
}
