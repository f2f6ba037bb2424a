package dev.harken.bench;

import java.util.concurrent.atomic.AtomicInteger;

/** The clients whose lists are asked for, one after the other: few enough for a cache to hold the lists of all. */
final class Rotation {
    private static final int MOST = 16;

    private final int clients;
    private final AtomicInteger turn = new AtomicInteger();

    Rotation(Size size) {
        this.clients = Math.min(MOST, size.clients());
    }

    int clients() {
        return clients;
    }

    /** The id of the next client. For several threads. */
    int next() {
        return 1 + Math.floorMod(turn.getAndIncrement(), clients);
    }
}
