package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.util.List;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TablesIT {
    private static final Tables TABLES = new Tables(Looking.thresholds("{\"deadRowsLeast\": 1000}"));

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
    }

    @Test
    void aMigratedDatabaseIsWellAndItsTablesAreListed() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();

        assertThat(Looking.read(database, TABLES).tables())
                .extracting(Tables.Table::name)
                .contains(
                        "clients",
                        "users",
                        "client_configs",
                        "matched_posts",
                        "ai_responses",
                        "analytics_events_default")
                .doesNotContain("pg_class");
        assertThat(Looking.findings(database, TABLES)).isEmpty();
    }

    @Test
    void sizesAndTimesAreThoseOfTheServer() throws Exception {
        makeTable("\"Odd name\"");
        database.execute("create index on \"Odd name\" (id)", "vacuum (analyze) \"Odd name\"");

        Tables.Table table = settled("\"Odd name\"", 0);

        assertThat(table.qualified()).isEqualTo("public.\"Odd name\"");
        assertThat(table.totalBytes())
                .isEqualTo(Long.parseLong(database.scalar("select pg_total_relation_size('\"Odd name\"')")))
                .isEqualTo(table.tableBytes() + table.indexBytes());
        assertThat(table.indexBytes()).isPositive();
        assertThat(table.liveRows()).isEqualTo(20_000);
        assertThat(table.lastVacuum()).isNotNull();
        assertThat(table.lastAnalyze()).isNotNull();
        assertThat(table.lastAutovacuum()).isNull();
        assertThat(table.analyzed()).isTrue();
        assertThat(table.bloat()).isEqualTo(Tables.Bloat.ESTIMATED);
        assertThat(table.bloatFactor()).isCloseTo(1, Offset.offset(0.1));
    }

    @Test
    void theEstimateKnowsFillfactorAndNulls() throws Exception {
        database.execute(
                "create table loose (a text, b text, c bigint) with (fillfactor = 50, autovacuum_enabled = false)",
                """
                insert into loose
                select case when n % 2 = 0 then repeat('x', 40) end, repeat('y', 100), n
                from generate_series(1, 20000) n
                """,
                "vacuum (analyze) loose");

        assertThat(table(database, "loose").bloatFactor()).isCloseTo(1, Offset.offset(0.15));
    }

    @Test
    void deadRowsAreFoundAndVacuumMendsThem() throws Exception {
        makeTable("t");
        database.execute("vacuum (analyze) t", "delete from t where id % 4 = 0");
        settled("t", 5_000);

        Finding finding = onlyFinding(database, TABLES);

        assertThat(finding.kind()).isEqualTo("dead_rows");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.subject()).isEqualTo("t");
        assertThat(finding.what())
                .startsWith("25 % of t's rows are dead: 5,000 beside 15,000 living; last vacuumed at 2")
                .endsWith("autovacuum is switched off for it");
        assertThat(finding.remedy()).isEqualTo("vacuum (analyze) public.t;");
        assertThat(Looking.findings(database, new Tables(Looking.thresholds("{\"deadRowsPercent\": 26}"))))
                .isEmpty();
        assertThat(Looking.findings(database, new Tables(new InsightFactory())))
                .as("below deadRowsLeast")
                .isEmpty();
        Looking.mend(database, finding);
        settled("t", 0);
        assertThat(Looking.findings(database, TABLES)).isEmpty();
    }

    @Test
    void aBloatedTableIsFoundAndRewritingItMendsIt() throws Exception {
        makeTable("\"My table\"");
        // The last rows keep the empty pages from being cut off.
        database.execute(
                "delete from \"My table\" where id < 19500",
                "select pg_stat_force_next_flush()",
                "vacuum (analyze) \"My table\"");
        settled("\"My table\"", 0);

        Finding finding = onlyFinding(database, TABLES);

        assertThat(finding.kind()).isEqualTo("bloated_table");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.subject()).isEqualTo("\"My table\"");
        assertThat(finding.what()).contains("takes 3.", " MB, about ", " times what its rows need");
        assertThat(finding.remedy())
                .contains("pg_repack", "Locks out readers and writers")
                .endsWith("vacuum (full, analyze) public.\"My table\";");
        assertThat(Looking.findings(database, new Tables(Looking.thresholds("{\"bloatFactor\": 60}"))))
                .isEmpty();
        Looking.mend(database, finding);
        assertThat(Looking.findings(database, TABLES)).isEmpty();
    }

    @Test
    void aBigTableThatWasNeverAnalyzedIsFoundAndAnalyzeMendsIt() throws Exception {
        makeTable("t");
        settled("t", 0);

        Finding finding = onlyFinding(database, TABLES);

        assertThat(finding.kind()).isEqualTo("never_analyzed");
        assertThat(finding.what()).isEqualTo("t has 20,000 rows and was never analyzed");
        assertThat(finding.remedy()).isEqualTo("analyze public.t;");
        Looking.mend(database, finding);
        assertThat(Looking.findings(database, TABLES)).isEmpty();
    }

    @Test
    void bloatThatCannotBeEstimatedIsUnknown() throws Exception {
        makeTable("t");
        database.execute("vacuum (analyze) t", "alter table t add column later text");
        settled("t", 0);

        Finding finding = onlyFinding(database, TABLES);

        assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
        assertThat(finding.kind()).isEqualTo("bloat_unknown");
        assertThat(finding.what()).contains("t is bloated is not known", "no statistics yet");
        Looking.mend(database, finding);
        assertThat(Looking.findings(database, TABLES)).isEmpty();
    }

    @Test
    void aMonitorSeesDeadRowsAndIsToldWhatIsHidden() throws Exception {
        makeTable("t");
        makeTable("never");
        // The larger comes first.
        database.execute("create index on t (id)", "vacuum (analyze) t", "delete from t where id % 2 = 0");
        settled("t", 10_000);
        settled("never", 0);
        TestDatabase monitor = Looking.monitor(database);

        List<Finding> findings = Looking.findings(monitor, TABLES);

        assertThat(findings).extracting(Finding::kind).containsExactly("dead_rows", "bloat_unknown");
        Finding unknown = findings.get(1);
        assertThat(unknown.severity()).isEqualTo(Severity.UNKNOWN);
        assertThat(unknown.what()).contains("t, never are bloated", monitor.user() + " may not read these tables");
        assertThat(table(monitor, "t").bloatFactor()).isNull();
        Looking.mend(database, unknown);
        assertThat(Looking.findings(monitor, TABLES))
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder("dead_rows", "never_analyzed");
    }

    /** Without autovacuum, which would mend what a test makes happen. */
    private void makeTable(String name) throws Exception {
        database.execute(
                "create table " + name + " (id bigint, content text) with (autovacuum_enabled = false)",
                "insert into " + name + " select n, repeat('x', 120) from generate_series(1, 20000) n");
    }

    /** The table once the server's statistics have come in: a session hands them over when it ends, or soon after. */
    private Tables.Table settled(String name, long deadRows) {
        return Awaitility.await()
                .until(() -> table(database, name), table -> table.liveRows() > 0 && table.deadRows() == deadRows);
    }

    private static Tables.Table table(TestDatabase asked, String name) throws Exception {
        return Looking.read(asked, TABLES).tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Finding onlyFinding(TestDatabase asked, Tables insight) throws Exception {
        List<Finding> findings = Looking.findings(asked, insight);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }
}
