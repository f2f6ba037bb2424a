package dev.harken.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PartitionedEventsIT {
    /** The partitions' changeset, and those after it, which are rolled back before it. */
    private static final int ROLLED_BACK =
            Changelog.changeSets().size() - Changelog.changeSets().indexOf("006-partitions::analytics_events-by-month");

    private final YearMonth now = YearMonth.now(ZoneOffset.UTC);
    private static final String ROW =
            "insert into analytics_events (client_id, event_type, created_at) values (1, 'mark', %s)";

    @Test
    void aNewDatabaseHasTheRunningMonthThreeMoreEverythingBeforeAndADefault() throws Exception {
        TestDatabase database = Databases.migrated();

        assertThat(partitions(database))
                .containsExactly(
                        name("before_", now) + " (id, created_at)",
                        name("", now) + " (id, created_at)",
                        name("", now.plusMonths(1)) + " (id, created_at)",
                        name("", now.plusMonths(2)) + " (id, created_at)",
                        name("", now.plusMonths(3)) + " (id, created_at)",
                        "analytics_events_default (id, created_at)");
        partitionsAreWhole(database);
        database.execute("insert into clients (name, slug) values ('Acme', 'acme')");
        database.execute(
                ROW.formatted("now()"),
                ROW.formatted("'" + now.plusMonths(1).atDay(1) + " 00:00Z'"),
                ROW.formatted("timestamptz '" + now.plusMonths(1).atDay(1) + " 00:00Z' - interval '1 microsecond'"),
                ROW.formatted("'2020-02-02 00:00Z'"),
                ROW.formatted("'2099-02-02 00:00Z'"));
        assertThat(database.scalar(
                        "select string_agg(tableoid::regclass::text, ' ' order by id) from analytics_events"))
                .isEqualTo(String.join(
                        " ",
                        name("", now),
                        name("", now.plusMonths(1)),
                        name("", now),
                        name("before_", now),
                        "analytics_events_default"));
        database.execute("delete from clients");
        assertThat(database.scalar("select count(*) from analytics_events")).isEqualTo("0");
    }

    @Test
    void anEmptyTableOfTheOldSystemIsReplacedAndGetsWideIds() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(0);

        Migrations.apply(Databases.source(database));

        assertThat(partitions(database)).hasSize(6);
        partitionsAreWhole(database);
        assertThat(database.scalar("select format_type(atttypid, null) from pg_attribute"
                        + " where attrelid = 'analytics_events'::regclass and attname = 'id'"))
                .isEqualTo("bigint");
        assertThat(
                        database.scalar(
                                "select format_type(seqtypid, null) from pg_sequence where seqrelid = pg_get_serial_sequence('analytics_events', 'id')::regclass"))
                .isEqualTo("bigint");
    }

    @Test
    void aFilledTableOfTheOldSystemBecomesTheFirstPartitionWithItsFileItsIdsAndItsGrants() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(3_000);
        String reader = database.name() + "_reader";
        database.execute(
                "create role " + reader,
                "grant select, insert on analytics_events to " + reader,
                "grant usage on sequence analytics_events_id_seq to " + reader);
        String file = database.scalar("select pg_relation_filenode('analytics_events')");

        Migrations.apply(Databases.source(database));

        String first = name("before_", now.plusMonths(2));
        assertThat(partitions(database))
                .containsExactly(
                        first + " (id, created_at)",
                        name("", now.plusMonths(2)) + " (id, created_at)",
                        name("", now.plusMonths(3)) + " (id, created_at)",
                        "analytics_events_default (id, created_at)");
        partitionsAreWhole(database);
        assertThat(database.scalar("select pg_relation_filenode('" + first + "')"))
                .isEqualTo(file);
        assertThat(database.scalar("select count(*) from pg_constraint where conrelid = '" + first
                        + "'::regclass and contype = 'c'"))
                .isEqualTo("0");
        database.execute("set role " + reader + "; " + ROW.formatted("now()"));
        assertThat(database.scalar("select max(id) from analytics_events")).isEqualTo("3001");
        assertThat(database.scalar("select pg_get_serial_sequence('analytics_events', 'id')"))
                .isEqualTo("public.analytics_events_id_seq");
        assertThat(Migrations.apply(Databases.source(database), line -> {})).isZero();
    }

    @Test
    void aFilledTableOfHarkensOwnGoesOnWithItsIdsToo() throws Exception {
        TestDatabase database = withAPlainTable(Databases.empty());
        database.execute(
                "insert into clients (name, slug) values ('Acme', 'acme')",
                ROW.formatted("now()"),
                ROW.formatted("now()"),
                ROW.formatted("timestamptz '2020-01-01 00:00Z'"));

        Migrations.apply(Databases.source(database));
        database.execute(ROW.formatted("now()"));

        assertThat(database.scalar("select string_agg(id::text, ' ' order by id) from analytics_events"))
                .isEqualTo("1 2 3 4");
        partitionsAreWhole(database);
    }

    private record Written(long rows, Duration longest, List<String> errors) {}

    @Test
    void fourWritersGoOnWithoutAnErrorAndNoRowIsLostOrDoubledWhileAFilledTableIsPartitioned() throws Exception {
        TestDatabase database = withAPlainTable(Databases.ofTheOldSystem(200_000));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService writers = Executors.newFixedThreadPool(4);
        List<Future<Written>> written = new ArrayList<>();
        try {
            for (int writer = 0; writer < 4; writer++) {
                int number = writer;
                written.add(writers.submit(() -> write(database, number, done)));
            }
            Awaitility.await()
                    .until(() -> Long.parseLong(
                                    database.scalar("select count(*) from analytics_events where event_type = 'mark'"))
                            > 200);
            long begun = System.nanoTime();
            var output = new Databases.Output();
            Migrations.apply(
                    Databases.source(database),
                    Migrations.SESSION_SETTINGS,
                    Databases.patience(50, Duration.ofSeconds(10)),
                    output::add);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            long before =
                    Long.parseLong(database.scalar("select count(*) from analytics_events where event_type = 'mark'"));
            Awaitility.await()
                    .until(() -> Long.parseLong(
                                    database.scalar("select count(*) from analytics_events where event_type = 'mark'"))
                            > before + 200);
            done.set(true);
            long rows = 0;
            Duration longest = Duration.ZERO;
            for (Future<Written> future : written) {
                Written result = future.get(60, TimeUnit.SECONDS);
                assertThat(result.errors()).isEmpty();
                rows += result.rows();
                longest = longest.compareTo(result.longest()) > 0 ? longest : result.longest();
            }
            System.out.printf(
                    "partitioned 200000 events in %d ms (%d lines) while 4 writers stored %d; longest wait of a writer: %d ms%n",
                    took.toMillis(), output.size(), rows, longest.toMillis());
            assertThat(database.scalar(
                            "select count(*) || ' ' || count(distinct id) || ' ' || count(distinct data::text)"
                                    + " from analytics_events where event_type = 'mark'"))
                    .isEqualTo(rows + " " + rows + " " + rows);
            assertThat(
                            database.scalar(
                                    "select count(*) || ' ' || count(distinct id) from analytics_events where event_type <> 'mark'"))
                    .isEqualTo("200000 200000");
        } finally {
            done.set(true);
            writers.shutdownNow();
        }
        partitionsAreWhole(database);
    }

    /**
     * Stores events until it is told to stop: two writers one by one, by a statement that PostgreSQL keeps prepared; one
     * with a change of the client before it and one with such a change after it, which is where a deadlock could be. To
     * wait for a lock longer than a migration asks for one at a time is an error.
     */
    private static Written write(TestDatabase database, int writer, AtomicBoolean done) throws SQLException {
        long rows = 0;
        long longest = 0;
        List<String> errors = new ArrayList<>();
        try (Connection connection = database.connect();
                var client = connection.createStatement();
                var insert = connection.prepareStatement(
                        "insert into analytics_events (client_id, event_type, data, created_at)"
                                + " values (?, 'mark', cast(? as json), now())")) {
            client.execute("set lock_timeout = '3s'");
            insert.unwrap(org.postgresql.PGStatement.class).setPrepareThreshold(1);
            connection.setAutoCommit(false);
            while (!done.get()) {
                long begun = System.nanoTime();
                try {
                    if (writer == 2) {
                        client.execute("update clients set updated_at = now() where id = 2");
                    }
                    insert.setInt(1, writer == 3 ? 3 : 1);
                    insert.setString(2, "{\"mark\": \"" + writer + "-" + rows + "\"}");
                    insert.executeUpdate();
                    if (writer == 3) {
                        client.execute("update clients set updated_at = now() where id = 3");
                    }
                    connection.commit();
                    rows++;
                } catch (SQLException e) {
                    errors.add(e.getSQLState() + " " + e.getMessage());
                    connection.rollback();
                }
                longest = Math.max(longest, System.nanoTime() - begun);
            }
        }
        return new Written(rows, Duration.ofNanos(longest), errors);
    }

    @Test
    void aLongTransactionOnTheTableKeepsNoWriterWaitingLongAndTheNextMigrationEndsTheWork() throws Exception {
        TestDatabase database = withAPlainTable(Databases.ofTheOldSystem(2_000));
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try (Connection reader = database.connect()) {
            reader.setAutoCommit(false);
            Future<Written> written = writer.submit(() -> write(database, 0, done));
            // An index would wait for this transaction; here it is there, and only the end of the work is held up.
            database.execute("create unique index analytics_events_partition_key on analytics_events (id, created_at)");
            new Catalog(reader).execute("lock table analytics_events in access share mode");

            assertThatThrownBy(() -> Migrations.apply(
                            Databases.source(database),
                            Migrations.SESSION_SETTINGS,
                            Databases.patience(3, Duration.ofSeconds(10)),
                            line -> {}))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("006-partitions::analytics_events-by-month")
                    .hasMessageContaining("in 3 attempts");

            done.set(true);
            Written result = written.get(60, TimeUnit.SECONDS);
            System.out.printf(
                    "longest wait of a writer behind a migration that does not get its lock: %d ms%n",
                    result.longest().toMillis());
            assertThat(result.errors()).isEmpty();
            assertThat(result.rows()).isPositive();
            assertThat(database.scalar("select relkind from pg_class where oid = 'analytics_events'::regclass"))
                    .isEqualTo("r");
            reader.rollback();
        } finally {
            done.set(true);
            writer.shutdownNow();
        }

        Migrations.apply(Databases.source(database));

        partitionsAreWhole(database);
        assertThat(database.scalar("select count(*) from analytics_events where event_type <> 'mark'"))
                .isEqualTo("2000");
    }

    @Test
    void aRunThatWasInterruptedAnywhereIsEndedByTheNext() throws Exception {
        String newCheck = "alter table analytics_events add constraint " + name("before_", now.plusMonths(2))
                + " check (created_at < '" + now.plusMonths(2).atDay(1) + "T00:00:00Z') not valid";
        List<List<String>> states = List.of(
                List.of("create unique index analytics_events_partition_key on analytics_events (id, created_at)"),
                List.of(
                        "create unique index analytics_events_partition_key on analytics_events (id, created_at)",
                        "update pg_index set indisvalid = false where indexrelid = 'analytics_events_partition_key'::regclass"),
                List.of(newCheck),
                List.of(
                        newCheck,
                        "alter table analytics_events validate constraint " + name("before_", now.plusMonths(2))),
                // Begun months ago.
                List.of("alter table analytics_events add constraint analytics_events_before_2026_02"
                        + " check (created_at < '2026-02-01T00:00:00Z') not valid"));
        for (List<String> state : states) {
            TestDatabase database = withAPlainTable(Databases.ofTheOldSystem(50));
            database.execute(state.toArray(String[]::new));

            Migrations.apply(Databases.source(database));

            partitionsAreWhole(database);
            assertThat(database.scalar("select count(*) from analytics_events")).isEqualTo("50");
            assertThat(database.scalar("select count(*) from pg_constraint where contype = 'c'"
                            + " and conrelid::regclass::text like 'analytics_events%'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void aRunThatWasKilledBeforeItWasRecordedIsRecordedByTheNextAndChangesNothing() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(50);
        Migrations.apply(Databases.source(database));
        String before = Databases.catalog(database);
        database.execute("delete from databasechangelog where filename = '006-partitions'");

        assertThat(Migrations.apply(Databases.source(database), line -> {})).isEqualTo(1);

        assertThat(Databases.catalog(database)).isEqualTo(before);
    }

    @Test
    void aViewOnTheEventsStopsItAndIsNamed() throws Exception {
        TestDatabase database = withAPlainTable(Databases.empty());
        database.execute("create view recent as select id, event_type from analytics_events");

        assertThatThrownBy(() -> Migrations.apply(Databases.source(database)))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("view recent")
                .hasMessageContaining("The table was not changed");

        database.execute("drop view recent");
        Migrations.apply(Databases.source(database));
        partitionsAreWhole(database);
    }

    @Test
    void eventsOfTheNextMonthsMoveTheBoundAndThoseOfAnotherCenturyStopIt() throws Exception {
        TestDatabase database = withAPlainTable(Databases.ofTheOldSystem(5));
        database.execute(ROW.formatted("'" + now.plusMonths(5).atDay(7) + " 00:00Z'"), ROW.formatted("'infinity'"));

        assertThatThrownBy(() -> Migrations.apply(Databases.source(database)))
                .hasMessageContaining("more than a year ahead");
        database.execute("update analytics_events set created_at = now() where created_at > now() + interval '1 year'");
        Migrations.apply(Databases.source(database));

        assertThat(partitions(database).get(0)).startsWith(name("before_", now.plusMonths(6)));
        partitionsAreWhole(database);
    }

    @Test
    void aRollbackMakesAnEmptyTablePlainAgainAndLeavesAFilledOneAlone() throws Exception {
        TestDatabase database = Databases.migrated();

        MigrationsIT.rollback(database, ROLLED_BACK);

        assertThat(database.scalar("select relkind from pg_class where oid = 'analytics_events'::regclass"))
                .isEqualTo("r");
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES_AT_FIRST);
        Migrations.apply(Databases.source(database));
        database.execute("insert into clients (name, slug) values ('Acme', 'acme')", ROW.formatted("now()"));

        assertThatThrownBy(() -> MigrationsIT.rollback(database, ROLLED_BACK))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("holds events and stays partitioned");

        assertThat(database.scalar("select count(*) from analytics_events")).isEqualTo("1");
        Migrations.apply(Databases.source(database));
        partitionsAreWhole(database);
    }

    @Test
    void theDocumentedWayBackKeepsEveryEventAndCanBeGoneAgain() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(100);
        Migrations.apply(Databases.source(database));
        database.execute(ROW.formatted("now()"));
        String events = "select md5(string_agg(e::text, ',' order by id)) from analytics_events e";
        String before = database.scalar(events);

        database.execute(Files.readString(Path.of("src/site/markdown/growth.md"))
                .lines()
                .dropWhile(line -> !line.equals("    begin;"))
                .takeWhile(line -> line.startsWith("    "))
                .collect(Collectors.joining("\n")));

        assertThat(database.scalar("select relkind from pg_class where oid = 'analytics_events'::regclass"))
                .isEqualTo("r");
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES_AT_FIRST);
        assertThat(database.scalar(events)).isEqualTo(before);
        database.execute(ROW.formatted("now()"));
        assertThat(database.scalar("select max(id) from analytics_events")).isEqualTo("102");
        Migrations.apply(Databases.source(database));
        partitionsAreWhole(database);
    }

    @Test
    void anIndexOfTheWholeTableIsBuiltOnEachPartitionAndJoinedAgainEvenHalfWay() throws Exception {
        TestDatabase database = Databases.migrated();
        database.execute(
                "drop index idx_analytics_client_event",
                "create index idx_analytics_client_event on only analytics_events (client_id, event_type)",
                "delete from databasechangelog where id = 'idx_analytics_client_event'");

        Migrations.apply(Databases.source(database));

        partitionsAreWhole(database);
    }

    private static TestDatabase withAPlainTable(TestDatabase database) throws Exception {
        try (Connection connection = database.connect()) {
            Liquibase liquibase = new Liquibase(
                    Migrations.CHANGELOG,
                    new ClassLoaderResourceAccessor(),
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection)));
            int before = Changelog.changeSets().indexOf("006-partitions::analytics_events-by-month");
            new Migrator(
                            liquibase,
                            Migrations.SESSION_SETTINGS,
                            Databases.patience(3, Duration.ofSeconds(1)),
                            line -> {})
                    .run(() -> liquibase.update(before, ""));
        }
        assertThat(database.scalar("select relkind from pg_class where oid = 'analytics_events'::regclass"))
                .isEqualTo("r");
        return database;
    }

    private static String name(String word, YearMonth month) {
        return String.format(Locale.ROOT, "analytics_events_%s%04d_%02d", word, month.getYear(), month.getMonthValue());
    }

    /** In the order of their bounds, each with its primary key. */
    private static List<String> partitions(TestDatabase database) throws SQLException {
        return List.of(database.scalar(
                        """
                        select string_agg(c.relname || ' '
                                || (select substring(pg_get_constraintdef(k.oid) from '[(].*')
                                    from pg_constraint k where k.conrelid = c.oid and k.contype = 'p'),
                            '|' order by pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT',
                                c.relname not like '%before%', c.relname)
                        from pg_inherits i
                        join pg_class c on c.oid = i.inhrelid
                        where i.inhparent = 'analytics_events'::regclass
                        """)
                .split("\\|", -1));
    }

    /** Every index and rule of the whole is valid and on each partition, under the names that are fixed. */
    private static void partitionsAreWhole(TestDatabase database) throws SQLException {
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
        assertThat(database.scalar("select count(*) from pg_index where not indisvalid"))
                .isEqualTo("0");
        assertThat(database.scalar("select count(*) from pg_constraint where not convalidated"))
                .isEqualTo("0");
        assertThat(
                        database.scalar(
                                """
                        select count(*) filter (where n.parts <> n.partitions) || ' of ' || count(*)
                        from (
                            select c.relname,
                                (select count(*) from pg_inherits p where p.inhparent = i.indexrelid) as parts,
                                (select count(*) from pg_inherits p where p.inhparent = i.indrelid) as partitions
                            from pg_index i
                            join pg_class c on c.oid = i.indexrelid
                            where i.indrelid = 'analytics_events'::regclass) n
                        """))
                .isEqualTo("0 of 4");
        assertThat(
                        database.scalar(
                                """
                        select string_agg(distinct pg_get_constraintdef(oid), '|')
                        from pg_constraint
                        where contype = 'f'
                        and conrelid::regclass::text like 'analytics_events%'
                        """))
                .isEqualTo("FOREIGN KEY (client_id) REFERENCES clients(id) ON DELETE CASCADE");
        assertThat(database.scalar("select pg_get_expr(adbin, adrelid) from pg_attrdef"
                        + " where adrelid = 'analytics_events'::regclass and adnum = 1"))
                .isEqualTo("nextval('analytics_events_id_seq'::regclass)");
    }
}
