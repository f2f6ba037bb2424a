package dev.harken.monitoring.notify;

import java.time.Instant;
import java.util.Optional;

/**
 * A delivery that this process alone may send, for a time.
 *
 * @param kind {@code post}, {@code digest}, {@code weekly} or {@code test}
 * @param attempts those before
 * @param retryUntil when it is given up
 * @param until when another may claim it
 * @param isMail whether it goes to the mail server, as all mails do
 */
record Claim(
        long id,
        long clientId,
        long channelId,
        String key,
        String kind,
        Optional<Long> postId,
        int attempts,
        Instant retryUntil,
        Instant until,
        Instant createdAt,
        boolean isMail) {}
