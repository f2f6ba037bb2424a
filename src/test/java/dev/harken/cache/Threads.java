package dev.harken.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that a test starts, and whose answers it waits for. */
final class Threads implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;

    private final ExecutorService executor = Executors.newCachedThreadPool();

    <T> Future<T> start(Callable<T> task) {
        return executor.submit(task);
    }

    <T> List<Future<T>> start(int threads, Callable<T> task) {
        List<Future<T>> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            started.add(start(task));
        }
        return started;
    }

    /** Throws what the task threw. */
    static <T> T result(Future<T> task) throws Exception {
        try {
            return task.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            throw e;
        } catch (TimeoutException e) {
            throw new AssertionError("a thread did not end", e);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
