package dev.harken.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplacedIndexIT {
    private static final String INDEX = "idx_analytics_client_date";
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
    }

    @Test
    void aRunThatWasInterruptedAnywhereIsEndedByTheNext() throws Exception {
        String part =
                database.scalar("select min(relid::text) from pg_partition_tree('analytics_events') where isleaf");
        String partly = "create index " + part.replace("analytics_events", INDEX + "_next") + " on " + part
                + " (client_id, created_at) include (event_type)";
        String whole =
                "create index " + INDEX + "_next on analytics_events (client_id, created_at) include (event_type)";
        for (String state : new String[] {partly, partly + ";" + whole, "drop index " + INDEX}) {
            database.execute(state.split(";"));

            Migrations.apply(Databases.source(database));

            isWhole();
            MigrationsIT.rollback(database, ROLLED_BACK);
        }
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
            database.execute(
                    "create index " + INDEX + "_next on analytics_events (client_id, created_at) include (event_type)");
            reader.setAutoCommit(false);
            new Catalog(reader).execute("lock table analytics_events in access share mode");

            assertThatThrownBy(() -> Migrations.apply(
                            Databases.source(database),
                            Migrations.SESSION_SETTINGS,
                            Databases.patience(2, Duration.ofSeconds(10)),
                            line -> {}))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining(CHANGESET)
                    .hasMessageContaining("in 2 attempts");

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
        assertThat(database.scalar("select count(*) from pg_class where relname like '%\\_next%'"))
                .isEqualTo("0");
        assertThat(database.scalar("select count(*) from pg_index where not indisvalid"))
                .isEqualTo("0");
        assertThat(
                        database.scalar(
                                """
                        select count(*) from pg_partition_tree('idx_analytics_client_date') where isleaf
                        """))
                .isEqualTo(database.scalar("select count(*) from pg_partition_tree('analytics_events') where isleaf"));
    }
}
