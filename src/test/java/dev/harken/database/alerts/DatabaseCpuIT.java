package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.database.Host;
import dev.harken.database.embedded.EmbeddedFactory;
import dev.harken.database.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over the PostgreSQL that comes along: its processes are on this host for certain. */
class DatabaseCpuIT {
    @TempDir
    private static Path data;

    private static EmbeddedServer server;

    @BeforeAll
    static void start() {
        server = new EmbeddedFactory().start(data);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void aSessionThatWorksIsMeasuredAndOneThatRestsIsNot() throws Exception {
        try (Connection asking = connect();
                Connection working = connect()) {
            DatabaseCpu cpu = new DatabaseCpu(Jdbi.create(asking), new Host());
            assertThat(cpu.get().reason()).isEqualTo("not measured yet");

            CompletableFuture<Void> work = CompletableFuture.runAsync(() -> count(working));
            double all = 100.0 / new Host().cores();
            // A tick of the system's clock is 10 ms, so that a short look is coarse.
            await().pollInterval(Duration.ofMillis(300)).untilAsserted(() -> assertThat(cpu.get())
                    .satisfies(reading -> assertThat(reading.value()).isBetween(all * 0.1, all * 1.5)));

            try (var end = asking.createStatement()) {
                end.execute("select pg_terminate_backend(pid) from pg_stat_activity where query like '%1e10%'"
                        + " and pid <> pg_backend_pid()");
            }
            assertThat(work).failsWithin(Duration.ofSeconds(10));
            await().pollInterval(Duration.ofMillis(300)).untilAsserted(() -> assertThat(cpu.get())
                    .satisfies(reading -> assertThat(reading.value()).isLessThan(all * 0.1)));
        }
    }

    @Test
    void sessionsThatAreNoProcessesOfThisHostAreNotMeasured() throws Exception {
        try (Connection asking = connect()) {
            // As over a server elsewhere, whose process numbers mean nothing here.
            try (var view = asking.createStatement()) {
                view.execute("create schema elsewhere");
                view.execute(
                        """
                        create view elsewhere.pg_stat_activity as
                        select pid, backend_start - interval '1 hour' as backend_start from pg_catalog.pg_stat_activity
                        """);
                view.execute("set search_path = elsewhere, pg_catalog");
            }
            DatabaseCpu cpu = new DatabaseCpu(Jdbi.create(asking), new Host());

            assertThat(cpu.get().isMeasured()).isFalse();
            assertThat(cpu.get().reason()).startsWith("not measurable from here");
        }
    }

    private static void count(Connection connection) {
        try (var statement = connection.createStatement()) {
            statement.execute("select count(*) from generate_series(1, 1e10) n");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
    }
}
