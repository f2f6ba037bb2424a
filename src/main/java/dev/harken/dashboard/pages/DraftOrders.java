package dev.harken.dashboard.pages;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.harken.auth.Caller;
import dev.harken.http.ProblemException;
import dev.harken.monitoring.DraftRequests;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drafts that somebody waits for. A language model may take longer than a proxy lets a request: whoever ordered one is
 * answered at once and asks again. One is written for a post at a time. Thread-safe.
 */
public final class DraftOrders {
    private static final Logger LOG = LoggerFactory.getLogger(DraftOrders.class);
    private static final long AT_ONCE_MILLIS = 1500;
    private static final int MOST_KEPT = 1000;
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final DraftRequests requests;
    private final ExecutorService executor;
    private final Cache<Long, Taken> orders =
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
     * @throws ProblemException 429 when too many are being written
     */
    Order order(Caller caller, long postId) {
        Taken order;
        try {
            order = orders.asMap()
                    .compute(
                            postId,
                            (id, before) -> before != null && !before.made().isDone()
                                    ? before
                                    : new Taken(
                                            UUID.randomUUID().toString(),
                                            CompletableFuture.supplyAsync(
                                                    () -> requests.another(caller, id), executor)));
        } catch (RejectedExecutionException e) {
            throw ProblemException.tooMany("Too many drafts are being written. Try again in half a minute.", 30);
        }
        try {
            order.made().get(AT_ONCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // The outcome tells.
            return new Order(order.id(), outcome(order));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Order(order.id(), outcome(order));
    }

    /**
     * What came of an order for a post.
     *
     * @param order its id
     * @return empty while it is being written, and in a process that did not take this very order
     */
    Optional<Outcome> outcome(long postId, String order) {
        return Optional.ofNullable(orders.getIfPresent(postId))
                .filter(taken -> taken.id().equals(order))
                .flatMap(DraftOrders::outcome);
    }

    private static Optional<Outcome> outcome(Taken order) {
        if (!order.made().isDone()) {
            return Optional.empty();
        }
        try {
            DraftRequests.Generated made = order.made().join();
            return Optional.of(new Outcome(made.status().equals("failed") ? made.message() : ""));
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProblemException problem) {
                return Optional.of(new Outcome(problem.problem().detail()));
            }
            LOG.error("draft failed: order={}", order.id(), e.getCause());
            return Optional.of(new Outcome(
                    "Something went wrong here. The operator finds it in the log under " + order.id() + "."));
        }
    }

    /**
     * An order.
     *
     * @param outcome empty while it is being written
     */
    record Order(String id, Optional<Outcome> outcome) {}

    /**
     * What came of an order.
     *
     * @param message why there is no new draft, or empty
     */
    record Outcome(String message) {}

    private record Taken(String id, CompletableFuture<DraftRequests.Generated> made) {}
}
