package dev.harken.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/** Callers that ask again and again, each as soon as it was answered, until they are stopped. */
public final class Load {
    private static final int MOST_KEPT = 10_000;

    private final List<Thread> callers = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private volatile boolean stopped;

    private Load() {}

    /**
     * Starts so many callers.
     *
     * @param request what the caller with this number asks
     */
    public static Load of(int callers, IntFunction<ApiClient.Answer> request) {
        Load load = new Load();
        for (int i = 0; i < callers; i++) {
            int caller = i;
            Thread thread = new Thread(() -> load.run(caller, request), "caller-" + i);
            thread.setDaemon(true);
            load.callers.add(thread);
            thread.start();
        }
        return load;
    }

    private void run(int caller, IntFunction<ApiClient.Answer> request) {
        while (!stopped) {
            try {
                ApiClient.Answer answer = request.apply(caller);
                if (answer.status() == 200) {
                    answered.incrementAndGet();
                } else {
                    fail(answer.status() + " " + answer.body());
                }
            } catch (AssertionError e) {
                fail(e.getMessage() + ": " + e.getCause());
            }
        }
    }

    private void fail(String what) {
        synchronized (failures) {
            if (failures.size() < MOST_KEPT) {
                failures.add(what);
            }
        }
    }

    /** Waits until so many more requests were answered with 200. */
    public void untilAnswered(int more) {
        int goal = answered.get() + more;
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> answered.get() >= goal);
    }

    /** How many requests were answered with 200. */
    public int answered() {
        return answered.get();
    }

    /** The requests without an answer, or with another than 200, in words. */
    public List<String> failures() {
        synchronized (failures) {
            return List.copyOf(failures);
        }
    }

    /** Counts failures anew. */
    public void forget() {
        synchronized (failures) {
            failures.clear();
        }
    }

    /** Ends it, and waits for the last answers. */
    public void stop() throws InterruptedException {
        stopped = true;
        for (Thread caller : callers) {
            caller.join(Duration.ofMinutes(1).toMillis());
        }
    }
}
