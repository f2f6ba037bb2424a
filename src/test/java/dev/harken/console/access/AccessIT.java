package dev.harken.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.http.browser.LocalPath;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessIT {
    private static final String SCRAPE_TOKEN = "a-scrape-token-of-some-length";
    private static final String HTML = "text/html,application/xhtml+xml";

    private static HarkenService guarded;
    private static HarkenService open;
    private static AdminPort port;
    private static AdminPort openPort;

    @BeforeAll
    static void start() {
        guarded = HarkenService.start(
                "monitoring.enabled=false",
                "console.login=true",
                "console.scrapeToken=" + SCRAPE_TOKEN,
                "auth.failuresPerAccount=5",
                "auth.failuresPerAddress=1000");
        // Named, because a service's settings are the whole JVM's until it stops.
        open = HarkenService.start("monitoring.enabled=false", "console.login=false", "console.hosts=ops.harken.test");
        port = AdminPort.of(guarded);
        openPort = AdminPort.of(open);
    }

    @AfterAll
    static void stop() {
        guarded.close();
        open.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/console/",
                "/console/anything",
                "/console/loginx",
                "/console/login/more",
                "/console/logout",
                "/console/assets",
                "/console/assetsx",
                "/console/assets/../x",
                "/metrics",
                "/healthcheck",
                "/threads",
                "/pprof",
                "/pprof/contention",
                "/prometheus",
                "/ping/",
                "/ping;x/../metrics",
                "/tasks",
                "/tasks/gc",
                "/tasks/log-level",
                "/tasks/scan-now",
                "/tasks/reset-statements",
                "/tasks/cancel-session",
                "/tasks/rebuild-index",
                "/nothing-here"
            })
    void nothingIsAnsweredToSomebodyWhoIsNotSignedIn(String path) {
        for (String method : new String[] {"GET", "POST", "PUT", "HEAD", "OPTIONS"}) {
            HttpResponse<String> answer = port.send(method, path, "");
            // 400 and 405 come from Jetty, before any page.
            assertThat(answer.statusCode()).as(method + " " + path).isIn(401, 400, 405);
            assertThat(answer.body()).doesNotContain("<html", "jvm", "pong");
        }
    }

    @Test
    void aProgramGetsAProblemAndAPersonTheLoginPage() {
        HttpResponse<String> program = port.get("/metrics");
        assertThat(program.statusCode()).isEqualTo(401);
        assertThat(program.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(program.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(program.body()).contains("\"status\":401", "/console/login");

        HttpResponse<String> person = port.get("/console/statements?sort=mean&page=2", "Accept", HTML);
        assertThat(person.statusCode()).isEqualTo(303);
        assertThat(person.headers().firstValue("Location"))
                .hasValue("/console/login?to=%2Fconsole%2Fstatements%3Fsort%3Dmean%26page%3D2");
    }

    @Test
    void pingAndTheLoginPageAreOpen() {
        assertThat(port.get("/ping").body()).contains("pong");
        HttpResponse<String> page = port.get("/console/login?to=%2Fmetrics");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains(
                        "<label for=\"email\">",
                        "autocomplete=\"current-password\"",
                        "autofocus",
                        "name=\"to\" value=\"/metrics\"")
                .doesNotContain("<script");
        // Nothing is there yet or something is: the filter lets it through.
        assertThat(port.get("/console/assets/console.css").statusCode()).isIn(200, 404);
    }

    @Test
    void anAdministratorSignsInAndGoesOnWhereTheyWantedTo() {
        HttpResponse<String> answer =
                port.signIn(HarkenService.ADMIN_EMAIL, HarkenService.ADMIN_PASSWORD, "/metrics?pretty=true");

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).hasValue("/metrics?pretty=true");
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).startsWith("harken_console=").contains("HttpOnly", "SameSite=Strict", "Path=/");
        assertThat(cookie).doesNotContain("Secure");
        assertThat(port.get("/metrics", "Cookie", cookie.split(";", 2)[0]).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aLoginIsAudited() throws Exception {
        port.cookie();
        port.signIn(HarkenService.ADMIN_EMAIL, "a wrong one", "/");

        assertThat(audits("user.signed_in")).isPositive();
        assertThat(audits("user.sign_in_failed")).isPositive();
    }

    @Test
    void onlyAdministratorsGetIn() {
        TestClient client = TestClient.create(guarded);
        String email = client.user().get("/api/auth/me").json().get("email").asText();

        HttpResponse<String> form = port.signIn(email, "a-reviewers-password", "/");
        assertThat(form.statusCode()).isEqualTo(403);
        assertThat(form.body()).contains("Only administrators");
        assertThat(form.headers().firstValue("Set-Cookie")).isEmpty();

        String token = client.user().token();
        assertThat(port.get("/metrics", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(403);
        assertThat(port.get("/metrics", "Cookie", "harken_console=" + token).statusCode())
                .isEqualTo(403);
    }

    @Test
    void anAccessTokenOfAnAdministratorOpensThePortToPrograms() {
        String token = guarded.admin().token();

        assertThat(port.get("/metrics", "Authorization", "Bearer " + token).statusCode())
                .isEqualTo(200);
        assertThat(port.post("/tasks/gc", Map.of(), "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(port.get("/metrics", "Authorization", "Bearer " + token + "x")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void theScrapeTokenOpensPrometheusAndNothingElse() {
        String[] scrape = {"Authorization", "Bearer " + SCRAPE_TOKEN};

        assertThat(port.get("/prometheus", scrape).statusCode()).isIn(200, 404);
        assertThat(port.get("/metrics", scrape).statusCode()).isEqualTo(401);
        assertThat(port.get("/prometheus/more", scrape).statusCode()).isEqualTo(401);
        assertThat(port.get("/prometheus", "Authorization", "Bearer " + SCRAPE_TOKEN + "x")
                        .statusCode())
                .isEqualTo(401);
        // An empty one is no token at all.
        assertThat(port.get("/prometheus", "Authorization", "Bearer ").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/console/x?a=b | /console/x?a=b",
                "//evil.test/ | /",
                "/\\evil.test | /",
                "https://evil.test/ | /",
                "javascript:alert(1) | /",
                "console/x | /",
                "/%09/evil.test | /%09/evil.test",
                "/console/login?to=/x | /",
            })
    void theWayOnAfterTheLoginLeadsToThisServiceOnly(String wanted, String taken) {
        HttpResponse<String> answer = port.signIn(HarkenService.ADMIN_EMAIL, HarkenService.ADMIN_PASSWORD, wanted);
        assertThat(answer.headers().firstValue("Location")).hasValue(taken);
    }

    @Test
    void aWayOnWithALineBreakOrTabIsNotTaken() {
        for (String wanted : new String[] {"/\t/evil.test", "/x\r\nSet-Cookie: a=b", "/\u00e9"}) {
            assertThat(LocalPath.of(wanted)).as(wanted).isEmpty();
        }
    }

    @Test
    void whatTheFormRepeatsIsEscaped() {
        String token = AdminPort.csrf(port.get("/console/login").body());
        HttpResponse<String> answer = port.post(
                "/console/login",
                Map.of("csrf", token, "email", "\"><script>alert(1)</script>", "password", "x"),
                "Origin",
                port.origin());
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("The email or the password is wrong.", "&lt;script&gt;");
        assertThat(answer.body()).doesNotContain("<script");
    }

    @Test
    void guessingIsSlowedDown() {
        HttpResponse<String> answer = port.signIn("guessed@harken.test", "0", "/");
        for (int i = 1; i <= 5; i++) {
            answer = port.signIn("guessed@harken.test", "guess " + i, "/");
        }
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void signingOutRevokesTheSession() {
        String cookie = port.cookie();
        assertThat(port.get("/metrics", "Cookie", cookie).statusCode()).isEqualTo(200);

        HttpResponse<String> answer = port.post(
                "/console/logout", Map.of("csrf", tokenOf(cookie)), "Cookie", cookie, "Origin", port.origin());

        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("harken_console=;", "Expires=Thu, 01 Jan 1970");
        assertThat(port.get("/metrics", "Cookie", cookie).statusCode()).isEqualTo(401);
    }

    @Test
    void aChangeFromABrowserNeedsTheTokenOfItsSession() {
        String cookie = port.cookie();
        String token = tokenOf(cookie);
        String otherToken = tokenOf(port.cookie());

        assertThat(gc(cookie, "Origin", port.origin())).isEqualTo(403);
        assertThat(gc(cookie, "X-CSRF-Token", otherToken, "Origin", port.origin()))
                .isEqualTo(403);
        // Without any header of a browser but the cookie, too.
        assertThat(gc(cookie)).isEqualTo(403);

        assertThat(gc(cookie, "X-CSRF-Token", token, "Origin", port.origin())).isEqualTo(200);
        assertThat(gc(cookie, "X-CSRF-Token", token)).isEqualTo(200);
        assertThat(port.post("/tasks/gc?csrf=" + token, Map.of(), "Cookie", cookie)
                        .statusCode())
                .isEqualTo(200);
        assertThat(port.post("/tasks/gc", Map.of("csrf", token), "Cookie", cookie)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aChangeFromAnotherSiteIsRefusedEvenWithTheToken() {
        String cookie = port.cookie();
        String token = tokenOf(cookie);

        for (String origin : new String[] {
            "http://evil.test", "null", "https://localhost:" + port.port(), "http://localhost", "http://127.0.0.1:1"
        }) {
            assertThat(gc(cookie, "X-CSRF-Token", token, "Origin", origin))
                    .as(origin)
                    .isEqualTo(403);
        }
        for (String site : new String[] {"cross-site", "same-site"}) {
            assertThat(gc(cookie, "X-CSRF-Token", token, "Sec-Fetch-Site", site))
                    .as(site)
                    .isEqualTo(403);
        }
        assertThat(gc(cookie, "X-CSRF-Token", token, "Sec-Fetch-Site", "none")).isEqualTo(200);
    }

    @Test
    void aLoginFromAnotherSiteIsRefused() {
        HttpResponse<String> answer = port.post(
                "/console/login",
                Map.of("email", HarkenService.ADMIN_EMAIL, "password", HarkenService.ADMIN_PASSWORD),
                "Origin",
                "http://evil.test");
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void withoutLoginAProgramOnThisMachineMayActAndAPageElsewhereMayNot() {
        assertThat(openPort.post("/tasks/gc", Map.of()).statusCode()).isEqualTo(200);
        assertThat(openPort.post("/tasks/gc", Map.of(), "Origin", "http://evil.test")
                        .statusCode())
                .isEqualTo(403);
        assertThat(openPort.post("/tasks/gc", Map.of(), "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(openPort.post("/tasks/gc", Map.of(), "Referer", "http://evil.test/")
                        .statusCode())
                .isEqualTo(403);
        assertThat(openPort.post("/tasks/gc", Map.of(), "Origin", openPort.origin())
                        .statusCode())
                .isEqualTo(403);
        // A header that is not checked without login must not count as one that was.
        assertThat(openPort.post("/tasks/gc", Map.of(), "Origin", openPort.origin(), "Authorization", "Bearer x")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void anotherSitesPageMayLinkToUsButNotLoadUs() {
        assertThat(openPort.get("/threads", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors")
                        .statusCode())
                .isEqualTo(403);
        assertThat(openPort.get(
                                "/metrics",
                                "Sec-Fetch-Site",
                                "cross-site",
                                "Sec-Fetch-Mode",
                                "navigate",
                                "Sec-Fetch-Dest",
                                "document")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "localhost:8081, 200",
        "LOCALHOST, 200",
        "127.0.0.1:8081, 200",
        "127.8.9.10, 200",
        "[::1]:8081, 200",
        "ops.harken.test, 200",
        "ops.harken.test:443, 200",
        "evil.test, 421",
        "evil.test:8081, 421",
        "localhost.evil.test, 421",
        "127.0.0.1.evil.test, 421",
        "x.ops.harken.test, 421",
        "0.0.0.0:8081, 421",
        "10.0.0.1, 421",
        "[::2], 421",
    })
    void withoutLoginOnlyNamesOfThisMachineAreAnswered(String host, int status) throws Exception {
        assertThat(openPort.statusAs(host, "/metrics")).isEqualTo(status);
        assertThat(openPort.statusAs(host, "/ping")).isEqualTo(status);
    }

    @Test
    void withLoginAnyNameIsAnswered() throws Exception {
        assertThat(port.statusAs("harken.example", "/ping")).isEqualTo(200);
    }

    @Test
    void everyAnswerCarriesTheHeadersThatBindABrowser() {
        String cookie = port.cookie();
        for (HttpResponse<String> answer : List.of(
                port.get("/ping"),
                port.get("/console/login"),
                port.get("/metrics"),
                port.get("/metrics", "Cookie", cookie),
                port.get("/nothing-here", "Cookie", cookie),
                port.get("/tasks/gc", "Cookie", cookie),
                port.get("/tasks/nothing", "Cookie", cookie),
                openPort.get("/"),
                openPort.post("/tasks/gc", Map.of(), "Origin", "http://evil.test"))) {
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(answer.uri().toString())
                    .startsWith("default-src 'none'; script-src 'self';")
                    .contains("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).hasValue("same-origin");
            assertThat(answer.headers().firstValue("Cross-Origin-Opener-Policy"))
                    .hasValue("same-origin");
            assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
        }
        assertThat(port.get("/console/assets/console.css").headers().firstValue("Cache-Control"))
                .isNotEqualTo(Optional.of("no-store"));
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, listens on 0.0.0.0", "::, listens on ::", "'', has no bindHost"})
    void withoutLoginThePortIsOnlyOpenedToThisMachine(String host, String why) {
        assertThatThrownBy(() -> HarkenService.over(
                        open.database(),
                        "monitoring.enabled=false",
                        "console.login=false",
                        "server.adminConnectors[0].bindHost=" + host))
                .hasStackTraceContaining("StartupException")
                .hasStackTraceContaining("server.adminConnectors[0] " + why)
                .hasStackTraceContaining("ADMIN_HOST=127.0.0.1")
                .hasStackTraceContaining("CONSOLE_LOGIN=true");
    }

    @Test
    void withLoginThePortMayBeOpenedToEverybody() {
        try (HarkenService everywhere = HarkenService.over(
                open.database(),
                "monitoring.enabled=false",
                "console.login=true",
                "server.adminConnectors[0].bindHost=0.0.0.0")) {
            assertThat(AdminPort.of(everywhere).get("/metrics").statusCode()).isEqualTo(401);
        }
    }

    private static int gc(String cookie, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Cookie";
        all[1] = cookie;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return port.post("/tasks/gc", Map.of(), all).statusCode();
    }

    /** The token in the forms of a session. */
    private static String tokenOf(String cookie) {
        return AdminPort.csrf(port.get("/console/logout", "Cookie", cookie).body());
    }

    private static long audits(String action) throws Exception {
        return Long.parseLong(guarded.database()
                .scalar("select count(*) from audit_records where action = '" + action + "' and address is not null"));
    }
}
