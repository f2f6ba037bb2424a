package dev.harken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.PoolSnapshot;
import dev.harken.database.alerts.HarkenProcess;
import dev.harken.database.embedded.EmbeddedFactory;
import dev.harken.database.embedded.EmbeddedServer;
import dev.harken.http.ApiJson;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Jar;
import dev.harken.testing.TestDatabase;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the findings are is told by each insight's own test; here, that the shell gets them all. */
class DoctorIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Blocks its like, and no reading. */
    private static final String BLOCKING = "lock table clients in share row exclusive mode";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    @TempDir
    static Path data;

    /** Harken's own: the one that all tests share is set to be quick, not safe, which the doctor calls critical. */
    private static EmbeddedServer server;

    private static TestDatabase maintenance;

    @TempDir
    Path scratch;

    @BeforeAll
    static void startServer() throws Exception {
        server = new EmbeddedFactory().start(data);
        Properties credentials = new Properties();
        try (Reader file = Files.newBufferedReader(server.dataDirectory().resolve("harken.credentials"))) {
            credentials.load(file);
        }
        maintenance = new TestDatabase(
                "127.0.0.1", server.port(), "postgres", "postgres", credentials.getProperty("postgres"));
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @Test
    void aHealthyDatabaseIsNotCritical() throws Exception {
        TestDatabase database = migrated();

        DoctorReport text = doctor(database);
        assertThat(text.exitCode()).as(text.output()).isLessThan(2);
        assertThat(text.errors()).isEmpty();
        assertThat(text.output())
                .contains("Database  " + database.jdbcUrl() + "  PostgreSQL ")
                .contains("ADVICE    no_process: ")
                .doesNotContain("CRITICAL", "pending_migrations")
                .containsPattern("\n0 critical, \\d+ warning, \\d+ unknown, \\d+ advice\n$");

        DoctorReport report = doctor(database, "--json");
        JsonNode json = report.json();
        assertThat(report.exitCode()).isEqualTo(text.exitCode());
        assertThat(json.get("database").asText()).isEqualTo(database.jdbcUrl());
        assertThat(json.get("server_version").asText()).isNotBlank();
        assertThat(json.get("processes")).isEmpty();
        assertThat(json.get("summary").get("critical").asInt()).isZero();
        assertThat(json.get("findings")).allSatisfy(finding -> {
            assertThat(finding.get("kind").asText()).matches("[a-z_]+");
            assertThat(finding.get("severity").asText()).isIn("warning", "unknown", "advice");
            assertThat(finding.get("what").asText()).isNotBlank();
        });
        assertThat(report.kinds()).contains("no_process");
    }

    @Test
    void aDroppedIndexIsFoundUntilItIsRebuilt() throws Exception {
        TestDatabase database = migrated();
        database.execute("drop index idx_client_reviewed");

        DoctorReport report = doctor(database, "--json");
        assertThat(report.exitCode()).isPositive();
        JsonNode finding = report.finding("idx_client_reviewed");
        String remedy = finding.get("remedy").asText();
        assertThat(remedy).contains("create index concurrently").contains("idx_client_reviewed");
        assertThat(finding.get("changeset").asText()).contains("changeSet").contains("idx_client_reviewed");

        DoctorReport text = doctor(database);
        assertThat(text.output())
                .contains("idx_client_reviewed: ")
                .contains(remedy)
                .contains("    why: ")
                .doesNotContain("changeSet");
        assertThat(doctor(database, "--changesets").output())
                .contains("    changeset:\n")
                .contains("changeSet");

        database.execute(remedy);
        assertThat(doctor(database).output()).doesNotContain("idx_client_reviewed");
    }

    @Test
    void aDuplicateIndexIsFound() throws Exception {
        TestDatabase database = migrated();
        database.execute("create index again on matched_posts (client_id, reviewed)");

        JsonNode finding = doctor(database, "--json").finding("again");
        assertThat(finding.get("kind").asText()).isEqualTo("duplicate_index");
        assertThat(finding.get("remedy").asText())
                .contains("drop index concurrently")
                .contains("again");
    }

    @Test
    void aBlockedSessionIsToldWithWhoBlocksIt() throws Exception {
        TestDatabase database = migrated();
        try (Connection holder = database.connect();
                Connection waiter = database.connect()) {
            holder.setAutoCommit(false);
            run(holder, "set application_name = 'the holder'", BLOCKING);
            run(waiter, "set application_name = 'the waiter'");
            waiter.setAutoCommit(false);
            CompletableFuture<Void> waiting =
                    CompletableFuture.runAsync(() -> run(waiter, BLOCKING)).exceptionally(ended -> null);
            // A wait of a moment is no finding.
            await().until(() -> database.scalar("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and datname = current_database()"
                            + " and query_start < clock_timestamp() - interval '1 second'")
                    .equals("1"));

            DoctorReport report = doctor(database);
            assertThat(report.exitCode()).isPositive();
            assertThat(report.output())
                    .containsPattern("WARNING +blocked_session")
                    .contains("the waiter", "the holder", "do: select pg_terminate_backend(");
            holder.rollback();
            await().until(waiting::isDone);
        }
    }

    @Test
    void aDatabaseThatWasNeverMigratedIsCritical() throws Exception {
        TestDatabase database = empty();

        DoctorReport report = doctor(database);
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.errors()).isEmpty();
        assertThat(report.output())
                .containsPattern("\n\nCRITICAL  pending_migrations: \\d+ changesets are not applied")
                .contains("\n    001-tables::clients\n", " more\n")
                .contains("\n    do: java -jar app.jar db migrate config.yml\n")
                .contains("\n1 critical, ")
                .doesNotContain("no_process", "not_examined", "managed_index");
        assertThat(doctor(database, "--json").finding("").get("kind").asText()).isEqualTo("pending_migrations");
    }

    @Test
    void aLastingAlertOfALivingProcessIsCritical() throws Exception {
        TestDatabase database = migrated();
        UUID alive = process(database, "droplet 7", 1, "now()");
        UUID dead = process(database, "droplet 8", 20, "now() - interval '2 minutes'");
        alert(database, alive, "droplet 7", "critical", "null", "12 of 12 samples were above 85 %");
        alert(database, alive, "droplet 7", "critical", "now()", "it is over");
        alert(database, dead, "droplet 8", "critical", "null", "nobody is there to resolve it");

        DoctorReport text = doctor(database);
        assertThat(text.exitCode()).as(text.output()).isEqualTo(2);
        assertThat(text.output())
                .contains("Process   droplet 7  pool: 1 of 20 lent (5.0 %), 0 waiting; seen ")
                .contains("CRITICAL  alert  database_cpu: Database CPU of process droplet 7 is critical")
                .contains("12 of 12 samples were above 85 %")
                .contains("ADVICE    pool  droplet 7: Lower it.")
                .doesNotContain("it is over", "nobody is there", "droplet 8", "no_process");
        JsonNode process = doctor(database, "--json").json().get("processes").get(0);
        assertThat(process.get("state").get("pool").get("total_capacity").asInt())
                .isEqualTo(20);

        database.execute("update alerts set level = 'warning'");
        assertThat(doctor(database).exitCode()).isEqualTo(1);
    }

    @Test
    void aFullPoolIsCritical() throws Exception {
        TestDatabase database = migrated();
        process(database, "droplet 7", 20, "now()");

        DoctorReport text = doctor(database);
        assertThat(text.exitCode()).isEqualTo(2);
        assertThat(text.output())
                .contains("CRITICAL  pool  droplet 7: 20 of 20 connections are lent (100.0 %)")
                .contains("    do: Lower it.");
    }

    @Test
    void whatAUserMayNotSeeIsUnknown() throws Exception {
        TestDatabase database = migrated();
        String name = database.name() + "_doctor";
        database.execute("create role " + name + " login password '" + name + "'");
        TestDatabase stranger = new TestDatabase(database.host(), database.port(), database.name(), name, name);

        DoctorReport report = doctor(stranger, "--json");
        assertThat(report.exitCode()).isEqualTo(1);
        assertThat(report.kinds()).contains("statements_hidden", "not_examined").doesNotContain("no_process");
        List<String> rights = Stream.of("applied changesets", "Harken processes")
                .map(subject -> report.finding(subject).get("remedy").asText())
                .toList();
        assertThat(rights).allMatch(right -> right.startsWith("grant select on "));

        database.execute("grant pg_monitor to " + name);
        database.execute(rights.toArray(String[]::new));
        assertThat(doctor(stranger, "--json").kinds())
                .contains("no_process")
                .doesNotContain("statements_hidden", "not_examined");
    }

    @Test
    void aUserWhoMayNotConnectIsToldWhatToGrant() throws Exception {
        TestDatabase database = migrated();
        String name = database.name() + "_shut";
        database.execute(
                "create role " + name + " login password '" + name + "'",
                "revoke connect on database " + database.name() + " from public");

        DoctorReport report =
                doctor(new TestDatabase(database.host(), database.port(), database.name(), name, name), "--json");

        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.output()).contains("grant connect on database");
    }

    /** Without a bound of its own the driver would wait for the silent one for ever. */
    @Test
    @Timeout(120)
    void aServerThatRefusesOrHangsIsToldInWords() throws Exception {
        refuses("jdbc:postgresql://localhost:1/nowhere", "Check that the server runs");
        refuses("jdbc:postgresql://no-such-host.invalid/nowhere", "Check the host's name");
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refuses("jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/harken", "Check that the server runs");
        }
    }

    private void refuses(String url, String remedy) throws Exception {
        for (String option : List.of("--json", "--changesets")) {
            DoctorReport report = DoctorReport.of(configuration(url, "harken", "hunter2"), option);
            assertThat(report.exitCode()).isEqualTo(2);
            assertThat(report.output())
                    .contains("unreachable", url, remedy)
                    .doesNotContain("hunter2", "\tat ", "Exception");
            assertThat(report.errors()).isEmpty();
            if (option.equals("--json")) {
                assertThat(report.kinds()).containsExactly("unreachable");
            }
        }
    }

    @Test
    void anAddressOrConfigurationThatCannotBeReadIsToldWithoutThePassword() throws Exception {
        DoctorReport address =
                DoctorReport.of(configuration("mysql://harken:hunter2@localhost/harken", "", ""), "--json");
        assertThat(address.exitCode()).isEqualTo(2);
        assertThat(address.kinds()).containsExactly("unreachable");
        assertThat(address.output()).contains("database.url").doesNotContain("hunter2");

        Path file = Files.writeString(scratch.resolve("wrong.yml"), "datum: 7\n");
        DoctorReport wrong = DoctorReport.of(file);
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).isEmpty();
        assertThat(wrong.errors()).contains("wrong.yml", "datum").doesNotContain("\tat ");

        DoctorReport missing = DoctorReport.of(scratch.resolve("missing.yml"));
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.errors()).contains("missing.yml").doesNotContain("\tat ");
    }

    @Test
    void theEmbeddedServerThatRunsIsLookedAtAndLeftRunning() throws Exception {
        Path embedded = Files.writeString(scratch.resolve("embedded.yml"), "data: \"" + data + "\"\n");

        DoctorReport report = DoctorReport.of(embedded);
        assertThat(report.exitCode()).as(report.output()).isEqualTo(2);
        assertThat(report.output())
                .contains("Database  " + server.jdbcUrl(), "pending_migrations")
                .doesNotContain(server.password());
        assertThat(ProcessHandle.of(server.pid())).isPresent();
        assertThat(maintenance.scalar("select 1")).isEqualTo("1");
    }

    @Test
    void aWrongPasswordIsToldWithoutIt() throws Exception {
        DoctorReport refused = DoctorReport.of(configuration(server.jdbcUrl(), "harken", "hunter2"));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output())
                .contains("unreachable", "password authentication failed", "DATABASE_PASSWORD")
                .doesNotContain("hunter2", "\tat ");
    }

    @Test
    void theEmbeddedServerOfAnotherUserIsNotStarted() throws Exception {
        Path theirs = scratch.resolve("data");
        Path directory = Files.createDirectories(theirs.resolve("postgresql"));
        Path version = Files.writeString(directory.resolve("PG_VERSION"), "17\n");
        Path embedded = Files.writeString(scratch.resolve("embedded.yml"), "data: \"" + theirs + "\"\n");
        Files.setAttribute(directory, "unix:uid", 65534);

        DoctorReport report = DoctorReport.of(embedded, "--json");
        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.finding("").get("what").asText()).contains("owner", "sudo -u");
        try (Stream<Path> files = Files.walk(theirs)) {
            assertThat(files).containsExactlyInAnyOrder(theirs, directory, version);
        }
    }

    @Test
    void theJarEndsWithTheCodeAndPrintsNothingButTheReport() throws Exception {
        Path harken = scratch.resolve("harken");
        Map<String, String> environment = Map.of("HARKEN_DATA", harken.toString());

        Jar.Finished none = Jar.runApart(environment, "doctor", "config.yml");
        assertThat(none.exitCode()).as(none.output()).isEqualTo(2);
        assertThat(none.output()).contains("there is no database in " + harken);
        assertThat(harken).doesNotExist();

        assertThat(Jar.run(environment, "doctor", "--misspelt", "config.yml").exitCode())
                .isEqualTo(2);

        Jar.Finished migrated = Jar.run(environment, "db", "migrate", "config.yml");
        assertThat(migrated.exitCode()).as(migrated.output()).isZero();

        Jar.Finished stopped = Jar.runApart(environment, "doctor", "--json", "config.yml");
        assertThat(stopped.exitCode()).as(stopped.output()).isZero();
        assertThat(JSON.readTree(stopped.output())
                        .get("summary")
                        .get("critical")
                        .asInt())
                .isZero();
        assertThat(harken.resolve("postgresql/postmaster.pid")).doesNotExist();

        try (Jar process = Jar.start(environment, "server", "config.yml")) {
            process.awaitReady();
            Jar.Finished running = Jar.runApart(environment, "doctor", "config.yml");
            assertThat(running.exitCode()).as(running.output()).isLessThan(2);
            assertThat(running.output()).startsWith("Time      ").endsWith(" advice\n");
            assertThat(process.isReady()).isTrue();
            process.stop();
        }
    }

    private static TestDatabase empty() throws SQLException {
        String name = "doctor_" + DATABASES.incrementAndGet();
        maintenance.execute("create database " + name);
        TestDatabase database = new TestDatabase(
                maintenance.host(), maintenance.port(), name, maintenance.user(), maintenance.password());
        database.execute("create extension pg_stat_statements");
        return database;
    }

    private static TestDatabase migrated() throws SQLException {
        TestDatabase database = empty();
        HarkenService.migrate(database);
        return database;
    }

    /** A process that said of itself how many of its 20 connections are lent, and when. */
    private static UUID process(TestDatabase database, String name, int lent, String seen) throws Exception {
        UUID id = UUID.randomUUID();
        HarkenProcess.State state = new HarkenProcess.State(
                new PoolSnapshot(5, 15, 20, lent, 0, 0, lent, 0, 30), List.of("Lower it."), List.of());
        database.execute(
                "insert into processes (id, name, started_at, seen_at, state) values ('%s', '%s', now(), %s, '%s')"
                        .formatted(id, name, seen, ApiJson.mapper().writeValueAsString(state)));
        return id;
    }

    private static void alert(
            TestDatabase database, UUID process, String name, String level, String resolved, String reason)
            throws SQLException {
        database.execute(
                """
                insert into alerts (id, process_id, process, signal, level, began_at, fired_at, resolved_at, reason)
                values ('%s', '%s', '%s', 'database_cpu', '%s', now() - interval '9 minutes', now(), %s, '%s')
                """
                        .formatted(UUID.randomUUID(), process, name, level, resolved, reason));
    }

    private static void run(Connection connection, String... statements) {
        try (var session = connection.createStatement()) {
            for (String sql : statements) {
                session.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path configuration(String url, String user, String password) throws Exception {
        return Files.writeString(
                Files.createTempFile(scratch, "config", ".yml"),
                """
                data: "%s"
                database:
                  url: "%s"
                  user: "%s"
                  password: "%s"
                """
                        .formatted(scratch, url, user, password));
    }

    private DoctorReport doctor(TestDatabase database, String... options) throws Exception {
        return DoctorReport.of(configuration(database.jdbcUrl(), database.user(), database.password()), options);
    }
}
