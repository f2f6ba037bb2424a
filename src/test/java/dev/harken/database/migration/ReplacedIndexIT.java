package dev.harken.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

class ReplacedIndexIT {
    private static final String INDEX = "idx_analytics_client_date";
    private static final String FORMER = " (client_id, created_at)";
    private static final String WANTED = FORMER + " include (event_type)";
    private static final String CHANGESET = "025-events::" + INDEX;
    /** The changeset, and those after it, which are rolled back before it. */
    private static final int ROLLED_BACK =
            Changelog.changeSets().size() - Changelog.changeSets().indexOf(CHANGESET);

    private TestDatabase database;

    @BeforeEach
    void asItWasBefore() throws Exception {
        database = Databases.migrated();
        database.execute(
                "insert into clients (name, slug) values ('Acme', 'acme')",
                """
                insert into analytics_events (client_id, event_type, created_at)
                select 1, 'event' || n % 5, now() - n * interval '1 hour'
                from generate_series(1, 2000) n
                """);
        MigrationsIT.rollback(database, ROLLED_BACK);
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES_AT_FIRST);
    }

    @Test
    void theNewOneHasTheNameAndSoHasEachPartAndItCanBeGoneBackAndForth() throws Exception {
        Migrations.apply(Databases.source(database));
        MigrationsIT.rollback(database, ROLLED_BACK);
        Migrations.apply(Databases.source(database));

        isWhole();
        assertThat(
                        database.scalar(
                                """
                        select string_agg(relid::text, ' ' order by relid::text)
                        from pg_partition_tree('idx_analytics_client_date')
                        where isleaf
                        """))
                .isEqualTo(
                        database.scalar(
                                """
                        select string_agg(replace(relid::text, 'analytics_events', 'idx_analytics_client_date'), ' '
                            order by relid::text)
                        from pg_partition_tree('analytics_events')
                        where isleaf
                        """));
    }

    @Test
    void aRunThatWasInterruptedAnywhereIsEndedByTheNext() throws Exception {
        String partly = "create index " + part(INDEX + "_next") + " on " + partition() + WANTED;
        String whole = "create index " + INDEX + "_next on analytics_events" + WANTED;
        String gone = "drop index " + INDEX;
        String madeByHand = "create index " + INDEX + " on analytics_events" + WANTED;
        for (List<String> state : List.of(
                List.of(partly),
                List.of(partly, whole),
                List.of(gone),
                List.of(partly, gone),
                List.of(partly, whole, gone),
                List.of(gone, madeByHand, partly),
                List.of(partly, gone, madeByHand),
                List.of(partly, whole, gone, madeByHand))) {
            database.execute(state.toArray(String[]::new));

            Migrations.apply(Databases.source(database));

            isWhole();
            MigrationsIT.rollback(database, ROLLED_BACK);
        }
    }

    @Test
    void aRollbackThatWasInterruptedIsEndedByTheNext() throws Exception {
        for (List<String> state : List.of(
                List.of("create index " + part(INDEX + "_next") + " on " + partition() + FORMER),
                List.of("create index " + INDEX + "_next on analytics_events" + FORMER),
                List.of("create index " + INDEX + "_next on analytics_events" + FORMER, "drop index " + INDEX))) {
            Migrations.apply(Databases.source(database));
            database.execute(state.toArray(String[]::new));

            MigrationsIT.rollback(database, ROLLED_BACK);

            assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES_AT_FIRST);
            nothingIsLeft();
        }
    }

    @Test
    void anInvalidPartOfAnInterruptedRunIsBuiltAnew() throws Exception {
        MigrationsIT.leaveInvalid(database, part(INDEX + "_next"), partition(), WANTED);

        Migrations.apply(Databases.source(database));

        isWhole();
    }

    @Test
    void anInvalidIndexOfSomebodyElseIsNotJoinedAndIsNamed() throws Exception {
        MigrationsIT.leaveInvalid(database, "of_somebody", partition(), WANTED);

        assertThatThrownBy(() -> Migrations.apply(Databases.source(database)))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("INVALID: of_somebody.")
                .hasMessageContaining("drop index concurrently of_somebody");

        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES_AT_FIRST);
        database.execute("drop index concurrently of_somebody");
        Migrations.apply(Databases.source(database));
        isWhole();
    }

    @Test
    void aMonthThatIsMadeMeanwhileHasItsPart() throws Exception {
        database.execute(
                "create index " + INDEX + "_next on analytics_events" + WANTED,
                "create table analytics_events_2099_01 partition of analytics_events"
                        + " for values from ('2099-01-01') to ('2099-02-01')");

        Migrations.apply(Databases.source(database));

        isWhole();
    }

    @Test
    void partitionsThatWereMovedToAnotherSchemaAreGoneAlongWithAlsoAfterAnInterruption() throws Exception {
        database.execute(
                "create schema cold_storage",
                "create table cold_storage.analytics_events_2098_01 partition of analytics_events"
                        + " for values from ('2098-01-01') to ('2098-02-01')",
                "alter table " + partition() + " set schema cold_storage");
        String partly = "create index " + part(INDEX + "_next").replace("cold_storage.", "") + " on " + partition();
        database.execute(partly + WANTED);

        Migrations.apply(Databases.source(database));
        isWhole();
        database.execute(partly + FORMER);
        MigrationsIT.rollback(database, ROLLED_BACK);

        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES_AT_FIRST);
        nothingIsLeft();
    }

    @Test
    void aPartWhoseNameSomethingElseHasGetsAnotherAndStandsInNobodysWay() throws Exception {
        String taken = part(INDEX);
        database.execute("alter index " + taken + " rename to renamed", "create index " + taken + " on clients (slug)");

        Migrations.apply(Databases.source(database));
        isWhole();
        assertThat(database.scalar("select count(*) from pg_partition_tree('" + INDEX + "') where relid::text = '"
                        + part(INDEX + "_2") + "'"))
                .isEqualTo("1");
        MigrationsIT.rollback(database, ROLLED_BACK);
        Migrations.apply(Databases.source(database));

        isWhole();
    }

    @Test
    void anIndexOfSomebodyElseThatIsLikeItIsJoinedAndNoSecondOneIsLeft() throws Exception {
        database.execute("create index of_somebody on " + partition() + WANTED);

        Migrations.apply(Databases.source(database));

        isWhole();
        assertThat(database.scalar("select count(*) from pg_index where indrelid = '" + partition()
                        + "'::regclass and pg_get_indexdef(indexrelid) like '%INCLUDE%'"))
                .isEqualTo("1");
        MigrationsIT.rollback(database, ROLLED_BACK);
        nothingIsLeft();
    }

    @Test
    void partsThatAnotherIndexHasTakenStopItAndTheIndexIsNamed() throws Exception {
        database.execute(
                "create index " + part(INDEX + "_next") + " on " + partition() + WANTED,
                "create index of_somebody on analytics_events" + WANTED);

        assertThatThrownBy(() -> Migrations.apply(Databases.source(database)))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("Index " + part(INDEX + "_next") + " on " + partition())
                .hasMessageContaining("drop index of_somebody");

        database.execute("drop index of_somebody");
        Migrations.apply(Databases.source(database));
        isWhole();
    }

    /** Autovacuum holds such a lock, and gives way once it has been waited for a second. */
    @Test
    void whatStandsInTheWayOfNobodyElseIsWaitedForLongerWhileWritersGoOn() throws Exception {
        ExecutorService background = Executors.newSingleThreadExecutor();
        try (Connection vacuum = database.connect()) {
            database.execute("create index " + INDEX + "_next on analytics_events" + WANTED);
            vacuum.setAutoCommit(false);
            new Catalog(vacuum).execute("lock table " + partition() + " in share update exclusive mode");
            Future<Integer> migration = background.submit(() -> Migrations.apply(
                    Databases.source(database),
                    Migrations.SESSION_SETTINGS,
                    Databases.patience(1, Duration.ofSeconds(10)),
                    line -> {}));

            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> database.scalar(
                            """
                            select exists (
                                select
                                from pg_locks l
                                join pg_stat_activity a on a.pid = l.pid
                                where not l.granted
                                and l.mode = 'ShareUpdateExclusiveLock'
                                and clock_timestamp() - a.query_start > interval '2 seconds')
                            """)
                    .equals("t"));
            database.execute(
                    "set lock_timeout = '2s'",
                    "insert into analytics_events (client_id, event_type, created_at) values (1, 'written', '2020-01-01Z')");
            vacuum.rollback();

            migration.get(1, TimeUnit.MINUTES);
        } finally {
            background.shutdownNow();
        }
        isWhole();
    }

    @Test
    void whoReadsAndWritesMeanwhileIsNotDisturbed() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService others = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> written = others.submit(() -> {
                int rows = 0;
                for (; !over.get(); rows++) {
                    database.execute(
                            "set lock_timeout = '5s'",
                            "insert into analytics_events (client_id, event_type) values (1, 'written')");
                }
                return rows;
            });
            Future<Integer> read = others.submit(() -> {
                int times = 0;
                for (; !over.get(); times++) {
                    assertThat(
                                    Integer.parseInt(
                                            database.scalar(
                                                    "select count(*) from analytics_events where client_id = 1 and created_at > now() - interval '30 days'")))
                            .isGreaterThan(700);
                }
                return times;
            });
            try {
                for (int i = 0; i < 3; i++) {
                    Migrations.apply(Databases.source(database));
                    MigrationsIT.rollback(database, ROLLED_BACK);
                }
                Migrations.apply(Databases.source(database));
            } finally {
                over.set(true);
            }

            assertThat(written.get()).isPositive();
            assertThat(read.get()).isPositive();
            isWhole();
            assertThat(database.scalar("select count(*) from analytics_events where event_type = 'written'"))
                    .isEqualTo(written.get().toString());
        } finally {
            others.shutdownNow();
        }
    }

    @Test
    void joiningThePartsWaitsNoLongerForItsLockThanTheShortTransactionDoes() throws Exception {
        ExecutorService background = Executors.newSingleThreadExecutor();
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            // Of the whole alone, so that the parts are built.
            new Catalog(writer).execute("lock table only analytics_events in row exclusive mode");

            Future<Integer> migration = background.submit(() -> Migrations.apply(
                    Databases.source(database),
                    Map.of("lock_timeout", "1h"),
                    Databases.patience(2, Duration.ofSeconds(10)),
                    line -> {}));

            assertThatThrownBy(() -> migration.get(1, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(MigrationException.class)
                    .hasMessageContaining(CHANGESET)
                    .hasMessageContaining("in 2 attempts");
        } finally {
            background.shutdownNow();
        }
        Migrations.apply(Databases.source(database));

        isWhole();
    }

    @Test
    void aRunThatWasKilledBeforeItWasRecordedIsRecordedByTheNextAndChangesNothing() throws Exception {
        Migrations.apply(Databases.source(database));
        String before = Databases.catalog(database);
        database.execute("delete from databasechangelog where filename = '025-events'");

        assertThat(Migrations.apply(Databases.source(database), line -> {})).isEqualTo(1);

        assertThat(Databases.catalog(database)).isEqualTo(before);
    }

    @Test
    void whileTheTableIsHeldTheFormerServesAndTheNextMigrationEndsTheWork() throws Exception {
        try (Connection reader = database.connect()) {
            // The build would wait for this transaction; here it is there, and only the end of the work is held up.
            database.execute("create index " + INDEX + "_next on analytics_events" + WANTED);
            reader.setAutoCommit(false);
            new Catalog(reader).execute("lock table analytics_events in access share mode");

            assertThatThrownBy(() -> Migrations.apply(
                            Databases.source(database),
                            Migrations.SESSION_SETTINGS,
                            Databases.patience(2, Duration.ofSeconds(10)),
                            line -> {}))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining(CHANGESET)
                    .hasMessageContaining("in 2 attempts")
                    .hasMessageContaining(
                            "pid " + reader.unwrap(PgConnection.class).getBackendPID());

            assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES_AT_FIRST);
            reader.rollback();
        }
        Migrations.apply(Databases.source(database));

        isWhole();
    }

    @Test
    void anIndexOfThatNameOnOtherColumnsStopsItAndStays() throws Exception {
        database.execute(
                "drop index " + INDEX, "create index " + INDEX + " on analytics_events (client_id, created_at, id)");

        assertThatThrownBy(() -> Migrations.apply(Databases.source(database)))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("There is already an index " + INDEX)
                .hasMessageContaining("(client_id, created_at, id)");

        assertThat(database.scalar("select pg_get_indexdef('" + INDEX + "'::regclass)"))
                .endsWith("(client_id, created_at, id)");
    }

    /** The nine are as they should be, and nothing is left of the way there. */
    private void isWhole() throws SQLException {
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
        nothingIsLeft();
    }

    private void nothingIsLeft() throws SQLException {
        assertThat(database.scalar("select string_agg(relname, ' ') from pg_class where relname like '%\\_next%'"))
                .isNull();
        assertThat(database.scalar("select count(*) from pg_index where not indisvalid"))
                .isEqualTo("0");
        eachPartitionHasItsPart();
    }

    private void eachPartitionHasItsPart() throws SQLException {
        assertThat(database.scalar("select count(*) from pg_partition_tree('" + INDEX + "') where isleaf"))
                .isEqualTo(database.scalar("select count(*) from pg_partition_tree('analytics_events') where isleaf"));
    }

    /** The partition of the events before the first month. */
    private String partition() throws SQLException {
        return database.scalar(
                "select relid::text from pg_partition_tree('analytics_events') where relid::text like '%before%'");
    }

    private String part(String index) throws SQLException {
        return partition().replace("analytics_events", index);
    }
}
