package dev.harken.database.insight;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest examination, made anew when somebody asks and the last is older than the interval: while nobody looks, the
 * database is not asked. One runs at a time. Thread-safe.
 */
public final class Examinations {
    private static final Logger LOG = LoggerFactory.getLogger(Examinations.class);

    private final Examiner examiner;
    private final Duration interval;
    private final ExecutorService thread;
    private final Clock clock;
    private Future<?> running;
    private volatile Examination latest;
    private volatile boolean outdated;

    /**
     * Prepares.
     *
     * @param thread an executor that nobody else uses
     */
    public Examinations(Examiner examiner, Duration interval, ExecutorService thread, Clock clock) {
        this.examiner = examiner;
        this.interval = interval;
        this.thread = thread;
        this.clock = clock;
    }

    /**
     * The latest examination. When it is due, a new one is waited for, but no longer than the given time; after that the
     * last one is answered, which tells its age, and the new one goes on.
     *
     * @return empty when the first is not done in this time
     */
    public Optional<Examination> latest(Duration patience) {
        Examination seen = latest;
        if (seen == null || outdated || seen.at().plus(interval).isBefore(clock.instant())) {
            await(start(), patience);
        }
        return Optional.ofNullable(latest);
    }

    /** Has the next {@link #latest} look anew: something was just changed. */
    public synchronized void forget() {
        outdated = true;
        // One that is under way may have looked before the change.
        running = null;
    }

    private synchronized Future<?> start() {
        if (running == null || running.isDone()) {
            running = thread.submit(this::examine);
        }
        return running;
    }

    private void examine() {
        outdated = false;
        latest = examiner.examine();
    }

    private static void await(Future<?> examination, Duration patience) {
        try {
            examination.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("examination goes on in the background");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | CancellationException e) {
            LOG.error("examination failed", e);
        }
    }
}
