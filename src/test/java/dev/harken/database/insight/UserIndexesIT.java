package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserIndexesIT {
    private static final UserIndexes INDEXES =
            new UserIndexes(Looking.thresholds("{\"unusedIndexSize\": \"64KiB\", \"unusedIndexScans\": 2}"));

    /** Looks at duplicates and broken ones alone. */
    private static final UserIndexes LARGE = new UserIndexes(new InsightFactory());

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
    }

    @Test
    void aMigratedDatabaseIsWellAndItsOwnIndexesAreListedWithoutTheNine() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();

        List<UserIndexes.Index> indexes = Looking.read(database, INDEXES).indexes();

        assertThat(indexes)
                .extracting(UserIndexes.Index::name)
                .contains("idx_posts_newest", "clients_pkey", "uq_posts_client_reddit")
                .doesNotContain("idx_client_created", "idx_analytics_event_date")
                .doesNotContain("analytics_events_default_event_type_created_at_idx");
        assertThat(index("idx_posts_newest").columns()).containsExactly("created_at", "id");
        assertThat(index("idx_posts_newest").serves()).isNotEmpty();
        assertThat(index("idx_users_email_lower").columns()).containsExactly("lower(email::text)");
        assertThat(index("clients_pkey").primary()).isTrue();
        assertThat(index("uq_posts_id_client").constraint()).isEqualTo("uq_posts_id_client");
        assertThat(index("idx_configs_client").foreignKey()).isEqualTo("fk_configs_client");
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
        assertThat(Looking.findings(database, new UserIndexes(Looking.thresholds("{\"unusedIndexSize\": \"0B\"}"))))
                .as("of its own, none is more than a thought")
                .isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.ADVICE);
                    assertThat(finding.why()).contains("Harken made it for ");
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anUnusedOneIsFoundAndMended(boolean byChangeset) throws Exception {
        makeTable();
        database.execute("create index \"Unused one\" on t (a)");

        Finding finding = onlyFinding(INDEXES);

        assertThat(finding.kind()).isEqualTo("unused_index");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.subject()).isEqualTo("\"Unused one\"");
        assertThat(finding.what()).contains("on t (a) takes ", " kB and was used 0 times since the statistics began");
        assertThat(finding.remedy()).isEqualTo("drop index concurrently if exists public.\"Unused one\";");
        assertThat(finding.gain()).startsWith("measured: frees ").contains("one index less");
        assertThat(Looking.findings(database, LARGE)).as("smaller than 1 MB").isEmpty();
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, INDEXES)).isEmpty();
        assertThat(database.scalar("select count(*) from pg_indexes where indexname = 'Unused one'"))
                .isEqualTo("0");
    }

    @Test
    void oneThatIsUsedOrKeepsARuleIsLeftAlone() throws Exception {
        makeTable();
        database.execute(
                "alter table t add primary key (id)",
                "create unique index on t (b)",
                "alter table t add constraint apart exclude using btree (c with =)",
                "create table part (id bigint, t_id bigint references t (id))",
                "insert into part select n, n from generate_series(1, 5000) n",
                "create index part_t on part (t_id)",
                "create index used on t (a)");
        assertThat(onlyFinding(INDEXES).subject()).isEqualTo("used");

        try (var connection = database.connect();
                var session = connection.createStatement()) {
            session.execute("set enable_seqscan = off");
            for (int i = 0; i < 3; i++) {
                session.execute("select * from t where a = " + i);
            }
            session.execute("select pg_stat_force_next_flush()");
        }
        assertThat(index("used").scans()).isEqualTo(3);
        assertThat(index("part_t").foreignKey()).isEqualTo("part_t_id_fkey");
        assertThat(Looking.findings(database, INDEXES)).isEmpty();

        database.execute("create index part_both on part (t_id, id)");
        assertThat(onlyFinding(INDEXES).subject())
                .as("the foreign key has two now, and one says what the other says")
                .isEqualTo("part_t");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPrefixOfAnotherIsFoundAndMended(boolean byChangeset) throws Exception {
        makeTable();
        database.execute("create index short on t (a)", "create index long on t (a, b)");

        Finding finding = onlyFinding(LARGE);

        assertThat(finding.kind()).isEqualTo("duplicate_index");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.subject()).isEqualTo("short");
        assertThat(finding.what()).contains("short on t (a) takes ", "long serves all that it does");
        assertThat(Looking.findings(database, INDEXES))
                .as("the one that is to stay is not called unused beside it")
                .containsExactly(finding);
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, LARGE)).isEmpty();
        assertThat(database.scalar("select count(*) from pg_indexes where indexname = 'long'"))
                .isEqualTo("1");
    }

    @Test
    void ofThreeThatAreTheSameTheOneInUseStays() throws Exception {
        makeTable();
        database.execute("create index x on t (a)", "create index y on t (a)");
        try (var connection = database.connect();
                var session = connection.createStatement()) {
            session.execute("drop index x");
            session.execute("set enable_seqscan = off");
            session.execute("select * from t where a = 1");
            session.execute("select pg_stat_force_next_flush()");
        }
        database.execute("create index x on t (a)", "create index z on t (a)");

        assertThat(Looking.findings(database, LARGE))
                .extracting(Finding::subject)
                .containsExactlyInAnyOrder("x", "z");
        for (Finding finding : Looking.findings(database, LARGE)) {
            Looking.mend(database, finding);
        }
        assertThat(Looking.read(database, LARGE).indexes())
                .extracting(UserIndexes.Index::name)
                .containsExactly("y");
    }

    @Test
    void whatKeepsARuleOrIsManagedIsNeverTheOneToDrop() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        database.execute(
                "create index a_copy on matched_posts (client_id, created_at)",
                "create index a_prefix on matched_posts (client_id)",
                "create index a_key_of_events on analytics_events_default (client_id, created_at)",
                "create index a_longer on matched_posts (client_id, created_at, id)",
                "create index a_key on clients (id)",
                "create unique index a_name on clients (slug)");

        assertThat(Looking.findings(database, LARGE))
                .extracting(Finding::kind, Finding::subject)
                .containsExactlyInAnyOrder(
                        tuple("duplicate_index", "a_copy"),
                        tuple("duplicate_index", "a_prefix"),
                        tuple("duplicate_index", "a_key_of_events"),
                        tuple("duplicate_index", "a_key"));
    }

    @Test
    void whatLooksAlikeButServesOtherQueriesIsNoDuplicate() throws Exception {
        makeTable();
        database.execute(
                "create extension btree_gin",
                "create index plain on t (a, d)",
                "create index other_order on t (a desc)",
                "create index partial on t (a) where b > 5",
                "create index expression on t ((a + 1))",
                "create index pattern on t (d text_pattern_ops)",
                "create index text on t (d)",
                "create index collated on t (d collate \"C\")",
                "create index hashed on t using hash (a)",
                "create index gin on t using gin (a)",
                "create index included on t (a) include (c)",
                "create index included_others on t (a) include (b, c)",
                "create index second on t (b, a)");

        assertThat(Looking.findings(database, LARGE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInvalidOneIsFoundAndMended(boolean byChangeset) throws Exception {
        makeTable();
        database.execute("insert into t select * from t where id = 1");
        assertThat(failsToExecute("create unique index concurrently broken on t (id)"))
                .isTrue();

        Finding finding = onlyFinding(LARGE);

        assertThat(finding.kind()).isEqualTo("invalid_index");
        assertThat(finding.what()).contains("broken on t (id) is invalid");
        // It is unique: dropping it would drop the rule, so what stands in its way has to go first.
        assertThat(finding.remedy()).isEqualTo("reindex index concurrently public.broken;");
        database.execute("delete from t where id = 1");
        mend(finding, byChangeset);
        assertThat(Looking.findings(database, LARGE)).isEmpty();
        assertThat(index("broken").valid()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAnInterruptedBuildLeftIsDropped(boolean byChangeset) throws Exception {
        makeTable();
        database.execute("create index left_over on t (a)", invalidate("left_over"));

        Finding finding = onlyFinding(LARGE);

        assertThat(finding.kind()).isEqualTo("invalid_index");
        assertThat(finding.remedy()).isEqualTo("drop index concurrently if exists public.left_over;");
        mend(finding, byChangeset);
        assertThat(Looking.read(database, LARGE).indexes()).isEmpty();
    }

    @Test
    void oneOfHarkensOwnThatIsInvalidIsBuiltAnew() throws Exception {
        database = PostgresServer.shared().createMigratedDatabase();
        database.execute(invalidate("idx_posts_text"));

        Finding finding = onlyFinding(LARGE);

        assertThat(finding.remedy()).isEqualTo("reindex index concurrently public.idx_posts_text;");
        Looking.mend(database, finding);
        assertThat(Looking.findings(database, LARGE)).isEmpty();
    }

    @Test
    void oneThatIsBeingBuiltIsNotBroken() throws Exception {
        makeTable();
        try (var blocker = database.connect();
                var builder = database.connect();
                var statement = builder.createStatement()) {
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("insert into t values (0)");
            Thread building = new Thread(() -> {
                try {
                    statement.execute("create index concurrently slow on t (a)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            building.start();
            Awaitility.await().until(() -> database.scalar(
                            "select count(*) from pg_stat_progress_create_index where index_relid <> 0")
                    .equals("1"));

            assertThat(index("slow").valid()).isFalse();
            assertThat(index("slow").building()).isTrue();
            assertThat(Looking.findings(database, LARGE)).isEmpty();

            blocker.rollback();
            building.join();
        }
        assertThat(index("slow").valid()).isTrue();
    }

    @Test
    void aMonitorSeesTheSame() throws Exception {
        makeTable();
        database.execute(
                "create index short on t (a)",
                "create index long on t (a, b)",
                "create index alone on t (c)",
                "create index left_over on t (d)",
                invalidate("left_over"));

        List<Finding> findings = Looking.findings(database, INDEXES);

        assertThat(findings)
                .extracting(Finding::kind)
                .containsExactlyInAnyOrder("duplicate_index", "unused_index", "invalid_index");
        assertThat(Looking.findings(Looking.monitor(database), INDEXES)).isEqualTo(findings);
    }

    private void makeTable() throws Exception {
        database.execute(
                "create table t (id bigint, a bigint, b bigint, c bigint, d text)",
                "insert into t select n, n, n, n, n from generate_series(1, 5000) n");
    }

    /** As an interrupted build leaves it. */
    private static String invalidate(String index) {
        return "update pg_index set indisvalid = false where indexrelid = '" + index + "'::regclass";
    }

    private boolean failsToExecute(String sql) {
        try {
            database.execute(sql);
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    private void mend(Finding finding, boolean byChangeset) throws Exception {
        if (byChangeset) {
            Changesets.run(database, finding.changeset());
        } else {
            Looking.mend(database, finding);
        }
    }

    private Finding onlyFinding(UserIndexes insight) throws Exception {
        List<Finding> findings = Looking.findings(database, insight);
        assertThat(findings).hasSize(1);
        return findings.get(0);
    }

    private UserIndexes.Index index(String name) throws Exception {
        return Looking.read(database, LARGE).indexes().stream()
                .filter(index -> index.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
