package dev.harken.database;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Advice on the pool, each piece with the number that led to it.
 *
 * <p>The usual start for a pool's size is the database host's cores × 2 + 1 (PostgreSQL's and HikariCP's rule of
 * thumb): more connections are head-room for waiting, not throughput.
 */
public final class PoolAdvisor {
    private static final Duration LASTING = Duration.ofMinutes(10);
    private static final double NEARLY_ALWAYS = 0.9;
    private static final int ENOUGH_SAMPLES = 24;
    private static final double IDLE_BELOW_PERCENT = 25;
    private static final double TOO_CLOSE_PERCENT = 80;
    private static final long MB = 1024 * 1024;
    /** What a session of PostgreSQL takes by itself, caches of the catalog included. */
    private static final long SESSION_BYTES = 10 * MB;

    private static final int MOST_MEMORY_PERCENT = 75;
    private static final Duration HELD_TOO_LONG = Duration.ofSeconds(5);

    private final Pool pool;
    private final PoolHistory history;
    private final ServerFactsReader server;
    private final Clock clock;

    public PoolAdvisor(Pool pool, PoolHistory history, ServerFactsReader server, Clock clock) {
        this.pool = pool;
        this.history = history;
        this.server = server;
        this.clock = clock;
    }

    /** The advice for this moment; empty when there is nothing to do. */
    public List<String> advise() {
        Instant now = clock.instant();
        return advise(
                pool.snapshot(),
                history.since(now.minus(LASTING)),
                server.latest(),
                pool.leases().open(),
                now);
    }

    static List<String> advise(
            PoolSnapshot now,
            List<PoolHistory.Sample> lately,
            Optional<ServerFacts> server,
            List<Lease> leases,
            Instant at) {
        List<String> advice = new ArrayList<>();
        fullness(now, advice);
        waiting(now, lately, advice);
        overflow(lately, advice);
        oneStatement(now, leases, at, advice);
        if (server.isEmpty()) {
            advice.add(
                    "The server's limits are not known at this moment, so the pool's size cannot be judged by them.");
        } else {
            baseSize(now, lately, server.get(), advice);
            serverLimit(now, server.get(), advice);
            memory(now, server.get(), advice);
        }
        return List.copyOf(advice);
    }

    private static void fullness(PoolSnapshot now, List<String> advice) {
        if (now.level() == Level.CRITICAL) {
            advice.add(
                    "%d of %d connections are lent (%.1f %%, critical above 90 %%): look for what holds them before adding more."
                            .formatted(now.checkedOut(), now.totalCapacity(), now.utilizationPercent()));
        } else if (now.level() == Level.WARNING) {
            advice.add("%d of %d connections are lent (%.1f %%, warning above 75 %%): the pool is near its capacity."
                    .formatted(now.checkedOut(), now.totalCapacity(), now.utilizationPercent()));
        }
    }

    private static void waiting(PoolSnapshot now, List<PoolHistory.Sample> lately, List<String> advice) {
        long samplesWithWaiters =
                lately.stream().filter(sample -> sample.pool().waiting() > 0).count();
        if (now.waiting() > 0) {
            advice.add(
                    "%d callers wait for a connection now: all %d are lent. Shorten what holds them, or raise max_overflow (%d)."
                            .formatted(now.waiting(), now.totalCapacity(), now.maxOverflow()));
        } else if (samplesWithWaiters > 1) {
            advice.add(
                    "Callers had to wait in %d of the last %d samples (one every %d s): shorten what holds connections, or raise max_overflow (%d)."
                            .formatted(
                                    samplesWithWaiters,
                                    lately.size(),
                                    PoolHistory.INTERVAL.toSeconds(),
                                    now.maxOverflow()));
        }
    }

    private static void overflow(List<PoolHistory.Sample> lately, List<String> advice) {
        if (lately.size() < ENOUGH_SAMPLES) {
            return;
        }
        List<Integer> needed = lately.stream()
                .map(sample -> sample.pool().checkedOut() - sample.pool().poolSize())
                .filter(beyond -> beyond > 0)
                .toList();
        if (needed.size() >= NEARLY_ALWAYS * lately.size()) {
            int most = needed.stream().mapToInt(Integer::intValue).max().orElse(0);
            advice.add(
                    "Overflow was in use in %d of the last %d samples, up to %d connections: a rush that lasts is the normal load. Raise pool size by %d, or shorten the work."
                            .formatted(needed.size(), lately.size(), most, most));
        }
    }

    private static void oneStatement(PoolSnapshot now, List<Lease> leases, Instant at, List<String> advice) {
        Map<String, Long> byStatement = leases.stream()
                .filter(lease -> lease.heldFor(at).compareTo(HELD_TOO_LONG) > 0)
                .map(lease -> lease.statement().orElse("no statement yet"))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        // Not the statement itself: this is shown to anyone who asks for the pool's health.
        byStatement.values().stream()
                .max(Long::compare)
                .filter(most -> 2 * most >= now.poolSize())
                .ifPresent(held -> advice.add(
                        "%d connections have been held for more than %d s by one statement: the log names it (long lease), with the code that took them."
                                .formatted(held, HELD_TOO_LONG.toSeconds())));
    }

    private static void baseSize(
            PoolSnapshot now, List<PoolHistory.Sample> lately, ServerFacts server, List<String> advice) {
        int most = lately.stream()
                .mapToInt(sample -> sample.pool().checkedOut())
                .max()
                .orElse(now.checkedOut());
        if (server.cores().isEmpty()) {
            advice.add(
                    "The database runs on another host whose cores are unknown: set database.hostCores, so that pool size %d can be judged."
                            .formatted(now.poolSize()));
            return;
        }
        int cores = server.cores().get();
        int start = cores * 2 + 1;
        if (now.poolSize() > 2 * start) {
            advice.add(
                    "Pool size %d is more than twice what %d cores can use (%d × 2 + 1 = %d): further connections only wait inside the server."
                            .formatted(now.poolSize(), cores, cores, start));
        }
        boolean idle = lately.size() >= ENOUGH_SAMPLES && 100.0 * most / now.totalCapacity() < IDLE_BELOW_PERCENT;
        if (idle && now.poolSize() > start) {
            advice.add(
                    "At most %d of %d connections were lent in the last %d minutes and %d stay open: a pool size of %d (%d cores × 2 + 1) would do."
                            .formatted(most, now.totalCapacity(), LASTING.toMinutes(), now.poolSize(), start, cores));
        }
    }

    private static void serverLimit(PoolSnapshot now, ServerFacts server, List<String> advice) {
        int others = Math.max(0, server.connections() - now.totalConnections());
        int wanted = others + now.totalCapacity();
        if (100.0 * wanted / server.maxConnections() > TOO_CLOSE_PERCENT) {
            advice.add(
                    "This pool's %d and the %d connections of other programs come to %d of the server's %d: raise max_connections, or lower max_overflow (%d)."
                            .formatted(
                                    now.totalCapacity(), others, wanted, server.maxConnections(), now.maxOverflow()));
        }
    }

    private static void memory(PoolSnapshot now, ServerFacts server, List<String> advice) {
        if (server.memory() == 0) {
            // The review of the server's settings tells that it is not known, and where to state it.
            return;
        }
        long sessions = now.totalCapacity() * (SESSION_BYTES + server.workMem());
        if (server.sharedBuffers() + sessions > server.memory() / 100 * MOST_MEMORY_PERCENT) {
            advice.add(
                    "This pool's %d sessions may take %d MB (10 MB and a work_mem of %d MB each) beside shared_buffers of %d MB, on a host of %d MB: lower max_overflow (%d) or work_mem."
                            .formatted(
                                    now.totalCapacity(),
                                    sessions / MB,
                                    server.workMem() / MB,
                                    server.sharedBuffers() / MB,
                                    server.memory() / MB,
                                    now.maxOverflow()));
        }
    }
}
