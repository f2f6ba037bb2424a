package dev.harken.database.insight;

import io.dropwizard.util.Duration;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * The client sessions of the database: what each does, since when, and who blocks whom. The session that asks is left
 * out. The texts of statements carry no values.
 */
public final class Sessions implements Insight<Sessions.Activity> {
    private static final int TEXT = 1000;
    /** A session that waits for a lock for less is not worth a word. */
    private static final long BLOCKED_MILLIS = 1_000;
    /** With so many blocked the service stands still: each holds a connection of the pool. */
    private static final int MANY_BLOCKED = 5;

    /**
     * All sessions of the server, because one in another database or a background process can block too. Of a session
     * that is hidden the state and the kind of process are null. Who blocks is only asked for those that wait, because
     * PostgreSQL stops its lock table for the answer.
     */
    private static final String SESSIONS =
            """
            select
              a.pid,
              a.usename,
              a.application_name,
              host(a.client_addr) as client_address,
              coalesce(a.backend_type, 'hidden') as kind,
              a.state,
              a.wait_event_type,
              a.wait_event,
              extract(epoch from clock_timestamp() - a.query_start) * 1000 as statement_millis,
              extract(epoch from clock_timestamp() - a.xact_start) * 1000 as transaction_millis,
              extract(epoch from clock_timestamp() - a.state_change) * 1000 as state_millis,
              extract(epoch from clock_timestamp() - coalesce(w.waitstart, a.query_start)) * 1000 as waiting_millis,
              case when w.pid is not null then pg_blocking_pids(a.pid) end as blocked_by,
              a.query,
              a.query = '<insufficient privilege>' as hidden,
              a.datname = current_database()
                and a.usesysid is not null
                and coalesce(a.backend_type, 'client backend') = 'client backend' as client
            from pg_stat_activity a
            left join (
              select
                pid,
                min(waitstart) as waitstart
              from pg_locks
              where not granted
              group by pid
            ) w on w.pid = a.pid
            where a.pid <> pg_backend_pid()
            order by a.xact_start nulls last, a.pid
            """;

    private final InsightFactory thresholds;

    public Sessions(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * What the sessions do.
     *
     * @param sessions the client sessions of the database, the longest transaction first
     * @param others sessions of other databases and background processes that block one of those
     * @param hidden how many of the sessions are hidden from the reader but for their pid, user and application
     * @param reader the user who read, quoted for SQL
     */
    public record Activity(List<Session> sessions, List<Session> others, int hidden, String reader) {}

    /**
     * One session. The times are null where they do not apply or are hidden.
     *
     * @param kind {@code client backend}, {@code autovacuum worker} and so on, or {@code hidden}
     * @param clientAddress without a port; null over a Unix socket
     * @param state {@code active}, {@code idle}, {@code idle in transaction}, {@code idle in transaction (aborted)};
     *     {@code disabled} without track_activities; null when hidden
     * @param statementMillis since its statement began, the latest when none runs
     * @param transactionMillis since its transaction began
     * @param stateMillis since it is in its state
     * @param blockedMillis since it waits for a lock, 0 when it does not
     * @param blockedBy the pids of those who keep it waiting; 0 stands for a prepared transaction
     * @param statement what runs, or ran last, without values, at most 1000 characters; empty when hidden
     */
    public record Session(
            int pid,
            String user,
            String application,
            String clientAddress,
            String kind,
            String state,
            String waitEventType,
            String waitEvent,
            Long statementMillis,
            Long transactionMillis,
            Long stateMillis,
            long blockedMillis,
            List<Integer> blockedBy,
            String statement,
            boolean hidden) {

        boolean active() {
            return "active".equals(state);
        }

        /** Whether track_activities is off for it, so that PostgreSQL itself does not know. */
        boolean disabled() {
            return "disabled".equals(state);
        }

        boolean idleInTransaction() {
            return state != null && state.startsWith("idle in transaction");
        }
    }

    private record Row(Session session, boolean client) {}

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public Activity read(Handle handle) {
        List<Row> rows = handle.createQuery(SESSIONS)
                .map((row, context) -> new Row(session(row), row.getBoolean("client")))
                .list();
        List<Session> clients =
                rows.stream().filter(Row::client).map(Row::session).toList();
        Set<Integer> blockers = clients.stream()
                .flatMap(session -> session.blockedBy().stream())
                .collect(Collectors.toSet());
        List<Session> others = rows.stream()
                .filter(row -> !row.client() && blockers.contains(row.session().pid()))
                .map(Row::session)
                .toList();
        return new Activity(
                clients,
                others,
                (int) clients.stream().filter(Session::hidden).count(),
                handle.createQuery("select quote_ident(current_user)")
                        .mapTo(String.class)
                        .one());
    }

    private static Session session(ResultSet row) throws SQLException {
        List<Integer> blockedBy = pids(row.getArray("blocked_by"));
        boolean hidden = row.getBoolean("hidden");
        String text = Optional.ofNullable(row.getString("query")).orElse("");
        Long waiting = millis(row, "waiting_millis");
        return new Session(
                row.getInt("pid"),
                row.getString("usename"),
                row.getString("application_name"),
                row.getString("client_address"),
                row.getString("kind"),
                row.getString("state"),
                row.getString("wait_event_type"),
                row.getString("wait_event"),
                millis(row, "statement_millis"),
                millis(row, "transaction_millis"),
                millis(row, "state_millis"),
                blockedBy.isEmpty() || waiting == null ? 0 : waiting,
                blockedBy,
                hidden ? "" : StatementText.withoutValues(text, TEXT),
                hidden);
    }

    /** The clock may have been read before the session's own time was taken: never below 0. */
    private static Long millis(ResultSet row, String column) throws SQLException {
        double millis = row.getDouble(column);
        return row.wasNull() ? null : Math.max(0, Math.round(millis));
    }

    /** Each once: a parallel query's processes all block. */
    private static List<Integer> pids(Array array) throws SQLException {
        return array == null
                ? List.of()
                : Stream.of((Integer[]) array.getArray()).distinct().toList();
    }

    @Override
    public List<Finding> judge(Activity seen) {
        Map<Integer, Session> byPid = Stream.concat(seen.sessions().stream(), seen.others().stream())
                .collect(Collectors.toMap(Session::pid, Function.identity()));
        List<Finding> findings = new ArrayList<>();
        List<Session> blocked = seen.sessions().stream()
                .filter(session -> session.blockedMillis() > BLOCKED_MILLIS)
                .sorted(Comparator.comparing(Session::blockedMillis).reversed())
                .toList();
        for (Session session : blocked) {
            findings.add(blocked(session, blocked.size(), byPid));
        }
        for (Session session : seen.sessions()) {
            if (session.idleInTransaction() && over(session.stateMillis(), thresholds.idleInTransaction())) {
                findings.add(idleInTransaction(session));
            }
            // A blocked one has its finding; to cancel it would mend nothing.
            if (session.active()
                    && over(session.statementMillis(), thresholds.longStatement())
                    && !blocked.contains(session)) {
                findings.add(longStatement(session));
            }
        }
        if (seen.hidden() > 0) {
            findings.add(Finding.of(
                            Severity.UNKNOWN,
                            "sessions_hidden",
                            "",
                            "What " + Wording.counted(seen.hidden(), "session") + " of other users do"
                                    + (seen.hidden() == 1 ? "es" : "") + " is hidden from " + seen.reader() + ".")
                    .because("Long statements and forgotten transactions among them go unseen.")
                    .mendedBy("grant pg_monitor to " + seen.reader() + ";"));
        }
        long disabled = seen.sessions().stream().filter(Session::disabled).count();
        if (disabled > 0) {
            findings.add(Finding.of(
                            Severity.UNKNOWN,
                            "sessions_hidden",
                            "track_activities",
                            "What " + Wording.counted(disabled, "session")
                                    + " do is not known: track_activities is off for them.")
                    .because("Long statements and forgotten transactions among them go unseen.")
                    .mendedBy("alter system set track_activities = on;\nselect pg_reload_conf();"));
        }
        return findings;
    }

    private static boolean over(Long millis, Duration most) {
        return millis != null && millis > most.toMilliseconds();
    }

    private static Finding blocked(Session session, int blocked, Map<Integer, Session> byPid) {
        String blockers =
                session.blockedBy().stream().map(pid -> blocker(pid, byPid)).collect(Collectors.joining("; "));
        String all = blocked == 1 ? "" : " " + blocked + " sessions are blocked in all.";
        return Finding.of(
                        blocked >= MANY_BLOCKED ? Severity.CRITICAL : Severity.WARNING,
                        "blocked_session",
                        Integer.toString(session.pid()),
                        who(session) + " waits since " + Wording.millis(session.blockedMillis()) + " for a lock that "
                                + blockers + "." + all + runs(session))
                .because(
                        "It goes on when the other transaction ends, and not before. Until then its connection is taken, "
                                + "and whoever wants the same lock queues up behind it.")
                .mendedBy(roots(session, byPid).stream()
                        .map(pid -> release(pid, byPid))
                        .collect(Collectors.joining("\n")));
    }

    private static String blocker(int pid, Map<Integer, Session> byPid) {
        if (pid == 0) {
            return "a prepared transaction holds";
        }
        Session blocker = byPid.get(pid);
        if (blocker == null) {
            return "pid " + pid + " holds or asked for first";
        }
        String holds = who(blocker) + (blocker.blockedBy().isEmpty() ? " holds" : " asked for first, itself blocked");
        if (blocker.hidden()) {
            return holds + ", what it runs is hidden";
        }
        String since = blocker.active() ? ", runs since " : ", is " + blocker.state() + " since ";
        Long age = blocker.active() ? blocker.statementMillis() : blocker.stateMillis();
        return holds
                + (age == null ? "" : since + Wording.millis(age))
                + (blocker.transactionMillis() == null
                        ? ""
                        : ", its transaction is open since " + Wording.millis(blocker.transactionMillis()))
                + runs(blocker);
    }

    /** Those at the ends of the chains, who wait for nobody: to end one in the middle frees nobody. */
    private static Set<Integer> roots(Session session, Map<Integer, Session> byPid) {
        Set<Integer> roots = new LinkedHashSet<>();
        Set<Integer> known = new LinkedHashSet<>();
        List<Integer> next = new ArrayList<>(session.blockedBy());
        while (!next.isEmpty()) {
            int pid = next.remove(0);
            if (known.add(pid)) {
                Session blocker = byPid.get(pid);
                if (blocker == null || blocker.blockedBy().isEmpty()) {
                    roots.add(pid);
                } else {
                    next.addAll(blocker.blockedBy());
                }
            }
        }
        return roots;
    }

    private static String release(int pid, Map<Integer, Session> byPid) {
        if (pid == 0) {
            return "-- roll back or commit the prepared transaction: select gid, prepared, owner from pg_prepared_xacts";
        }
        Session blocker = byPid.get(pid);
        // A session between two statements has nothing to cancel.
        return blocker != null && blocker.active() ? cancel(pid) : terminate(pid);
    }

    private static Finding idleInTransaction(Session session) {
        return Finding.of(
                        Severity.WARNING,
                        "idle_in_transaction",
                        Integer.toString(session.pid()),
                        who(session) + " is " + session.state() + " since " + Wording.millis(session.stateMillis())
                                + ", its transaction is open since " + Wording.millis(session.transactionMillis()) + "."
                                + (session.statement().isEmpty() ? "" : " It ran last: " + session.statement()))
                .because("It keeps its locks and its connection, and no row that was deleted or changed since can be "
                        + "cleared away anywhere in the database. Usually a program that forgot to commit, or waits for "
                        + "something else in the middle of a transaction.")
                .mendedBy(terminate(session.pid()));
    }

    private static Finding longStatement(Session session) {
        String waits = session.waitEvent() == null
                ? ""
                : ", waits for " + session.waitEventType().toLowerCase(Locale.ROOT) + " " + session.waitEvent();
        return Finding.of(
                        Severity.WARNING,
                        "long_statement",
                        Integer.toString(session.pid()),
                        who(session) + " runs a statement since " + Wording.millis(session.statementMillis()) + waits
                                + "." + runs(session))
                .because("It takes a connection and reads or calculates all that time, and rows deleted since it began "
                        + "cannot be cleared away.")
                .mendedBy(cancel(session.pid()));
    }

    private static String who(Session session) {
        if (!session.kind().equals("client backend") && !session.kind().equals("hidden")) {
            return "pid " + session.pid() + " (" + session.kind() + ")";
        }
        String application =
                session.application() == null || session.application().isEmpty()
                        ? ""
                        : ", application " + session.application();
        String address = session.clientAddress() == null ? "" : ", from " + session.clientAddress();
        return "pid " + session.pid() + " (" + session.user() + application + address + ")";
    }

    private static String runs(Session session) {
        return session.statement().isEmpty() ? "" : " Statement: " + session.statement();
    }

    private static String cancel(int pid) {
        return "select pg_cancel_backend(" + pid + ");";
    }

    private static String terminate(int pid) {
        return "select pg_terminate_backend(" + pid + ");";
    }
}
