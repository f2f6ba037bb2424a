package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionsIT {
    private static final Sessions SESSIONS =
            new Sessions(Looking.thresholds("{\"longStatement\": \"100ms\", \"idleInTransaction\": \"100ms\"}"));
    private static final Sessions PATIENT = new Sessions(new InsightFactory());

    private final ExecutorService background = Executors.newCachedThreadPool();
    private final List<Connection> connections = new ArrayList<>();
    private TestDatabase database;

    @BeforeEach
    void createDatabase() throws SQLException {
        database = PostgresServer.shared().createDatabase();
        database.execute("create table t (n int)", "insert into t values (1)");
    }

    @AfterEach
    void end() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
        background.shutdownNow();
    }

    @Test
    void aSessionThatAsksSeesNothingOfItself() throws Exception {
        assertThat(Looking.read(database, SESSIONS).sessions()).isEmpty();
        assertThat(Looking.findings(database, SESSIONS)).isEmpty();
    }

    @Test
    void anIdleSessionIsShownAndIsNoFinding() throws Exception {
        Connection idle = connect("idler");
        run(idle, "select 'secret', 42");

        assertThat(Looking.read(database, SESSIONS).sessions()).singleElement().satisfies(session -> {
            assertThat(session.application()).isEqualTo("idler");
            assertThat(session.user()).isEqualTo(database.user());
            assertThat(session.clientAddress()).isNotBlank();
            assertThat(session.state()).isEqualTo("idle");
            assertThat(session.transactionMillis()).isNull();
            assertThat(session.blockedBy()).isEmpty();
            assertThat(session.statement()).isEqualTo("select $1, $2");
        });
        assertThat(Looking.findings(database, SESSIONS)).isEmpty();
    }

    @Test
    void aLongStatementIsFoundUntilItIsCancelled() throws Exception {
        Connection slow = connect("sleeper");
        Future<?> statement = inBackground(slow, "select pg_sleep(60), 'secret'");

        Finding finding = awaitFinding(database, SESSIONS, "long_statement");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.subject()).isEqualTo(pid(finding.remedy()));
        assertThat(finding.what())
                .contains("application sleeper", "waits for timeout PgSleep", "Statement: select pg_sleep($1), $2")
                .doesNotContain("secret");
        assertThat(finding.remedy()).startsWith("select pg_cancel_backend(");
        assertThat(Looking.findings(database, PATIENT)).isEmpty();
        assertThat(kinds(Looking.monitor(database), SESSIONS)).containsExactly("long_statement");
        assertThat(kinds(Looking.stranger(database), SESSIONS)).containsExactly("sessions_hidden");

        Looking.mend(database, finding);
        await().until(statement::isDone);
        await().untilAsserted(
                        () -> assertThat(Looking.findings(database, SESSIONS)).isEmpty());
    }

    @Test
    void aForgottenTransactionIsFoundUntilItIsEnded() throws Exception {
        Connection forgetful = connect("forgetful");
        forgetful.setAutoCommit(false);
        run(forgetful, "update t set n = 7");

        Finding finding = awaitFinding(database, SESSIONS, "idle_in_transaction");
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
        assertThat(finding.what())
                .contains("application forgetful", "idle in transaction since", "update t set n = $1");
        assertThat(finding.remedy()).startsWith("select pg_terminate_backend(");
        assertThat(Looking.findings(database, PATIENT)).isEmpty();
        assertThat(kinds(Looking.monitor(database), SESSIONS)).containsExactly("idle_in_transaction");

        Looking.mend(database, finding);
        await().untilAsserted(
                        () -> assertThat(Looking.findings(database, SESSIONS)).isEmpty());
    }

    @Test
    void aBlockedSessionNamesTheOneAtTheEndOfTheChain() throws Exception {
        Connection holder = connect("holder");
        holder.setAutoCommit(false);
        run(holder, "update t set n = 99");
        Connection first = connect("first");
        first.setAutoCommit(false);
        Future<?> firstStatement = inBackground(first, "update t set n = 3");
        await().until(() -> Looking.read(database, PATIENT).sessions().stream()
                .anyMatch(session -> !session.blockedBy().isEmpty()));
        Future<?> secondStatement = inBackground(connect("second"), "update t set n = 4");

        await().untilAsserted(() -> assertThat(Looking.findings(database, PATIENT))
                .hasSize(2)
                .allSatisfy(finding -> {
                    assertThat(finding.kind()).isEqualTo("blocked_session");
                    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
                }));
        List<Finding> findings = Looking.findings(database, PATIENT);
        assertThat(findings.get(0).what())
                .contains("application first", "application holder", "holds, is idle in transaction since")
                .contains("its transaction is open since", "Statement: update t set n = $1", "2 sessions are blocked");
        assertThat(findings.get(1).what()).contains("application second", "itself blocked");
        assertThat(findings.get(1).remedy())
                .as("to end the one in the middle would free nobody")
                .isEqualTo(findings.get(0).remedy())
                .startsWith("select pg_terminate_backend(");
        assertThat(kinds(Looking.monitor(database), PATIENT)).containsExactly("blocked_session", "blocked_session");
        assertThat(kinds(Looking.stranger(database), PATIENT))
                .containsExactly("blocked_session", "blocked_session", "sessions_hidden");

        Looking.mend(database, findings.get(0));
        await().until(firstStatement::isDone);
        first.rollback();
        await().until(secondStatement::isDone);
        await().untilAsserted(
                        () -> assertThat(Looking.findings(database, PATIENT)).isEmpty());
    }

    @Test
    void fiveBlockedSessionsAreCritical() throws Exception {
        Connection holder = connect("holder");
        holder.setAutoCommit(false);
        run(holder, "lock table t");
        List<Future<?>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(inBackground(connect("waiter"), "select * from t"));
        }

        await().untilAsserted(() -> assertThat(Looking.findings(database, PATIENT))
                .hasSize(5)
                .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(Severity.CRITICAL)));
        holder.rollback();
        await().until(() -> waiters.stream().allMatch(Future::isDone));
        await().untilAsserted(
                        () -> assertThat(Looking.findings(database, PATIENT)).isEmpty());
    }

    @Test
    void aSessionThatTellsNothingOfItselfIsUnknown() throws Exception {
        Connection silent = connect("silent");
        run(silent, "set track_activities = off");
        run(silent, "select 1");

        assertThat(Looking.findings(database, SESSIONS)).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
            assertThat(finding.what()).contains("track_activities is off");
        });
        run(silent, "set track_activities = on");
        assertThat(Looking.findings(database, SESSIONS)).isEmpty();
    }

    @Test
    void theGrantShowsWhatWasHidden() throws Exception {
        connect("other");
        TestDatabase stranger = Looking.stranger(database);
        Sessions.Activity seen = Looking.read(stranger, SESSIONS);
        assertThat(seen.hidden()).isEqualTo(1);
        assertThat(seen.sessions()).singleElement().satisfies(session -> {
            assertThat(session.state()).isNull();
            assertThat(session.statement()).isEmpty();
        });
        Finding finding = Looking.findings(stranger, SESSIONS).get(0);
        assertThat(finding.severity()).isEqualTo(Severity.UNKNOWN);
        assertThat(finding.remedy()).isEqualTo("grant pg_monitor to " + stranger.user() + ";");

        Looking.mend(database, finding);
        assertThat(Looking.findings(stranger, SESSIONS)).isEmpty();
    }

    private Connection connect(String application) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("ApplicationName", application);
        Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
        connections.add(connection);
        return connection;
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Future<?> inBackground(Connection connection, String sql) {
        return background.submit(() -> {
            run(connection, sql);
            return null;
        });
    }

    private static Finding awaitFinding(TestDatabase database, Sessions sessions, String kind) {
        return await().until(
                        () -> Looking.findings(database, sessions).stream()
                                .filter(finding -> finding.kind().equals(kind))
                                .findFirst()
                                .orElse(null),
                        finding -> finding != null);
    }

    private static List<String> kinds(TestDatabase user, Sessions sessions) throws SQLException {
        return Looking.findings(user, sessions).stream().map(Finding::kind).toList();
    }

    private static String pid(String remedy) {
        return remedy.replaceAll("\\D", "");
    }
}
