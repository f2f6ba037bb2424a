package dev.harken.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports at which nobody listens, each given once. They lie below those that Linux takes for the near ends of
 * connections, which may be taken until a process that was told of one listens there. Thread-safe.
 */
public final class FreePort {
    private static final int MANY = 4_000;

    /** Apart from those of the processes that run other test classes at the same time. */
    private static final int FIRST = 20_000 + MANY * (Integer.getInteger("surefire.forkNumber", 1) - 1);

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(MANY));

    private FreePort() {}

    public static int next() {
        for (int tried = 0; tried < MANY; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), MANY);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " on");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
