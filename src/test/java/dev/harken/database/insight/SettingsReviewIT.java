package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReviewIT {
    private static final long GIGA = 1L << 30;

    private static PostgresServer server;
    private static TestDatabase database;

    @BeforeAll
    static void startServer() {
        server = PostgresServer.start();
        database = server.createMigratedDatabase();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void reset() throws SQLException {
        database.execute("alter system reset all", "delete from processes");
        restart();
    }

    private static void restart() {
        server.restart();
    }

    private static SettingsReview review(long memory) {
        return new SettingsReview(new InsightFactory(), () -> memory, 20);
    }

    private static List<Finding> findings(String subject, long memory) throws SQLException {
        return Looking.findings(database, review(memory)).stream()
                .filter(finding -> finding.subject().equals(subject))
                .toList();
    }

    private static Finding finding(String subject, long memory) throws SQLException {
        assertThat(findings(subject, memory)).hasSize(1);
        return findings(subject, memory).get(0);
    }

    private static SettingsReview.Setting setting(String name, long memory) throws SQLException {
        return Looking.read(database, review(memory)).settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"autovacuum", "track_counts", "track_io_timing"})
    void whatIsOffIsFoundUntilTheRemedyIsDone(String name) throws Exception {
        database.execute("alter system set " + name + " = off", "select pg_reload_conf()");
        await().until(() -> database.scalar("show " + name).equals("off"));

        Finding finding = finding(name, 0);
        assertThat(finding.kind()).isEqualTo("setting");
        assertThat(finding.severity()).isEqualTo(name.equals("track_io_timing") ? Severity.WARNING : Severity.CRITICAL);
        assertThat(finding.what()).startsWith(name + " is off, recommended is on.");
        assertThat(finding.remedy().lines())
                .containsExactly("alter system set " + name + " = 'on';", "select pg_reload_conf();");

        Looking.mend(database, finding);
        await().untilAsserted(() -> assertThat(findings(name, 0)).isEmpty());
    }

    @Test
    void fsyncOffIsCriticalAndTheCommandLineThatSaysSoIsNamed() throws Exception {
        Finding finding = finding("fsync", 0);
        assertThat(finding.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(finding.remedy()).contains("it is set by the command line of the server");
    }

    @Test
    void thePriceOfATurningDiskIsAdvice() throws Exception {
        Finding finding = finding("random_page_cost", 0);
        assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
        assertThat(finding.remedy()).startsWith("alter system set random_page_cost = '1.1';");

        Looking.mend(database, finding);
        await().untilAsserted(() -> assertThat(findings("random_page_cost", 0)).isEmpty());
        assertThat(setting("random_page_cost", 0).verdict()).isEqualTo("good");
    }

    @Test
    void aSettingOfTheDatabaseIsMendedThere() throws Exception {
        database.execute("alter database " + database.name() + " set random_page_cost = 5");
        Finding finding = finding("random_page_cost", 0);
        assertThat(finding.remedy()).startsWith("alter database " + database.name() + " set random_page_cost = '1.1';");

        Looking.mend(database, finding);
        assertThat(findings("random_page_cost", 0)).isEmpty();
        database.execute("alter database " + database.name() + " reset random_page_cost");
    }

    @Test
    void buffersAreMeasuredAgainstTheMemoryAndTheDatabase() throws Exception {
        database.execute("alter system set shared_buffers = '1MB'");
        restart();
        assertThat(database.scalar("select pg_database_size(current_database()) > 1048576"))
                .isEqualTo("t");

        Finding small = finding("shared_buffers", GIGA);
        assertThat(small.severity()).isEqualTo(Severity.WARNING);
        assertThat(small.what()).contains("shared_buffers is 1MB, recommended is 256MB", "0.098 % of the host's 1 GB");
        assertThat(small.remedy()).contains("-- then restart PostgreSQL");
        Looking.mend(database, small);
        database.execute("select pg_reload_conf()");
        await().untilAsserted(
                        () -> assertThat(finding("shared_buffers", GIGA).what()).contains("waits for a restart"));
        restart();
        assertThat(findings("shared_buffers", GIGA)).isEmpty();

        assertThat(findings("shared_buffers", 100 * GIGA))
                .as("too little of the memory, but the database fits")
                .isEmpty();

        Finding large = finding("shared_buffers", GIGA / 2);
        assertThat(large.what()).contains("recommended is 128MB");
        Looking.mend(database, large);
        restart();
        assertThat(findings("shared_buffers", GIGA / 2)).isEmpty();
    }

    @Test
    void thePlannersIdeaOfTheCacheIsMeasuredAgainstTheMemory() throws Exception {
        // The default is 4 GB.
        Finding large = finding("effective_cache_size", GIGA);
        assertThat(large.severity()).isEqualTo(Severity.ADVICE);
        assertThat(large.what()).contains("effective_cache_size is 4GB, recommended is 704MB");
        Looking.mend(database, large);
        await().untilAsserted(
                        () -> assertThat(findings("effective_cache_size", GIGA)).isEmpty());

        database.execute("alter system set effective_cache_size = '1MB'", "select pg_reload_conf()");
        await().until(() -> database.scalar("show effective_cache_size").equals("1MB"));
        Looking.mend(database, finding("effective_cache_size", GIGA));
        await().untilAsserted(
                        () -> assertThat(findings("effective_cache_size", GIGA)).isEmpty());
    }

    @Test
    void allSortingAtOnceMustFitIntoTheMemory() throws Exception {
        assertThat(findings("work_mem", GIGA)).as("200 x 4 MB + 128 MB").isEmpty();

        Finding finding = finding("work_mem", 900L << 20);
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.what()).contains("With all 200 connections", "928 MB of the host's 900 MB");
        Looking.mend(database, finding);
        await().untilAsserted(() -> assertThat(findings("work_mem", 900L << 20)).isEmpty());
    }

    @Test
    void thePoolsOfAllProcessesMustFitIntoTheConnections() throws Exception {
        assertThat(findings("max_connections", 0)).isEmpty();
        assertThat(Looking.read(database, review(0)).poolCapacity()).isEqualTo(20);

        processSeen("1 second", 180);
        processSeen("2 minutes", 1000);
        assertThat(findings("max_connections", 0)).isEmpty();
        processSeen("30 seconds", 20);
        Finding finding = finding("max_connections", 0);
        assertThat(finding.what())
                .contains("recommended is 210", "2 Harken processes open up to 200", "3 are reserved", "208 in all");
        assertThat(finding.remedy()).contains("alter system set max_connections = '210';");
        assertThat(Looking.findings(Looking.monitor(database), review(0)))
                .as("who cannot read the processes counts its own pool")
                .noneMatch(other -> other.subject().equals("max_connections"));

        database.execute("delete from processes where state -> 'pool' ->> 'total_capacity' = '20'");
        assertThat(findings("max_connections", 0)).isEmpty();
    }

    private static void processSeen(String ago, int capacity) throws SQLException {
        database.execute(
                """
                insert into processes (id, name, started_at, seen_at, state)
                values (gen_random_uuid(), 'p', now(), now() - interval '%s', '{"pool": {"total_capacity": %d}}')
                """
                        .formatted(ago, capacity));
    }

    @Test
    void memoryThatIsNotKnownIsSaidOnce() throws Exception {
        TestDatabase empty = server.createDatabase();
        for (TestDatabase user : List.of(empty, Looking.monitor(empty), Looking.stranger(empty))) {
            assertThat(Looking.findings(user, review(0)))
                    .filteredOn(finding -> finding.severity() == Severity.UNKNOWN)
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.kind()).isEqualTo("host_memory");
                        assertThat(finding.remedy()).contains("database.insight.hostMemory");
                    });
            assertThat(Looking.findings(user, review(0)))
                    .extracting(Finding::subject)
                    .contains("fsync");
            assertThat(Looking.findings(user, review(8 * GIGA)))
                    .noneMatch(finding -> finding.severity() == Severity.UNKNOWN);
        }
        SettingsReview stated = new SettingsReview(Looking.thresholds("{\"hostMemory\": \"2GiB\"}"), () -> GIGA, 20);
        assertThat(Looking.read(empty, stated).hostMemoryBytes()).isEqualTo(2 * GIGA);
    }
}
