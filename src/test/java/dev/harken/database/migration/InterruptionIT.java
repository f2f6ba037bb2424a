package dev.harken.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterruptionIT {
    @TempDir
    Path directory;

    /** What the child process runs. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws SQLException {
            TestDatabase database = new TestDatabase(
                    "localhost", Integer.parseInt(arguments[0]), arguments[1], arguments[2], arguments[3]);
            long begun = System.nanoTime();
            int pending = Migrations.pending(Databases.source(database)).size();
            System.out.printf(
                    "pending  %d, found in %d ms with a fresh virtual machine%n",
                    pending, Duration.ofNanos(System.nanoTime() - begun).toMillis());
            Migrations.apply(Databases.source(database), System.out::println);
        }
    }

    @Test
    void aMigrationKilledAmidAnIndexFreesItsLockAndTheNextOneEndsTheWork() throws Exception {
        TestDatabase database = withoutItsLastIndex();
        Process child;
        try (Connection writer = database.connect()) {
            holdUpIndexesOf("matched_posts", writer);
            child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            String.valueOf(database.port()),
                            database.name(),
                            database.user(),
                            database.password())
                    // Not in the project's directory: a class path that ends in a colon holds the directory itself, and
                    // there the changelog lies a second time.
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("child.log").toFile())
                    .start();
            Awaitility.await().until(() -> isBuilding(database));

            // SIGKILL: nothing of the child's own can tidy up.
            child.destroyForcibly().waitFor();
            long killed = System.nanoTime();
            Awaitility.await().until(() -> !isLocked(database));
            System.out.printf(
                    "the lock of a killed migration was free after %d ms%n",
                    Duration.ofNanos(System.nanoTime() - killed).toMillis());
            writer.rollback();
        }
        assertThat(database.scalar("select indisvalid from pg_index where indexrelid = 'idx_client_created'::regclass"))
                .isEqualTo("f");

        var output = new Databases.Output();
        Migrations.apply(Databases.source(database), output::add);

        assertThat(output.text()).contains("applied  003-indexes::idx_client_created");
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
    }

    @Test
    void aSecondMigrationWaitsForTheFirstAndSaysWhoHoldsTheLock() throws Exception {
        TestDatabase database = withoutItsLastIndex();
        ExecutorService background = Executors.newFixedThreadPool(2);
        var output = new Databases.Output();
        try (Connection writer = database.connect()) {
            holdUpIndexesOf("matched_posts", writer);
            Future<Integer> first = background.submit(() -> Migrations.apply(Databases.source(database), line -> {}));
            Awaitility.await().until(() -> isBuilding(database));

            assertThatThrownBy(() -> Migrations.apply(
                            Databases.source(database),
                            Migrations.SESSION_SETTINGS,
                            Databases.patience(1, Duration.ofSeconds(1)),
                            line -> {}))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("Another migration of this database is still running after 1 s: pid ")
                    .hasMessageContaining("harken-migrate");

            Future<Integer> second = background.submit(() -> Migrations.apply(
                    Databases.source(database),
                    Migrations.SESSION_SETTINGS,
                    Databases.patience(1, Duration.ofMinutes(1)),
                    output::add));
            Awaitility.await().until(() -> output.text().contains("waiting "));
            writer.rollback();

            assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(second.get(60, TimeUnit.SECONDS)).isZero();
        } finally {
            background.shutdownNow();
        }
        assertThat(output.text())
                .contains("another migration of this database is running: pid ", "harken-migrate", "since 20");
    }

    @Test
    void aMigrationRunsFromTheJarThatHoldsEverything() throws Exception {
        TestDatabase database = Databases.empty();
        String testClasses = Path.of(InterruptionIT.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();

        Process child = start(System.getProperty("harken.jar") + File.pathSeparator + testClasses, database);

        assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String log = Files.readString(directory.resolve("child.log"));
        System.out.println(log.lines()
                .filter(line -> line.startsWith("pending"))
                .findFirst()
                .orElse(""));
        assertThat(log).contains("applied  004-rules::").doesNotContain(" at ");
        assertThat(Migrations.pending(Databases.source(database))).isEmpty();
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
    }

    private Process start(String classPath, TestDatabase database) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        Child.class.getName(),
                        String.valueOf(database.port()),
                        database.name(),
                        database.user(),
                        database.password())
                // Not in the project's directory: a class path that ends in a colon holds the directory itself, and
                // there the changelog lies a second time.
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("child.log").toFile())
                .start();
    }

    private static TestDatabase withoutItsLastIndex() throws SQLException {
        TestDatabase database = Databases.migrated();
        database.execute(
                "drop index idx_client_created", "delete from databasechangelog where id = 'idx_client_created'");
        return database;
    }

    private static void holdUpIndexesOf(String table, Connection writer) throws SQLException {
        writer.setAutoCommit(false);
        new Catalog(writer).execute("lock table " + table + " in row exclusive mode");
    }

    private static boolean isBuilding(TestDatabase database) throws SQLException {
        return database.scalar("select count(*) from pg_index where not indisvalid")
                .equals("1");
    }

    private static boolean isLocked(TestDatabase database) throws SQLException {
        return !database.scalar("select count(*) from pg_locks where locktype = 'advisory'"
                        + " and database = (select oid from pg_database where datname = current_database())")
                .equals("0");
    }
}
