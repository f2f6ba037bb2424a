package dev.harken.database.insight;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Who has the server's connections: those of all databases, because max_connections counts them all. */
public final class ConnectionShare implements Insight<ConnectionShare.Connections> {
    private static final double CRITICAL_PERCENT = 95;

    /** reserved_connections is there from PostgreSQL 16 on. */
    private static final String LIMITS =
            """
            select
              current_setting('max_connections')::int as max,
              current_setting('superuser_reserved_connections')::int
                + coalesce(current_setting('reserved_connections', true), '0')::int as reserved
            """;

    /** The kind of process is hidden along with the state; a hidden session of a database and a user is a client's. */
    private static final String OPEN =
            """
            select
              coalesce(application_name, '') as application,
              usename,
              case
                when backend_type is null then 'hidden'
                else coalesce(state, 'starting')
              end as state,
              count(*) as connections
            from pg_stat_activity
            where backend_type = 'client backend'
              or backend_type is null
                and usesysid is not null
                and datid is not null
            group by 1, 2, 3
            order by connections desc, 1, 2, 3
            """;

    private final InsightFactory thresholds;

    public ConnectionShare(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * The connections of the server, the one that asks included.
     *
     * @param open all client connections
     * @param max max_connections
     * @param reserved of those, the ones that ordinary users cannot have
     * @param usable the rest
     * @param percent the open ones in percent of the usable ones; above 100 when superusers are among them
     */
    public record Connections(int open, int max, int reserved, int usable, double percent, List<Share> shares) {}

    /**
     * The connections of one program, the most first.
     *
     * @param application application_name, empty when it gave none
     * @param state {@code active}, {@code idle}, {@code idle in transaction} and so on; {@code hidden} for want of
     *     pg_monitor
     */
    public record Share(String application, String user, String state, int connections) {}

    private record Limits(int max, int reserved) {}

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public Connections read(Handle handle) {
        Limits limits = handle.createQuery(LIMITS)
                .map((row, context) -> new Limits(row.getInt("max"), row.getInt("reserved")))
                .one();
        List<Share> shares = handle.createQuery(OPEN)
                .map((row, context) -> new Share(
                        row.getString("application"),
                        row.getString("usename"),
                        row.getString("state"),
                        row.getInt("connections")))
                .list();
        int open = shares.stream().mapToInt(Share::connections).sum();
        int usable = Math.max(1, limits.max() - limits.reserved());
        return new Connections(open, limits.max(), limits.reserved(), usable, 100.0 * open / usable, shares);
    }

    @Override
    public List<Finding> judge(Connections seen) {
        if (seen.percent() < thresholds.connectionsPercent()) {
            return List.of();
        }
        Map<String, Integer> byApplication =
                seen.shares().stream().collect(Collectors.toMap(Share::application, Share::connections, Integer::sum));
        String most = byApplication.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(3)
                .map(entry -> (entry.getKey().isEmpty() ? "(no name)" : entry.getKey()) + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        int idle = seen.shares().stream()
                .filter(share -> share.state().equals("idle"))
                .mapToInt(Share::connections)
                .sum();
        return List.of(Finding.of(
                        seen.percent() >= CRITICAL_PERCENT ? Severity.CRITICAL : Severity.WARNING,
                        "connections",
                        "",
                        seen.open() + " of " + seen.usable() + " usable connections are open, "
                                + Wording.percent(seen.percent()) + " (max_connections " + seen.max() + ", "
                                + seen.reserved() + " of them reserved); " + idle
                                + " are idle. By application: " + most + ".")
                .because(
                        "When none is left, every program is refused with \"too many clients\": Harken, backups and the "
                                + "operator's own psql alike. Each connection also takes several MB of memory.")
                .mendedBy(
                        """
                        select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle' \
                        and state_change < now() - interval '10 minutes'; -- ends those that nobody used for so long
                        alter system set max_connections = %d; -- or room for more, after a restart of PostgreSQL"""
                                .formatted(roomier(seen.max()))));
    }

    /** Half as many again, to the next ten. */
    private static int roomier(int max) {
        return (max * 3 / 2 + 9) / 10 * 10;
    }
}
