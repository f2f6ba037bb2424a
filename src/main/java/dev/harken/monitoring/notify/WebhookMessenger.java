package dev.harken.monitoring.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Posts JSON, signed by the scheme of Standard Webhooks. Thread-safe. */
final class WebhookMessenger implements Messenger {
    private final Hooks hooks;
    private final ObjectMapper mapper;
    private final Clock clock;

    WebhookMessenger(Hooks hooks, ObjectMapper mapper, Clock clock) {
        this.hooks = hooks;
        this.mapper = mapper;
        this.clock = clock;
    }

    @Override
    public Receipt send(Channel channel, Told told) {
        byte[] body = json(new Event(
                type(told.kind()),
                told.at(),
                new Data(told.clientId(), channel.id(), told.channel(), told.count(), told.posts())));
        long now = clock.instant().getEpochSecond();
        return hooks.post(
                channel.address().orElseThrow(),
                Map.of(
                        "webhook-id",
                        told.key(),
                        "webhook-timestamp",
                        Long.toString(now),
                        "webhook-signature",
                        Signature.of(channel.secret().orElseThrow(), told.key(), now, body),
                        "Idempotency-Key",
                        told.key()),
                body);
    }

    private static String type(String kind) {
        return switch (kind) {
            case Told.POST -> "post.matched";
            case Told.OVERDUE -> "post.overdue";
            default -> kind;
        };
    }

    private byte[] json(Event event) {
        try {
            return mapper.writeValueAsBytes(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
    }

    /** What is posted. */
    record Event(String type, Instant timestamp, Data data) {}

    /** What an event tells; a test has no posts, and of a digest {@code count} may be more than are listed. */
    record Data(long clientId, long channelId, String channel, int count, List<Told.Post> posts) {}
}
