package dev.harken.monitoring.notify;

import jakarta.annotation.Nullable;
import java.time.Instant;

/**
 * A delivery as the API shows it.
 *
 * @param key what the receiver gets as webhook-id and Idempotency-Key
 * @param kind {@code post}, {@code digest}, {@code overdue}, {@code weekly} or {@code test}
 * @param state {@code waiting}, {@code delivered}, {@code given_up} or {@code dropped}
 * @param lastError why it is not delivered, after the last attempt
 */
public record DeliveryView(
        long id,
        long channelId,
        String key,
        String kind,
        @Nullable Long postId,
        String state,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Instant lastAttemptAt,
        @Nullable Integer lastStatus,
        @Nullable String lastError,
        @Nullable Instant settledAt,
        Instant createdAt) {

    static DeliveryView of(Delivery delivery) {
        return new DeliveryView(
                delivery.id(),
                delivery.channelId(),
                delivery.key(),
                delivery.kind(),
                delivery.postId().orElse(null),
                delivery.state(),
                delivery.attempts(),
                delivery.nextAttemptAt().orElse(null),
                delivery.lastAttemptAt().orElse(null),
                delivery.lastStatus().orElse(null),
                delivery.lastError().orElse(null),
                delivery.settledAt().orElse(null),
                delivery.createdAt());
    }
}
