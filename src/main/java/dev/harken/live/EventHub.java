package dev.harken.live;

import dev.harken.http.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The listeners of this process, as many as there may be. Thread-safe. */
final class EventHub {
    private static final Duration LONGEST_JOIN = Duration.ofSeconds(10);
    private static final int RETRY_SECONDS = 5;
    private static final int RETRY_USER_SECONDS = 30;

    private final int most;
    private final int mostOfUser;
    private final Clock clock;
    private final Map<Long, Integer> users = new HashMap<>();
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final Queue<Listener> joining = new ConcurrentLinkedQueue<>();

    /** Gets a permit when somebody joins, so that a reader that waits for listeners goes on. */
    private final Semaphore joined = new Semaphore(0);

    private int admitted;
    private boolean closed;

    EventHub(int most, int mostOfUser, Clock clock) {
        this.most = most;
        this.mostOfUser = mostOfUser;
        this.clock = clock;
    }

    /**
     * Takes a place for a listener.
     *
     * @return to be called when the place is free again; once or more
     * @throws ProblemException 429 when the user has too many, 503 when all have
     */
    synchronized Place admit(long userId) {
        if (closed) {
            throw ProblemException.unavailable("This process is about to stop. Try again.", RETRY_SECONDS);
        }
        if (users.getOrDefault(userId, 0) >= mostOfUser) {
            throw ProblemException.tooMany(
                    "You listen " + mostOfUser + " times already. Close some of them first.", RETRY_USER_SECONDS);
        }
        if (admitted >= most) {
            throw ProblemException.unavailable(
                    "All " + most + " places for listeners of this process are taken. Try again later.",
                    RETRY_USER_SECONDS);
        }
        admitted++;
        users.merge(userId, 1, Integer::sum);
        return new Place(userId);
    }

    private synchronized void free(long userId) {
        admitted--;
        users.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1);
    }

    /** Lets the reader begin it. */
    void join(Listener listener) {
        listeners.add(listener);
        listener.onOver(() -> listeners.remove(listener));
        joining.add(listener);
        joined.release();
        if (isClosed()) {
            listener.close();
        }
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    synchronized int size() {
        return admitted;
    }

    /** Waits for the first listener, or for a while. */
    boolean awaitListeners(Duration patience) throws InterruptedException {
        if (listeners.isEmpty()) {
            joined.drainPermits();
            return !listeners.isEmpty() || joined.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        }
        return true;
    }

    /** Those who wait to be begun, taken off the queue. */
    List<Listener> takeJoining() {
        List<Listener> taken = new ArrayList<>();
        for (Listener next = joining.poll(); next != null; next = joining.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /** Tells all of them; of the reader's thread. */
    void tell(List<Listener.Told> events) {
        listeners.stream().filter(Listener::isJoined).forEach(listener -> listener.tell(events));
    }

    /** Tells the pages that may know of it; of the reader's thread. */
    void tell(Viewing viewing, byte[] message) {
        listeners.stream().filter(Listener::isJoined).forEach(listener -> listener.tell(viewing, message));
    }

    /** Says to all of them that there may be a gap; of the reader's thread. */
    void reset(EventPosition position) {
        listeners.stream().filter(Listener::isJoined).forEach(listener -> listener.reset(position));
    }

    /** Ends those who are let in no more, or wait in vain, and sends the others a heartbeat. */
    void beat() {
        Instant patience = clock.instant().minus(LONGEST_JOIN);
        for (Listener listener : listeners) {
            if (!listener.isAllowed() || listener.isWaitingSinceBefore(patience)) {
                listener.close();
            } else {
                listener.beat();
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Ends all of them, and takes no more. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        listeners.forEach(Listener::close);
    }

    /** A listener's place. Thread-safe. */
    final class Place {
        private final long userId;
        private boolean isFree;

        private Place(long userId) {
            this.userId = userId;
        }

        /** Gives it back; again has no effect. */
        synchronized void giveBack() {
            if (!isFree) {
                isFree = true;
                free(userId);
            }
        }
    }
}
