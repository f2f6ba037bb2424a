package dev.harken.console.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.console.access.AdminPort;
import dev.harken.testing.Browser;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;
import org.slf4j.LoggerFactory;

/** Each action from its page: the question, the answer, what is done and what is kept of it. */
class ActionsInBrowserIT {

    private static HarkenService harken;
    private static String console;
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        // An hour between examinations: only what the actions themselves tell brings a page up to date.
        harken = HarkenService.start("monitoring.enabled=false", "console.login=false", "database.insight.interval=1h");
        harken.database().execute("create extension pg_stat_statements");
        console = AdminPort.of(harken).origin();
        browser = Browser.open();
        browser.before(
                "const later = window.setTimeout; window.setTimeout = (work, millis) => later(work, millis / 10);");
    }

    @AfterAll
    static void stop() {
        browser.close();
        harken.close();
    }

    @BeforeEach
    void forgetComplaints() {
        browser.complaints();
    }

    @Test
    void nothingIsDoneBeforeSomebodySaysYes() throws Exception {
        String before = audits("reset-statements");

        browser.visit(console + "/console/queries");
        follow("Reset…");
        assertThat(browser.text("main")).contains("Is this what you want?", "PostgreSQL forgets what it counted");
        link("No, back to queries").click();

        await().until(() -> browser.address().equals(console + "/console/queries"));
        assertThat(audits("reset-statements")).isEqualTo(before);
    }

    @Test
    void aLogLevelIsChanged() throws Exception {
        browser.visit(console + "/console/settings");
        follow("Change a log level…");
        browser.find("#parameter-logger").sendKeys("dev.harken.from.browser");
        browser.find("#parameter-level").sendKeys("TRACE");

        assertThat(confirm()).contains("dev.harken.from.browser to TRACE");

        assertThat(LoggerFactory.getLogger("dev.harken.from.browser").isTraceEnabled())
                .isTrue();
        assertThat(audits("log-level")).contains("\"logger\": \"dev.harken.from.browser\"", "\"level\": \"TRACE\"");
    }

    @Test
    void aScanIsStarted() throws Exception {
        TestClient client = TestClient.create(harken);
        long config = harken.admin()
                .post(
                        "/api/configs",
                        Map.of(
                                "client_id",
                                client.id(),
                                "reddit_subreddits",
                                List.of("SampleGardening"),
                                "keywords",
                                List.of("tomatoes")))
                .json()
                .get("id")
                .asLong();
        harken.database()
                .execute("update scheduled_tasks set execution_time = now() + interval '1 day' where task_instance = '"
                        + config + "'");
        browser.visit(console + "/console/jobs");
        assertThat(browser.text("#scans")).contains("in 23 h 59 min");
        follow("Scan now…");
        assertThat(browser.find("#parameter-config").getDomProperty("value")).isEqualTo(Long.toString(config));

        assertThat(confirm()).contains("The scan of config " + config + " was started.");

        assertThat(harken.database()
                        .scalar("select execution_time < now() + interval '1 minute' from scheduled_tasks"
                                + " where task_instance = '" + config + "'"))
                .isEqualTo("t");
        assertThat(audits("scan-now")).contains("\"config\": \"" + config + "\"");
    }

    @Test
    void theCountsOfStatementsAreResetAndThePageForgetsThem() throws Exception {
        harken.database().execute("select pg_sleep(0.3) as to_be_forgotten");
        lookAnew();
        harken.database().execute("select pg_sleep(0.3) as to_be_forgotten");
        browser.visit(console + "/console/queries");
        assertThat(browser.text("#top")).contains("to_be_forgotten");
        String before = audits("reset-statements");
        follow("Reset…");

        assertThat(confirm()).contains("were reset");

        browser.visit(console + "/console/queries");
        assertThat(browser.text("#top"))
                .as("not what was known before")
                .isNotEmpty()
                .doesNotContain("to_be_forgotten");
        assertThat(audits("reset-statements")).isNotEqualTo(before);
    }

    @Test
    void aSessionsStatementIsCancelled() throws Exception {
        try (Connection sleeper = harken.database().connect()) {
            String pid = Integer.toString(
                    sleeper.unwrap(org.postgresql.PGConnection.class).getBackendPID());
            CompletableFuture<Void> sleep = CompletableFuture.runAsync(() -> {
                try (var statement = sleeper.createStatement()) {
                    statement.execute("select pg_sleep(60)");
                } catch (SQLException e) {
                    throw new CompletionException(e);
                }
            });
            await().until(() -> harken.database()
                    .scalar("select count(*) from pg_stat_activity where wait_event = 'PgSleep' and pid = " + pid)
                    .equals("1"));
            // The page shows what was seen last, which may be from before.
            await().until(() -> {
                lookAnew();
                browser.visit(console + "/console/connections");
                return click("a.action[href$='pid=" + pid + "&mode=cancel']");
            });
            await().until(() -> browser.text("h1").startsWith("End a session"));
            assertThat(browser.find("#parameter-pid").getDomProperty("value")).isEqualTo(pid);

            assertThat(confirm()).contains("Session " + pid + " was told to cancel its statement.", "pg_sleep($1)");

            assertThat(sleep.handle((nothing, failure) -> failure.getMessage()).get(60, TimeUnit.SECONDS))
                    .contains("canceling statement due to user request");
            assertThat(sleeper.isValid(5)).isTrue();
            assertThat(audits("cancel-session")).contains("\"pid\": \"" + pid + "\"", "\"mode\": \"cancel\"");
        }
    }

    @Test
    void anIndexThatIsMissingIsMadeAndThePageTellsSo() throws Exception {
        harken.database().execute("drop index idx_client_reviewed");
        lookAnew();
        browser.visit(console + "/console/indexes");
        assertThat(browser.all("[data-kind=managed_index_missing]")).hasSize(1);
        follow("Make…");
        assertThat(browser.find("#parameter-index").getDomProperty("value")).isEqualTo("idx_client_reviewed");

        assertThat(confirm()).contains("Started: create index concurrently idx_client_reviewed");

        browser.visit(console + "/console/indexes");
        await().until(() -> browser.all("[data-kind=managed_index_missing]").isEmpty());
        assertThat(harken.database()
                        .scalar("select indisvalid from pg_index where indexrelid = 'idx_client_reviewed'::regclass"))
                .isEqualTo("t");
        assertThat(audits("rebuild-index")).contains("\"index\": \"idx_client_reviewed\"");
    }

    @Test
    void aRefusalIsShownAsItIsSaid() {
        browser.visit(console + "/console/actions/rebuild-index?index=no_such");

        assertThat(confirm()).startsWith("There is no index of that name");
        assertThat(browser.find("#answer").getDomAttribute("data-status")).isEqualTo("400");
        // A browser writes down every answer that is no success.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("status of 400"));
    }

    /** Has the next page ask the database, as after every action; a program needs no form's token. */
    private static void lookAnew() {
        assertThat(AdminPort.of(harken)
                        .post("/tasks/reset-statements", Map.of())
                        .statusCode())
                .isEqualTo(200);
    }

    /** In one step, so that no refresh of the page comes between finding and clicking; false when it is not there. */
    private static boolean click(String selector) {
        return Boolean.TRUE.equals(browser.script(
                "const found = document.querySelector(arguments[0]); found?.click(); return !!found;", selector));
    }

    private static void follow(String text) {
        String before = browser.address();
        await().until(() -> Boolean.TRUE.equals(browser.script(
                "const found = [...document.querySelectorAll('main a')]"
                        + ".find(link => link.innerText === arguments[0]); found?.click(); return !!found;",
                text)));
        await().until(() -> !browser.address().equals(before));
    }

    private static WebElement link(String text) {
        return browser.all("main a").stream()
                .filter(link -> link.getText().equals(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no link " + text + ": " + browser.text("main")));
    }

    /** Presses the button and answers what the page shows then, while its address stays. */
    private static String confirm() {
        String address = browser.address();
        browser.find("main form button").click();
        await().until(() -> browser.find("#answer").getDomAttribute("data-status"), status -> status != null);
        assertThat(browser.address()).isEqualTo(address);
        return browser.text("#answer");
    }

    /** What the audit keeps of an action. */
    private static String audits(String action) throws SQLException {
        return harken.database()
                .scalar(
                        "select coalesce(string_agg(concat_ws(' ', actor, details), '; ' order by id), '') from audit_records"
                                + " where action = 'console." + action + "'");
    }
}
