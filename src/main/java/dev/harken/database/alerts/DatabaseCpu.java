package dev.harken.database.alerts;

import dev.harken.database.Host;
import dev.harken.database.Host.Running;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jdbi.v3.core.Jdbi;

/**
 * How much of this host's processors PostgreSQL's processes use, 0 to 100 for all cores together, since the last
 * reading. Measured only when PostgreSQL is seen to run here: the process of the session that asks has to be among this
 * host's, with the name and the start that PostgreSQL says. What a process did that ended between two readings is lost.
 * To be read by one thread.
 */
final class DatabaseCpu implements Supplier<Reading> {
    private static final String SESSIONS =
            """
            select
              pid,
              pid = pg_backend_pid() as own,
              coalesce(extract(epoch from backend_start) * 1000, 0)::bigint as started
            from pg_stat_activity
            """;

    /** The system counts a process's start in hundredths of a second since it booted, a moment before or after. */
    private static final long START_TOLERANCE_MILLIS = 5_000;

    private static final Reading ELSEWHERE =
            Reading.missing("not measurable from here: PostgreSQL's processes are not on this host");

    private final Jdbi jdbi;
    private final Host host;
    private Map<Integer, Running> before = Map.of();
    private long beforeNanos;

    DatabaseCpu(Jdbi jdbi, Host host) {
        this.jdbi = jdbi;
        this.host = host;
    }

    @Override
    public Reading get() {
        List<Session> sessions = jdbi.withHandle(handle -> handle.createQuery(SESSIONS)
                .map((row, context) -> new Session(row.getInt("pid"), row.getBoolean("own"), row.getLong("started")))
                .list());
        Optional<Running> own =
                sessions.stream().filter(Session::own).findFirst().flatMap(this::here);
        if (own.isEmpty()) {
            before = Map.of();
            return ELSEWHERE;
        }
        int postmaster = own.get().parent();
        Map<Integer, Running> now = new HashMap<>();
        host.process(postmaster).ifPresent(running -> now.put(postmaster, running));
        host.processes(sessions.stream().map(Session::pid).toList()).stream()
                .filter(running -> running.parent() == postmaster)
                .forEach(running -> now.put(running.pid(), running));
        return since(now, System.nanoTime());
    }

    private Reading since(Map<Integer, Running> now, long nanos) {
        boolean first = before.isEmpty();
        double cpuMillis = now.values().stream().mapToLong(this::usedSince).sum();
        double millis = (nanos - beforeNanos) / 1e6;
        before = now;
        beforeNanos = nanos;
        return first
                ? Reading.missing("not measured yet")
                : Reading.of(Math.min(100, 100 * cpuMillis / millis / host.cores()));
    }

    private long usedSince(Running running) {
        Running earlier = before.get(running.pid());
        boolean same = earlier != null && earlier.startedAtMillis() == running.startedAtMillis();
        return Math.max(0, running.cpuMillis() - (same ? earlier.cpuMillis() : 0));
    }

    private Optional<Running> here(Session session) {
        return host.process(session.pid())
                .filter(running -> running.name().startsWith("postgres"))
                .filter(running ->
                        Math.abs(running.startedAtMillis() - session.startedMillis()) < START_TOLERANCE_MILLIS);
    }

    private record Session(int pid, boolean own, long startedMillis) {}
}
