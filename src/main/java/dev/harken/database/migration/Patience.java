package dev.harken.database.migration;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How long a migration puts up with others.
 *
 * @param attempts how often the migration is begun, at least 1; each goes on where the one before was stopped
 * @param between pause before it is begun again
 * @param lockWait how long it waits for another migration of the same database to end
 * @param lockRecheck pause between two looks at the other migration's lock
 * @param pauser what waits; tests need not
 */
record Patience(int attempts, Duration between, Duration lockWait, Duration lockRecheck, Pauser pauser) {
    /**
     * Ten attempts of at most the lock timeout each: a blocker has about two minutes and a half to go away, or 50 s where a
     * {@link ShortTransaction} waits for it.
     */
    static final Patience STANDARD =
            new Patience(10, Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofSeconds(2), Patience::park);

    @FunctionalInterface
    interface Pauser {
        void pause(Duration duration) throws InterruptedException;
    }

    void pause(Duration duration) {
        try {
            pauser.pause(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("the migration was interrupted while it waited", e);
        }
    }

    private static void park(Duration duration) throws InterruptedException {
        boolean permitted = new Semaphore(0).tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS);
        if (permitted) {
            throw new IllegalStateException("a semaphore without permits gave one");
        }
    }
}
