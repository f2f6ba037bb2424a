package dev.harken.console.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.harken.console.access.AdminPort;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class ActionsIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static HarkenService harken;
    private static AdminPort port;
    private static String token;

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start("monitoring.enabled=false", "console.login=true");
        harken.database().execute("create extension if not exists pg_stat_statements");
        port = AdminPort.of(harken);
        token = harken.admin().token();
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @Test
    void anActionIsAuditedWithWhoAskedFromWhereAndForWhat() throws Exception {
        assertThat(act("log-level", "logger=dev.harken.nothing&level=WARN").statusCode())
                .isEqualTo(200);

        assertThat(
                        harken.database()
                                .scalar(
                                        """
                                select concat_ws(' ', r.actor, u.email, r.subject, r.address is not null, r.details)
                                from audit_records r
                                join users u on u.id = r.user_id
                                where r.action = 'console.log-level'
                                  and r.details ->> 'logger' = 'dev.harken.nothing'
                                """))
                .isEqualTo(HarkenService.ADMIN_EMAIL + " " + HarkenService.ADMIN_EMAIL
                        + " console t {\"level\": \"WARN\", \"logger\": \"dev.harken.nothing\"}");
    }

    @Test
    void theTokenOfAFormIsNoPartOfTheRecord() throws Exception {
        HttpResponse<String> answer =
                port.post("/tasks/gc", Map.of("csrf", "a-token"), "Authorization", "Bearer " + token);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(harken.database().scalar("select count(*) from audit_records where details::text like '%a-token%'"))
                .isEqualTo("0");
        assertThat(audits("gc")).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log-level | level=INFO | The parameter logger is missing",
                "log-level | logger=x&level=LOUD | The parameter level is one of",
                "log-level | logger=x&level=INFO&duration=soon | The parameter duration is written like",
                "scan-now | config=one | The parameter config is not a whole number",
                "scan-now | config=987654 | There is no config 987654",
                "cancel-session | | The parameter pid is missing",
                "cancel-session | pid=x | The parameter pid is not a whole number",
                "cancel-session | pid=1&mode=kill | The parameter mode is cancel",
                "cancel-session | pid=1&pid=2 | The parameter pid was sent more than once",
                "cancel-session | pid=1 | There is no session 1 of a client of this database",
                "cancel-session | pid=99999999999 | There is no session 99999999999",
                "rebuild-index | | The parameter index is missing",
                "rebuild-index | index=no_such | There is no index of that name",
                "rebuild-index | index=x%3B%20drop%20table%20users | There is no index of that name",
                "rebuild-index | index=pg_class_oid_index | There is no index of that name",
                "rebuild-index | index=a%00b | The parameter index has a control character",
            })
    void whatCannotBeDoneIsRefusedInWordsAndAudited(String task, String parameters, String message) throws Exception {
        long before = audits(task);

        HttpResponse<String> answer = act(task, parameters == null ? "" : parameters);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).startsWith(message).doesNotContain("Exception", "\tat ");
        assertThat(audits(task)).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"logger=%ff%fe&level=INFO", "logger=%zz%&level=INFO", "logger=x&level=%e2%82"})
    void parametersThatCannotBeReadAreRefused(String parameters) {
        HttpResponse<String> answer =
                port.send("POST", "/tasks/log-level", parameters, "Authorization", "Bearer " + token);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("The parameters cannot be read").doesNotContain("Exception", "\tat ");
    }

    @Test
    void aFormThatIsTooLargeIsRefused() {
        HttpResponse<String> answer = port.send(
                "POST", "/tasks/log-level", "logger=" + "x".repeat(3_000_000), "Authorization", "Bearer " + token);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("The parameters cannot be read").doesNotContain("Exception", "\tat ");
    }

    @Test
    void aLogLevelIsChanged() {
        assertThat(act("log-level", "logger=dev.harken.changed&level=TRACE").body())
                .contains("dev.harken.changed to TRACE");
        assertThat(LoggerFactory.getLogger("dev.harken.changed").isTraceEnabled())
                .isTrue();
    }

    @Test
    void aScanIsStartedForOneConfigOrForAllThatAreActive() throws Exception {
        long active = config(true);
        long idle = config(false);

        assertThat(act("scan-now", "config=" + active).body())
                .isEqualTo("The scan of config " + active + " was started.\n");
        assertThat(plannedForNow(active)).isTrue();
        HttpResponse<String> refused = act("scan-now", "config=" + idle);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("is not active");

        assertThat(act("scan-now", "").body())
                .contains("config " + active + " was started")
                .doesNotContain("config " + idle + " ");
        assertThat(audits("scan-now")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void statementStatisticsAreReset() throws Exception {
        String counted = "select count(*) from pg_stat_statements where query = 'select a from to_forget'";
        harken.database().execute("create table to_forget (a int)", "select a from to_forget");
        assertThat(harken.database().scalar(counted)).isEqualTo("1");

        HttpResponse<String> answer = act("reset-statements", "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(harken.database().scalar(counted)).isEqualTo("0");
        assertThat(audits("reset-statements")).isPositive();
    }

    @Test
    void withoutTheExtensionThereIsNothingToReset() throws Exception {
        try (HarkenService bare = HarkenService.start("monitoring.enabled=false", "console.login=false")) {
            HttpResponse<String> answer = AdminPort.of(bare).post("/tasks/reset-statements", Map.of());
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("create extension pg_stat_statements");
            assertThat(bare.database()
                            .scalar("select actor || ' ' || (user_id is null) from audit_records"
                                    + " where action = 'console.reset-statements'"))
                    .isEqualTo("operator true");
        }
    }

    @Test
    void aStatementIsCancelledAndItsSessionStays() throws Exception {
        try (Connection connection = harken.database().connect()) {
            int pid = pid(connection);
            CompletableFuture<Void> sleep = sleep(connection);

            HttpResponse<String> answer = act("cancel-session", "pid=" + pid);

            assertThat(answer.body())
                    .contains("Session " + pid + " was told to cancel", "select pg_sleep($1), $2")
                    .doesNotContain("a-secret-value");
            assertThat(sleep.handle((nothing, failure) -> sqlState(failure)).get(60, TimeUnit.SECONDS))
                    .isEqualTo("57014");
            assertThat(connection.isValid(5)).isTrue();
            assertThat(audits("cancel-session")).isPositive();
        }
    }

    @Test
    void aSessionIsTerminated() throws Exception {
        try (Connection connection = harken.database().connect()) {
            int pid = pid(connection);
            CompletableFuture<Void> sleep = sleep(connection);

            assertThat(act("cancel-session", "pid=" + pid + "&mode=terminate").body())
                    .contains("Session " + pid + " was told to end");

            assertThat(sleep.handle((nothing, failure) -> sqlState(failure)).get(60, TimeUnit.SECONDS))
                    .isIn("57P01", "08006");
            assertThat(connection.isValid(5)).isFalse();
        }
    }

    @Test
    void aSessionOfAnotherDatabaseOrOfTheServerItselfIsLeftAlone() throws Exception {
        try (HarkenService other = HarkenService.start("monitoring.enabled=false", "console.login=false");
                Connection elsewhere = other.database().connect()) {
            int server = Integer.parseInt(
                    harken.database().scalar("select pid from pg_stat_activity where backend_type = 'checkpointer'"));
            for (int pid : List.of(pid(elsewhere), server)) {
                assertThat(act("cancel-session", "pid=" + pid + "&mode=terminate")
                                .statusCode())
                        .isEqualTo(400);
            }
            assertThat(elsewhere.isValid(5)).isTrue();
        }
    }

    @Test
    void aRightThatIsMissingIsToldInWords() throws Exception {
        harken.database().execute("create role weak_operator login password 'weak'");
        Jdbi weak = Jdbi.create(harken.database().jdbcUrl(), "weak_operator", "weak");
        PrintWriter output = new PrintWriter(Writer.nullWriter());

        assertThatThrownBy(() -> new ResetStatements(weak).execute(Map.of(), output))
                .isInstanceOf(ActionRefused.class)
                .hasMessageContaining("grant execute on function public.pg_stat_statements_reset");
        try (Connection strong = harken.database().connect()) {
            Map<String, List<String>> parameters = Map.of("pid", List.of(Integer.toString(pid(strong))));
            assertThatThrownBy(() -> new CancelSession(weak).execute(parameters, output))
                    .isInstanceOf(ActionRefused.class)
                    .hasMessageContaining("pg_signal_backend");
        }
    }

    @Test
    void aManagedIndexThatIsMissingIsMade() throws Exception {
        String definition = definition("idx_subreddit_created");
        harken.database().execute("drop index idx_subreddit_created");

        HttpResponse<String> answer = rebuild("idx_subreddit_created");

        assertThat(answer.body()).contains("Started: create index concurrently idx_subreddit_created");
        await().atMost(LONG).until(() -> isValid("idx_subreddit_created"));
        assertThat(definition("idx_subreddit_created")).isEqualTo(definition);
    }

    @ParameterizedTest
    @CsvSource({
        "idx_client_created", "idx_client_reviewed", "idx_subreddit_created",
        "idx_responses_post_client", "idx_responses_client_created", "idx_responses_quality_score",
        "idx_analytics_client_date", "idx_analytics_client_event", "idx_analytics_event_date"
    })
    void eachManagedIndexIsMadeAsTheMigrationsMakeIt(String index) throws Exception {
        String definition = definition(index);
        await().atMost(LONG).until(() -> isIdle());
        harken.database().execute("drop index " + index);
        assertThat(rebuild(index).statusCode()).isEqualTo(200);
        await().atMost(LONG).until(() -> isValid(index));
        assertThat(definition(index)).isEqualTo(definition);
    }

    @Test
    void anInvalidIndexIsBuiltAnewAndWhatWasLeftOfEarlierBuildsIsDropped() throws Exception {
        harken.database()
                .execute(
                        "create table \"Odd table\" (a int)",
                        "create index \"Odd \"\"index\" on \"Odd table\" (a)",
                        "create index \"Odd \"\"index_ccnew\" on \"Odd table\" (a)",
                        "create index \"Odd \"\"index_ccold1\" on \"Odd table\" (a)",
                        "create index other_ccnew on \"Odd table\" (a)",
                        "update pg_index set indisvalid = false where indrelid = '\"Odd table\"'::regclass");
        assertThat(isValid("Odd \"index")).isFalse();

        HttpResponse<String> answer = rebuild("Odd \"index");

        assertThat(answer.body()).contains("reindex index concurrently public.\"Odd \"\"index\"");
        await().atMost(LONG).until(() -> isValid("Odd \"index"));
        assertThat(indexesOn("\"Odd table\"")).isEqualTo("Odd \"index, other_ccnew");

        // A leftover that is itself asked for goes.
        rebuild("other_ccnew");
        await().atMost(LONG).until(() -> indexesOn("\"Odd table\"").equals("Odd \"index"));
    }

    @Test
    void anIndexOfAnotherSchemaIsRebuiltByTheNameThatTheConsoleShows() throws Exception {
        harken.database()
                .execute(
                        "create schema \"Other one\"",
                        "create table \"Other one\".odd (a int)",
                        "create index \"Odd index\" on \"Other one\".odd (a)");

        assertThat(rebuild("\"Other one\".\"Odd index\"").body())
                .contains("reindex index concurrently \"Other one\".\"Odd index\"");
        assertThat(act("rebuild-index", "index=Odd%20index").body()).contains("There is no index of that name");
    }

    @Test
    void onlyOneIndexIsRebuiltAtATimeAndOneThatIsBeingBuiltIsLeftAlone() throws Exception {
        harken.database()
                .execute(
                        "create table slow (a int)",
                        "create index slow_index on slow (a)",
                        "create index slow_index_2 on slow (a)",
                        "create table fast (a int)",
                        "create index fast_index on fast (a)");
        await().atMost(LONG).until(() -> isIdle());
        try (Connection writer = harken.database().connect();
                var statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("insert into slow values (1)");
            // It waits for the writer's transaction.
            assertThat(rebuild("slow_index").statusCode()).isEqualTo(200);
            await().atMost(LONG).until(() -> harken.database()
                    .scalar("select count(*) from pg_stat_progress_create_index where relid = 'slow'::regclass")
                    .equals("1"));

            HttpResponse<String> same = act("rebuild-index", "index=slow_index_2");
            HttpResponse<String> other = act("rebuild-index", "index=fast_index");

            assertThat(same.statusCode()).isEqualTo(400);
            assertThat(same.body()).contains("An index of that table is being built");
            assertThat(other.statusCode()).isEqualTo(400);
            assertThat(other.body()).contains("Another index is being rebuilt");
            writer.rollback();
        }
        await().atMost(LONG).until(() -> isIdle());
        assertThat(isValid("slow_index")).isTrue();
        assertThat(audits("rebuild-index")).isGreaterThanOrEqualTo(3);
    }

    private static HttpResponse<String> act(String task, String parameters) {
        return port.post("/tasks/" + task + "?" + parameters, Map.of(), "Authorization", "Bearer " + token);
    }

    /** Rebuilds, waiting for its turn after the other tests' rebuilds. */
    private static HttpResponse<String> rebuild(String index) {
        return await().atMost(LONG)
                .until(
                        () -> port.post(
                                "/tasks/rebuild-index", Map.of("index", index), "Authorization", "Bearer " + token),
                        answer -> !answer.body().contains("Another index is being rebuilt"));
    }

    private static long audits(String task) throws SQLException {
        return Long.parseLong(
                harken.database().scalar("select count(*) from audit_records where action = 'console." + task + "'"));
    }

    private static boolean isValid(String index) throws SQLException {
        return harken.database()
                .scalar("select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid"
                        + " where i.indisvalid and c.relname = '" + index + "'")
                .equals("1");
    }

    /** True when no rebuild holds a connection. */
    private static boolean isIdle() throws SQLException {
        return harken.database()
                .scalar("select count(*) from pg_stat_activity where datname = current_database()"
                        + " and application_name = 'harken maintenance'")
                .equals("0");
    }

    private static String definition(String index) throws SQLException {
        return harken.database().scalar("select pg_get_indexdef('" + index + "'::regclass)");
    }

    private static String indexesOn(String table) throws SQLException {
        return harken.database()
                .scalar("select string_agg(c.relname, ', ' order by c.relname) from pg_index i"
                        + " join pg_class c on c.oid = i.indexrelid where i.indrelid = '" + table + "'::regclass");
    }

    private static int pid(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Has a session sleep, and returns once it does. */
    private static CompletableFuture<Void> sleep(Connection connection) throws SQLException {
        int pid = pid(connection);
        CompletableFuture<Void> sleep = CompletableFuture.runAsync(() -> {
            try (var statement = connection.createStatement()) {
                statement.execute("select pg_sleep(60), 'a-secret-value'");
            } catch (SQLException e) {
                throw new CompletionException(e);
            }
        });
        await().atMost(LONG).until(() -> "PgSleep"
                .equals(harken.database().scalar("select wait_event from pg_stat_activity where pid = " + pid)));
        return sleep;
    }

    private static String sqlState(Throwable failure) {
        return failure == null ? "it ended by itself" : SqlState.of(failure);
    }

    private static long config(boolean active) throws Exception {
        TestClient client = TestClient.create(harken);
        long id = harken.admin()
                .post(
                        "/api/configs",
                        Map.of(
                                "client_id",
                                client.id(),
                                "reddit_subreddits",
                                List.of("SampleGardening"),
                                "keywords",
                                List.of("tomatoes"),
                                "is_active",
                                active))
                .json()
                .get("id")
                .asLong();
        harken.database()
                .execute("update scheduled_tasks set execution_time = now() + interval '1 day' where task_instance = '"
                        + id + "'");
        return id;
    }

    private static boolean plannedForNow(long config) throws SQLException {
        return harken.database()
                .scalar("select execution_time < now() + interval '1 minute' from scheduled_tasks"
                        + " where task_instance = '" + config + "'")
                .equals("t");
    }
}
