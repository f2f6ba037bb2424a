package dev.harken.database;

import java.util.Optional;

/**
 * What the pool's size is judged by.
 *
 * @param maxConnections the server's limit, without those reserved for superusers
 * @param connections the client connections that are open now, of every program
 * @param cores the cores of the server's host, if they are known from here
 * @param memory the bytes of the server's host, or 0 when they are not known
 * @param sharedBuffers bytes that the server holds in any case
 * @param workMem bytes that a session takes for each sort or hash, on top of its own
 */
public record ServerFacts(
        int maxConnections, int connections, Optional<Integer> cores, long memory, long sharedBuffers, long workMem) {}
