package dev.harken.testing;

/** A server that a test may break; it keeps its address through all of this. */
interface ServerProcess extends AutoCloseable {
    String host();

    int port();

    /** Freezes it: connections stay open and nothing answers. */
    void pause();

    void resume();

    /** The end without warning, of every process it has. */
    void kill();

    /** The orderly end. */
    void stop();

    /** Starts it again after {@link #kill} or {@link #stop}; returns when it answers. */
    void restart();

    @Override
    void close();
}
