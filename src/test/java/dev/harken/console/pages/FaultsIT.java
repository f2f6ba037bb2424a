package dev.harken.console.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.DoctorReport;
import dev.harken.console.access.AdminPort;
import dev.harken.testing.ApiClient;
import dev.harken.testing.Browser;
import dev.harken.testing.HarkenService;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Makes each fault happen in a real PostgreSQL, reads it on the page and in {@code doctor}, does what the finding says,
 * and sees it go from both. What exactly a finding says is told by the insights' own tests.
 */
class FaultsIT {
    private static final Path CONFIGURATION = Path.of("config.yml");

    /** Of the doctor too: while a service runs, its settings are the whole JVM's. Lowered where true ones take long. */
    private static final String[] SETTINGS = {
        "monitoring.enabled=false",
        "console.login=false",
        "alerts.interval=1s",
        "database.pool.size=2",
        "database.pool.maxOverflow=2",
        "database.pool.timeout=10m",
        "database.lockTimeout=10m",
        "database.statementTimeout=10m",
        "database.insight.interval=100ms",
        "database.insight.hostMemory=900MiB",
        "database.insight.longStatement=200ms",
        "database.insight.idleInTransaction=200ms",
        "database.insight.slowStatementCalls=3",
        "database.insight.connectionsPercent=20",
        "database.insight.transactionIdPercent=0.001",
        "database.insight.cacheLeastBlocks=20000",
        "database.insight.bigTableRows=5000",
        "database.insight.sequentialScans=10",
        "database.insight.deadRowsLeast=1000"
    };

    private static PostgresServer server;
    private static TestDatabase database;
    private static HarkenService harken;
    private static String console;
    private static Browser browser;

    private final ExecutorService background = Executors.newCachedThreadPool();
    private final List<Connection> sessions = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
        database = server.createMigratedDatabase();
        database.execute("create extension pg_stat_statements");
        harken = HarkenService.over(database, SETTINGS);
        console = AdminPort.of(harken).origin();
        browser = Browser.open();
        // The pages bring themselves up to date ten times as often.
        browser.before(
                "const later = window.setTimeout; window.setTimeout = (work, millis) => later(work, millis / 10);");
    }

    @AfterAll
    static void stop() {
        browser.close();
        harken.close();
        server.close();
    }

    @BeforeEach
    void forgetComplaints() {
        browser.complaints();
    }

    @AfterEach
    void endSessions() throws SQLException {
        for (Connection session : sessions) {
            session.close();
        }
        background.shutdownNow();
    }

    @Test
    void aManagedIndexThatWasDropped() throws Exception {
        database.execute("drop index idx_client_reviewed");

        String remedy = found("indexes", "managed_index_missing", "idx_client_reviewed", "is missing", "It serves");
        assertThat(browser.text("#managed")).containsPattern("idx_client_reviewed[^\\n]*\\n[^\\n]*\\n?\\s*missing");
        found("", "managed_index_missing", "idx_client_reviewed", "is missing");

        mend(remedy);
        gone("indexes", "managed_index_missing", "idx_client_reviewed");
        assertThat(browser.text("#managed")).doesNotContain("missing");
        gone("", "managed_index_missing", "idx_client_reviewed");
    }

    @Test
    void aManagedIndexWhoseBuildWasInterrupted() throws Exception {
        invalidate("idx_client_created");

        mend(found("indexes", "managed_index_invalid", "idx_client_created", "is invalid"));
        gone("indexes", "managed_index_invalid", "idx_client_created");
    }

    @Test
    void aManagedIndexOverOtherColumns() throws Exception {
        database.execute(
                "drop index idx_subreddit_created", "create index idx_subreddit_created on matched_posts (created_at)");

        mend(found("indexes", "managed_index_different", "idx_subreddit_created", "does not start with"));
        gone("indexes", "managed_index_different", "idx_subreddit_created");
    }

    @Test
    void aBigTableThatIsReadWholeForWantOfAnIndex() throws Exception {
        makeTable("visits");
        database.execute("analyze visits");
        try (Connection reader = database.connect();
                var statement = reader.createStatement()) {
            for (int i = 0; i < 20; i++) {
                statement.execute("select * from visits where id = 7");
            }
        }

        String remedy =
                found("indexes", "table_read_sequentially", "visits", "has no index on (id)", "times less work");
        assertThat(remedy).contains("create index concurrently");
        mend(remedy);
        gone("indexes", "table_read_sequentially", "visits");
    }

    @Test
    void anIndexThatIsThereTwice() throws Exception {
        database.execute("create index again on users (email)");

        mend(found("indexes", "duplicate_index", "again", "users_email_key serves all that it does", "frees 16 kB"));
        gone("indexes", "duplicate_index", "again");
    }

    @Test
    void anIndexThatNobodyUses() throws Exception {
        database.execute(
                "create table archive as select n, n * 7 as other from generate_series(1, 60000) n",
                "create index never_used on archive (other)");

        mend(found("indexes", "unused_index", "never_used", "was used 0 times", "As a Liquibase changeset"));
        gone("indexes", "unused_index", "never_used");
    }

    @Test
    void anotherIndexWhoseBuildWasInterrupted() throws Exception {
        invalidate("idx_posts_newest");

        mend(found("indexes", "invalid_index", "idx_posts_newest", "was interrupted"));
        gone("indexes", "invalid_index", "idx_posts_newest");
    }

    @Test
    void aSessionThatIsBlocked() throws Exception {
        Connection holder = session("the holder");
        holder.setAutoCommit(false);
        run(holder, "lock table clients in share row exclusive mode");
        Connection waiter = session("the waiter");
        waiter.setAutoCommit(false);
        Future<?> waiting = inBackground(waiter, "lock table clients in share row exclusive mode");

        String remedy = found(
                "connections",
                "blocked_session",
                pid(waiter),
                "the waiter",
                "the holder",
                "lock table clients in share");
        assertThat(remedy).contains("select pg_terminate_backend(" + pid(holder));
        assertThat(browser.text("#sessions")).containsPattern("warning " + pid(holder) + " for ");

        mend(remedy);
        gone("connections", "blocked_session", pid(waiter));
        waiting.get(60, TimeUnit.SECONDS);
    }

    @Test
    void aStatementThatRunsForLong() throws Exception {
        Connection sleeper = session("the sleeper");
        Future<?> sleeping = inBackground(sleeper, "select pg_sleep(100), 'a secret'");

        mend(found("connections", "long_statement", pid(sleeper), "the sleeper", "select pg_sleep($1), $2"));
        gone("connections", "long_statement", pid(sleeper));
        await().until(sleeping::isDone);
        assertThat(browser.source()).doesNotContain("a secret");
    }

    @Test
    void aTransactionThatSomebodyForgot() throws Exception {
        Connection forgetful = session("the forgetful");
        forgetful.setAutoCommit(false);
        run(forgetful, "select count(*) from users");

        mend(found("connections", "idle_in_transaction", pid(forgetful), "the forgetful", "count(*) from users"));
        gone("connections", "idle_in_transaction", pid(forgetful));
    }

    @Test
    void aServerWhoseConnectionsRunOut() throws Exception {
        for (int i = 0; i < 45; i++) {
            session("the crowd");
        }

        found("connections", "connections", "", "max_connections 200", "the crowd");
        // The finding may come of an examination that was made while the crowd was still arriving.
        await().untilAsserted(() -> {
            browser.visit(console + "/console/connections");
            assertThat(browser.text("#share")).containsPattern("the crowd\\s+postgres\\s+idle\\s+45");
        });

        endSessions();
        sessions.clear();
        gone("connections", "connections", "");
    }

    @Test
    void aPoolThatIsExhausted() throws Exception {
        TestClient first = TestClient.create(harken);
        TestClient second = TestClient.create(harken);
        long draft = first.response(first.post("exhausting", "Which tomatoes?", 0), "Large ones.");
        Connection locker = session("the locker");
        locker.setAutoCommit(false);
        List<CompletableFuture<ApiClient.Answer>> requests = new ArrayList<>();
        // Blocks writers and no reading, such as that of tables' sizes.
        run(locker, "lock table ai_responses in exclusive mode");
        ApiClient user = first.user();
        for (int i = 0; i < 4; i++) {
            requests.add(request(() -> user.post("/api/posts/responses/" + draft + "/copied", Map.of())));
        }
        await().until(() -> blocked() == 4);
        ApiClient other = second.user();
        requests.add(request(() -> other.get("/api/posts")));
        requests.add(request(() -> other.get("/api/configs")));

        browser.visit(console + "/console/connections");
        await().untilAsserted(() -> {
            assertThat(browser.text("#pool")).contains("4 of 4 connections lent (100 %)", "critical");
            assertThat(browser.text("#leases").split("POST /api/posts/responses", -1))
                    .hasSize(5);
            assertThat(browser.text("#leases")).contains("client " + first.id(), "ai_responses");
            assertThat(browser.text("#waiters"))
                    .contains("GET /api/posts", "GET /api/configs", "client " + second.id())
                    .doesNotContain("Nobody");
        });
        browser.screenshot("connections-exhausted");
        browser.visit(console + "/");
        assertThat(browser.text("#pool")).contains("4 of 4 connections lent (100 %)", "critical");
        // A process tells the others of itself every 15 seconds.
        await().pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            JsonNode finding = inDoctor("pool", processName()).orElseThrow(AssertionError::new);
            assertThat(finding.get("severity").asText()).isEqualTo("critical");
            assertThat(finding.get("what").asText())
                    .containsPattern("^4 of 4 connections are lent \\(100.0 %\\), [2-9] callers wait");
        });
        await().untilAsserted(() -> assertThat(browser.text("#processes")).contains("4 of 4", "critical"));

        locker.rollback();
        for (CompletableFuture<ApiClient.Answer> request : requests) {
            assertThat(request.get(60, TimeUnit.SECONDS).status()).isNotEqualTo(503);
        }
        await().untilAsserted(
                        () -> assertThat(browser.text("#pool")).contains("0 of 4 connections lent (0 %)", "healthy"));
        browser.visit(console + "/console/connections");
        assertThat(browser.text("#waiters")).contains("Nobody.");
        assertThat(browser.text("#leases")).contains("Nobody.");
        await().pollInterval(Duration.ofMillis(500)).until(() -> inDoctor("pool", processName())
                .filter(finding -> finding.get("what").asText().contains("are lent"))
                .isEmpty());
        assertThat(browser.complaints()).isEmpty();
    }

    private CompletableFuture<ApiClient.Answer> request(Supplier<ApiClient.Answer> call) {
        return CompletableFuture.supplyAsync(call, background);
    }

    private static int blocked() throws SQLException {
        return Integer.parseInt(database.scalar("select count(*) from pg_stat_activity"
                + " where datname = current_database() and wait_event_type = 'Lock'"));
    }

    private static String processName() throws SQLException {
        return database.scalar("select name from processes");
    }

    @Test
    void aTableFullOfDeadRows() throws Exception {
        makeTable("worn");
        database.execute("vacuum (analyze) worn", "delete from worn where id % 3 = 0");

        String remedy =
                found("tables", "dead_rows", "worn", "33.3 % of worn's rows are dead", "autovacuum is switched off");
        assertThat(browser.text("#sizes")).containsPattern("worn warning autovacuum is off.*6,666 \\(33.3 %\\)");
        mend(remedy);
        gone("tables", "dead_rows", "worn");
    }

    @Test
    void aTableThatIsMostlyEmptyRoom() throws Exception {
        makeTable("hollow");
        // The last rows keep the empty pages from being cut off.
        database.execute("delete from hollow where id < 19500", "vacuum (analyze) hollow");

        mend(found("tables", "bloated_table", "hollow", "times what its rows need"));
        gone("tables", "bloated_table", "hollow");
    }

    @Test
    void aTableThatWasNeverAnalyzed() throws Exception {
        makeTable("strange");

        mend(found("tables", "never_analyzed", "strange", "20,000 rows"));
        gone("tables", "never_analyzed", "strange");
    }

    @Test
    void aSequenceNearItsEnd() throws Exception {
        database.execute("create table tickets (id serial)", "select setval('tickets_id_seq', 2140000000)");

        String remedy = found("tables", "sequence_near_end", "tickets.id", "2,140,000,000", "99.7 %");
        assertThat(inDoctor("sequence_near_end", "tickets.id")
                        .orElseThrow()
                        .get("severity")
                        .asText())
                .isEqualTo("critical");
        mend(remedy);
        gone("tables", "sequence_near_end", "tickets.id");
    }

    @Test
    void transactionIdsThatAreUsedUpFasterThanTheyAreFrozen() throws Exception {
        mend("vacuum (freeze);");
        gone("tables", "transaction_ids", "");
        database.execute(
                """
                do $$
                begin
                  for i in 1..22000 loop
                    perform pg_current_xact_id();
                    commit;
                  end loop;
                end
                $$
                """);

        mend(found("tables", "transaction_ids", "", "transactions old", "The oldest tables"));
        gone("tables", "transaction_ids", "");
    }

    @Test
    void aStatementThatCostsTooMuch() throws Exception {
        database.execute("select pg_stat_statements_reset()");
        List<Future<?>> statements = new ArrayList<>();
        // A minute in all, which is when the share of a statement is judged.
        for (int i = 0; i < 60; i++) {
            Connection slow = session("slow");
            statements.add(inBackground(slow, "select pg_sleep(1.1), 'a secret' as sluggish"));
        }
        for (Future<?> statement : statements) {
            statement.get(60, TimeUnit.SECONDS);
        }

        for (String kind : List.of("slow_statement", "dominant_statement")) {
            onPage("queries", kind, "sluggish", "select pg_sleep($1), $2 as sluggish", "60 calls");
            assertThat(doctor().findings())
                    .anyMatch(finding -> finding.get("kind").asText().equals(kind)
                            && finding.get("what").asText().contains("sluggish"));
        }
        assertThat(browser.text("#top")).contains("sluggish").doesNotContain("a secret");

        database.execute("select pg_stat_statements_reset()");
        await().until(() -> !browser.text("main").contains("sluggish"));
        assertThat(doctor().output()).doesNotContain("sluggish");
    }

    @ParameterizedTest
    @CsvSource({
        "random_page_cost, advice, random_page_cost is 4",
        "track_io_timing, warning, track_io_timing is off",
        "work_mem, warning, With all 200 connections",
        "effective_cache_size, advice, effective_cache_size is 4GB"
    })
    void aSettingThatDoesNotFitTheMachine(String setting, String severity, String what) throws Exception {
        String remedy = found("settings", "setting", setting, what);
        assertThat(inDoctor("setting", setting).orElseThrow().get("severity").asText())
                .isEqualTo(severity);

        mend(remedy);
        gone("settings", "setting", setting);
        assertThat(browser.text("#postgresql")).containsPattern(setting + "\\s.*good");
        database.execute("alter system reset " + setting, "select pg_reload_conf()");
    }

    @Test
    void aChangesetThatWasNotApplied() throws Exception {
        database.execute(
                "create table kept as select * from databasechangelog where id = 'alerts'",
                "delete from databasechangelog where id = 'alerts'");

        browser.visit(console + "/console/migrations");
        assertThat(browser.text("#pending"))
                .contains("The database lacks 1 changeset of this version", "005-operations", "::alerts", "db migrate");
        assertThat(doctor().finding("").get("kind").asText()).isEqualTo("pending_migrations");
        assertThat(doctor().exitCode()).isEqualTo(2);

        database.execute("insert into databasechangelog select * from kept", "drop table kept");
        await().until(() -> browser.text("#pending").contains("None"));
        assertThat(doctor().kinds()).doesNotContain("pending_migrations");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void buffersThatAreTooSmallForWhatIsRead() throws Exception {
        // More than a quarter of the buffers: PostgreSQL does not even try to keep it.
        database.execute(
                "create table large as select n, repeat('x', 1900) as filler from generate_series(1, 24000) n");
        scan("large");

        String remedy = found("cache", "cache_hit_rate", "tables", "large (", "shared_buffers");
        assertThat(browser.text("#shared-buffers")).containsPattern("tables.*low");
        assertThat(remedy).startsWith("alter system set shared_buffers = '224MB';");

        mend(remedy);
        server.stop();
        server.restart();
        scan("large");
        gone("cache", "cache_hit_rate", "tables");
        database.execute("drop table large", "alter system reset shared_buffers");
    }

    private static void scan(String table) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set max_parallel_workers_per_gather = 0");
            // What comes from the disk once, after a start, does not count.
            statement.execute("select count(*) from " + table);
            statement.execute("select pg_stat_force_next_flush()");
            statement.execute("select pg_stat_reset()");
            for (int i = 0; i < 10; i++) {
                statement.execute("select count(*) from " + table);
            }
            statement.execute("select pg_stat_force_next_flush()");
        }
    }

    @Test
    void aDatabaseThatIsDown() throws Exception {
        AdminPort port = AdminPort.of(harken);
        server.stop();
        try {
            for (Page.Link link : Page.LINKS) {
                HttpResponse<String> answer = port.get(link.path(), "Accept", "text/html");
                assertThat(answer.statusCode()).as(link.name()).isIn(200, 503);
                assertThat(answer.body())
                        .as(link.name())
                        .contains("aria-label=\"Pages\"")
                        .doesNotContain("java.sql", "Exception:", "\tat ");
                if (answer.statusCode() == 503) {
                    assertThat(link.name()).isIn("migrations", "jobs");
                    assertThat(answer.body()).contains("The database does not answer, or refuses.");
                }
            }
            browser.visit(console + "/");
            await().until(() -> !findings("not_examined", "unknown").isEmpty());
            assertThat(browser.text("#pool")).contains("of 4 connections lent");
            browser.visit(console + "/?range=30d");
            assertThat(browser.text("#charts")).contains("The history is in the database, which does not answer.");
            browser.visit(console + "/console/jobs");
            assertThat(browser.text("main [role=alert]")).contains("The database does not answer");

            DoctorReport report = doctor();
            assertThat(report.exitCode()).isEqualTo(2);
            assertThat(report.kinds()).containsExactly("unreachable");
        } finally {
            server.restart();
        }

        browser.visit(console + "/");
        await().until(() -> findings("not_examined", "").isEmpty());
        browser.visit(console + "/console/jobs");
        assertThat(browser.text("#scans")).isNotEmpty();
        assertThat(doctor().kinds()).doesNotContain("unreachable");
    }

    /**
     * Waits until a page shows a finding, sees that the doctor has the same, and answers what mends it.
     *
     * @param page the page's name in its path; empty for the overview
     * @param subject empty when it is the database as a whole
     */
    private static String found(String page, String kind, String subject, String... texts) {
        String shown = onPage(page, kind, subject, texts);
        JsonNode finding =
                inDoctor(kind, subject).orElseThrow(() -> new AssertionError("not in doctor: " + kind + " " + subject));
        String remedy = finding.get("remedy").asText();
        // The session that a remedy names may have waited a little longer since.
        assertThat(plain(shown)).contains(plain(remedy));
        assertThat(plain(shown)).startsWith(finding.get("severity").asText());
        assertThat(browser.complaints()).isEmpty();
        return remedy;
    }

    private static String onPage(String page, String kind, String subject, String... texts) {
        browser.visit(console + (page.isEmpty() ? "/" : "/console/" + page));
        await().untilAsserted(() -> assertThat(findings(kind, subject))
                .anySatisfy(shown -> assertThat(plain(shown)).contains(texts)));
        return findings(kind, subject).get(0);
    }

    /** Waits until a page shows a finding no more, and sees that the doctor has it no more. */
    private static void gone(String page, String kind, String subject) {
        browser.visit(console + (page.isEmpty() ? "/" : "/console/" + page));
        await().until(() -> findings(kind, subject).isEmpty());
        assertThat(inDoctor(kind, subject)).isEmpty();
        assertThat(browser.text("#live")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    /** The page's findings of a kind that name something, as a person reads them. */
    @SuppressWarnings("unchecked") // What a script answers has no type.
    private static List<String> findings(String kind, String subject) {
        return (List<String>) browser.script(
                """
                        return [...document.querySelectorAll('[data-kind="' + arguments[0] + '"]')]
                          .map(finding => finding.innerText)
                          .filter(text => text.includes(arguments[1]));
                        """,
                kind,
                subject);
    }

    private static String plain(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }

    private static DoctorReport doctor() {
        return DoctorReport.of(CONFIGURATION, "--json");
    }

    private static Optional<JsonNode> inDoctor(String kind, String subject) {
        return doctor().findings()
                .filter(finding -> finding.get("kind").asText().equals(kind)
                        && finding.get("subject").asText().equals(subject))
                .findFirst();
    }

    /** Does what a finding says, as an operator pastes it: in one session, a statement a line. */
    private static void mend(String remedy) throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            for (String line : remedy.split("\n", -1)) {
                String sql = line.replaceFirst("--.*", "").strip();
                if (!sql.isEmpty()) {
                    statement.execute(sql);
                }
            }
        }
    }

    /** As an interrupted build leaves it. */
    private static void invalidate(String index) throws SQLException {
        database.execute("update pg_index set indisvalid = false where indexrelid = '" + index + "'::regclass");
    }

    /** Without autovacuum, which would mend what a test makes happen. */
    private static void makeTable(String name) throws SQLException {
        database.execute(
                "create table " + name + " (id bigint, content text) with (autovacuum_enabled = false)",
                "insert into " + name + " select n, repeat('x', 120) from generate_series(1, 20000) n");
    }

    private Connection session(String application) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("ApplicationName", application);
        Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
        sessions.add(connection);
        return connection;
    }

    private static String pid(Connection connection) throws SQLException {
        return Integer.toString(
                connection.unwrap(org.postgresql.PGConnection.class).getBackendPID());
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What mends the fault may end the session: then the answer is its failure. */
    private Future<?> inBackground(Connection connection, String sql) {
        return background.submit(() -> {
            run(connection, sql);
            return null;
        });
    }
}
