package dev.harken.console.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.console.access.AdminPort;
import dev.harken.testing.ApiClient;
import dev.harken.testing.Browser;
import dev.harken.testing.Browser.ColorScheme;
import dev.harken.testing.HarkenService;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.RedisServer;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import redis.clients.jedis.Jedis;

/** Every page in a browser, over a database that has seen a month of work. */
class PagesIT {

    /** What the configuration knows and no page may tell. */
    private static final String DATABASE_PASSWORD = "hunter2-of-the-database";

    private static final String URL_PASSWORD = "hunter2-in-the-address";
    private static final String REDIS_PASSWORD = "hunter2-of-redis";
    private static final String SECRET_KEY = "hunter2-signs-access-tokens-with-32-bytes";
    private static final String REDDIT_SECRET = "hunter2-of-reddit";
    private static final String SCRAPE_TOKEN = "hunter2-of-prometheus";
    private static final String WEBHOOK_TOKEN = "hunter2-of-the-webhook";

    private static final String HOSTILE_APPLICATION = Filling.hostile("application");
    private static final String HOSTILE_STATEMENT = Filling.hostile("statement");

    /** By page: what is there only when the database was read. */
    private static final Map<String, List<String>> FILLED = Map.of(
            "overview", List.of("of 20 connections lent", Filling.OTHER_PROCESS, "12 of 12 samples", "17 of 20"),
            "health", List.of("database", "pool", "disk", "deadlocks"),
            "queries", List.of("GET /api/posts", "pg_sleep"),
            "indexes",
                    List.of("idx_client_created", "idx_analytics_event_date", "matched_posts (client_id, created_at)"),
            "tables", List.of("matched_posts", "3,000", "transactions since the oldest id"),
            "connections", List.of("harken", "of 20 connections lent", "max_connections 200"),
            "migrations", List.of("001-tables", "005-operations", "harken"),
            "jobs", List.of("r/samplegardening", "Client of the month 7", "Reddit answered 503"),
            "cache", List.of("Kept in Redis", "hit rate", "lists", "answered in", "shared_buffers is 128 MB"),
            "settings",
                    List.of(
                            "random_page_cost",
                            "for turning disks",
                            "console.scrapeToken",
                            "database.pool.maxOverflow",
                            "set, not shown"));

    /**
     * Keeps the charts that the page's own script draws where a test finds them, and has pages brought up to date ten
     * times as often.
     */
    private static final String PREPARED =
            """
            const later = window.setTimeout;
            window.setTimeout = (work, millis) => later(work, millis / 10);
            window.drawn = {};
            let real;
            Object.defineProperty(window, "uPlot", {
              configurable: true,
              get: () => function (options, data, target) {
                const chart = new real(options, data, target);
                window.drawn[target.closest("figure").id] = chart;
                return chart;
              },
              set: (value) => { real = value; },
            });
            """;

    private static HarkenService harken;
    private static AdminPort port;
    private static String cookie;
    private static Browser browser;
    private static Connection hostile;

    @BeforeAll
    static void start() throws Exception {
        TestDatabase database = guarded(PostgresServer.shared().createDatabase());
        HarkenService.migrate(database);
        Filling.fill(database);
        try (Jedis redis =
                new Jedis(RedisServer.shared().host(), RedisServer.shared().port())) {
            redis.aclSetUser("console", "on", ">" + REDIS_PASSWORD, "~*", "+@all");
        }
        harken = HarkenService.over(
                database,
                "database.url=postgresql://" + database.user() + ":" + URL_PASSWORD + "@" + database.host() + ":"
                        + database.port() + "/" + database.name(),
                "redis.url=redis://console:" + REDIS_PASSWORD + "@"
                        + RedisServer.shared().host() + ":"
                        + RedisServer.shared().port(),
                "auth.secretKey=" + SECRET_KEY,
                "monitoring.enabled=false",
                "monitoring.reddit.clientId=harken",
                "monitoring.reddit.userAgent=linux:dev.harken:1 (by /u/harken)",
                "monitoring.reddit.clientSecret=" + REDDIT_SECRET,
                "alerts.interval=1s",
                "alerts.webhook=http://127.0.0.1:1/hook?token=" + WEBHOOK_TOKEN,
                "console.login=true",
                "console.scrapeToken=" + SCRAPE_TOKEN);
        port = AdminPort.of(harken);
        TestClient client = TestClient.create(harken);
        for (int i = 0; i < 20; i++) {
            client.user().get("/api/posts");
        }
        hostile = hostileSession(database);
        cookie = port.cookie();
        browser = Browser.open();
        browser.before(PREPARED);
        signIn();
    }

    /** Over a user of its own, whose password is nobody else's. */
    private static TestDatabase guarded(TestDatabase database) throws SQLException {
        String user = database.name() + "_owner";
        database.execute("create role " + user + " superuser login password '" + DATABASE_PASSWORD + "'");
        return new TestDatabase(database.host(), database.port(), database.name(), user, DATABASE_PASSWORD);
    }

    private static Connection hostileSession(TestDatabase database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("ApplicationName", HOSTILE_APPLICATION);
        Connection connection = DriverManager.getConnection(database.jdbcUrl(), properties);
        try (var statement = connection.createStatement()) {
            for (int i = 0; i < 3; i++) {
                statement.execute("select pg_sleep(0.1) as \"" + HOSTILE_STATEMENT.replace("\"", "\"\"") + "\"");
            }
        }
        return connection;
    }

    private static void signIn() {
        browser.visit(port.origin() + "/");
        browser.screenshot("login-light");
        assertThat(browser.address()).startsWith(port.origin() + "/console/login");
        browser.find("#email").sendKeys(HarkenService.ADMIN_EMAIL);
        browser.find("#password").sendKeys(HarkenService.ADMIN_PASSWORD, Keys.ENTER);
        await().until(() -> browser.address().equals(port.origin() + "/"));
        assertThat(browser.complaints()).isEmpty();
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        hostile.close();
        harken.close();
        try (Jedis redis =
                new Jedis(RedisServer.shared().host(), RedisServer.shared().port())) {
            redis.aclDelUser("console");
        }
    }

    @BeforeEach
    void atADesk() {
        browser.desk();
        browser.prefer(ColorScheme.LIGHT);
        browser.complaints();
        browser.requests();
    }

    /** The paths of all pages, and of the questions before the actions. */
    static Stream<String> paths() {
        return Stream.concat(
                Page.LINKS.stream().map(Page.Link::path),
                Action.ALL.stream().map(action -> "/console/actions/" + action.task()));
    }

    static Stream<Page.Link> links() {
        return Page.LINKS.stream();
    }

    @ParameterizedTest
    @MethodSource("links")
    void aPageShowsWhatIsThereWithoutAComplaintAndAsksNobodyElse(Page.Link link) {
        browser.visit(port.origin() + link.path());

        assertThat(browser.text("h1")).isEqualTo(link.title());
        assertThat(browser.text("nav [aria-current]")).isEqualTo(link.title());
        assertThat(browser.all("main [role=alert]")).isEmpty();
        String everything = (String) browser.script("return document.querySelector('main').textContent;");
        assertThat(everything).contains(FILLED.get(link.name()));
        browser.screenshot(link.name() + "-light");
        assertThat(browser.complaints()).isEmpty();
        List<String> requests = browser.requests();
        assertThat(requests).isNotEmpty().allSatisfy(address -> assertThat(address)
                .satisfiesAnyOf(asked -> assertThat(asked).startsWith(port.origin() + "/"), asked -> assertThat(asked)
                        .isEqualTo("data:,")));
        assertThat(requests).contains(port.origin() + "/console/assets/console.js");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aPageIsDarkForWhoeverWantsItDark(String path) {
        browser.visit(port.origin() + path);
        long light = brightness();

        browser.prefer(ColorScheme.DARK);
        browser.visit(port.origin() + path);

        browser.screenshot(name(path) + "-dark");
        assertThat(light).isGreaterThan(200);
        assertThat(brightness()).isLessThan(60);
        assertThat(browser.complaints()).isEmpty();
    }

    /** Of the page's ground, 0 to 255. */
    private static long brightness() {
        return (Long)
                browser.script(
                        """
                        const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
                        return Math.round((red + green + blue) / 3);
                        """);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aPageIsNoWiderThanAPhone(String path) {
        browser.phone();
        browser.visit(port.origin() + path);
        browser.screenshot(name(path) + "-phone");

        assertThat((Long) browser.script("return document.documentElement.scrollWidth;"))
                .isLessThanOrEqualTo(390);
        assertThat((Long) browser.script("return window.innerWidth;")).isEqualTo(390);
        assertThat(browser.complaints()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aPageIsWholeWithoutItsScript(String path) {
        HttpResponse<String> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'")
                .doesNotContain("unsafe", "*", "http");
        assertThat(answer.body()).doesNotContainPattern("<script(?! src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:");
        Page.LINKS.stream().filter(link -> link.path().equals(path)).forEach(link -> assertThat(text(answer.body()))
                .contains(FILLED.get(link.name())));
    }

    @ParameterizedTest
    @MethodSource("paths")
    void aPageTellsNoSecret(String path) {
        assertThat(get(path).body())
                .doesNotContain(
                        DATABASE_PASSWORD,
                        URL_PASSWORD,
                        REDIS_PASSWORD,
                        SECRET_KEY,
                        REDDIT_SECRET,
                        SCRAPE_TOKEN,
                        WEBHOOK_TOKEN,
                        HarkenService.ADMIN_PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1h", "1d", "30d"})
    void aChartHasATableWithTheSameNumbers(String range) {
        await().until(() -> {
            browser.visit(port.origin() + "/?range=" + range);
            return !browser.all("#chart-pool details tbody tr").isEmpty();
        });

        @SuppressWarnings("unchecked") // What a script answers has no type.
        List<String> figures = (List<String>)
                browser.script("return Array.from(document.querySelectorAll('figure.chart'), figure => figure.id);");
        assertThat(figures).hasSize(7);
        // The page brings itself up to date meanwhile, so an element that was found may be another's now.
        figures.forEach(id -> await().untilAsserted(() -> {
            List<List<Object>> drawn = drawn(id);
            assertThat(drawn).as(id).isEqualTo(table(id));
            assertThat(number("#" + id + " .plot canvas")).as(id).isEqualTo(1);
            assertThat(number("#" + id + " details thead th")).as(id).isEqualTo(drawn.size());
        }));
        if (!range.equals("1h")) {
            assertThat(drawn("chart-machine").get(0)).hasSizeGreaterThan(20);
        }
        browser.screenshot("overview-" + range);
        assertThat(browser.complaints()).isEmpty();
    }

    private static long number(String selector) {
        return (Long) browser.script("return document.querySelectorAll(arguments[0]).length;", selector);
    }

    /** The times and each line's values, as the chart has them. */
    @SuppressWarnings("unchecked") // What a script answers has no type.
    private static List<List<Object>> drawn(String figure) {
        return (List<List<Object>>) browser.script(
                "return drawn[arguments[0]].data.map(line => Array.from(line, value => value == null ? null : String(value)));",
                figure);
    }

    /** The same from the cells that a person reads, oldest first. */
    @SuppressWarnings("unchecked") // As above.
    private static List<List<Object>> table(String figure) {
        return (List<List<Object>>) browser.script(
                """
                const rows = [...document.querySelectorAll('#' + arguments[0] + ' details tbody tr')].reverse();
                const columns = document.querySelectorAll('#' + arguments[0] + ' details thead th').length;
                return Array.from({length: columns}, (_, column) => rows.map(row => {
                  const text = row.cells[column].textContent.trim();
                  if (column === 0) {
                    return String(Date.parse(text.replace(' ', 'T') + 'Z') / 1000);
                  }
                  return text === '–' ? null : String(Number(text.replaceAll(',', '')));
                }));
                """,
                figure);
    }

    @Test
    void theTabKeyReachesEverythingThatCanBeDoneAndShowsWhereItIs() {
        browser.visit(port.origin() + "/console/connections");
        browser.tab();
        assertThat(browser.focused().getText()).isEqualTo("Skip to the page");
        assertThat((Boolean) browser.script("return document.activeElement.getBoundingClientRect().left >= 0;"))
                .isTrue();

        Set<String> reached = new HashSet<>();
        long focusable =
                (Long) browser.script("return document.querySelectorAll('a, summary, [tabindex=\"0\"]').length;");
        for (int i = 0; i < focusable; i++) {
            assertThat(
                            (Boolean)
                                    browser.script(
                                            """
                            const style = getComputedStyle(document.activeElement);
                            return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                            """))
                    .as((String) browser.script("return document.activeElement.outerHTML;"))
                    .isTrue();
            reached.add((String) browser.script("return document.activeElement.getAttribute('href') || '';"));
            browser.tab();
        }
        assertThat(reached).contains("#main", "/console/logout", "/metrics?pretty=true");
        assertThat(reached).containsAll(Page.LINKS.stream().map(Page.Link::path).toList());
        assertThat(reached).anyMatch(href -> href.startsWith("/console/actions/cancel-session?pid="));

        browser.visit(port.origin() + "/console/connections");
        browser.type(Keys.TAB, Keys.ENTER, Keys.TAB);
        assertThat((Boolean) browser.script("return document.querySelector('main').contains(document.activeElement);"))
                .as("the skip link leads past the navigation")
                .isTrue();
    }

    @Test
    void aPartIsKeptUpToDateWhileItsTableIsScrolledAndItsDetailsAreOpen() {
        browser.visit(port.origin() + "/console/health");
        browser.script(
                """
                const part = document.querySelector('[data-live]');
                part.old = true;
                part.querySelector('details').open = true;
                part.querySelector('.scroll').focus();
                """);

        await().until(() -> (Boolean) browser.script("return !document.querySelector('[data-live]').old;"));

        assertThat(
                        (Boolean)
                                browser.script(
                                        """
                        const part = document.querySelector('[data-live]');
                        return part.querySelector('details').open
                            && part.querySelector('.scroll') === document.activeElement;
                        """))
                .isTrue();
    }

    @Test
    void anOpenPageTellsThatTheLoginHasEnded() {
        browser.visit(port.origin() + "/console/jobs");
        browser.forgetCookies();
        try {
            await().untilAsserted(() -> assertThat(browser.text("#live")).contains("your login has ended"));
        } finally {
            signIn();
        }
    }

    @Test
    void anActionCanBeDoneByKeyboardAlone() throws Exception {
        browser.visit(port.origin() + "/console/settings");
        tabTo("Change a log level…");
        browser.type(Keys.ENTER);
        await().until(() -> browser.text("h1").equals("Change a log level"));

        tabTo("logger");
        browser.type("dev.harken.by.keyboard", Keys.TAB, "WARN");
        tabTo("Change a log level");
        browser.type(Keys.ENTER);

        await().untilAsserted(() -> assertThat(browser.text("#answer")).contains("dev.harken.by.keyboard to WARN"));
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("answer");
        assertThat(harken.database()
                        .scalar("select actor from audit_records where action = 'console.log-level'"
                                + " and details ->> 'logger' = 'dev.harken.by.keyboard'"))
                .isEqualTo(HarkenService.ADMIN_EMAIL);
        assertThat(browser.complaints()).isEmpty();
    }

    /** Presses Tab until what has this text, or name, has the focus. */
    private static void tabTo(String wanted) {
        // A part that brings itself up to date takes its elements away: the next round comes by the new ones.
        await().pollInterval(Duration.ofMillis(1))
                .ignoreException(StaleElementReferenceException.class)
                .until(() -> {
                    browser.tab();
                    WebElement focused = browser.focused();
                    return focused.getText().equals(wanted) || wanted.equals(focused.getDomAttribute("name"));
                });
    }

    @Test
    void thePartsOfAPageFollowTheDatabaseWithoutAReload() throws Exception {
        browser.visit(port.origin() + "/console/jobs");
        browser.script("window.sameDocument = true;");
        assertThat(browser.text("#scans")).contains("Client of the month 3").doesNotContain("Client of the year");

        harken.database()
                .execute("update clients set name = 'Client of the year' where name = 'Client of the month 3'");

        await().untilAsserted(() -> assertThat(browser.text("#scans")).contains("Client of the year"));
        assertThat(browser.script("return window.sameDocument;")).isEqualTo(true);
        harken.database()
                .execute("update clients set name = 'Client of the month 3' where name = 'Client of the year'");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void thePoolFollowsWhoHoldsAConnectionAndForWhom() throws Exception {
        TestClient client = TestClient.create(harken);
        browser.visit(port.origin() + "/console/connections");
        browser.script("window.sameDocument = true;");
        assertThat(browser.text("#pool .big")).isEqualTo("0");
        CompletableFuture<ApiClient.Answer> blocked;
        try (Connection locker = harken.database().connect();
                var statement = locker.createStatement()) {
            locker.setAutoCommit(false);
            statement.execute("lock table matched_posts in access exclusive mode");
            blocked = CompletableFuture.supplyAsync(() -> client.user().get("/api/posts"));

            await().untilAsserted(() -> {
                assertThat(browser.text("#pool .big")).isEqualTo("1");
                assertThat(browser.text("#leases"))
                        .contains("GET /api/posts", "client " + client.id(), "from matched_posts");
            });
            locker.rollback();
        }
        assertThat(blocked.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
        await().untilAsserted(() -> {
            assertThat(browser.text("#pool .big")).isEqualTo("0");
            assertThat(browser.text("#leases")).contains("Nobody.");
        });
        assertThat(browser.script("return window.sameDocument;")).isEqualTo(true);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatSomebodyOpenedStaysOpenWhenThePageIsBroughtUpToDate() {
        browser.visit(port.origin() + "/?range=30d");
        // In one step: between two, the page may be brought up to date already.
        browser.script("document.querySelector('#chart-pool summary').click();"
                + " document.activeElement.blur(); document.querySelector('#charts').dataset.old = 'yes';");

        await().until(() -> browser.script("return document.querySelector('#charts').dataset.old || 'no';")
                .equals("no"));

        assertThat(browser.text("#live")).isEmpty();
        assertThat(browser.find("#chart-pool details").getDomProperty("open")).isEqualTo("true");
        assertThat(browser.all("#chart-pool canvas")).hasSize(1);
        await().untilAsserted(() -> assertThat(drawn("chart-pool")).isEqualTo(table("chart-pool")));
        assertThat((Boolean) browser.script("return drawn['chart-pool'].scales.x.max"
                        + " === Number(document.querySelector('#charts').dataset.until);"))
                .as("the chart goes on with the time")
                .isTrue();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void markupThatSomebodyLeftInTheDatabaseIsShownAndNotRun() {
        Map<String, List<String>> left = Map.of(
                "/", List.of(Filling.HOSTILE_REASON),
                "/console/jobs",
                        List.of(
                                "r/" + Filling.HOSTILE_SUBREDDIT,
                                Filling.HOSTILE_CLIENT,
                                ", " + Filling.HOSTILE_SUBREDDIT),
                "/console/tables", List.of(Filling.HOSTILE_TABLE.replace("\"", "\"\"")),
                "/console/queries", List.of(HOSTILE_STATEMENT.replace("\"", "\"\"")),
                "/console/connections", List.of(HOSTILE_APPLICATION, HOSTILE_STATEMENT.replace("\"", "\"\"")));
        List<String> shown = new ArrayList<>();
        left.forEach((path, texts) -> {
            browser.visit(port.origin() + path);
            assertThat((String) browser.script("return document.querySelector('main').textContent;"))
                    .as(path)
                    .contains(texts);
            assertThat(browser.all("main script")).as(path).isEmpty();
            assertThat(browser.script("return typeof hacked;")).as(path).isEqualTo("undefined");
            assertThat(get(path).body()).as(path).contains("&lt;script&gt;").doesNotContain("<script>");
            shown.addAll(texts);
        });
        assertThat(shown).hasSize(8);
        String question = "/console/actions/log-level?logger=%22%3E%3Cscript%3Ehacked%3D1%3C/script%3E";
        browser.visit(port.origin() + question);
        assertThat(browser.find("#parameter-logger").getDomProperty("value")).isEqualTo("\"><script>hacked=1</script>");
        assertThat(browser.script("return typeof hacked;")).isEqualTo("undefined");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aTimeOfVacuumIsShownAndATinyShareIsReadable() {
        browser.visit(port.origin() + "/console/tables");

        assertThat(browser.text("#sizes"))
                .containsPattern("matched_posts.* s ago")
                .doesNotContain("never");
        assertThat(browser.text("main")).contains("under 0.01 %").doesNotContainPattern("\\de-\\d");
    }

    @Test
    void aPageThatIsNotThereSaysSo() {
        HttpResponse<String> answer = get("/console/nothing");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("There is no such page.", "aria-label=\"Pages\"");
        assertThat(get("/console/actions/nothing").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> get(String path) {
        return port.get(path, "Cookie", cookie, "Accept", "text/html");
    }

    private static String text(String html) {
        return html.replaceAll("<[^>]*>", "").replaceAll("\\s+", " ");
    }

    /** A file's name for a path. */
    private static String name(String path) {
        return Page.LINKS.stream()
                .filter(link -> link.path().equals(path))
                .map(Page.Link::name)
                .findFirst()
                .orElse("action-" + path.substring(path.lastIndexOf('/') + 1));
    }
}
