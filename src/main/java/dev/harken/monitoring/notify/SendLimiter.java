package dev.harken.monitoring.notify;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harken.http.ProblemException;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/**
 * Bounds what a client's users can have sent by hand, so that nobody floods a mailbox that is not theirs: {@value #MOST}
 * tests and repeats an hour, in each process, whatever channels come and go. Thread-safe.
 */
final class SendLimiter {
    static final int MOST = 60;
    private static final int MOST_CLIENTS = 10_000;
    private static final Duration WINDOW = Duration.ofHours(1);

    private final Cache<Long, Bucket> clients = Caffeine.newBuilder()
            .maximumSize(MOST_CLIENTS)
            .expireAfterAccess(WINDOW)
            .build();

    /** Ends the request with 429 when the client has had enough. */
    void check(long clientId) {
        Bucket bucket = clients.get(clientId, id -> Bucket.builder()
                .addLimit(limit -> limit.capacity(MOST).refillGreedy(MOST, WINDOW))
                .build());
        if (!bucket.tryConsume(1)) {
            throw ProblemException.tooMany(
                    "This client had " + MOST + " tests and repeats within an hour, which is the most.",
                    (int) WINDOW.dividedBy(MOST).toSeconds());
        }
    }
}
