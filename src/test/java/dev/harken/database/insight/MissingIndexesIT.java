package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MissingIndexesIT {
    private static final MissingIndexes INDEXES =
            new MissingIndexes(Looking.thresholds("{\"bigTableRows\": 1000, \"sequentialScans\": 10}"));

    private TestDatabase database;

    @BeforeEach
    void createDatabase() throws Exception {
        database = PostgresServer.shared().createDatabase();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theColumnsOfAStatementThatReadsItWholeAreFoundAndMended(boolean byChangeset) throws Exception {
        extension("public");
        makeTable("events");
        run("select id from events where at >= now() - interval '1 hour' and tenant = 7", 20);

        Finding finding = onlyFinding(database);

        assertThat(finding.kind()).isEqualTo("table_read_sequentially");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.subject()).isEqualTo("events");
        assertThat(finding.what())
                .startsWith("events was read whole 2")
                .contains(
                        " times, 20,000 rows each time, and by an index 0 times.",
                        "has no index on (tenant, at): select id from events where at >= now() - interval $1 and tenant = $2",
                        "(ran 20 times, ");
        assertThat(finding.remedy())
                .isEqualTo("create index concurrently idx_events_tenant_at on public.events (tenant, at);");
        assertThat(finding.gain())
                .startsWith("estimated: ")
                .contains("times less work; the planner's cost of reading events is ", "the index would take about ");
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
        assertThat(table("events").suspected()).as("the counters stay").isTrue();
        assertThat(table("events").planned()).isEqualTo(1);
    }

    @Test
    void theEstimateIsNearWhatThePlannerSaysOnceTheIndexIsThere() throws Exception {
        extension("public");
        makeTable("events");
        run("select * from events where tenant = 7", 20);
        Finding finding = onlyFinding(database);
        double estimated = Double.parseDouble(finding.gain()
                .replaceFirst(".*about ([0-9.,]+) with the index.*", "$1")
                .replace(",", ""));
        String size = finding.gain().replaceFirst(".*would take about ", "");

        Looking.mend(database, finding);

        assertThat(estimated / Changesets.cost(database, "select * from events where tenant = $1"))
                .isBetween(0.3, 3.0);
        assertThat(Double.parseDouble(size.replaceFirst(" kB", ""))
                        / (Long.parseLong(database.scalar("select pg_relation_size('idx_events_tenant')")) / 1024.0))
                // PostgreSQL stores values that repeat once, which the estimate leaves out.
                .isBetween(0.8, 4.0);
    }

    @Test
    void namesThatNeedQuotesAreQuoted() throws Exception {
        extension("\"Where ever\"");
        database.execute("create schema \"Other schema\"");
        makeTable("\"Other schema\".\"My (größte) events\"");
        database.execute("alter table \"Other schema\".\"My (größte) events\" rename column tenant to \"The tenant\"");
        run("select * from \"Other schema\".\"My (größte) events\" e where e.\"The tenant\" = 7 and name = 'n3'", 20);

        Finding finding = onlyFinding(database);

        assertThat(finding.remedy())
                .isEqualTo("create index concurrently idx_my_gr_te_events_name_the_tenant"
                        + " on \"Other schema\".\"My (größte) events\" (name, \"The tenant\");");
        Changesets.run(database, finding.changeset());
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @Test
    void everyStatementIsSeenAndEachIndexNamedOnce() throws Exception {
        extension("public");
        makeTable("events");
        makeTable("others");
        run("update events set payload = 'x' where tenant = -1", 15);
        run("delete from events where tenant = -1 and id > 0 and at > now()", 15);
        run("select count(*) from others o join events e on e.tenant = o.id where o.name = 'n1' and o.tenant = 3", 15);
        run("select * from others where name = 'n1' or tenant = 3", 15);
        run("with x as (select 1) select * from others where payload = ''", 15);

        assertThat(Looking.findings(database, INDEXES))
                .extracting(Finding::subject)
                .contains("events", "others");
        assertThat(table("others").suggestions())
                .extracting(MissingIndexes.Suggestion::columns)
                .containsExactly(List.of("name", "tenant"));
        for (Finding finding : Looking.findings(database, INDEXES)) {
            Looking.mend(database, finding);
        }
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @Test
    void aTableThatHasToBeReadWholeIsNoFinding() throws Exception {
        extension("public");
        makeTable("events");
        run("select count(*) from events", 20);
        run("select * from events where half = true", 20);

        assertThat(Looking.findings(database, INDEXES)).isEmpty();
        assertThat(table("events").suspected()).isTrue();
    }

    @Test
    void oneThatIsSmallOrReadByAnIndexMoreOftenIsNoSuspect() throws Exception {
        extension("public");
        makeTable("events");
        run("select * from events where tenant = 7", 9);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();

        run("select * from events where tenant = 7", 20);
        assertThat(Looking.findings(database, INDEXES)).hasSize(1);
        assertThat(Looking.findings(database, new MissingIndexes(Looking.thresholds("{\"bigTableRows\": 30000}"))))
                .isEmpty();
        database.execute("alter table events add primary key (id)", "analyze events");
        run("select * from events where id = 7", 60);
        assertThat(table("events").suspected()).isFalse();
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(tenant, name)", "(name, tenant, id)"})
    void anIndexThatIsThereIsNotAskedForAgainAlthoughThePlannerPassesItOver(String columns) throws Exception {
        extension("public");
        makeTable("events");
        database.execute(
                "alter database " + database.name() + " set enable_indexscan = off",
                "alter database " + database.name() + " set enable_bitmapscan = off");
        run("select * from events where tenant = 7 and name = 'n7'", 20);
        assertThat(Looking.findings(database, INDEXES)).hasSize(1);

        database.execute("create index there on events " + columns);

        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @Test
    void anInterruptedBuildIsNoIndex() throws Exception {
        extension("public");
        makeTable("events");
        run("select * from events where tenant = 7", 20);
        database.execute(
                "create index idx_events_tenant on events (tenant)",
                "update pg_index set indisvalid = false where indexrelid = 'idx_events_tenant'::regclass");

        assertThat(onlyFinding(database).remedy()).contains("create index concurrently idx_events_tenant_2 on");
    }

    @Test
    void nothingIsRunAndNothingStaysBehind() throws Exception {
        extension("public");
        makeTable("events");
        run("delete from events where tenant = -1", 20);
        database.execute("insert into events (id, tenant) values (-1, -1)");

        try (var connection = database.connect();
                Handle handle = Jdbi.create(connection).open()) {
            handle.useTransaction(inside -> {
                inside.execute("set transaction read only");
                assertThat(INDEXES.judge(INDEXES.read(inside))).hasSize(1);
                assertThat(setting(inside, "select count(*) from pg_prepared_statements where name like 'harken%'"))
                        .isEqualTo("0");
                assertThat(setting(inside, "show plan_cache_mode")).isEqualTo("auto");
            });
            assertThat(INDEXES.judge(INDEXES.read(handle)))
                    .as("without a transaction")
                    .hasSize(1);
        }
        assertThat(database.scalar("select count(*) from events where tenant = -1"))
                .isEqualTo("1");
    }

    @Test
    void withoutTheExtensionTheTableIsNamedAndTheColumnsAreNot() throws Exception {
        makeTable("events");
        run("select * from events where tenant = 7", 20);

        Finding finding = onlyFinding(database);

        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.what())
                .contains("20,000 rows each time", "cannot be told: the extension pg_stat_statements is not installed");
        assertThat(finding.changeset()).isEmpty();
        Looking.mend(database, finding);
        assertThat(onlyFinding(database).remedy()).contains("idx_events_tenant");
    }

    @Test
    void aTableWhoseReadersAreForgottenIsUnknownUntilItsCountersAreToo() throws Exception {
        extension("public");
        makeTable("events");
        makeTable("eventsandmore");
        run("select * from events where tenant = 7", 20);
        run("select * from eventsandmore where tenant = 7", 1);
        assertThat(Looking.findings(database, INDEXES)).hasSize(1);
        database.execute(
                """
                select pg_stat_statements_reset(0, dbid, queryid)
                from pg_stat_statements
                where query like '% events where%'
                """);

        Finding finding = onlyFinding(database);

        assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
        assertThat(finding.what()).contains("has no select, update or delete of this user that reads it");
        Looking.mend(database, finding);
        Awaitility.await().untilAsserted(() -> assertThat(Looking.findings(database, INDEXES))
                .isEmpty());
    }

    @Test
    void whoMayNotReadTheStatementsIsToldSo() throws Exception {
        extension("apart");
        makeTable("events");
        run("select * from events where tenant = 7", 20);
        TestDatabase stranger = Looking.stranger(database);

        List<Finding> findings = Looking.findings(stranger, INDEXES);

        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).severity()).isEqualTo(Severity.WARNING);
        assertThat(findings.get(0).what()).contains(stranger.user() + " may not read pg_stat_statements");
        Looking.mend(database, findings.get(0));
        assertThat(Looking.findings(stranger, INDEXES))
                .extracting(Finding::severity)
                .containsExactly(Severity.UNKNOWN);
    }

    @Test
    void aTableThatIsLockedIsNotWaitedFor() throws Exception {
        extension("public");
        makeTable("events");
        run("select * from events where tenant = 7", 20);
        try (var locker = database.connect();
                var session = locker.createStatement()) {
            locker.setAutoCommit(false);
            session.execute("lock table events in access exclusive mode");

            assertThat(onlyFinding(database).what()).contains("could not be planned", "lock timeout");
        }
    }

    @Test
    void aStatementThatCannotBePlannedAnyMoreIsUnknown() throws Exception {
        extension("public");
        makeTable("events");
        run("select * from events where tenant = 7 and payload > 'z'", 20);
        database.execute("alter table events drop column payload");

        Finding finding = onlyFinding(database);

        assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
        assertThat(finding.what()).contains("1 statement that ", "could not be planned", "payload");
    }

    @Test
    void aMonitorIsToldThatTheColumnsAreUnknown() throws Exception {
        extension("public");
        makeTable("events");
        run("select * from events where tenant = 7", 20);

        MissingIndexes.Reads seen = Looking.read(Looking.monitor(database), INDEXES);

        assertThat(seen.tables()).hasSize(1);
        assertThat(seen.tables().get(0).planned() + seen.tables().get(0).refused())
                .as("another's statements are not even tried")
                .isZero();
        List<Finding> findings = INDEXES.judge(seen);
        assertThat(findings).hasSize(1);
        assertThat(findings.get(0).severity()).isEqualTo(Severity.UNKNOWN);
        assertThat(findings.get(0).what()).startsWith("events was read whole 2").contains("cannot be told");
    }

    @Test
    void aMigratedDatabaseIsWell() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        extension("public");

        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    private void extension(String schema) throws SQLException {
        database.execute(
                "create schema if not exists " + schema, "create extension pg_stat_statements schema " + schema);
    }

    private void makeTable(String name) throws SQLException {
        database.execute(
                "create table " + name
                        + " (id bigint, tenant bigint, at timestamptz, name varchar(50), half boolean, payload text)",
                "insert into " + name
                        + """
                          \s
                          select n, n % 100, now() - n * interval '1 minute', 'n' || n % 300, n % 2 = 0, repeat('x', 100)
                          from generate_series(1, 20000) n
                          """,
                "vacuum analyze " + name);
    }

    /** Runs a statement so often that the server counts it, in a session that hands its counters over at once. */
    private void run(String statement, int times) throws SQLException {
        try (var connection = database.connect();
                var session = connection.createStatement()) {
            for (int i = 0; i < times; i++) {
                session.execute(statement);
            }
            session.execute("select pg_stat_force_next_flush()");
        }
    }

    private void mend(Finding finding, boolean byChangeset) throws Exception {
        if (byChangeset) {
            Changesets.run(database, finding.changeset());
        } else {
            Looking.mend(database, finding);
        }
    }

    private static String setting(Handle handle, String query) {
        return handle.createQuery(query).mapTo(String.class).one();
    }

    private static Finding onlyFinding(TestDatabase asked) throws Exception {
        List<Finding> findings = Looking.findings(asked, INDEXES);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private MissingIndexes.Table table(String name) throws Exception {
        return Looking.read(database, INDEXES).tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
