package dev.harken.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerIT {
    @TempDir
    static Path once;

    /** HARKEN_DATA after a first start and an orderly stop; copied, since making one takes seconds. */
    private static Path used;

    @TempDir
    Path scratch;

    private Path harkenData;

    @BeforeAll
    static void makeDatabase() throws IOException {
        used = once.resolve("used");
        long begin = System.nanoTime();
        EmbeddedServer server = new EmbeddedFactory().start(used);
        System.out.println("first start: " + millisSince(begin) + " ms, "
                + scalar(server, "select current_setting('server_version')"));
        server.stop();
    }

    @BeforeEach
    void copyDatabase() throws Exception {
        harkenData = scratch.toRealPath().resolve("data with a blank");
        copyUsed(harkenData);
    }

    @AfterEach
    void endLeftovers() throws IOException {
        Path directory = harkenData.resolve("postgresql");
        for (ProcessHandle process : ServerProcesses.in(directory)) {
            process.destroyForcibly();
        }
        await().until(() -> ServerProcesses.in(directory).isEmpty());
    }

    // --- what a first start makes

    @Test
    void theFirstStartMakesADatabaseForARoleThatIsNoSuperuserButMayReadStatistics() throws Exception {
        try (EmbeddedServer server = start()) {
            assertThat(scalar(server, "select current_user || ' ' || current_database()"))
                    .isEqualTo("harken harken");
            assertThat(scalar(server, "select rolsuper::text from pg_roles where rolname = current_user"))
                    .isEqualTo("false");
            assertThat(scalar(server, "select pg_get_userbyid(datdba) from pg_database where datname = 'harken'"))
                    .isEqualTo("harken");
            assertThat(scalar(server, "select pg_has_role('pg_monitor', 'member')::text"))
                    .isEqualTo("true");
            assertThat(scalar(server, "select count(*) > 0 from pg_stat_statements"))
                    .isEqualTo("t");
            execute(server, "create extension pg_trgm", "create table t (id int)", "select pg_stat_statements_reset()");
        }
    }

    @Test
    void theDatabaseIsUtf8WithALocaleThatNoSystemUpgradeChanges() throws Exception {
        try (EmbeddedServer server = start()) {
            assertThat(
                            scalar(
                                    server,
                                    """
                            select pg_encoding_to_char(encoding) || ' ' || datlocprovider::text || ' ' || datlocale
                            from pg_database
                            where datname = 'harken'
                            """))
                    .isEqualTo("UTF8 b C.UTF-8");
            assertThat(scalar(server, "select lower('ÀÉÎ')")).isEqualTo("àéî");
        }
    }

    @Test
    void itIsDurable() throws Exception {
        try (EmbeddedServer server = start()) {
            assertThat(List.of(
                            scalar(server, "show fsync"),
                            scalar(server, "show synchronous_commit"),
                            scalar(server, "show full_page_writes"),
                            scalar(server, "show data_checksums")))
                    .containsOnly("on");
        }
    }

    @Test
    void filesAreClosedToOthers() throws Exception {
        try (EmbeddedServer server = start()) {
            Path data = server.dataDirectory();
            assertThat(data).isEqualTo(harkenData.resolve("postgresql"));
            assertThat(permissions(harkenData)).isEqualTo("rwx------");
            assertThat(permissions(data)).isEqualTo("rwx------");
            assertThat(permissions(data.resolve("harken.credentials"))).isEqualTo("rw-------");
            assertThat(permissions(harkenData.resolve("harken.lock"))).isEqualTo("rw-------");
        }
    }

    @Test
    void nobodyGetsInWithoutThePassword() throws Exception {
        try (EmbeddedServer server = start()) {
            for (String user : List.of("harken", "postgres")) {
                assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), user, "guess")
                                .close())
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("password authentication failed");
            }
            assertThat(Files.readAllLines(server.dataDirectory().resolve("pg_hba.conf")))
                    .filteredOn(line -> !line.startsWith("#"))
                    .containsExactly("host all all 127.0.0.1/32 scram-sha-256");
        }
    }

    @Test
    void itListensOnLoopbackOnly() throws Exception {
        try (EmbeddedServer server = start()) {
            assertThat(scalar(server, "show listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(scalar(server, "show unix_socket_directories")).isEmpty();
            for (InetAddress address : otherAddresses()) {
                assertThatThrownBy(() -> connectTo(address, server.port())).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void theConfigurationReplacesSettings() throws Exception {
        EmbeddedFactory factory = factory(0);
        factory.setSettings(Map.of("work_mem", "3MB", "search_path", "\"$user\", public, 'it''s'"));
        try (EmbeddedServer server = factory.start(harkenData)) {
            assertThat(scalar(server, "show work_mem")).isEqualTo("3MB");
            assertThat(scalar(server, "show shared_buffers")).isEqualTo("128MB");
            assertThat(scalar(server, "show max_connections")).isEqualTo("60");
        }
    }

    @Test
    void theLogStaysUnderItsDirectoryAndItsBound() throws Exception {
        Path log = Files.createDirectories(harkenData.resolve("postgresql-log"));
        for (int day = 10; day < 30; day++) {
            Files.writeString(log.resolve("postgresql-202001" + day + "-000000.log"), "old");
        }
        try (EmbeddedServer server = start()) {
            assertThat(scalar(server, "show log_rotation_size")).isEqualTo("10MB");
            try (Stream<Path> files = Files.list(log)) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith("postgresql-")))
                        .hasSizeLessThanOrEqualTo(6);
            }
            assertThat(scalar(server, "select count(*) from pg_ls_logdir()")).isNotEqualTo("0");
        }
    }

    // --- starts and stops

    @Test
    void dataOutlivesAStop() throws Exception {
        try (EmbeddedServer server = start()) {
            execute(server, "create table kept as select 42 as n");
        }
        long begin = System.nanoTime();
        try (EmbeddedServer server = start()) {
            long millis = millisSince(begin);
            System.out.println("restart: " + millis + " ms");
            assertThat(server.adopted()).isFalse();
            assertThat(scalar(server, "select n from kept")).isEqualTo("42");
        }
    }

    @Test
    void aStopLeavesNoProcessAndMayBeRepeated() throws Exception {
        EmbeddedServer server = start();
        execute(server, "select 1");
        server.stop();
        server.stop();
        assertThat(ServerProcesses.in(server.dataDirectory())).isEmpty();
        assertThat(server.dataDirectory().resolve("postmaster.pid")).doesNotExist();
    }

    @Test
    void aSecondHarkenOnTheSameDataIsToldSoWithTheHoldersProcess() throws Exception {
        try (ChildServer first = ChildServer.launch(harkenData, 0)) {
            first.ready();
            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining(harkenData.toString())
                    .hasMessageContaining("process " + first.pid());
        }
    }

    @Test
    void aSecondServerInTheSameProcessIsRefusedAndTheFirstKeepsItsLock() throws Exception {
        try (EmbeddedServer server = start()) {
            assertThatThrownBy(this::start)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            try (ChildServer other = ChildServer.launch(harkenData, 0)) {
                assertThat(other.failure())
                        .contains("process " + ProcessHandle.current().pid());
            }
            assertThat(scalar(server, "select 1")).isEqualTo("1");
        }
    }

    // --- kills

    @Test
    void aServerLeftByAKilledHarkenIsAdopted() throws Exception {
        ChildServer killed = ChildServer.launch(harkenData, 0);
        ChildServer.Ready before = killed.ready();
        killed.kill();
        try (EmbeddedServer server = start()) {
            assertThat(server.adopted()).isTrue();
            assertThat(server.pid()).isEqualTo(before.pid());
            assertThat(server.port()).isEqualTo(before.port());
            assertThat(scalar(server, "select 1")).isEqualTo("1");
        }
        assertThat(ServerProcesses.in(harkenData.resolve("postgresql"))).isEmpty();
    }

    @Test
    void anOrphanOnAnotherPortThanTheConfiguredOneIsStartedAnewThere() throws Exception {
        ChildServer killed = ChildServer.launch(harkenData, 0);
        ChildServer.Ready before = killed.ready();
        killed.kill();
        int port = FreePort.next();
        try (EmbeddedServer server = factory(port).start(harkenData)) {
            assertThat(server.adopted()).isFalse();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(before.pid());
        }
    }

    @Test
    void anOrphanWithOtherSettingsIsStartedAnew() throws Exception {
        ChildServer killed = ChildServer.launch(harkenData, 0);
        killed.ready();
        killed.kill();
        EmbeddedFactory factory = factory(0);
        factory.setSettings(Map.of("max_connections", "42"));
        try (EmbeddedServer server = factory.start(harkenData)) {
            assertThat(server.adopted()).isFalse();
            assertThat(scalar(server, "show max_connections")).isEqualTo("42");
        }
    }

    @Test
    void aKilledPostmasterIsStartedAgainOnItsPortWithWhatWasCommitted() throws Exception {
        try (EmbeddedServer server = start()) {
            execute(server, "create table kept as select 42 as n");
            long before = server.pid();
            signal("KILL", before);
            await().until(() -> server.pid() != before);
            assertThat(scalar(server, "select n from kept")).isEqualTo("42");
        }
    }

    @Test
    void afterAKillOfBothAtOnceTheNextStartRecoversEvenWithABackendStillAtWork() throws Exception {
        ChildServer killed = ChildServer.launch(harkenData, 0);
        ChildServer.Ready before = killed.ready();
        Credentials credentials = Credentials.read(harkenData.resolve("postgresql"));
        try (Connection connection = DriverManager.getConnection(
                        Postmaster.jdbcUrl(before.port()), "harken", credentials.password());
                var statement = connection.createStatement()) {
            statement.execute("create table kept as select 42 as n");
            Thread busy = new Thread(() -> {
                try {
                    statement.execute("select sum(sqrt(i)) from generate_series(1, 1000000000) i");
                } catch (SQLException e) {
                    // Killed on purpose.
                }
            });
            busy.start();
            await().until(() -> ServerProcesses.in(harkenData.resolve("postgresql")).stream()
                    .anyMatch(process -> process.info()
                                    .totalCpuDuration()
                                    .orElse(Duration.ZERO)
                                    .toMillis()
                            > 300));
            signal("KILL", before.pid());
            killed.kill();
            try (EmbeddedServer server = start()) {
                assertThat(server.adopted()).isFalse();
                assertThat(scalar(server, "select n from kept")).isEqualTo("42");
            }
            busy.join();
        }
    }

    @Test
    void aServerThatIsShuttingDownIsWaitedFor() throws Exception {
        ChildServer killed = ChildServer.launch(harkenData, 0);
        ChildServer.Ready before = killed.ready();
        killed.kill();
        signal("INT", before.pid());
        try (EmbeddedServer server = start()) {
            assertThat(server.pid()).isNotEqualTo(before.pid());
            assertThat(scalar(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aServerThatHangsIsNamedAfterTheStartTimeout() throws Exception {
        ChildServer killed = ChildServer.launch(harkenData, 0);
        ChildServer.Ready before = killed.ready();
        killed.kill();
        signal("STOP", before.pid());
        EmbeddedFactory factory = factory(0);
        factory.setStartTimeout(io.dropwizard.util.Duration.seconds(2));
        assertThatThrownBy(() -> factory.start(harkenData).close())
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("process " + before.pid())
                .hasMessageContaining("neither answered nor ended");
        signal("CONT", before.pid());
        try (EmbeddedServer server = start()) {
            assertThat(server.adopted()).isTrue();
        }
    }

    @Test
    void aStalePidFileWhoseProcessIsAnotherProgramByNowDoesNotStopTheStart() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            Files.write(
                    harkenData.resolve("postgresql").resolve("postmaster.pid"),
                    List.of(
                            Long.toString(other.pid()),
                            harkenData.resolve("postgresql").toString(),
                            "1700000000",
                            "5432",
                            "",
                            "127.0.0.1",
                            "  1234567    123456",
                            "ready   "));
            try (EmbeddedServer server = start()) {
                assertThat(scalar(server, "select 1")).isEqualTo("1");
            }
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void anEmptyPidFileLeftByAFullDiskDoesNotStopTheStart() throws Exception {
        Files.createFile(harkenData.resolve("postgresql").resolve("postmaster.pid"));
        try (EmbeddedServer server = start()) {
            assertThat(scalar(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aFirstStartKilledHalfWayIsDoneAgainFromTheBeginning() throws Exception {
        OwnerOnly.deleteTree(harkenData.resolve("postgresql"));
        ChildServer killed = ChildServer.launch(harkenData, 0);
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            try (Stream<Path> entries = Files.list(harkenData)) {
                return entries.anyMatch(entry -> Files.exists(entry.resolve("data/base/1/PG_VERSION")));
            }
        });
        killed.kill();
        assertThat(harkenData.resolve("postgresql")).doesNotExist();
        try (EmbeddedServer server = start()) {
            assertThat(scalar(server, "select count(*) >= 0 from pg_stat_statements"))
                    .isEqualTo("t");
        }
        // What the killed one's initdb still wrote during the first start is gone after the second.
        start().close();
        try (Stream<Path> entries = Files.list(harkenData)) {
            assertThat(entries.map(entry -> entry.getFileName().toString()))
                    .containsExactlyInAnyOrder("harken.lock", "postgresql", "postgresql-binaries", "postgresql-log");
        }
    }

    @Test
    void aJvmThatEndsBeforeItsLifecycleBeganStopsTheServer() throws Exception {
        ChildServer child = ChildServer.launch(harkenData, 0);
        child.ready();
        signal("TERM", child.pid());
        await().until(() -> !harkenData
                .resolve("postgresql")
                .resolve("postmaster.pid")
                .toFile()
                .exists());
        child.close();
        assertThat(ServerProcesses.in(harkenData.resolve("postgresql"))).isEmpty();
    }

    // --- what it refuses

    @Test
    void aConfiguredPortThatAnotherProgramHasIsNamedAndNeverConnectedTo() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            assertThatThrownBy(() ->
                            factory(other.getLocalPort()).start(harkenData).close())
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessageContaining("port " + other.getLocalPort())
                    .hasMessageContaining("database.embedded.port");
        }
        try (EmbeddedServer server = start()) {
            assertThat(scalar(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aConfiguredPortThatAnotherPostgresHasIsRefusedTheSameWay() throws Exception {
        Path otherData = scratch.resolve("other");
        copyUsed(otherData);
        try (EmbeddedServer other = new EmbeddedFactory().start(otherData)) {
            assertThatThrownBy(() -> factory(other.port()).start(harkenData).close())
                    .hasMessageContaining("port " + other.port());
        }
    }

    @Test
    void aDatabaseOfAnotherMajorVersionIsRefusedWithBothVersionsAndTheWayOver() throws Exception {
        Files.writeString(harkenData.resolve("postgresql").resolve("PG_VERSION"), "14\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("PostgreSQL 14")
                .hasMessageContaining(harkenData.toString())
                .hasMessageContaining("pg_dump");
    }

    @Test
    void aDirectoryWithOtherThingsInItIsLeftAlone() throws Exception {
        Path data = harkenData.resolve("postgresql");
        OwnerOnly.deleteTree(data);
        Files.createDirectory(data);
        Files.writeString(data.resolve("letters.txt"), "mine");
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(data.toString())
                .hasMessageContaining("not empty");
        assertThat(data.resolve("letters.txt")).hasContent("mine");
    }

    @Test
    void aDatabaseThatHarkenDidNotMakeIsLeftAlone() throws Exception {
        Files.delete(harkenData.resolve("postgresql").resolve("harken.credentials"));
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("not made by Harken");
    }

    @Test
    void anEmptyDirectoryIsFilled() throws Exception {
        Path data = harkenData.resolve("postgresql");
        OwnerOnly.deleteTree(data);
        Files.createDirectory(data);
        try (EmbeddedServer server = start()) {
            assertThat(permissions(server.dataDirectory())).isEqualTo("rwx------");
        }
    }

    @Test
    void aFileInThePlaceOfTheDataDirectoryIsNamed() throws Exception {
        Path file = Files.writeString(scratch.resolve("file"), "mine");
        assertThatThrownBy(() -> new EmbeddedFactory().start(file).close())
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aDamagedServerSaysWhatPostgresSaid() throws Exception {
        Files.delete(harkenData.resolve("postgresql").resolve("global").resolve("pg_control"));
        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(harkenData.toString())
                .hasMessageContaining("pg_control");
    }

    /** The programs are linked, not copied: 60 MB that no test changes. */
    private static void copyUsed(Path target) throws Exception {
        Files.createDirectory(
                target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        copy("-a", used.resolve("postgresql"), target);
        copy("-al", used.resolve("postgresql-binaries"), target);
    }

    private static void copy(String options, Path from, Path to) throws Exception {
        Process copy = new ProcessBuilder("cp", options, from.toString(), to.toString()).start();
        assertThat(copy.waitFor()).isZero();
    }

    private EmbeddedServer start() {
        return factory(0).start(harkenData);
    }

    private static EmbeddedFactory factory(int port) {
        EmbeddedFactory factory = new EmbeddedFactory();
        factory.setPort(port);
        factory.setStartTimeout(io.dropwizard.util.Duration.seconds(30));
        return factory;
    }

    private static String scalar(EmbeddedServer server, String sql) {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private static void execute(EmbeddedServer server, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static List<InetAddress> otherAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .filter(card -> !card.getName().equals("lo"))
                .flatMap(NetworkInterface::inetAddresses)
                .toList();
    }

    private static void connectTo(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1000);
        }
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }
}
