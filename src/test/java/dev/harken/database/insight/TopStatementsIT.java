package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopStatementsIT {
    private static final TopStatements STATEMENTS =
            new TopStatements(Looking.thresholds("{\"slowStatement\": \"20ms\", \"slowStatementCalls\": 3}"));

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createMigratedDatabase();
    }

    @Test
    void aMissingExtensionIsUnknownUntilItIsCreated() throws Exception {
        assertThat(Looking.findings(database, STATEMENTS)).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo("statements_hidden");
            assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
            Looking.mend(database, finding);
        });
        assertThat(Looking.read(database, STATEMENTS).access()).isEqualTo(TopStatements.Access.READABLE);
        assertThat(Looking.findings(database, STATEMENTS)).isEmpty();
    }

    @Test
    void aSlowStatementIsFoundUntilItIsForgotten() throws Exception {
        database.execute("create schema \"My tools\"", "create extension pg_stat_statements schema \"My tools\"");
        run(3, "select pg_sleep(0.03), clients.id from (values ('secret')) as v (x) left join clients on name = x");

        TopStatements.Statements seen = Looking.read(database, STATEMENTS);
        assertThat(seen.since())
                .isBetween(
                        Instant.now().minus(Duration.ofHours(1)), Instant.now().plusSeconds(1));
        assertThat(seen.statements())
                .filteredOn(statement -> statement.text().contains("pg_sleep"))
                .singleElement()
                .satisfies(statement -> {
                    assertThat(statement.calls()).isEqualTo(3);
                    assertThat(statement.rows()).isEqualTo(3);
                    assertThat(statement.meanMillis()).isBetween(30.0, 1000.0);
                    assertThat(statement.totalMillis()).isGreaterThan(90);
                    assertThat(statement.maxMillis()).isGreaterThanOrEqualTo(statement.meanMillis());
                    assertThat(statement.sharePercent()).isBetween(1.0, 100.0);
                    assertThat(statement.maintenance()).isFalse();
                    assertThat(statement.text()).doesNotContain("secret");
                });
        assertThat(seen.statements()).hasSizeLessThanOrEqualTo(50);
        assertThat(seen.statements())
                .isSortedAccordingTo(Comparator.comparing(TopStatements.Statement::totalMillis)
                        .reversed());

        Finding finding = only("slow_statement", Looking.findings(database, STATEMENTS));
        assertThat(finding.what()).contains("3 calls", "select pg_sleep($1)");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        // As psql sends it: without parameters.
        Looking.mend(
                new TestDatabase(
                        database.host(),
                        database.port(),
                        database.name() + "?preferQueryMode=simple",
                        database.user(),
                        database.password()),
                finding);

        database.execute("select \"My tools\".pg_stat_statements_reset()");
        assertThat(Looking.findings(database, STATEMENTS)).isEmpty();
    }

    @Test
    void aStatementThatTakesMostOfTheTimeIsFoundUntilItIsForgotten() throws Exception {
        database.execute("create extension pg_stat_statements");
        // A minute in all, of 25 sessions side by side.
        ExecutorService sessions = Executors.newFixedThreadPool(25);
        try {
            List<Future<?>> sleepers = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                sleepers.add(sessions.submit(() -> {
                    database.execute("select pg_sleep(2.5)");
                    return null;
                }));
            }
            for (Future<?> sleeper : sleepers) {
                sleeper.get();
            }
        } finally {
            sessions.shutdown();
        }

        TopStatements unhurried = new TopStatements(new InsightFactory());
        Finding finding = only("dominant_statement", Looking.findings(database, unhurried));
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.what()).containsPattern("% of the time of all: 25 calls, 1 min ([2-9]|[1-5][0-9]) s in all");
        assertThat(Looking.findings(database, unhurried))
                .as("25 calls are too few for slow")
                .hasSize(1);

        database.execute("select pg_stat_statements_reset()");
        assertThat(Looking.findings(database, unhurried)).isEmpty();
    }

    @Test
    void aStatementThatTakesAllTheTimeIsFoundOnceThatIsWorthIt() {
        TopStatements.Statement worth = statement(60_000, 40, false);
        assertThat(judge(worth)).extracting(Finding::kind).containsExactly("dominant_statement");
        assertThat(judge(worth).get(0).what()).contains("40 % of the time of all", "1 min 0 s in all");
        assertThat(judge(statement(59_999, 40, false))).isEmpty();
        assertThat(judge(statement(60_000, 32.9, false))).isEmpty();
        assertThat(judge(statement(60_000, 40, true))).isEmpty();
    }

    private static TopStatements.Statement statement(double total, double share, boolean maintenance) {
        return new TopStatements.Statement(
                1, "select * from posts where id = $1", 1, total, total, total, 0, 1, share, 100.0, maintenance);
    }

    private static List<Finding> judge(TopStatements.Statement statement) {
        return new TopStatements(new InsightFactory())
                .judge(new TopStatements.Statements(
                        TopStatements.Access.READABLE, "public", List.of(statement), 1, null, 0, 0, 150_000, "me"));
    }

    @Test
    void withoutGenericPlansTheRemedyPreparesTheStatement() throws Exception {
        database.execute("create table posts (id int)");
        Finding finding = judge(statement(60_000, 40, false)).get(0);
        assertThat(finding.remedy()).contains("explain execute look(null);");
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            assertThat(statement.execute(finding.remedy())).isFalse();
        }
    }

    @Test
    void whatTheGrantsShow() throws Exception {
        database.execute("create schema tools", "create extension pg_stat_statements schema tools");
        run(3, "select pg_sleep(0.03)");
        TestDatabase monitor = Looking.monitor(database);
        TestDatabase stranger = Looking.stranger(database);

        Finding unreadable = only("statements_hidden", Looking.findings(stranger, STATEMENTS));
        assertThat(unreadable.remedy()).contains("grant usage on schema tools to " + stranger.user());
        database.execute("grant usage on schema tools to " + stranger.user() + ", " + monitor.user());

        Finding hidden = only("statements_hidden", Looking.findings(stranger, STATEMENTS));
        assertThat(hidden.severity()).isEqualTo(Severity.UNKNOWN);
        assertThat(hidden.remedy()).isEqualTo("grant pg_monitor to " + stranger.user() + ";");
        assertThat(Looking.findings(monitor, STATEMENTS))
                .extracting(Finding::kind)
                .containsExactly("slow_statement");

        Looking.mend(database, unreadable);
        assertThat(Looking.findings(stranger, STATEMENTS))
                .extracting(Finding::kind)
                .containsExactly("slow_statement");
    }

    @Test
    void aLibraryThatIsNotLoadedIsUnknownUntilBothStepsAreDone(@TempDir Path directory) throws Exception {
        try (EmbeddedPostgres bare = start(directory)) {
            TestDatabase own = new TestDatabase("127.0.0.1", bare.getPort(), "postgres", "postgres", "postgres");
            assertThat(Looking.findings(own, STATEMENTS)).singleElement().satisfies(finding -> {
                assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
                assertThat(finding.what()).contains("is not loaded, and its extension is missing");
                assertThat(finding.remedy()).contains("restart PostgreSQL");
                Looking.mend(own, finding);
            });
            assertThat(Looking.findings(own, STATEMENTS))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.what()).endsWith("is not loaded."));
        }
        try (EmbeddedPostgres bare = start(directory)) {
            TestDatabase own = new TestDatabase("127.0.0.1", bare.getPort(), "postgres", "postgres", "postgres");
            assertThat(Looking.findings(own, STATEMENTS)).isEmpty();
        }
    }

    private static EmbeddedPostgres start(Path directory) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("unix_socket_directories", "")
                .start();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vacuum (analyze) t",
                "CREATE INDEX CONCURRENTLY x on t (a)",
                "select a from pg_stat_activity a left join pg_catalog.pg_locks l on true",
                "select * from information_schema.tables",
                "select 1 from tools.pg_stat_statements"
            })
    void maintenanceIsKnownByItsWords(String text) {
        assertThat(TopStatements.isMaintenance(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"select * from posts join pg_class on true", "select pg_sleep($1)", "update t set a = $1"})
    void theServicesStatementsAreNoMaintenance(String text) {
        assertThat(TopStatements.isMaintenance(text)).isFalse();
    }

    private void run(int times, String sql) throws SQLException {
        for (int i = 0; i < times; i++) {
            database.execute(sql);
        }
    }

    private static Finding only(String kind, List<Finding> findings) {
        assertThat(findings).extracting(Finding::kind).containsOnlyOnce(kind);
        return findings.stream()
                .filter(finding -> finding.kind().equals(kind))
                .findFirst()
                .orElseThrow();
    }
}
