package dev.harken.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Callers at work: each sends its next request when the answer to the last is read. */
final class Load implements AutoCloseable {
    /** Up to so long a call is told apart; longer ones count as this. */
    static final long LONGEST_MICROS = Duration.ofMinutes(1).toNanos() / 1000;

    private static final int DIGITS = 3;
    /** How much longer than it should a round may take: the slowest statement over the largest filling, twice. */
    private static final Duration GRACE = Duration.ofMinutes(5);

    private final Duration grace;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "bench-caller");
        thread.setDaemon(true);
        return thread;
    });

    Load() {
        this(GRACE);
    }

    /**
     * Callers at work.
     *
     * @param grace how much longer than it should a round may take
     */
    Load(Duration grace) {
        this.grace = grace;
    }

    /**
     * Lets all callers work at once.
     *
     * @param runIn how long they work unmeasured at first, one call each at the least
     * @param window how long they are measured then, one call each at the least
     * @throws BenchException if a call fails, or is not answered for so long that it never may be
     */
    Served run(List<? extends Caller> callers, Duration runIn, Duration window) throws InterruptedException {
        long measuredFrom = System.nanoTime() + runIn.toNanos();
        long until = measuredFrom + window.toNanos();
        List<Callable<Served>> work = new ArrayList<>();
        callers.forEach(caller -> work.add(() -> work(caller, measuredFrom, until)));
        Served together = Served.none();
        Duration longest = runIn.plus(window).plus(grace);
        for (Future<Served> served : threads.invokeAll(work, longest.toNanos(), TimeUnit.NANOSECONDS)) {
            try {
                together = together.and(served.get());
            } catch (CancellationException e) {
                throw new BenchException(
                        "a request of the bench was not answered within " + longest.toSeconds()
                                + " seconds: Harken or its PostgreSQL hangs",
                        e);
            } catch (ExecutionException e) {
                throw new BenchException("a request of the bench failed: " + e.getCause(), e.getCause());
            }
        }
        return together;
    }

    private static Served work(Caller caller, long measuredFrom, long until) throws Exception {
        long all = 0;
        do {
            caller.call();
            all++;
        } while (System.nanoTime() < measuredFrom);
        Histogram micros = histogram();
        long start = System.nanoTime();
        long before = start;
        do {
            caller.call();
            long now = System.nanoTime();
            micros.recordValue(Math.min(LONGEST_MICROS, (now - before) / 1000));
            before = now;
        } while (before < until);
        // Over its own time: a call that is still under way at the end counts whole, and with all of its time.
        double perSecond = micros.getTotalCount() * 1e9 / (before - start);
        return new Served(perSecond, micros, all + micros.getTotalCount());
    }

    /** An empty one for times of calls in µs, up to {@link #LONGEST_MICROS}. */
    static Histogram histogram() {
        return new Histogram(LONGEST_MICROS, DIGITS);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /**
     * What callers got.
     *
     * @param perSecond of all of them together
     * @param micros the measured calls; not to be changed
     * @param calls with those of the run-in
     */
    record Served(double perSecond, Histogram micros, long calls) {
        private static Served none() {
            return new Served(0, histogram(), 0);
        }

        private Served and(Served other) {
            Histogram both = micros.copy();
            both.add(other.micros);
            return new Served(perSecond + other.perSecond, both, calls + other.calls);
        }
    }
}
