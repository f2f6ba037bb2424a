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
import java.util.stream.Collectors;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MigrationsIT {

    @Test
    void aNewDatabaseGetsTheNineIndexesByNameAndColumns() throws Exception {
        TestDatabase database = Databases.migrated();

        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
        assertThat(database.scalar("select count(*) from pg_index where not indisvalid"))
                .isEqualTo("0");
        assertThat(database.scalar("select count(*) from pg_constraint where not convalidated"))
                .isEqualTo("0");
        assertThat(database.scalar(
                        "select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public'"
                                + " and tablename not like 'analytics\\_events\\_%'"))
                .isEqualTo("aggregate_refreshes ai_responses alerts analytics_events audit_records client_configs"
                        + " clients daily_metrics daily_metrics_progress databasechangelog digest_posts"
                        + " feed_gaps feed_positions feed_posts feed_subreddits folded_posts housekeeping_runs"
                        + " matched_posts model_usage notification_channels notifications past_keywords"
                        + " past_responses past_subreddits post_checks post_keys processes rate_budgets"
                        + " removed_posts response_revisions scan_records scheduled_tasks signal_samples"
                        + " subreddit_rules token_revocations users");
    }

    @Test
    void theSecondMigrationChangesNothing() throws Exception {
        TestDatabase database = Databases.migrated();
        String before = Databases.catalog(database);
        var output = new Databases.Output();

        int applied = Migrations.apply(Databases.source(database), output::add);

        assertThat(applied).isZero();
        assertThat(output).isEmpty();
        assertThat(Databases.catalog(database)).isEqualTo(before);
    }

    @Test
    void aDatabaseWithoutAnyChangesetLacksThemAllAndAMigratedOneNone() throws Exception {
        TestDatabase database = Databases.empty();
        assertThat(Migrations.pending(Databases.source(database))).isEqualTo(Changelog.changeSets());
        assertThat(Changelog.changeSets()).startsWith("000-check::existing-rows-keep-the-rules");

        Migrations.apply(Databases.source(database));

        assertThat(Migrations.pending(Databases.source(database))).isEmpty();
        database.execute("delete from databasechangelog where id = 'idx_client_created'");
        assertThat(Migrations.pending(Databases.source(database))).containsExactly("003-indexes::idx_client_created");
    }

    @Test
    void theChangelogReadWithoutLiquibaseNamesWhatLiquibaseWouldRun() throws Exception {
        TestDatabase database = Databases.empty();
        try (Connection connection = database.connect()) {
            Liquibase liquibase = new Liquibase(
                    Migrations.CHANGELOG,
                    new ClassLoaderResourceAccessor(),
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection)));
            assertThat(liquibase.listUnrunChangeSets(new Contexts(), new liquibase.LabelExpression()).stream()
                            .map(Migrator::name)
                            .toList())
                    .isEqualTo(Changelog.changeSets());
        }
    }

    @Test
    void theConnectionIsGivenBackAsItWas() throws Exception {
        TestDatabase database = Databases.empty();
        try (Connection connection = database.connect()) {
            var source = new org.postgresql.ds.PGSimpleDataSource() {
                private static final long serialVersionUID = 1L;

                @Override
                public Connection getConnection() {
                    return Uncloseable.of(connection);
                }
            };
            Migrations.apply(source);

            assertThat(connection.getAutoCommit()).isTrue();
            Catalog catalog = new Catalog(connection);
            assertThat(catalog.text("select current_setting('lock_timeout')")).contains("0");
            assertThat(catalog.text("select current_setting('application_name')"))
                    .isNotEqualTo("harken-migrate");
            assertThat(
                            catalog.text(
                                    "select count(*)::text from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"))
                    .contains("0");
        }
    }

    @Test
    void anInvalidIndexIsDroppedAndBuiltAgain() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(2000);
        leaveInvalid(database, "idx_client_created", "matched_posts", "(client_id, created_at)");

        Migrations.apply(Databases.source(database));

        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
    }

    @Test
    void anIndexOfThatNameOnOtherColumnsStopsTheMigrationAndIsNamed() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(10);
        database.execute("create index idx_client_created on matched_posts (client_id, updated_at)");

        assertThatThrownBy(() -> Migrations.apply(Databases.source(database)))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("idx_client_created")
                .hasMessageContaining("(client_id, updated_at)")
                .hasMessageContaining("(client_id, created_at)");

        database.execute("drop index idx_client_created");
        Migrations.apply(Databases.source(database));
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
    }

    @Test
    void aLockThatIsNotFreeInTimeIsTriedForAgainAndTheBlockerIsNamed() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(100);
        var output = new Databases.Output();
        ExecutorService background = Executors.newSingleThreadExecutor();
        try (Connection blocker = database.connect()) {
            blocker.setAutoCommit(false);
            new Catalog(blocker).execute("set application_name = 'the-blocker'");
            new Catalog(blocker).execute("lock table matched_posts in share mode");
            Future<Integer> migration = background.submit(() -> Migrations.apply(
                    Databases.source(database),
                    Databases.SHORT_LOCK_TIMEOUT,
                    Databases.patience(100, Duration.ofSeconds(10)),
                    output::add));
            Awaitility.await().until(() -> output.text().contains("retrying "));
            blocker.rollback();

            assertThat(migration.get(120, TimeUnit.SECONDS)).isPositive();
        } finally {
            background.shutdownNow();
        }
        assertThat(output.text())
                .contains("retrying 002-adopt::matched_posts-columns")
                .contains("the-blocker");
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
    }

    @Test
    void aLockThatNeverComesFreeEndsTheMigrationWithTheBlockersName() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(10);
        try (Connection blocker = database.connect()) {
            blocker.setAutoCommit(false);
            new Catalog(blocker).execute("set application_name = 'the-blocker'");
            new Catalog(blocker).execute("lock table matched_posts in share mode");

            assertThatThrownBy(() -> Migrations.apply(
                            Databases.source(database),
                            Databases.SHORT_LOCK_TIMEOUT,
                            Databases.patience(3, Duration.ofSeconds(10)),
                            line -> {}))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("in 3 attempts")
                    .hasMessageContaining("the-blocker");
        }
    }

    @Test
    void aRowLeftInTheStandardLockTableDoesNotBlock() throws Exception {
        TestDatabase database = Databases.empty();
        database.execute(
                """
                create table databasechangeloglock (
                    id integer primary key, locked boolean not null, lockgranted timestamp, lockedby varchar(255))
                """,
                "insert into databasechangeloglock values (1, true, now(), 'a run that was killed')");

        Migrations.apply(
                Databases.source(database),
                Migrations.SESSION_SETTINGS,
                Databases.patience(1, Duration.ofSeconds(1)),
                line -> {});

        assertThat(Migrations.pending(Databases.source(database))).isEmpty();
    }

    @Test
    void rollbackTakesBackANewDatabaseStepByStepAndMigratingAgainRestoresIt() throws Exception {
        TestDatabase database = Databases.migrated();
        String before = withoutObjectIds(Databases.catalog(database));
        rollback(database, Changelog.changeSets().size());
        assertThat(database.scalar("select string_agg(tablename, ' ') from pg_tables where schemaname = 'public'"))
                .isEqualTo("databasechangelog");

        Migrations.apply(Databases.source(database));

        assertThat(withoutObjectIds(Databases.catalog(database))).isEqualTo(before);
    }

    @Test
    void rollbackNeverDropsATableWithRows() throws Exception {
        TestDatabase database = Databases.migrated();
        database.execute("insert into clients (name, slug) values ('Acme', 'acme')");

        assertThatThrownBy(() -> rollback(database, Changelog.changeSets().size()))
                .isInstanceOf(MigrationException.class)
                .hasMessageStartingWith("Table clients still holds rows");

        assertThat(database.scalar("select count(*) from clients")).isEqualTo("1");
    }

    @Test
    void rollbackNeverDropsATableOfTheOldSystem() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(0);
        Migrations.apply(Databases.source(database));

        assertThatThrownBy(() -> rollback(database, Changelog.changeSets().size()))
                .isInstanceOf(MigrationException.class)
                .hasMessageStartingWith("Table analytics_events was there before Harken's migrations");

        assertThat(database.scalar("select count(*) from clients")).isEqualTo("4");
    }

    static int rollback(TestDatabase database, int count) throws Exception {
        try (Connection connection = database.connect()) {
            Liquibase liquibase = new Liquibase(
                    Migrations.CHANGELOG,
                    new ClassLoaderResourceAccessor(),
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection)));
            return new Migrator(
                            liquibase,
                            Migrations.SESSION_SETTINGS,
                            Databases.patience(1, Duration.ofSeconds(1)),
                            line -> {})
                    .run(() -> liquibase.rollback(count, ""));
        }
    }

    private static String withoutObjectIds(String catalog) {
        return catalog.replaceAll("(?m) \\d+$", "");
    }

    /** Makes a real invalid index: its build waits for an open transaction, and is then ended with its session. */
    static void leaveInvalid(TestDatabase database, String index, String table, String columns) throws Exception {
        ExecutorService background = Executors.newSingleThreadExecutor();
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            new Catalog(writer).execute("lock table " + table + " in row exclusive mode");
            Future<?> build = background.submit(() -> {
                database.execute("create index concurrently " + index + " on " + table + " " + columns);
                return null;
            });
            Awaitility.await().until(() -> database.scalar("select count(*) from pg_index where not indisvalid")
                    .equals("1"));
            database.scalar(
                    "select pg_terminate_backend(pid) from pg_stat_activity where query like 'create index concurrently %'"
                            + " and datname = current_database() and pid <> pg_backend_pid()");
            assertThatThrownBy(() -> build.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
        } finally {
            background.shutdownNow();
        }
        assertThat(database.scalar("select indisvalid from pg_index where indexrelid = '" + index + "'::regclass"))
                .isEqualTo("f");
    }

    @Test
    void theDriversOptionsNameEverySetting() {
        assertThat(List.of(Migrations.driverOptions().split("-c ", -1)).stream()
                        .map(String::strip)
                        .filter(option -> !option.isEmpty())
                        .map(option -> option.split("=", 2))
                        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1])))
                .isEqualTo(Map.copyOf(Migrations.SESSION_SETTINGS));
    }
}
