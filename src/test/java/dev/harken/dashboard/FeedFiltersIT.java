package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.Browser;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Each filter of the feed, as somebody sets it, keeps it and passes it on. */
class FeedFiltersIT {

    private static HarkenService harken;
    private static TestClient client;
    private static Reviewer reviewer;
    private static Browser browser;
    private static String base;

    @BeforeAll
    static void start() throws Exception {
        // A page that was left is noticed with the next heartbeat.
        harken = HarkenService.start("monitoring.enabled=false", "live.heartbeat=500ms");
        base = harken.anonymous().base();
        client = TestClient.create(harken);
        long config = client.user()
                .post("/api/configs", Map.of("keywords", List.of("espresso"), "reddit_subreddits", List.of("abc")))
                .json()
                .get("id")
                .asLong();
        post("green", 1, "subreddit = 'Tea', keywords_matched = 'green tea', score = 50, flagged = true");
        post(
                "beans",
                0,
                "subreddit = 'Coffee', keywords_matched = 'espresso, \"green tea\"', score = 3, reviewed = true");
        post(
                "late",
                1,
                "subreddit = 'Tea', keywords_matched = 'espresso', score = 10, overdue_at = now(),"
                        + " created_at = now() - interval '3 days', config_id = " + config);
        browser = Browser.open();
        browser.size(1400, 900);
        reviewer = Reviewer.of(harken, client);
        signIn(browser, reviewer);
    }

    @AfterAll
    static void stop() {
        browser.close();
        harken.close();
    }

    private static void post(String title, int drafts, String changes) throws Exception {
        long id = client.post(title, title, drafts);
        harken.database().execute("update matched_posts set " + changes + " where id = " + id);
    }

    private static void signIn(Browser in, Reviewer who) {
        in.visit(base + "/login");
        in.type(who.email(), Keys.TAB, Reviewer.PASSWORD, Keys.ENTER);
        await().until(() -> !in.all("#said").isEmpty());
    }

    private static List<String> titles(Browser in) {
        return ((List<?>) in.script("return [...document.querySelectorAll('.item-title')].map(one => one.innerText)"))
                .stream().map(String::valueOf).toList();
    }

    private static void shows(Browser in, String titles) {
        await().untilAsserted(() -> assertThat(titles(in)).isEqualTo(List.of(titles.split(" "))));
    }

    @ParameterizedTest
    @CsvSource({
        "q, green, q=green, green",
        "reviewed, Reviewed, reviewed=true, beans",
        "reviewed, Unreviewed, reviewed=false, green late",
        "age, Last day, age=24h, beans green",
        "age, Last hour, age=1h, beans green",
        "config_id, espresso, config_id=, late",
        "subreddit, Tea, subreddit=Tea, green late",
        "keyword, espresso, keyword=espresso, beans late",
        "keyword, Green Tea, keyword=Green, green",
        "min_score, 10, min_score=10, green late",
        "flagged, Flagged, flagged=true, green",
        "flagged, Not flagged, flagged=false, beans late",
        "overdue, Overdue, overdue=true, late",
        "overdue, Not overdue, overdue=false, beans green",
        "has_draft, Has a draft, has_draft=true, green late",
        "has_draft, Has none, has_draft=false, beans",
    })
    void aFilterIsSetKeptInTheAddressAndTakenAway(String name, String entry, String address, String titles) {
        browser.visit(base + "/");
        shows(browser, "beans green late");
        if (browser.all("details[open]").isEmpty()) {
            browser.find(".filters summary").click();
        }

        enter(name, entry);

        shows(browser, titles);
        assertThat(browser.address()).contains(address);
        String kept = browser.address();
        browser.visit(base + "/analytics");
        browser.visit(kept);
        shows(browser, titles);
        assertThat(browser.script(
                                "const field = document.getElementById(arguments[0]);"
                                        + "return field.selectedOptions ? field.selectedOptions[0].text : field.value;",
                                name)
                        .toString())
                .startsWith(entry);
        assertThat(browser.find("#" + name).isDisplayed()).isTrue();

        browser.script(
                "const field = document.getElementById(arguments[0]); field.value = '';"
                        + "field.dispatchEvent(new Event(field.id === 'q' ? 'input' : 'change', { bubbles: true }));",
                name);
        shows(browser, "beans green late");
        assertThat(browser.address()).doesNotContain(name + "=");
        assertThat(browser.complaints()).isEmpty();
    }

    private static void enter(String name, String entry) {
        WebElement field = browser.find("#" + name);
        if (field.getTagName().equals("select")) {
            field.findElements(By.tagName("option")).stream()
                    .filter(option -> option.getText().startsWith(entry))
                    .findFirst()
                    .orElseThrow()
                    .click();
        } else {
            field.sendKeys(entry, Keys.TAB);
        }
    }

    @Test
    void severalFiltersMakeAViewThatAColleagueOpens() {
        browser.visit(base + "/");
        browser.find(".filters summary").click();
        enter("subreddit", "Tea");
        shows(browser, "green late");
        enter("min_score", "20");
        shows(browser, "green");
        enter("flagged", "Flagged");
        await().until(() -> browser.address().contains("flagged=true"));
        String view = browser.address();
        assertThat(view).contains("subreddit=Tea", "min_score=20", "flagged=true");

        browser.script("history.back()");
        await().until(() -> !browser.address().contains("flagged=true"));
        shows(browser, "green");
        browser.script("history.back()");
        shows(browser, "green late");
        try (Browser other = Browser.open()) {
            signIn(other, Reviewer.of(harken, client));
            other.visit(view);
            shows(other, "green");
        }
    }
}
