package dev.harken.database.insight;

import io.dropwizard.util.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * How far replicas are behind, seen from the primary or from the standby, whichever is asked; and replication slots
 * that keep write-ahead log for nobody.
 */
public final class Replication implements Insight<Replication.State> {
    /** So much write-ahead log kept back, or not replayed yet, is a finding: 1 GB. */
    static final long HELD_BYTES = 1L << 30;

    private static final int CRITICAL_FACTOR = 12;

    private static final String SERVER =
            """
            select
              pg_is_in_recovery() as standby,
              not pg_has_role('pg_read_all_stats', 'usage') as unprivileged,
              quote_ident(current_user) as reader
            """;

    /** A standby may feed others; its end of the log is what it has received. */
    private static final String REPLICAS =
            """
            select
              pid,
              coalesce(application_name, '') as application,
              host(client_addr) as client_address,
              state,
              sync_state,
              extract(epoch from replay_lag) * 1000 as lag_millis,
              pg_wal_lsn_diff(
                case
                  when pg_is_in_recovery() then pg_last_wal_receive_lsn()
                  else pg_current_wal_lsn()
                end,
                replay_lsn
              ) as behind
            from pg_stat_replication
            order by pid
            """;

    private static final String SLOTS =
            """
            select
              slot_name,
              slot_type,
              active,
              wal_status,
              greatest(0, pg_wal_lsn_diff(
                case
                  when pg_is_in_recovery() then pg_last_wal_receive_lsn()
                  else pg_current_wal_lsn()
                end,
                restart_lsn
              )) as held
            from pg_replication_slots
            order by slot_name
            """;

    /**
     * The time of the last transaction that was replayed grows old on an idle primary too: while all that was received
     * is replayed, there is no lag. Without a receiver that says nothing, so that its presence is read as well; its pid
     * is the one column that everybody sees.
     */
    private static final String STANDBY =
            """
            select
              exists (select from pg_stat_wal_receiver where pid is not null) as receiving,
              case
                when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0
                else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000
              end as lag_millis,
              extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000 as age_millis,
              pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) as behind,
              pg_is_wal_replay_paused() as paused
            """;

    private final InsightFactory thresholds;

    public Replication(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * What the asked server knows of replication.
     *
     * @param standby what it is behind, when it is a standby; null on a primary
     * @param replicas those that stream from it
     * @param slots its replication slots
     * @param hidden whether the replicas' state is hidden from the reader
     * @param reader the user who read, quoted for SQL
     */
    public record State(Standby standby, List<Replica> replicas, List<Slot> slots, boolean hidden, String reader) {}

    /**
     * The server as a standby.
     *
     * @param receiving whether it is connected to its primary
     * @param lagMillis how old its data is, 0 when it has replayed all that it received; null when it has replayed no
     *     transaction since it started, and has something to replay
     * @param lastReplayedMillis how long ago the last transaction that it replayed was committed; null when there
     *     was none since it started
     * @param behindBytes write-ahead log received and not replayed
     * @param paused whether somebody has paused the replay
     */
    public record Standby(
            boolean receiving, Long lagMillis, Long lastReplayedMillis, long behindBytes, boolean paused) {}

    /**
     * A replica, as its primary sees it. All but the pid are null when hidden.
     *
     * @param lagMillis the time from a commit to its replay there; null when it has nothing to replay. While its replay
     *     stands still PostgreSQL reckons it anew at each of the replica's answers, at least every ten seconds
     * @param behindBytes write-ahead log that it has not replayed
     */
    public record Replica(
            int pid,
            String application,
            String clientAddress,
            String state,
            String syncState,
            Long lagMillis,
            Long behindBytes) {}

    /**
     * A replication slot.
     *
     * @param type {@code physical} or {@code logical}
     * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}; null when it holds none
     * @param heldBytes write-ahead log that the server keeps for it
     */
    public record Slot(String name, String type, boolean active, String walStatus, long heldBytes) {}

    private record Server(boolean standby, boolean unprivileged, String reader) {}

    @Override
    public String name() {
        return "replication";
    }

    @Override
    public State read(Handle handle) {
        Server server = handle.createQuery(SERVER)
                .map((row, context) ->
                        new Server(row.getBoolean("standby"), row.getBoolean("unprivileged"), row.getString("reader")))
                .one();
        List<Replica> replicas = handle.createQuery(REPLICAS)
                .map((row, context) -> new Replica(
                        row.getInt("pid"),
                        row.getString("application"),
                        row.getString("client_address"),
                        row.getString("state"),
                        row.getString("sync_state"),
                        number(row.getDouble("lag_millis"), row.wasNull()),
                        number(row.getDouble("behind"), row.wasNull())))
                .list();
        List<Slot> slots = handle.createQuery(SLOTS)
                .map((row, context) -> new Slot(
                        row.getString("slot_name"),
                        row.getString("slot_type"),
                        row.getBoolean("active"),
                        row.getString("wal_status"),
                        row.getLong("held")))
                .list();
        boolean hidden = server.unprivileged() && replicas.stream().anyMatch(replica -> replica.state() == null);
        return new State(server.standby() ? standby(handle) : null, replicas, slots, hidden, server.reader());
    }

    private static Standby standby(Handle handle) {
        return handle.createQuery(STANDBY)
                .map((row, context) -> new Standby(
                        row.getBoolean("receiving"),
                        number(row.getDouble("lag_millis"), row.wasNull()),
                        number(row.getDouble("age_millis"), row.wasNull()),
                        row.getLong("behind"),
                        row.getBoolean("paused")))
                .one();
    }

    private static Long number(double number, boolean isNull) {
        return isNull ? null : Math.max(0, Math.round(number));
    }

    @Override
    public List<Finding> judge(State seen) {
        List<Finding> findings = new ArrayList<>();
        if (seen.standby() != null) {
            judge(seen.standby(), findings);
        }
        for (Replica replica : seen.replicas()) {
            judge(replica, findings);
        }
        for (Slot slot : seen.slots()) {
            judge(slot, findings);
        }
        if (seen.hidden()) {
            findings.add(Finding.of(
                            Severity.UNKNOWN,
                            "replication_hidden",
                            "",
                            "How far " + Wording.counted(seen.replicas().size(), "replica") + " got is hidden from "
                                    + seen.reader() + ".")
                    .because("A replica that falls behind shows old numbers, and is no help when the primary is lost.")
                    .mendedBy("grant pg_monitor to " + seen.reader() + ";"));
        }
        return findings;
    }

    private void judge(Standby standby, List<Finding> findings) {
        if (!standby.receiving()) {
            findings.add(Finding.of(
                            Severity.UNKNOWN,
                            "replica_lag",
                            "",
                            "This standby is not connected to its primary, so how far it is behind cannot be said. "
                                    + (standby.lastReplayedMillis() == null
                                            ? "It has replayed no transaction yet."
                                            : "The last transaction that it replayed was committed "
                                                    + Wording.millis(standby.lastReplayedMillis()) + " ago."))
                    .because("What is read here may be old, and gets older until the connection is back. That is as it "
                            + "should be only for a standby that restores from an archive.")
                    .mendedBy("show primary_conninfo; -- is the primary reachable with this from the standby's host? "
                            + "Its log says why not"));
            return;
        }
        if (standby.lagMillis() == null) {
            findings.add(Finding.of(
                            Severity.UNKNOWN,
                            "replica_lag",
                            "",
                            "This standby has replayed no transaction since it started, and has "
                                    + Wording.bytes(standby.behindBytes())
                                    + " of write-ahead log to replay: how old its data is cannot be said."
                                    + paused(standby))
                    .because("What is read here may be old.")
                    .mendedBy(release(standby)));
            return;
        }
        long lag = standby.lagMillis();
        if (lag > thresholds.replicaLag().toMilliseconds()) {
            findings.add(Finding.of(
                            severity(lag),
                            "replica_lag",
                            "",
                            "This standby is " + Wording.millis(lag) + " behind its primary; "
                                    + Wording.bytes(standby.behindBytes()) + " of write-ahead log are not replayed."
                                    + paused(standby))
                    .because("Whoever reads here sees the data as it was then. Replay waits for long statements on the "
                            + "standby, up to max_standby_streaming_delay, or its disk is too slow.")
                    .mendedBy(release(standby)));
        }
    }

    private static String paused(Standby standby) {
        return standby.paused() ? " Its replay is paused." : "";
    }

    private static String release(Standby standby) {
        return standby.paused()
                ? "select pg_wal_replay_resume();"
                : "select pid, query_start, query from pg_stat_activity where state = 'active' "
                        + "order by query_start; -- on the standby: what replay may wait for";
    }

    private void judge(Replica replica, List<Finding> findings) {
        long lag = replica.lagMillis() == null ? 0 : replica.lagMillis();
        long behind = replica.behindBytes() == null ? 0 : replica.behindBytes();
        if (lag <= thresholds.replicaLag().toMilliseconds() && behind <= HELD_BYTES) {
            return;
        }
        findings.add(Finding.of(
                        severity(lag),
                        "replica_lag",
                        replica.application(),
                        "The replica " + replica.application() + " (pid " + replica.pid() + ", " + replica.state()
                                + ") is " + (lag == 0 ? "" : Wording.millis(lag) + " and ")
                                + Wording.bytes(behind) + " of write-ahead log behind.")
                .because("Whoever reads there sees old data, and what is not there yet is lost with the primary.")
                .mendedBy("select pid, query_start, query from pg_stat_activity where state = 'active' "
                        + "order by query_start; -- on the replica: replay waits for long statements"));
    }

    private Severity severity(long lagMillis) {
        Duration most = thresholds.replicaLag();
        return lagMillis > CRITICAL_FACTOR * most.toMilliseconds() ? Severity.CRITICAL : Severity.WARNING;
    }

    private static void judge(Slot slot, List<Finding> findings) {
        if (slot.active()) {
            return;
        }
        boolean lost = "lost".equals(slot.walStatus());
        if (!lost && slot.heldBytes() <= HELD_BYTES) {
            return;
        }
        findings.add(Finding.of(
                        Severity.WARNING,
                        "inactive_slot",
                        slot.name(),
                        "Nobody reads from the " + slot.type() + " replication slot " + slot.name() + ", "
                                + (lost
                                        ? "and the write-ahead log that its replica needs is gone."
                                        : "for which the server keeps " + Wording.bytes(slot.heldBytes())
                                                + " of write-ahead log."))
                .because(
                        lost
                                ? "Its replica cannot catch up any more and must be built anew."
                                : "The log grows until the disk is full, and then PostgreSQL stops.")
                .mendedBy("select pg_drop_replication_slot('" + slot.name().replace("'", "''")
                        + "'); -- if its replica is gone for good; else start the replica"));
    }
}
