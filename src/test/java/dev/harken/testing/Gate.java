package dev.harken.testing;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A place that all may pass, until it is closed: then they wait there, and the test sees who came first. Thread-safe. */
public final class Gate {
    private CountDownLatch closed = new CountDownLatch(0);
    private String first;

    public synchronized void close() {
        closed = new CountDownLatch(1);
        first = null;
    }

    public synchronized void open() {
        closed.countDown();
    }

    /** Who stands before the closed gate. */
    public synchronized Optional<String> reachedBy() {
        return Optional.ofNullable(first);
    }

    public void pass(String who) {
        CountDownLatch until;
        synchronized (this) {
            until = closed;
            if (closed.getCount() > 0 && first == null) {
                first = who;
            }
        }
        try {
            until.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
