package dev.harken.bench;

import java.io.IOException;
import java.time.Duration;

/** What a {@link Case} measures: requests that are sent side by side. */
interface Work {
    /** How many requests are under way at once. */
    int callers();

    /** Before a round, unmeasured. */
    default void begin() throws Exception {}

    /**
     * Works.
     *
     * @param runIn how long it works unmeasured at first
     * @param window how long it is measured then
     */
    Load.Served run(Load load, Duration runIn, Duration window) throws IOException, InterruptedException;

    /** After a round, however it went; unmeasured. */
    default void end() throws Exception {}
}
