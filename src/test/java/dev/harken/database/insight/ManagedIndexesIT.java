package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedIndexesIT {
    private static final ManagedIndexes INDEXES = new ManagedIndexes(new InsightFactory());

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createMigratedDatabase();
    }

    @Test
    void aMigratedDatabaseHasAllNine() throws Exception {
        ManagedIndexes.Indexes seen = Looking.read(database, INDEXES);

        assertThat(seen.indexes()).hasSize(9).allSatisfy(index -> {
            assertThat(index.present()).isTrue();
            assertThat(index.valid()).isTrue();
            assertThat(index.asDefined()).isTrue();
            assertThat(index.building()).isFalse();
            assertThat(index.bytes()).isPositive();
            assertThat(index.definition()).contains(index.expected().index(), "USING btree");
            assertThat(index.expected().serves()).isNotEmpty();
        });
        assertThat(INDEXES.judge(seen)).isEmpty();
    }

    @Test
    void theSampleOfEachIsServedByIt() throws Exception {
        fill();
        for (ManagedIndexes.Definition definition : ManagedIndexes.DEFINITIONS) {
            String part = "analytics_events_[a-z0-9_]+_" + String.join("_", definition.columns()) + "_idx";
            assertThat(Changesets.plan(database, definition.sample()))
                    .as(definition.index())
                    .containsPattern("(" + part + "|" + definition.index() + ")")
                    .matches(
                            plan -> definition.included().isEmpty() || plan.contains("Index Only Scan"),
                            "reads the index alone");
        }
    }

    @Test
    void scansAreCountedAndTheLastIsKnownFromPostgreSql16On() throws Exception {
        fill();
        try (var connection = database.connect();
                var session = connection.createStatement()) {
            session.execute("set enable_seqscan = off");
            session.execute("select * from matched_posts where subreddit = 'Sub7' order by created_at desc limit 5");
            session.execute("select pg_stat_force_next_flush()");
        }

        ManagedIndexes.Index used = index("idx_subreddit_created");
        ManagedIndexes.Index unused = index("idx_responses_quality_score");
        boolean known = Integer.parseInt(database.scalar("show server_version_num")) >= ManagedIndexes.LAST_SCAN_SINCE;
        assertThat(used.scans()).isPositive();
        assertThat(used.lastScanKnown()).isEqualTo(known);
        assertThat(used.lastScan() != null).isEqualTo(known);
        assertThat(unused.scans()).isZero();
        assertThat(unused.lastScan()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMissingOneIsFoundAndMended(boolean byChangeset) throws Exception {
        fill();
        for (ManagedIndexes.Definition definition : ManagedIndexes.DEFINITIONS) {
            database.execute("drop index " + definition.index());
        }

        List<Finding> findings = Looking.findings(database, INDEXES);

        assertThat(findings)
                .extracting(Finding::subject)
                .containsExactlyElementsOf(ManagedIndexes.DEFINITIONS.stream()
                        .map(ManagedIndexes.Definition::index)
                        .toList());
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo("managed_index_missing");
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.what()).contains("is missing");
            assertThat(finding.why()).contains("It serves ");
            assertThat(finding.gain()).startsWith("estimated: ").contains("times less work");
        });
        assertThat(findings.get(0).remedy())
                .isEqualTo("create index concurrently if not exists idx_client_created"
                        + " on matched_posts (client_id, created_at);");
        for (Finding finding : findings) {
            if (byChangeset) {
                Changesets.run(database, finding.changeset());
            } else {
                Looking.mend(database, finding);
            }
        }
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInvalidOneIsFoundAndMended(boolean byChangeset) throws Exception {
        invalidate("idx_analytics_client_event");

        Finding finding = onlyFinding(database);

        assertThat(finding.kind()).isEqualTo("managed_index_invalid");
        assertThat(finding.subject()).isEqualTo("idx_analytics_client_event");
        assertThat(finding.remedy())
                .startsWith("drop index if exists idx_analytics_client_event;\ncreate index concurrently if not exists"
                        + " idx_analytics_client_event_")
                .endsWith("create index if not exists idx_analytics_client_event on analytics_events"
                        + " (client_id, event_type);");
        assertThat(finding.why()).contains("never reads it");
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneOfThatNameOnOtherColumnsIsFoundAndMended(boolean byChangeset) throws Exception {
        database.execute(
                "drop index idx_client_created", "create index idx_client_created on matched_posts (created_at)");

        Finding finding = onlyFinding(database);

        assertThat(finding.kind()).isEqualTo("managed_index_different");
        assertThat(finding.what()).contains("does not start with client_id, created_at", "(created_at)");
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInvalidOneOfAPlainTableIsFoundAndMended(boolean byChangeset) throws Exception {
        invalidate("idx_client_created");

        Finding finding = onlyFinding(database);

        assertThat(finding.remedy()).isEqualTo("reindex index concurrently idx_client_created;");
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @Test
    void thoseOfThePartitionedTableAreTheSumOfTheirParts() throws Exception {
        fill();
        try (var connection = database.connect();
                var session = connection.createStatement()) {
            session.execute("set enable_seqscan = off");
            session.execute("select * from analytics_events where event_type = 'type1'"
                    + " and created_at >= now() - interval '1 day' and created_at < now()");
            session.execute("select pg_stat_force_next_flush()");
        }

        ManagedIndexes.Index used = index("idx_analytics_event_date");

        assertThat(used.bytes())
                .isEqualTo(Long.parseLong(database.scalar(
                        "select sum(pg_relation_size(relid)) from pg_partition_tree('idx_analytics_event_date')")))
                .isGreaterThan(1_000_000);
        assertThat(used.scans()).isPositive();
        assertThat(used.partitions()).contains("analytics_events_default");
        assertThat(index("idx_analytics_client_event").scans()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatAPartitionLacksIsFoundAndMended(boolean byChangeset) throws Exception {
        database.execute(
                "drop index idx_analytics_client_date",
                "create index idx_analytics_client_date on only analytics_events (client_id, created_at)"
                        + " include (event_type)");

        Finding finding = onlyFinding(database);

        assertThat(finding.kind()).isEqualTo("managed_index_invalid");
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'', false", "'', true", "only, false", "only, true"})
    void oneThatLacksItsIncludedColumnIsFoundAndMended(String only, boolean byChangeset) throws Exception {
        database.execute(
                "drop index idx_analytics_client_date",
                "create index idx_analytics_client_date on " + only + " analytics_events (client_id, created_at)");

        Finding finding = onlyFinding(database);

        assertThat(finding.kind()).isEqualTo("managed_index_different");
        assertThat(finding.what()).contains("client_id, created_at, or does not hold event_type: it is ");
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
        assertThat(index("idx_analytics_client_date").definition()).endsWith("INCLUDE (event_type)");
    }

    @Test
    void whatTheIncludedColumnGainsIsToldWhereTheKeyAloneIsThere() throws Exception {
        fill();
        database.execute(
                "drop index idx_analytics_client_date",
                "create index idx_analytics_client_date on analytics_events (client_id, created_at)");

        assertThat(onlyFinding(database).gain()).as("tens of times").matches("estimated: \\d\\d.* times less work; .*");
    }

    @Test
    void oneWithFurtherColumnsServesAsWellButAPartialOneDoesNot() throws Exception {
        database.execute(
                "drop index idx_client_created",
                "create index idx_client_created on matched_posts (client_id, created_at desc, id)");
        assertThat(Looking.findings(database, INDEXES)).isEmpty();

        database.execute(
                "drop index idx_analytics_client_date",
                "create index idx_analytics_client_date on analytics_events (client_id, created_at, event_type)");
        assertThat(Looking.findings(database, INDEXES)).isEmpty();

        database.execute(
                "drop index idx_client_created",
                "create index idx_client_created on matched_posts (client_id, created_at) where flagged");
        assertThat(onlyFinding(database).kind()).isEqualTo("managed_index_different");
    }

    @Test
    void theEstimateIsNearWhatThePlannerSaysOnceTheIndexIsThere() throws Exception {
        fill();
        for (ManagedIndexes.Definition definition : ManagedIndexes.DEFINITIONS) {
            database.execute("drop index " + definition.index());
            String gain = index(definition.index()).gain();
            List<String> partitions = index(definition.index()).partitions();
            database.execute(definition.create(partitions).toArray(String[]::new));
            database.execute("vacuum analyze " + definition.table());
            double estimated = Double.parseDouble(gain.replaceFirst(".*about ([0-9.,]+) with the index.*", "$1")
                    .replace(",", ""));

            double planned = Changesets.cost(database, definition.sample());

            assertThat(estimated / planned)
                    .as("%s: %s, planned %s", definition.index(), gain, planned)
                    .isBetween(0.3, 3.0);
        }
    }

    @Test
    void aMonitorSeesTheIndexesAndIsToldWhatItCannotEstimate() throws Exception {
        fill();
        database.execute("drop index idx_client_created");
        invalidate("idx_client_reviewed");
        TestDatabase monitor = Looking.monitor(database);

        ManagedIndexes.Indexes seen = Looking.read(monitor, INDEXES);

        assertThat(seen.indexes()).filteredOn(ManagedIndexes.Index::valid).hasSize(7);
        assertThat(INDEXES.judge(seen))
                .extracting(Finding::kind)
                .containsExactly("managed_index_missing", "managed_index_invalid");
        assertThat(INDEXES.judge(seen))
                .allSatisfy(finding ->
                        assertThat(finding.gain()).startsWith("not estimated: ").contains("permission denied"));
    }

    @Test
    void anEmptyTableIsNotEstimated() throws Exception {
        database.execute("drop index idx_client_created");

        assertThat(onlyFinding(database).gain()).startsWith("not estimated: PostgreSQL has not counted matched_posts");
    }

    @Test
    void aDatabaseThatWasNeverMigratedLacksAllNine() throws Exception {
        TestDatabase empty = PostgresServer.shared().createDatabase();

        assertThat(Looking.findings(empty, INDEXES)).hasSize(9).allSatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo("managed_index_missing");
            assertThat(finding.what()).contains("and so is its table");
            assertThat(finding.remedy()).contains("db migrate");
        });
    }

    private void mend(Finding finding, boolean byChangeset) throws Exception {
        if (byChangeset) {
            Changesets.run(database, finding.changeset());
        } else {
            Looking.mend(database, finding);
        }
    }

    private Finding onlyFinding(TestDatabase asked) throws Exception {
        List<Finding> findings = Looking.findings(asked, INDEXES);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private ManagedIndexes.Index index(String name) throws Exception {
        return Looking.read(database, INDEXES).indexes().stream()
                .filter(index -> index.expected().index().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** As an interrupted build leaves it. */
    private void invalidate(String index) throws Exception {
        database.execute("update pg_index set indisvalid = false where indexrelid = '" + index + "'::regclass");
    }

    private void fill() throws Exception {
        database.execute(
                """
                insert into clients (name, slug)
                select 'Client ' || n, 'client-' || n
                from generate_series(1, 50) n
                """,
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title, content, reviewed, created_at)
                select 1 + n % 50, 'Sub' || n % 97, 'p' || n, 'A title, ' || n, repeat('words ', 30), n / 50 % 10 <> 0,
                  now() - n * interval '10 minutes'
                from generate_series(1, 20000) n
                """,
                """
                insert into ai_responses (post_id, client_id, content, score, created_at)
                select id, client_id, repeat('draft ', 30), id * 7 % 101, created_at
                from matched_posts
                """,
                """
                insert into analytics_events (client_id, event_type, data, created_at)
                select 1 + n % 50, 'type' || n / 50 % 5, '{}', now() - n * interval '3 minutes'
                from generate_series(1, 40000) n
                """,
                "vacuum analyze");
    }
}
