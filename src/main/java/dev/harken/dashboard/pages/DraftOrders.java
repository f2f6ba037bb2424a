package dev.harken.dashboard.pages;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harken.auth.Caller;
import dev.harken.http.ProblemException;
import dev.harken.monitoring.DraftRequests;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Drafts that somebody waits for. A language model may take longer than a proxy lets a request: whoever ordered one is
 * answered at once and asks again. One is written for a post at a time. Thread-safe.
 */
public final class DraftOrders {
    private static final long AT_ONCE_MILLIS = 1500;
    private static final int MOST_KEPT = 1000;
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final DraftRequests requests;
    private final ExecutorService executor;
    private final Cache<Long, CompletableFuture<DraftRequests.Generated>> orders =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).expireAfterWrite(KEPT).build();

    /**
     * @param executor of few threads and with a bounded queue
     */
    public DraftOrders(DraftRequests requests, ExecutorService executor) {
        this.requests = requests;
        this.executor = executor;
    }

    /**
     * Has one more draft written for a post that the caller may see.
     *
     * @return what came of it; empty while it is being written
     * @throws ProblemException 429 when too many are being written
     */
    Optional<DraftRequests.Generated> order(Caller caller, long postId) {
        CompletableFuture<DraftRequests.Generated> order;
        try {
            order = orders.asMap()
                    .compute(
                            postId,
                            (id, before) -> before != null && !before.isDone()
                                    ? before
                                    : CompletableFuture.supplyAsync(() -> requests.another(caller, id), executor));
        } catch (RejectedExecutionException e) {
            throw ProblemException.tooMany("Too many drafts are being written. Try again in half a minute.", 30);
        }
        try {
            return Optional.of(order.get(AT_ONCE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** What came of the latest order for a post; empty while it is being written, and in another process. */
    Optional<DraftRequests.Generated> outcome(long postId) {
        return Optional.ofNullable(orders.getIfPresent(postId))
                .filter(CompletableFuture::isDone)
                .map(order -> {
                    try {
                        return order.join();
                    } catch (CompletionException e) {
                        throw failure(e.getCause());
                    }
                });
    }

    private static RuntimeException failure(Throwable cause) {
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
}
