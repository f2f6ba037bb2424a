package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.ApiClient;
import dev.harken.testing.Browser;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WebElement;

/** The API's own page, used as somebody would who never saw the API before. */
class DocsPageIT {
    private static HarkenService harken;
    private static TestClient mine;
    private static Browser browser;

    /** What axe-core finds in the way that Swagger UI is built. */
    private static final Set<String> OF_SWAGGER_UI = Set.of(
            "heading-order",
            "label",
            "landmark-unique",
            "nested-interactive",
            "region",
            "scrollable-region-focusable",
            "select-name",
            "target-size");

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start("monitoring.enabled=false");
        mine = TestClient.create(harken);
        mine.post("selfhosted", "A post to be listed", 0);
        browser = Browser.open();
    }

    @AfterAll
    static void stop() {
        browser.close();
        harken.close();
    }

    @Test
    void theDescriptionIsForEverybodyAndIsSentOnce() {
        ApiClient.Answer answer = harken.anonymous().get("/openapi.json");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("openapi").asText()).isEqualTo("3.1.0");
        String tag = answer.header("etag").orElseThrow();
        assertThat(mine.user()
                        .bytes("GET", "/openapi.json", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void somebodySignsInOnThePageAndReadsTheirPosts() {
        browser.visit(harken.anonymous().base() + "/docs");
        open("operations-login-loginLogin");
        WebElement body = browser.find("#operations-login-loginLogin textarea");
        body.clear();
        body.sendKeys("{\"email\": \"%s\", \"password\": \"%s\"}"
                .formatted(Reviewer.of(harken, mine).email(), Reviewer.PASSWORD));
        execute("operations-login-loginLogin");
        open("operations-posts-postsList");
        execute("operations-posts-postsList");

        assertThat(browser.text("#operations-posts-postsList .live-responses-table"))
                .contains("200")
                .contains("A post to be listed");
        browser.screenshot("docs");
        assertThat(browser.barriers())
                .allSatisfy(barrier -> assertThat(barrier.toString().replaceFirst("(?s):.*", ""))
                        .as(barrier.toString())
                        .isIn(OF_SWAGGER_UI));
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .allMatch(
                        address -> address.startsWith(harken.anonymous().base() + "/") || address.startsWith("data:"));
    }

    private static void open(String operation) {
        await().until(() ->
                !browser.all("#" + operation + " .opblock-summary-control").isEmpty());
        browser.find("#" + operation + " .opblock-summary-control").click();
        await().until(() -> !browser.all("#" + operation + " .execute").isEmpty());
    }

    private static void execute(String operation) {
        browser.find("#" + operation + " .execute").click();
        await().until(() -> !browser.all("#" + operation + " .live-responses-table .response-col_status")
                .isEmpty());
    }
}
