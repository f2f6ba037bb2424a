package dev.harken.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who waits for a connection at this moment: at most one entry for each thread. Thread-safe. */
public final class Waiters {
    /** Whoever asked more recently than this is being served rather than waiting. */
    private static final Duration NOTICEABLE = Duration.ofMillis(20);

    private final Set<Waiter> asking = ConcurrentHashMap.newKeySet();
    private final Clock clock;

    Waiters(Clock clock) {
        this.clock = clock;
    }

    Waiter ask() {
        Waiter waiter = new Waiter(Work.current(), clock.instant());
        asking.add(waiter);
        return waiter;
    }

    void served(Waiter waiter) {
        asking.remove(waiter);
    }

    /** Those that wait, who came first first. */
    public List<Waiter> waiting() {
        Instant before = clock.instant().minus(NOTICEABLE);
        return asking.stream()
                .filter(waiter -> waiter.since().isBefore(before))
                .sorted(Comparator.comparing(Waiter::since))
                .toList();
    }

    /** A thread that asked for a connection; two with equal values are still two. */
    public static final class Waiter {
        private final Work work;
        private final Instant since;

        Waiter(Work work, Instant since) {
            this.work = work;
            this.since = since;
        }

        public Work work() {
            return work;
        }

        public Instant since() {
            return since;
        }
    }
}
