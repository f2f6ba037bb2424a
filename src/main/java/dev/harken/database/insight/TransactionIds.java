package dev.harken.database.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * How near the database is to running out of transaction ids.
 *
 * <p>Ids are 32 bits and compared in a circle, so that half of them, 2^31, lie in the past of any one. PostgreSQL
 * refuses every new transaction that writes when the oldest id that is not frozen is 3 million short of that (14 and
 * newer, {@code SetTransactionIdLimit} in varsup.c). The percentages are of that stop limit.
 */
public final class TransactionIds implements Insight<TransactionIds.Ages> {
    /** The age at which PostgreSQL stops to give out ids: 2^31 - 1, less 3 million. */
    static final long STOP_LIMIT = Integer.MAX_VALUE - 3_000_000L;

    /** So many tables are named in a remedy; with more of them the whole database is vacuumed. */
    private static final int TABLES = 10;

    private static final String DATABASE =
            """
            select
              age(datfrozenxid) as age,
              current_setting('autovacuum_freeze_max_age')::bigint as freeze_max_age,
              not pg_has_role('pg_read_all_stats', 'usage') as hidden
            from pg_database
            where datname = current_database()
            """;

    /** A TOAST table is frozen along with its table, by whose name it goes here. */
    private static final String TABLE_AGES =
            """
            with ages as (
              select
                coalesce(owner.oid, c.oid)::regclass::text as name,
                max(age(c.relfrozenxid)) as age,
                bool_or(c.relpersistence = 't') as temporary
              from pg_class c
              left join pg_class owner on c.relkind = 't'
                and owner.reltoastrelid = c.oid
              where c.relkind in ('r', 'm', 't')
                and c.relfrozenxid <> '0'::xid
              group by 1
            )
            select
              name,
              age,
              temporary,
              count(*) filter (where age >= :threshold) over () as past
            from ages
            order by age desc, name
            limit :limit
            """;

    /** What is older than this is not frozen: an open transaction's view, one that is prepared, or a slot's. */
    private static final String HOLDERS =
            """
            select
              'session' as kind,
              pid::text as name,
              greatest(age(backend_xmin), age(backend_xid)) as age,
              state || ', application ' || application_name as detail
            from pg_stat_activity
            where (datname = current_database() or datid is null)
              and pid <> pg_backend_pid()
              and coalesce(backend_xmin, backend_xid) is not null
            union all
            select
              'prepared transaction',
              gid,
              age(transaction),
              'owner ' || owner
            from pg_prepared_xacts
            where database = current_database()
            union all
            select
              'replication slot',
              slot_name,
              greatest(age(xmin), age(catalog_xmin)),
              case when active then 'active' else 'inactive' end
            from pg_replication_slots
            where coalesce(xmin, catalog_xmin) is not null
            order by age desc, name
            limit 5
            """;

    private final InsightFactory thresholds;

    public TransactionIds(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * The ages, in transactions.
     *
     * @param age of the database's oldest id that is not frozen
     * @param percent that age in percent of the stop limit
     * @param stopLimit the age at which PostgreSQL refuses to write
     * @param freezeMaxAge autovacuum_freeze_max_age: autovacuum freezes a table that is older than this, even when it is
     *     off
     * @param tablesPast how many tables are older than the age from which on it is a finding
     * @param tables the oldest, at most ten
     * @param holders what keeps newer ids from being frozen, the oldest first, at most five
     * @param sessionsHidden whether sessions may be missing from the holders, for want of pg_monitor
     */
    public record Ages(
            long age,
            double percent,
            long stopLimit,
            long freezeMaxAge,
            long tablesPast,
            List<TableAge> tables,
            List<Holder> holders,
            boolean sessionsHidden) {}

    /**
     * A table's oldest id.
     *
     * @param table its name, quoted and with its schema where SQL needs that
     * @param temporary only the session that made it can freeze it
     */
    public record TableAge(String table, long age, double percent, boolean temporary) {}

    /**
     * What holds an old id.
     *
     * @param kind {@code session}, {@code prepared transaction} or {@code replication slot}
     * @param name the session's pid, the transaction's global id or the slot's name
     * @param detail what it does or whose it is
     */
    public record Holder(String kind, String name, long age, String detail) {}

    @Override
    public String name() {
        return "transaction ids";
    }

    @Override
    public Ages read(Handle handle) {
        List<Holder> holders = handle.createQuery(HOLDERS)
                .map((row, context) -> new Holder(
                        row.getString("kind"),
                        row.getString("name"),
                        row.getLong("age"),
                        Optional.ofNullable(row.getString("detail")).orElse("")))
                .list();
        List<TableAge> tables = new ArrayList<>();
        long[] past = {0};
        handle.createQuery(TABLE_AGES)
                .bind("threshold", Math.round(STOP_LIMIT * thresholds.transactionIdPercent() / 100))
                .bind("limit", TABLES)
                .map((row, context) -> {
                    past[0] = row.getLong("past");
                    long age = row.getLong("age");
                    return new TableAge(row.getString("name"), age, percent(age), row.getBoolean("temporary"));
                })
                .forEach(tables::add);
        return handle.createQuery(DATABASE)
                .map((row, context) -> new Ages(
                        row.getLong("age"),
                        percent(row.getLong("age")),
                        STOP_LIMIT,
                        row.getLong("freeze_max_age"),
                        past[0],
                        List.copyOf(tables),
                        holders,
                        row.getBoolean("hidden")))
                .one();
    }

    private static double percent(long age) {
        return 100.0 * age / STOP_LIMIT;
    }

    @Override
    public List<Finding> judge(Ages seen) {
        double warning = thresholds.transactionIdPercent();
        if (seen.percent() < warning) {
            return List.of();
        }
        double critical = (warning + 100) / 2;
        String oldest = seen.tables().stream()
                .limit(3)
                .map(table -> table.table() + " (" + Wording.count(table.age()) + ")")
                .collect(Collectors.joining(", "));
        return List.of(Finding.of(
                        seen.percent() >= critical ? Severity.CRITICAL : Severity.WARNING,
                        "transaction_ids",
                        "",
                        "The oldest transaction id that is not frozen is " + Wording.count(seen.age())
                                + " transactions old, " + Wording.percent(seen.percent()) + " of the "
                                + Wording.count(seen.stopLimit()) + " that are safe to use. The oldest tables: "
                                + oldest
                                + "." + heldBack(seen))
                .because("At 100 % PostgreSQL refuses every statement that writes, until the old rows are frozen. "
                        + "Autovacuum does that from " + Wording.count(seen.freezeMaxAge())
                        + " transactions on: it does not keep up, it is cancelled, or something holds it back.")
                .mendedBy(remedy(seen)));
    }

    private static String heldBack(Ages seen) {
        StringBuilder text = new StringBuilder();
        if (!seen.holders().isEmpty()) {
            text.append(" Held back by: ")
                    .append(seen.holders().stream()
                            .map(holder -> holder.kind() + " " + holder.name() + " (" + holder.detail() + ", "
                                    + Wording.count(holder.age()) + " transactions)")
                            .collect(Collectors.joining("; ")))
                    .append('.');
        }
        if (seen.sessionsHidden()) {
            text.append(" Sessions of other users that may hold it back are hidden: grant pg_monitor.");
        }
        return text.toString();
    }

    /** First what holds it back, because a vacuum freezes nothing that is newer. */
    private static String remedy(Ages seen) {
        List<String> statements = new ArrayList<>();
        long oldestTable =
                seen.tables().isEmpty() ? seen.age() : seen.tables().get(0).age();
        for (Holder holder : seen.holders()) {
            // A holder that is much younger than the tables takes nothing worth naming from the vacuum.
            if (holder.age() >= oldestTable / 2) {
                statements.add(release(holder));
            }
        }
        if (seen.tables().isEmpty() || seen.tablesPast() > TABLES) {
            statements.add("vacuum (freeze, verbose);");
        } else {
            seen.tables().stream()
                    .filter(table -> !table.temporary())
                    .limit(Math.max(1, seen.tablesPast()))
                    .forEach(table -> statements.add("vacuum (freeze, verbose) " + table.table() + ";"));
        }
        return String.join("\n", statements);
    }

    private static String release(Holder holder) {
        return switch (holder.kind()) {
            case "session" -> "select pg_terminate_backend(" + holder.name() + ", 5000);";
            case "prepared transaction" -> "rollback prepared " + literal(holder.name()) + ";";
            default ->
                "select pg_drop_replication_slot(" + literal(holder.name())
                        + "); -- only if its replica is gone for good";
        };
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
