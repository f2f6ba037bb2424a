package dev.harken.cache;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import redis.clients.jedis.UnifiedJedis;

/**
 * What a Redis server says of itself.
 *
 * @param millis how long it took to say it
 * @param facts some of the lines of its {@code INFO}, by their names
 */
public record RedisFacts(double millis, Map<String, String> facts) {
    private static final List<String> SHOWN = List.of(
            "redis_version",
            "uptime_in_seconds",
            "connected_clients",
            "used_memory_human",
            "maxmemory_human",
            "maxmemory_policy",
            "mem_fragmentation_ratio",
            "instantaneous_ops_per_sec",
            "keyspace_hits",
            "keyspace_misses",
            "evicted_keys",
            "expired_keys",
            "role");

    /** Asks the server, for as long as the client's timeout allows; throws what the client throws. */
    public static RedisFacts ask(UnifiedJedis redis) {
        long start = System.nanoTime();
        String info = redis.info();
        double millis = (System.nanoTime() - start) / 1e6;
        Map<String, String> facts = Arrays.stream(info.split("\\R", -1))
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2 && SHOWN.contains(parts[0]))
                .collect(
                        Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, second) -> first, TreeMap::new));
        return new RedisFacts(millis, facts);
    }
}
