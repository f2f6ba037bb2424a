package dev.harken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.http.ApiJson;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Jar;
import dev.harken.testing.Load;
import dev.harken.testing.PgBouncerServer;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Harken behind a real PgBouncer in transaction mode, with fewer sessions than Harken has connections. */
class PgBouncerIT {
    private static final int SESSIONS = 3;

    private static TestDatabase database;
    private static PgBouncerServer bouncer;
    private static HarkenService harken;

    @BeforeAll
    static void start() throws Exception {
        database = PostgresServer.shared().createDatabase();
        bouncer = PgBouncerServer.start(database, SESSIONS);
        Jar.Finished migrated = Jar.run(environment(bouncer.database(), database), "db", "migrate", "config.yml");
        assertThat(migrated.exitCode()).as(migrated.output()).isZero();
        harken = HarkenService.over(
                bouncer.database(), "cache.enabled=false", "database.directUrl=" + database.jdbcUrl());
    }

    @AfterAll
    static void stop() throws Exception {
        harken.close();
        bouncer.close();
    }

    private static Map<String, String> environment(TestDatabase service, TestDatabase direct) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "DATABASE_URL", service.jdbcUrl(),
                "DATABASE_USER", service.user(),
                "DATABASE_PASSWORD", service.password(),
                "ADMIN_PASSWORD", HarkenService.ADMIN_PASSWORD,
                "SECRET_KEY", "0123456789abcdef0123456789abcdef"));
        if (!direct.equals(service)) {
            environment.put("DATABASE_DIRECT_URL", direct.jdbcUrl());
        }
        return environment;
    }

    @Test
    void aConfigIsScannedAndItsPostsAreListedByTwentyCallersWithoutAnError() throws Exception {
        TestClient client = TestClient.create(harken);
        ApiClient admin = harken.admin();
        ApiClient.Answer config = admin.post(
                "/api/configs",
                Map.of(
                        "client_id",
                        client.id(),
                        "reddit_subreddits",
                        List.of("SampleSmallBusiness", "SampleCoffee"),
                        "keywords",
                        List.of("insta", "followers", "viral", "coffee")));
        assertThat(config.status()).as(config.body()).isEqualTo(201);
        await().untilAsserted(() -> assertThat(
                        client.user().get("/api/posts?limit=200").json())
                .isNotEmpty()
                .allSatisfy(post -> assertThat(post.get("responses")).hasSize(1)));

        long post =
                client.user().get("/api/posts?limit=1").json().get(0).get("id").asLong();
        Load load = Load.of(
                20,
                caller -> caller % 5 == 0
                        ? client.user().patch("/api/posts/" + post, Map.of("reviewed", true))
                        : client.user().get("/api/posts?limit=100"));
        load.untilAnswered(1_000);
        load.stop();

        assertThat(load.failures()).isEmpty();
        assertThat(sessions()).as("sessions of PostgreSQL").isBetween(1, SESSIONS);
        assertThat(harken.support()
                        .getEnvironment()
                        .metrics()
                        .meter("database.statement_failures")
                        .getCount())
                .isZero();
    }

    @Test
    void analyticsAndTheExportAreServedThroughIt() throws Exception {
        TestClient client = TestClient.create(harken);
        client.post("def", "Peppers", 3);
        ApiClient user = client.user();
        assertThat(user.post(
                                "/api/analytics/events",
                                Map.of("event_type", "thread_opened", "data", Map.of("post_id", 7)))
                        .status())
                .isEqualTo(201);

        for (String sums :
                List.of("summary", "dashboard", "trends", "keywords", "subreddits", "hours", "copy-times", "weeks")) {
            ApiClient.Answer answer = user.get("/api/analytics/" + sums);
            assertThat(answer.status()).as(sums + answer.body()).isEqualTo(200);
        }
        assertThat(user.get("/api/analytics/export.csv").body()).contains("Peppers");
    }

    @Test
    void aRequestSendsNoStatementMoreThanWithoutIt() throws Exception {
        int requests = 50;
        TestClient client = TestClient.create(harken);
        client.post("abc", "Tomatoes", 3);
        assertThat(client.user().get("/api/posts?limit=100").status()).isEqualTo(200);
        // PgBouncer before 1.20 repeats the driver's own DateStyle in each transaction; that is not Harken's.
        String counted =
                """
                select coalesce(sum(calls), 0)
                from pg_stat_statements
                where dbid = (select oid from pg_database where datname = current_database())
                  and (query ilike 'begin' or query ilike 'commit' or query ilike 'set %%timeout%%' %s)
                """;

        database.execute(
                "create extension if not exists pg_stat_statements",
                "select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = current_database()");
        for (int i = 0; i < requests; i++) {
            assertThat(client.user().get("/api/posts?limit=100").status()).isEqualTo(200);
        }

        assertThat(Integer.parseInt(database.scalar(counted.formatted("or query ilike '%matched_posts%'"))))
                .as("the select of each request, and what runs in the background")
                .isBetween(requests, requests + 20);
    }

    private static int sessions() throws Exception {
        return Integer.parseInt(
                database.scalar(
                        "select count(*) from pg_stat_activity where application_name = 'harken' and datname = current_database()"));
    }

    @Test
    void theLimitsOfTimeHoldInEverySession() throws Exception {
        try (var first = bouncer.database().connect();
                var second = bouncer.database().connect();
                var third = bouncer.database().connect()) {
            for (var connection : List.of(first, second, third)) {
                connection.setAutoCommit(false);
                try (var statement = connection.createStatement();
                        var row = statement.executeQuery("select current_setting('statement_timeout'),"
                                + " current_setting('lock_timeout'),"
                                + " current_setting('idle_in_transaction_session_timeout')")) {
                    row.next();
                    assertThat(row.getString(1)).isEqualTo("15s");
                    assertThat(row.getString(2)).isEqualTo("10s");
                    assertThat(row.getString(3)).isEqualTo("30s");
                }
            }
        }
    }

    @Test
    void aRequestThatWaitsForALockIsAnsweredAfterTheLimit() throws Exception {
        TestDatabase own = PostgresServer.shared().createMigratedDatabase();
        try (PgBouncerServer quick = PgBouncerServer.start(
                        own,
                        SESSIONS,
                        "connect_query=set statement_timeout = 1000; set lock_timeout = 1000; set"
                                + " idle_in_transaction_session_timeout = 2000");
                HarkenService service = HarkenService.over(
                        quick.database(),
                        "database.directUrl=" + own.jdbcUrl(),
                        "database.statementTimeout=1s",
                        "database.lockTimeout=1s");
                var blocker = own.connect()) {
            TestClient client = TestClient.create(service);
            blocker.setAutoCommit(false);
            blocker.createStatement().execute("lock table matched_posts in access exclusive mode");

            ApiClient.Answer answer = client.user().get("/api/posts");

            assertThat(answer.status()).as(answer.body()).isEqualTo(503);
            blocker.rollback();
            assertThat(client.user().get("/api/posts").status()).isEqualTo(200);
        }
    }

    @Test
    void healthIsFineAndDoctorLooksPastIt() throws Exception {
        await().untilAsserted(() ->
                assertThat(harken.anonymous().get("/health/ready").status()).isEqualTo(200));
        JsonNode health = harken.anonymous().get("/health").json();
        assertThat(health.get("status").asText()).as(health.toString()).isEqualTo("healthy");

        Jar.Finished report = Jar.runApart(environment(bouncer.database(), database), "doctor", "--json", "config.yml");
        JsonNode diagnosis = ApiJson.mapper().readTree(report.output());
        assertThat(diagnosis.get("database").asText()).isEqualTo(database.jdbcUrl());
        assertThat(diagnosis.get("findings"))
                .as("nothing bad but the test server's own fsync")
                .noneMatch(finding -> finding.get("severity").asText().equals("critical")
                        && !finding.get("subject").asText().equals("fsync"));
    }

    @Test
    void afterItWasKilledAndStartedAgainUnderLoadEverythingIsServed() throws Exception {
        TestDatabase own = PostgresServer.shared().createMigratedDatabase();
        try (PgBouncerServer fragile = PgBouncerServer.start(own, SESSIONS);
                HarkenService service = HarkenService.over(fragile.database(), "database.directUrl=" + own.jdbcUrl())) {
            ApiClient user = TestClient.create(service).user();
            Load load = Load.of(8, caller -> user.get("/api/posts"));
            load.untilAnswered(100);
            assertThat(load.failures()).isEmpty();

            fragile.kill();
            await().until(() -> load.failures().size() >= 8);
            assertThat(load.failures()).allMatch(failure -> failure.startsWith("503"));
            fragile.restart();
            await().until(() -> user.get("/api/posts").status() == 200);

            load.forget();
            load.untilAnswered(500);
            load.stop();
            assertThat(load.failures()).isEmpty();
            await().untilAsserted(() -> assertThat(
                            service.anonymous().get("/health/ready").status())
                    .isEqualTo(200));
        }
    }

    @Test
    void withoutPostgresqlsOwnAddressNothingIsMigratedOrServedThroughIt() throws Exception {
        for (String[] command :
                List.of(new String[] {"db", "migrate", "config.yml"}, new String[] {"server", "config.yml"})) {
            Jar.Finished refused = Jar.run(environment(bouncer.database(), bouncer.database()), command);
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.output())
                    .contains("DATABASE_DIRECT_URL")
                    .contains("PgBouncer")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aPgBouncerThatSwallowsSettingsIsFoundOutAllTheSame() throws Exception {
        try (PgBouncerServer lenient =
                PgBouncerServer.start(database, SESSIONS, "ignore_startup_parameters=extra_float_digits, options")) {
            Jar.Finished refused =
                    Jar.run(environment(lenient.database(), lenient.database()), "db", "migrate", "config.yml");
            assertThat(refused.exitCode()).isNotZero();
            assertThat(refused.output())
                    .contains("leads to PgBouncer or another pooler")
                    .contains("DATABASE_DIRECT_URL");
        }
    }

    @Test
    void withoutLimitsOfTimeInItsSessionsItIsNotUsed() throws Exception {
        try (PgBouncerServer careless = PgBouncerServer.start(database, SESSIONS, "connect_query=select 1")) {
            assertThatThrownBy(
                            () -> HarkenService.over(careless.database(), "database.directUrl=" + database.jdbcUrl()))
                    .hasRootCauseInstanceOf(StartupException.class)
                    .rootCause()
                    .hasMessageContaining("statement_timeout is 0, not 15000")
                    .hasMessageContaining("connect_query='set statement_timeout = 15000; set lock_timeout = 10000; set"
                            + " idle_in_transaction_session_timeout = 30000'");
        }
    }

    @Test
    void aDirectAddressBesideADirectAddressIsRefused() {
        assertThatThrownBy(() -> HarkenService.over(database, "database.directUrl=" + database.jdbcUrl()))
                .rootCause()
                .hasMessageContaining("database.url leads to PostgreSQL itself");
    }
}
