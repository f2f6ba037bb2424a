package dev.harken.database.migration;

import dev.harken.database.partitions.MonthlyPartition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@code analytics_events} a table that is partitioned by the month of {@code created_at}, in UTC, while its
 * writers go on.
 *
 * <p>An empty table is replaced. A filled one becomes the first partition of a new table of its name, rows, files and all:
 * it takes everything up to a bound. What takes long is done beforehand and lets writers go on: the index of the new
 * primary key is built CONCURRENTLY, and a check that all rows are before the bound is added NOT VALID and validated, so
 * that nothing has to be read when the table is attached. The rest is one transaction that changes the catalogue only.
 *
 * <p>The bound is the first day of the month after next: writers store the present moment, so at least four weeks go by
 * before one could meet the check, and the check goes with the transaction that ends this. A run that was interrupted goes
 * on where it was; one that is begun again in a later month gives the check a later bound.
 *
 * <p>What is locked is locked in a {@link ShortTransaction}.
 */
public final class PartitionedEvents extends SchemaChange {
    private static final Logger LOGGER = LoggerFactory.getLogger(PartitionedEvents.class);

    static final String TABLE = "analytics_events";
    /** Months made beyond the running one; the service makes the further ones. */
    private static final int MONTHS_AHEAD = 3;

    private static final String KEY = "analytics_events_partition_key";
    private static final String FOREIGN_KEY = "fk_events_client";

    /** An index of the whole table, and what PostgreSQL itself would call its part. */
    private record Kept(String index, String definition, String part) {}

    private static final List<Kept> INDEXES = List.of(
            new Kept("idx_analytics_client_date", "(client_id, created_at)", "_client_id_created_at_idx"),
            new Kept("idx_analytics_client_event", "(client_id, event_type)", "_client_id_event_type_idx"),
            new Kept("idx_analytics_event_date", "(event_type, created_at)", "_event_type_created_at_idx"));

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        if (catalog.isPartitioned(TABLE)) {
            return;
        }
        refuseWhatWouldBeLost(catalog);
        if (isEmpty(catalog) && ShortTransaction.run(connection, TABLE, () -> replaceEmpty(catalog))) {
            return;
        }
        prepareKeyAndIndexes(connection);
        MonthlyPartition bound = check(connection, catalog);
        catalog.execute("alter table " + TABLE + " validate constraint " + bound.nameOfAllBefore());
        ShortTransaction.run(connection, TABLE, () -> becomeFirstPartition(catalog, bound));
        LOGGER.info("table partitioned: table={} first={}", TABLE, bound.nameOfAllBefore());
    }

    /** What hangs on the table by its number and not by its name would stay with the first partition, without a word. */
    private static void refuseWhatWouldBeLost(Catalog catalog) throws SQLException {
        List<String> obstacles = catalog.texts(
                """
                select distinct 'view ' || r.ev_class::regclass
                from pg_depend d
                join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
                where d.refclassid = 'pg_class'::regclass
                and d.refobjid = to_regclass(?)
                and r.ev_class <> d.refobjid
                union all
                select 'trigger ' || quote_ident(tgname)
                from pg_trigger
                where tgrelid = to_regclass(?)
                and not tgisinternal
                union all
                select 'rule ' || quote_ident(rulename)
                from pg_rewrite
                where ev_class = to_regclass(?)
                union all
                select 'policy ' || quote_ident(polname)
                from pg_policy
                where polrelid = to_regclass(?)
                union all
                select 'foreign key ' || quote_ident(conname) || ' of ' || conrelid::regclass
                from pg_constraint
                where contype = 'f'
                and confrelid = to_regclass(?)
                union all
                select 'child or parent ' || case inhrelid when to_regclass(?) then inhparent else inhrelid end::regclass
                from pg_inherits
                where to_regclass(?) in (inhrelid, inhparent)
                """,
                TABLE,
                TABLE,
                TABLE,
                TABLE,
                TABLE,
                TABLE,
                TABLE);
        if (!obstacles.isEmpty()) {
            throw new MigrationException("Table " + TABLE + " is to be partitioned by month, but something of yours"
                    + " depends on it and would go on to see its present rows only: " + String.join(", ", obstacles)
                    + ". The table was not changed. Keep its definition, drop it, run the migration again, and make it"
                    + " again afterwards.");
        }
        if (catalog.is("select exists (select 1 from " + TABLE + " where created_at > now() + interval '1 year')")) {
            throw new MigrationException("Table " + TABLE + " is to be partitioned by month, but events in it are dated"
                    + " more than a year ahead. The table was not changed. Mend them (update " + TABLE
                    + " set created_at = now() where created_at > now() + interval '1 year';), then run the"
                    + " migration again.");
        }
    }

    private static boolean isEmpty(Catalog catalog) throws SQLException {
        return !catalog.is("select exists (select 1 from " + TABLE + ")");
    }

    private static void prepareKeyAndIndexes(Connection connection) throws SQLException {
        ConcurrentIndex key = ConcurrentIndex.of(KEY, TABLE, "(id, created_at)");
        key.setUnique("true");
        key.apply(connection);
        // Each is there already, unless somebody dropped it since; without it, attaching would build it with writers
        // kept out.
        for (Kept kept : INDEXES) {
            ConcurrentIndex.of(kept.index(), TABLE, kept.definition()).apply(connection);
        }
        ForeignKey client = new ForeignKey();
        client.setName(FOREIGN_KEY);
        client.setTable(TABLE);
        client.setColumns("client_id");
        client.setTarget("clients");
        client.setTargetColumns("id");
        client.setOnDelete("cascade");
        client.apply(connection);
    }

    /** Sees that the check is there; one that a run of an earlier month left is replaced. */
    private static MonthlyPartition check(Connection connection, Catalog catalog) throws SQLException {
        MonthlyPartition bound = new MonthlyPartition(
                TABLE,
                YearMonth.parse(catalog.text(
                                """
                                select to_char(greatest(
                                    date_trunc('month', now() at time zone 'UTC') + interval '2 months',
                                    date_trunc('month', max(created_at) at time zone 'UTC') + interval '1 month'),
                                    'YYYY-MM')
                                from\s"""
                                        + TABLE)
                        .orElseThrow()));
        List<String> outdated = catalog.texts(
                """
                select conname
                from pg_constraint
                where conrelid = to_regclass(?)
                and contype = 'c'
                and conname ~ '_before_[0-9]{4}_[0-9]{2}$'
                and conname <> ?
                """,
                TABLE, bound.nameOfAllBefore());
        boolean there = catalog.hasConstraint(TABLE, bound.nameOfAllBefore());
        if (there && outdated.isEmpty()) {
            return bound;
        }
        ShortTransaction.run(connection, TABLE, () -> {
            List<String> changes = new ArrayList<>();
            outdated.forEach(name -> changes.add("drop constraint " + Catalog.quoted(name)));
            if (!there) {
                changes.add("add constraint " + bound.nameOfAllBefore() + " check (created_at < " + bound.fromLiteral()
                        + ") not valid");
            }
            catalog.execute("alter table " + TABLE + " " + String.join(", ", changes));
            return true;
        });
        return bound;
    }

    /** Nobody writes the table from here to the end of the transaction. */
    private static void lock(Catalog catalog) throws SQLException {
        // The foreign key needs this one; taken first, it is waited for while events are still written.
        catalog.execute("lock table clients in share row exclusive mode");
        catalog.execute("lock table " + TABLE + " in access exclusive mode");
    }

    private static boolean replaceEmpty(Catalog catalog) throws SQLException {
        lock(catalog);
        if (!isEmpty(catalog)) {
            return false;
        }
        String old = TABLE + "_unpartitioned";
        MonthlyPartition running = runningMonth(catalog);
        makeParent(catalog, old);
        catalog.execute("drop table " + old);
        for (String sequence : sequence(catalog).stream().toList()) {
            catalog.execute("alter sequence " + sequence + " as bigint");
        }
        catalog.execute("alter table " + TABLE + " alter column id type bigint");
        makeRules(catalog);
        catalog.execute("create table " + running.nameOfAllBefore() + " partition of " + TABLE
                + " for values from (minvalue) to (" + running.fromLiteral() + ")");
        makeMonths(catalog, running, running.plusMonths(MONTHS_AHEAD));
        return true;
    }

    private static boolean becomeFirstPartition(Catalog catalog, MonthlyPartition bound) throws SQLException {
        lock(catalog);
        String first = bound.nameOfAllBefore();
        makeParent(catalog, first);
        for (Kept kept : INDEXES) {
            catalog.execute("alter index " + kept.index() + " rename to " + first + kept.part());
        }
        Optional<String> key = catalog.text(
                "select quote_ident(conname) from pg_constraint where conrelid = to_regclass(?) and contype = 'p'",
                first);
        catalog.execute("alter table " + first
                + key.map(name -> " drop constraint " + name + ",").orElse("") + " add constraint " + first
                + "_pkey primary key using index " + KEY);
        makeRules(catalog);
        catalog.execute("alter table " + TABLE + " attach partition " + first + " for values from (minvalue) to ("
                + bound.fromLiteral() + ")");
        // The bound of the partition says it now.
        catalog.execute("alter table " + first + " drop constraint " + first);
        makeMonths(catalog, bound, runningMonth(catalog).plusMonths(MONTHS_AHEAD));
        return true;
    }

    private static MonthlyPartition runningMonth(Catalog catalog) throws SQLException {
        return new MonthlyPartition(
                TABLE,
                YearMonth.parse(catalog.text("select to_char(now() at time zone 'UTC', 'YYYY-MM')")
                        .orElseThrow()));
    }

    /**
     * Renames the table and makes a partitioned one like it under its name, with its owner, its grants and its ids going
     * on. An identity cannot be kept, since only PostgreSQL 17 and later has them on a partitioned table: its sequence becomes a
     * plain one.
     */
    private static void makeParent(Catalog catalog, String renamedTo) throws SQLException {
        String identity = withoutIdentity(catalog);
        Optional<String> sequence = sequence(catalog);
        catalog.execute("alter table " + TABLE + " rename to " + renamedTo);
        catalog.execute("create table " + TABLE + " (like " + renamedTo
                + " including defaults including generated including comments including storage including compression)"
                + " partition by range (created_at)");
        hand(catalog, renamedTo, TABLE);
        if (!identity.isEmpty()) {
            catalog.execute(
                    "alter table " + TABLE + " alter column id set default nextval('" + identity + "'::regclass)");
        }
        String numbering = identity.isEmpty() ? sequence.orElse("") : identity;
        if (!numbering.isEmpty()) {
            catalog.execute("alter sequence " + numbering + " owner to "
                    + catalog.text("select relowner::regrole::text from pg_class where oid = to_regclass(?)", TABLE)
                            .orElseThrow());
            catalog.execute("alter sequence " + numbering + " owned by " + TABLE + ".id");
        }
    }

    /** The sequence behind the ids, as a statement names it. */
    private static Optional<String> sequence(Catalog catalog) throws SQLException {
        return catalog.text("select pg_get_serial_sequence(?, 'id')", TABLE);
    }

    /** Makes an identity a plain sequence of the same name that goes on where it was; empty when there is none. */
    private static String withoutIdentity(Catalog catalog) throws SQLException {
        if (!catalog.is(
                """
                select attidentity <> ''
                from pg_attribute
                where attrelid = to_regclass(?)
                and attname = 'id'
                """,
                TABLE)) {
            return "";
        }
        String sequence = sequence(catalog).orElseThrow();
        String type = catalog.columnType(TABLE, "id").orElseThrow();
        String last = catalog.text("select last_value::text from " + sequence).orElseThrow();
        String called = catalog.text("select is_called::text from " + sequence).orElseThrow();
        List<String> grants = grants(catalog, sequence, "sequence " + sequence);
        catalog.execute("alter table " + TABLE + " alter column id drop identity");
        catalog.execute("create sequence " + sequence + " as " + type);
        for (String grant : grants) {
            catalog.execute(grant);
        }
        catalog.texts("select setval(?::regclass, ?::bigint, ?::boolean)::text", sequence, last, called);
        return sequence;
    }

    /** Gives a new table the owner and the grants of another one. */
    private static void hand(Catalog catalog, String from, String to) throws SQLException {
        catalog.execute("alter table " + to + " owner to "
                + catalog.text("select relowner::regrole::text from pg_class where oid = to_regclass(?)", from)
                        .orElseThrow());
        for (String grant : grants(catalog, from, to)) {
            catalog.execute(grant);
        }
    }

    private static List<String> grants(Catalog catalog, String from, String to) throws SQLException {
        return catalog.texts(
                """
                select format('grant %s on %s to %s%s', a.privilege_type, ?::text,
                    case a.grantee when 0 then 'public' else a.grantee::regrole::text end,
                    case when a.is_grantable then ' with grant option' else '' end)
                from pg_class c
                cross join lateral aclexplode(c.relacl) a
                where c.oid = to_regclass(?)
                and a.grantee <> c.relowner
                """,
                to, from);
    }

    /** On a table without partitions: each partition gets its part, and one that has it already keeps it. */
    private static void makeRules(Catalog catalog) throws SQLException {
        catalog.execute("alter table " + TABLE + " add primary key (id, created_at)");
        for (Kept kept : INDEXES) {
            catalog.execute("create index " + kept.index() + " on " + TABLE + " " + kept.definition());
        }
        catalog.execute("alter table " + TABLE + " add constraint " + FOREIGN_KEY
                + " foreign key (client_id) references clients (id) on delete cascade");
    }

    private static void makeMonths(Catalog catalog, MonthlyPartition first, MonthlyPartition last) throws SQLException {
        for (MonthlyPartition month = first; !month.month().isAfter(last.month()); month = month.next()) {
            catalog.execute("create table " + month.name() + " partition of " + TABLE + " for values from ("
                    + month.fromLiteral() + ") to (" + month.toLiteral() + ")");
        }
        catalog.execute(
                "create table " + MonthlyPartition.nameOfDefault(TABLE) + " partition of " + TABLE + " default");
    }

    /** An empty table becomes a plain one again. Events are never copied, nor dropped, by a rollback. */
    @Override
    void undo(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        if (!catalog.isPartitioned(TABLE)) {
            return;
        }
        ShortTransaction.run(connection, TABLE, () -> {
            lock(catalog);
            if (!isEmpty(catalog)) {
                throw new MigrationException("Table " + TABLE + " holds events and stays partitioned: one table would"
                        + " have to be written anew while nobody can write. Earlier versions of Harken read and write"
                        + " the partitioned table as well. The statements that make it one table again are in"
                        + " growth.md.");
            }
            String plain = TABLE + "_plain";
            catalog.execute("create table " + plain + " (like " + TABLE
                    + " including generated including comments including storage including compression)");
            hand(catalog, TABLE, plain);
            catalog.execute("alter table " + TABLE + " alter column id drop default");
            catalog.execute("drop table " + TABLE);
            catalog.execute("alter table " + plain + " rename to " + TABLE);
            catalog.execute("alter table " + TABLE + " alter column created_at set default now(),"
                    + " alter column id add generated by default as identity");
            catalog.execute("alter table " + TABLE + " add primary key (id)");
            for (Kept kept : INDEXES) {
                catalog.execute("create index " + kept.index() + " on " + TABLE + " " + kept.definition());
            }
            catalog.execute("alter table " + TABLE + " add constraint " + FOREIGN_KEY
                    + " foreign key (client_id) references clients (id) on delete cascade");
            return true;
        });
    }

    @Override
    public String getConfirmationMessage() {
        return "table " + TABLE + " is partitioned by month";
    }
}
