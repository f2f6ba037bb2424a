package dev.harken.bench;

/** One of those who send requests side by side, each from a thread of its own. */
interface Caller {
    /** Before a round, unmeasured. */
    default void begin() throws Exception {}

    /** One request, with its whole answer read. */
    void call() throws Exception;

    /** After a round, however it went; unmeasured. */
    default void end() throws Exception {}
}
