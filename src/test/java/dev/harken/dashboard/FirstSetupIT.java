package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.Browser;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Receiver;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** From an empty database to the first post, in a browser. */
class FirstSetupIT {
    private static HarkenService harken;
    private static Receiver receiver;
    private static Browser browser;
    private static String base;

    @BeforeAll
    static void start() throws IOException {
        receiver = new Receiver();
        harken = HarkenService.start("monitoring.notifications.allowPrivateTargets=true");
        base = harken.anonymous().base();
        browser = Browser.open();
    }

    @AfterAll
    static void stop() {
        browser.close();
        harken.close();
        receiver.close();
    }

    @Test
    void theFirstAdministratorSetsUpAClientAndTheClientsUserSeesItsPosts() throws Exception {
        browser.size(1400, 900);
        signIn(HarkenService.ADMIN_EMAIL, HarkenService.ADMIN_PASSWORD);
        shows(".first", "What comes first");
        assertThat(browser.text(".step.is-next")).contains("Add a client", "next");
        looksRight("first-feed");

        browser.visit(base + "/setup");
        assertThat(browser.text(".step.is-next")).contains("Add a client");
        looksRight("overview");
        press(".step.is-next a");
        shows("h1", "Clients");
        looksRight("clients-none");
        press("form.inline button");
        shows(".field-error", "must not be blank");
        enter("#name", "Bean & Gone");
        press("form.inline button");
        shows("h1", "Bean & Gone");
        shows(".done", "Saved.");

        browser.find("#required").click();
        press("form[action$=compliance] button");
        shows(".done", "Saved.");
        assertThat(browser.find("#required").isSelected()).isTrue();
        enter("#monthly_budget_usd", "12.345");
        press("form[action$=budget] button");
        shows(".field-error", "numeric value out of bounds");
        looksRight("client");
        String client = harken.database().scalar("select id from clients");

        browser.visit(base + "/setup/users/new?client_id=" + client);
        enter("#email", "ann@beanandgone.test");
        enter("#password", "short");
        press(".store button");
        shows(".field-error", "size must be between");
        looksRight("user-new");
        enter("#password", "a-long-enough-password");
        press(".store button");
        shows("h1", "ann@beanandgone.test");
        looksRight("user");
        browser.visit(base + "/setup/users");
        looksRight("users");

        config();

        browser.visit(base + "/setup/notifications");
        looksRight("channels-none");
        press(".page-head a");
        choose("#client_id", client);
        choose("#kind", "webhook");
        enter("#name", "Their own system");
        enter("#address", "ftp://example.com");
        press(".store button");
        shows(".field-error", "http");
        looksRight("channel-wrong");
        assertThat(browser.find("#kind").getDomProperty("value")).isEqualTo("webhook");
        enter("#address", receiver.url("/hook"));
        press(".store button");
        shows(".done", "It is shown this once");
        looksRight("channel-made");
        press("#send-test");
        shows("#deliveries", "delivered");
        assertThat(receiver.requests()).isNotEmpty();
        looksRight("channel-tested");
        browser.visit(base + "/setup/notifications");
        assertThat(browser.text(".rows")).contains("Their own system", "Bean & Gone");
        browser.find(".row-name").click();
        shows("h1", "Their own system");
        assertThat(browser.source()).doesNotContain("It is shown this once").doesNotContain("/hook\"");

        await().atMost(Duration.ofMinutes(2)).until(() -> !harken.database()
                .scalar("select count(*) from matched_posts")
                .equals("0"));
        browser.visit(base + "/setup");
        shows("h1", "Set-up");
        assertThat(browser.all(".step.is-done")).hasSize(5);
        looksRight("overview-done");

        browser.forgetCookies();
        signIn("ann@beanandgone.test", "a-long-enough-password");
        await().until(() -> !browser.all(".item").isEmpty());
        browser.visit(base + "/setup");
        assertThat(browser.text(".tabs")).contains("Listening", "Notifications").doesNotContain("Users", "Clients");
        looksRight("overview-client");
        assertThat(browser.complaints()).allMatch(line -> line.contains("422") || line.contains("favicon"));
    }

    private static void config() {
        browser.visit(base + "/setup/configs");
        looksRight("configs-none");
        press(".empty a");
        shows("#preview", "Name a subreddit and a keyword");
        choose("#client_id", "");
        enter("#reddit_subreddits", "r/SampleCoffee");
        enter("#keywords", "(grinder OR latte\n");
        shows("#preview", "parenthesis");
        assertThat(browser.all("#preview .broken mark")).hasSize(1);
        looksRight("config-broken");
        press(".store button");
        shows(".problem", "Nothing is stored");
        shows("#keywords-error", "parenthesis");
        assertThat(browser.all(".field .broken mark")).hasSize(1);
        looksRight("config-refused");
        enter("#keywords", "coffee OR grinder OR latte OR espresso OR beans\n");
        await().until(() -> !browser.all("#preview .found li").isEmpty());
        assertThat(browser.all("#preview mark")).isNotEmpty();
        assertThat(browser.text("#preview-count")).isNotEqualTo("0");
        press(".store button");
        shows(".problem", "say which client it is for");
        browser.script("const select = document.querySelector('#client_id'); select.value = select.options[1].value;");
        browser.find(".query-help summary").click();
        await().until(() -> !browser.all("#preview .found li").isEmpty());
        looksRight("config-filled");
        press(".store button");
        shows(".done", "Saved.");
        await().until(() -> !browser.all("#preview .found li").isEmpty());
        looksRight("config-stored");
        browser.visit(base + "/setup/configs");
        looksRight("configs");
    }

    private static void signIn(String email, String password) {
        browser.visit(base + "/login");
        browser.type(email, Keys.TAB, password, Keys.ENTER);
        await().until(() -> !browser.all("#said").isEmpty());
    }

    private static void press(String selector) {
        browser.script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector);
        browser.find(selector).click();
    }

    private static void enter(String selector, String text) {
        browser.find(selector).clear();
        browser.find(selector).sendKeys(text);
    }

    private static void choose(String selector, String value) {
        browser.script(
                "const select = document.querySelector(arguments[0]); select.value = arguments[1];"
                        + " select.dispatchEvent(new Event('input', {bubbles: true}));",
                selector,
                value);
    }

    private static void shows(String selector, String text) {
        await().until(() -> browser.text(selector).contains(text));
    }

    /** In light and dark, on a phone and a wide screen, by axe-core; nothing runs out of the page at the side. */
    private static void looksRight(String page) {
        // A page that says what went wrong is accessible too.
        assertThat(browser.all(".top")).as(page).isNotEmpty();
        for (int wide : new int[] {360, 1400}) {
            browser.size(wide, 900);
            for (Browser.ColorScheme scheme : Browser.ColorScheme.values()) {
                browser.prefer(scheme);
                String what = page + "-" + wide + "-" + scheme;
                accessible(what);
                assertThat((Boolean) browser.script(
                                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                        .as(what)
                        .isTrue();
                if ((wide == 360) == (scheme == Browser.ColorScheme.DARK)) {
                    browser.screenshot("setup-" + what);
                }
            }
        }
        browser.prefer(Browser.ColorScheme.LIGHT);
    }

    private static void accessible(String what) {
        assertThat(browser.barriers()).as(what).isEmpty();
    }
}
