package dev.harken.database;

import java.util.Optional;

/**
 * What the pool's size is judged by.
 *
 * @param maxConnections the server's limit, without those reserved for superusers
 * @param connections the client connections that are open now, of every program
 * @param cores the cores of the server's host, if they are known from here
 */
public record ServerFacts(int maxConnections, int connections, Optional<Integer> cores) {}
