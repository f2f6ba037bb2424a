package dev.harken.analytics;

import java.util.Map;

/**
 * Something that happened to a client's posts or drafts, for counting.
 *
 * @param type the old system's word for it, such as {@code response_copied}
 * @param data what it concerns, such as the post's id
 */
public record AnalyticsEvent(long clientId, String type, Map<String, Object> data) {
    public AnalyticsEvent {
        data = Map.copyOf(data);
    }
}
