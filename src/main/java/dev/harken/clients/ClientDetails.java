package dev.harken.clients;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.Nullable;

/**
 * A client as administrators see it.
 *
 * @param retentionDays for how many days its posts are kept; null for ever
 * @param retentionPosts how many of its newest posts are kept; null for all
 * @param reviewHours after how many hours without a review a post with a draft is overdue; null for never
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ClientDetails(
        long id,
        String name,
        String slug,
        @Nullable Integer retentionDays,
        @Nullable Integer retentionPosts,
        @Nullable Integer reviewHours) {
    static ClientDetails of(Client client) {
        return new ClientDetails(
                client.id(),
                client.name(),
                client.slug(),
                client.retentionDays().orElse(null),
                client.retentionPosts().orElse(null),
                client.reviewHours().orElse(null));
    }
}
