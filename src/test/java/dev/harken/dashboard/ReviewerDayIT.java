package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.Browser;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;

/** A reviewer's day in a browser, by the keyboard alone, with all that may come between. */
class ReviewerDayIT {
    private static final String BREAKDOWN =
            """
            [{"name":"relevance","score":92,"weight":0.25,"reason":"It takes up 4 of 5 subjects of the title."},
             {"name":"helpfulness","score":88,"weight":0.25,"reason":"It gives steps and asks back."},
             {"name":"authenticity","score":75,"weight":0.2,"reason":"It speaks from experience, in a plain tone."},
             {"name":"readability","score":96,"weight":0.15,"reason":"Its sentences have 14 words on average."},
             {"name":"compliance","score":100,"weight":0.15,"reason":"It has no links and no advertising."}]
            """;

    private static final String PANEL = "htmx GET .*/posts/[0-9]+";
    private static final String MARKS = "htmx POST .*/marks";
    private static final String COPIED = "fetch .*/copied";

    private static HarkenService harken;
    private static Browser browser;
    private static String base;

    @BeforeAll
    static void start() {
        harken = HarkenService.start("monitoring.enabled=false");
        base = harken.anonymous().base();
        browser = Browser.open();
        browser.allowClipboard();
    }

    @AfterAll
    static void stop() {
        browser.close();
        harken.close();
    }

    @BeforeEach
    void anotherPerson() {
        browser.visit(base + "/login");
        browser.forgetCookies();
        browser.script("sessionStorage.clear(); localStorage.clear();");
        browser.prefer(Browser.ColorScheme.LIGHT);
        browser.size(1400, 900);
        browser.complaints();
        browser.requests();
    }

    private static long insert(String sql, Object... values) throws SQLException {
        try (Connection connection = harken.database().connect();
                PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static long post(TestClient client, String redditId, String title, String text, String term)
            throws SQLException {
        int inTitle = title.indexOf(term);
        int inText = text.indexOf(term);
        return insert(
                """
                insert into matched_posts (
                  client_id, subreddit, reddit_post_id, title, content, author, permalink, keywords_matched, highlights,
                  score, num_comments, posted_at)
                values (?, 'SampleGardening', ?, ?, ?, 'muddy_boots', ?, ?, cast(? as json), 14, 6, now() - interval '9 min')
                returning id
                """,
                client.id(),
                redditId,
                title,
                text,
                "/r/SampleGardening/comments/" + redditId + "/",
                term,
                "{\"title\":" + span(inTitle, term) + ",\"content\":" + span(inText, term) + "}");
    }

    private static String span(int at, String term) {
        return at < 0 ? "[]" : "[[" + at + "," + (at + term.length()) + "]]";
    }

    private static long draft(TestClient client, long post, String text) throws SQLException {
        return insert(
                """
                insert into ai_responses (post_id, client_id, content, score, grade, quality_breakdown)
                values (?, ?, ?, 90, 'A', cast(? as json))
                returning id
                """,
                post,
                client.id(),
                text,
                BREAKDOWN);
    }

    private static TestClient garden() throws SQLException {
        TestClient client = TestClient.create(harken);
        long third = post(
                client,
                "third" + client.id(),
                "Is it too late to sow carrots?",
                "The bed is free now. Zone 7b, first frost in about eight weeks.",
                "carrots");
        draft(client, third, "Eight weeks is just enough for a quick kind.");
        long second = post(
                client,
                "second" + client.id(),
                "Slugs ate all my lettuce over night",
                "I tried coffee grounds and copper tape around the raised bed. **Nothing** helps. What do you do?",
                "raised bed");
        draft(client, second, "Go out after dark with a torch and pick them off for a week, then keep the edges dry.");
        long first = post(
                client,
                "first" + client.id(),
                "Tomatoes in a raised bed keep splitting after rain",
                """
                Every summer the same: a **dry week**, then one storm, and half of my tomatoes split.

                - I water in the evening
                - the bed is 30 cm deep
                - [photos here](https://example.com/photos)

                > Somebody said mulch is all it takes.

                Is that so, or should I choose other kinds? Code for the timer: `20 18 * * *`
                """,
                "raised bed");
        draft(
                client,
                first,
                "In my experience it's the jump from dry to wet that splits them, not the rain itself.\n\nTry watering"
                        + " a little every morning and put 5 cm of straw down. What kinds do you grow?");
        harken.database()
                .execute("insert into subreddit_rules (name, rules, due_at) values ('samplegardening',"
                        + " '1. Be kind.\n2. No advertising.\n3. Say where you garden.', now())"
                        + " on conflict do nothing");
        return client;
    }

    private static void signIn(Browser in, Reviewer reviewer) {
        in.visit(base + "/");
        in.type(reviewer.email(), Keys.TAB, Reviewer.PASSWORD, Keys.ENTER);
        await().until(() -> in.address().startsWith(base + "/?") || in.address().equals(base + "/"));
        await().until(() -> !in.all("#said").isEmpty());
    }

    private static void shows(String selector, String text) {
        // What is looked at may be replaced meanwhile.
        await().ignoreException(StaleElementReferenceException.class)
                .until(() -> browser.text(selector).contains(text));
    }

    private static String row(String sql) throws Exception {
        return harken.database().scalar(sql);
    }

    @Test
    void aDayByTheKeyboardAlone() throws Exception {
        TestClient client = garden();
        signIn(browser, Reviewer.of(harken, client));
        assertThat(browser.all(".item")).hasSize(3);
        assertThat(browser.text(".item mark")).isEqualTo("raised bed");
        assertThat(browser.text(".waiting")).contains("3 unreviewed");
        browser.screenshot("dashboard-feed");

        long began = System.nanoTime();
        browser.type("j");
        shows("#post-title", "Tomatoes in a raised bed keep splitting after rain");
        browser.type("c");
        shows("#said", "Copied. Paste it into the thread.");
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        assertThat(clipboard()).startsWith("In my experience").endsWith("What kinds do you grow?");
        assertThat(browser.text(".draft header")).contains("copied");
        assertThat(browser.find(".item").getDomAttribute("class")).contains("is-copied", "is-current");
        assertThat(row("select count(*) from ai_responses where copied and client_id = " + client.id()))
                .isEqualTo("1");
        assertThat(browser.text(".reading mark")).isEmpty();
        assertThat(browser.text(".reasons")).contains("Relevance", "It takes up 4 of 5 subjects of the title.");
        assertThat(browser.find("[data-does=open]").getDomAttribute("href"))
                .isEqualTo("https://www.reddit.com/r/SampleGardening/comments/first" + client.id() + "/");
        System.out.println(
                "From the feed to a copied reply: 2 keys, " + millis + " ms, most of it this test's waiting");
        browser.screenshot("dashboard-copied");

        browser.type("e");
        assertThat(browser.focused().getTagName()).isEqualTo("textarea");
        browser.type(" I grow Moneymaker.");
        shows(".draft .save", "Stored");
        browser.type(Keys.ESCAPE);
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("post-title");
        assertThat(row("select content like '%I grow Moneymaker.' from ai_responses where copied and client_id = "
                        + client.id()))
                .isEqualTo("t");
        browser.type("h");
        shows(".history", "I grow Moneymaker.");
        browser.screenshot("dashboard-history");
        browser.find("[data-does=restore]").sendKeys(Keys.ENTER);
        await().until(() -> row("select content like '%do you grow?' from ai_responses where copied and client_id = "
                        + client.id())
                .equals("t"));

        browser.type("f");
        await().until(() -> !browser.all("#marks[data-flagged=true]").isEmpty());
        browser.type("r");
        shows("#post-title", "Slugs ate all my lettuce");
        assertThat(browser.find(".item").getDomAttribute("class")).contains("is-reviewed", "is-flagged");
        assertThat(row("select reviewed and flagged from matched_posts where reddit_post_id = 'first" + client.id()
                        + "'"))
                .isEqualTo("t");
        assertThat(browser.text(".reading mark")).isEqualTo("raised bed");

        browser.type("g");
        await().until(() -> browser.all(".draft").size() == 2);
        browser.type("]");
        assertThat(browser.all(".draft.is-current h3").get(0).getText()).contains("Draft 2");
        browser.type("k");
        shows("#post-title", "Tomatoes");
        browser.type("?");
        assertThat(browser.find("#help").isDisplayed()).isTrue();
        browser.screenshot("dashboard-keys");
        browser.type(Keys.ESCAPE);
        await().until(() -> !browser.find("#help").isDisplayed());

        browser.type("/", "lettuce");
        await().until(() -> browser.all(".item").size() == 1);
        assertThat(browser.address()).contains("q=lettuce");
        browser.type(Keys.ESCAPE, "j");
        shows("#post-title", "Slugs");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).allMatch(address -> address.startsWith(base) || address.startsWith("data:"));
    }

    @Test
    void aNewPostIsCopiedByThreeKeysOrThreeClicksFromItsAnnouncement() throws Exception {
        TestClient client = atTomatoes();
        long byKeys = fresh(client, "keys", "Made for the keyboard.");
        shows("#fresh", "1 new post");
        long began = System.nanoTime();
        browser.type("n", "j", "c");
        shows("#said", "Copied.");
        long keys = Duration.ofNanos(System.nanoTime() - began).toMillis();
        assertThat(browser.find(".item.is-current").getDomAttribute("data-post"))
                .isEqualTo(Long.toString(byKeys));
        assertThat(clipboard()).isEqualTo("Made for the keyboard.");

        fresh(client, "clicks", "Made for the mouse.");
        shows("#fresh", "1 new post");
        began = System.nanoTime();
        browser.find("#fresh").click();
        await().until(() -> browser.all(".item").size() == 5);
        browser.find(".item a").click();
        shows("#post-title", "clicks");
        browser.find("[data-does=copy]").click();
        await().until(() -> clipboard().equals("Made for the mouse."));
        long clicks = Duration.ofNanos(System.nanoTime() - began).toMillis();

        System.out.println("From a post's announcement to its copied reply: 3 keys, " + keys + " ms; 3 clicks, "
                + clicks + " ms, with this test's waiting");
        assertThat(browser.complaints()).isEmpty();
    }

    /** A post that is matched now, with a draft. */
    private static long fresh(TestClient client, String title, String draft) throws SQLException {
        long post = post(client, title + client.id(), "A raised bed of " + title, "", "raised bed");
        draft(client, post, draft);
        matched(client, post);
        return post;
    }

    @Test
    void theOtherKeysDoWhatTheirListSays() throws Exception {
        TestClient client = atTomatoes();
        long first =
                Long.parseLong(row("select id from matched_posts where reddit_post_id = 'first" + client.id() + "'"));
        generated(client, draft(client, first, "A second one."));
        await().until(() -> browser.all(".draft").size() == 2);
        browser.type("]");
        assertThat(browser.text(".draft.is-current h3")).contains("Draft 2");
        browser.type("[");
        assertThat(browser.text(".draft.is-current h3")).contains("Draft 1");

        noteWhatIsOpened();
        browser.type("o");
        assertThat(browser.script("return opened.join()"))
                .isEqualTo("https://www.reddit.com/r/SampleGardening/comments/first" + client.id() + "/");
        browser.type("u");
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("main");

        browser.visit(base + "/posts/" + first);
        browser.type("j");
        shows("#post-title", "Slugs");
        browser.type("u");
        await().until(() -> browser.address().contains("/?reviewed=false"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whoHasThePostOpenTooIsSeenAtOnceAlsoFromAnotherProcess() throws Exception {
        TestClient client = atTomatoes();
        Reviewer colleague = Reviewer.of(harken, client);
        try (HarkenService process = HarkenService.over(harken.database(), "monitoring.enabled=false");
                Browser other = Browser.open()) {
            other.visit(process.anonymous().base() + "/login");
            other.type(colleague.email(), Keys.TAB, Reviewer.PASSWORD, Keys.ENTER);
            await().until(() -> !other.all("#said").isEmpty());
            assertThat(browser.find("#also-open").isDisplayed()).isFalse();
            TestClient stranger = TestClient.create(harken);
            try (Browser elsewhere = Browser.open()) {
                signIn(elsewhere, Reviewer.of(harken, stranger));
                listenForViewings(elsewhere);

                other.type("j");

                shows("#also-open", "Somebody else has this post open too.");
                // Told after it, by the same connection.
                matched(stranger, post(stranger, "stranger" + stranger.id(), "Another garden", "", "garden"));
                await().until(() -> elsewhere.text("#fresh").equals("1 new post"));
                assertThat(elsewhere.script("return heard")).isEqualTo(List.of());
            }
            await().until(() -> other.text("#also-open").contains("Somebody else"));
            accessible("two on one post");
            browser.screenshot("dashboard-two-on-one");
            assertThat(browser.text("body")).doesNotContain(colleague.email());

            other.type("j");
            await().until(() -> !browser.find("#also-open").isDisplayed());
            assertThat(other.find("#also-open").isDisplayed()).isFalse();
            other.type("k");
            shows("#also-open", "Somebody else");
            other.visit(process.anonymous().base() + "/analytics");
            await().until(() -> !browser.find("#also-open").isDisplayed());
        }
        assertThat(browser.complaints()).isEmpty();
    }

    private static void listenForViewings(Browser in) {
        in.later("const done = arguments[arguments.length - 1]; window.heard = [];"
                + "const source = new EventSource('/events');"
                + "source.addEventListener('viewing', event => heard.push(event.data));"
                + "source.addEventListener('open', () => done());");
    }

    @Test
    void whoHasThePostOpenInATabThatIsHiddenIsStillSeen() throws Exception {
        TestClient client = atTomatoes();
        untilItSaidWhatIsOpen();
        try (Browser other = Browser.open()) {
            see(browser, false);
            signIn(other, Reviewer.of(harken, client));
            other.type("j");

            await().until(() -> other.text("#also-open").contains("Somebody else"));
            shows("#also-open", "Somebody else");
            // Loaded again, the post says it again.
            other.script("document.querySelector('.item.is-current a').click()");
            await().until(() -> other.all("#panel[aria-busy]").isEmpty());
            assertThat(other.text("#also-open")).contains("Somebody else");
        }
        see(browser, true);
    }

    @Test
    void whatIsPressedAfterNewPostsAreAskedForIsAboutThem() throws Exception {
        TestClient client = atTomatoes();
        fresh(client, "older", "The older one.");
        long newer = fresh(client, "newer", "The newer one.");
        shows("#fresh", "2 new posts");
        browser.type("n", "j", "j", "c");
        shows("#said", "Copied.");
        assertThat(clipboard()).isEqualTo("The older one.");

        fresh(client, "newest", "The newest one.");
        shows("#fresh", "1 new post");
        browser.type("n");
        await().until(() -> browser.all(".item").size() == 6);
        browser.script("document.querySelector('#item-" + newer + " a').click()");
        shows("#post-title", "newer");
        browser.type("j");
        shows("#post-title", "older");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void anOpenPostIsDoneByThreeKeysOrFourClicks() throws Exception {
        TestClient client = atTomatoes();
        noteWhatIsOpened();
        browser.type("c");
        shows("#said", "Copied.");
        browser.type("o", "r");
        shows("#post-title", "Slugs");
        assertThat(browser.script("return opened.length")).isEqualTo(1L);

        browser.find("[data-does=copy]").click();
        await().until(() -> clipboard().startsWith("Go out after dark"));
        browser.find("[data-does=open]").click();
        browser.find("[data-does=review]").click();
        shows("#marks[data-reviewed=true]", "Reviewed");
        browser.all(".item a").get(2).click();
        shows("#post-title", "carrots");
        assertThat(browser.script("return opened.length")).isEqualTo(2L);
        assertThat(row("select count(*) from matched_posts where reviewed and client_id = " + client.id()))
                .isEqualTo("2");
        assertThat(browser.complaints()).isEmpty();
    }

    /** Instead of opening a thread, for which there is no network. */
    private static void noteWhatIsOpened() {
        browser.script("window.opened = []; document.addEventListener('click', event => {"
                + " const link = event.target.closest('[data-does=open]');"
                + " if (link) { event.preventDefault(); opened.push(link.href); } }, true)");
    }

    @Test
    void aPostThatBecomesOverdueShowsSoAtOnce() throws Exception {
        TestClient client = atTomatoes();
        long third =
                Long.parseLong(row("select id from matched_posts where reddit_post_id = 'third" + client.id() + "'"));

        harken.database().execute("update matched_posts set overdue_at = now() where id = " + third);
        told(client, "post.overdue", "post", third);

        await().until(() -> !browser.all("#item-" + third + ".is-overdue").isEmpty());
        await().until(() -> waiting().equals(List.of("3 unreviewed", "1 overdue")));
        accessible("overdue");
        browser.find(".waiting .is-late").click();
        await().until(() -> browser.all(".item").size() == 1);
        assertThat(browser.address()).contains("overdue=true");
        assertThat(browser.text(".item")).contains("carrots", "overdue");
        browser.type("j");
        shows(".post-head .if-overdue", "overdue");
        browser.screenshot("dashboard-overdue");
        browser.type("r");
        await().until(() -> waiting().equals(List.of("2 unreviewed")));
        assertThat(browser.complaints()).isEmpty();
    }

    private static String clipboard() {
        return (String) browser.later("const done = arguments[arguments.length - 1];"
                + "navigator.clipboard.readText().then(done, error => done('' + error));");
    }

    @Test
    void theRulesAreAcknowledgedOnTheWayToACopyByOneMoreKey() throws Exception {
        TestClient client = garden();
        harken.admin().put("/api/clients/" + client.id() + "/compliance", Map.of("required", true));
        signIn(browser, Reviewer.of(harken, client));

        browser.type("j");
        shows("#post-title", "Tomatoes");
        browser.type("c");
        shows("#said", "Check the rules first.");
        assertThat(browser.text("#rules")).contains("No advertising.");
        assertThat(row("select count(*) from ai_responses where copied and client_id = " + client.id()))
                .isEqualTo("0");
        browser.screenshot("dashboard-rules");
        browser.type(Keys.ENTER);
        shows("#said", "Copied.");

        assertThat(clipboard()).startsWith("In my experience");
        assertThat(row("select count(*) from ai_responses where copied and compliance_ack and client_id = "
                        + client.id()))
                .isEqualTo("1");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void twoReviewersOfOnePostLoseNoText() throws Exception {
        TestClient client = atTomatoes();
        changedUnheard(client, "In my experience%");

        browser.type("e", " Mine.");
        shows(".draft .save", "somebody changed this text");
        shows(".conflict", "Somebody changed this text while you had it open");
        assertThat(browser.text(".conflict [data-theirs]")).endsWith("Theirs.");
        assertThat(browser.find(".draft textarea").getDomProperty("value")).endsWith("Mine.");
        browser.screenshot("dashboard-conflict");
        accessible("conflict");
        browser.type(" More of mine.", Keys.ESCAPE, "j");
        shows("#said", "not stored yet");
        assertThat(browser.text("#post-title")).contains("Tomatoes");

        browser.find("[data-does=keep-mine]").sendKeys(Keys.ENTER);
        shows(".draft .save", "Stored");
        assertThat(row("select content from ai_responses where content like '%Mine. More of mine.' and client_id = "
                        + client.id()))
                .isNotEmpty();
        assertThat(row("select count(*) from response_revisions where content like '%Theirs.' and client_id = "
                        + client.id()))
                .isEqualTo("1");
        // The refused request, which browsers note by themselves.
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("409"));
    }

    @Test
    void whatOneReviewerDoesAnotherSeesAtOnce() throws Exception {
        TestClient client = atTomatoes();
        String item = "#" + browser.find(".item.is-current").getDomAttribute("id");
        try (Browser other = Browser.open()) {
            other.allowClipboard();
            signIn(other, Reviewer.of(harken, client));
            other.type("j");
            await().until(() -> other.text("#post-title").contains("Tomatoes"));

            other.type("e", " Theirs.", Keys.ESCAPE);
            shows(".draft .save", "Changed by somebody else");
            assertThat(browser.find(".draft textarea").getDomProperty("value")).endsWith("Theirs.");
            other.type("e", " More of theirs.", Keys.ESCAPE);
            await().until(() -> browser.script("return document.querySelector('.draft textarea').value")
                    .toString()
                    .endsWith("Theirs. More of theirs."));
            assertThat(row("select count(*) from audit_records where action = 'response.edited' and client_id = "
                            + client.id()))
                    .isEqualTo("1");

            other.type("c");
            await().until(() -> !browser.all(item + ".is-copied").isEmpty()
                    && !browser.all(".draft[data-copied=true]").isEmpty());

            other.type("r");
            await().until(() -> !browser.all(item + ".is-reviewed").isEmpty()
                    && !browser.all("#marks[data-reviewed=true]").isEmpty());
            shows(".waiting b", "2");
        }
        assertThat(browser.complaints()).isEmpty();
    }

    /** In one step of the browser's: between two, the page may put another element in its place. */
    private static boolean isShown(Browser in, String selector) {
        return (Boolean) in.script("return document.querySelector(arguments[0]).checkVisibility()", selector);
    }

    @Test
    void anAcknowledgementAndItsLossReachWhoeverHasThePostOpen() throws Exception {
        TestClient client = garden();
        harken.admin().put("/api/clients/" + client.id() + "/compliance", Map.of("required", true));
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows("#post-title", "Tomatoes");
        assertThat(isShown(browser, ".needs-rules")).isTrue();
        try (Browser other = Browser.open()) {
            signIn(other, Reviewer.of(harken, client));
            other.type("j");
            await().until(() -> other.text("#post-title").contains("Tomatoes"));

            other.type("a");
            shows(".draft .does", "rules acknowledged");
            assertThat(isShown(browser, ".needs-rules")).isFalse();

            // Where somebody types, it goes at once; elsewhere, when that is stored.
            other.type("e", " Buy them at example.com.");
            assertThat(isShown(other, ".needs-rules")).isTrue();
            await().until(() -> isShown(browser, ".needs-rules"));
            assertThat(browser.find(".draft textarea").getDomProperty("value")).endsWith("example.com.");
            assertThat(browser.text(".draft .does")).doesNotContain("rules acknowledged");
        }
        browser.type("c");
        shows("#said", "Check the rules first.");
        assertThat(row("select count(*) from ai_responses where copied and client_id = " + client.id()))
                .isEqualTo("0");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whoTypesOnAfterAcknowledgingIsAskedAgainBeforeACopy() throws Exception {
        TestClient client = garden();
        harken.admin().put("/api/clients/" + client.id() + "/compliance", Map.of("required", true));
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows("#post-title", "Tomatoes");
        browser.type("a");
        shows("#said", "Rules acknowledged.");

        browser.type("e", " And more.", Keys.ESCAPE, "c");

        shows("#said", "Check the rules first.");
        browser.type(Keys.ENTER);
        shows("#said", "Copied.");
        assertThat(clipboard()).endsWith("And more.");
        assertThat(row("select count(*) from ai_responses where copied and compliance_ack"
                        + " and content like '%And more.' and client_id = " + client.id()))
                .isEqualTo("1");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aDraftThatIsWrittenMeanwhileAppearsInThePostThatIsOpenAndInTheList() throws Exception {
        TestClient client = garden();
        long post = post(client, "fresh" + client.id(), "When do I prune a raised bed of roses?", "", "raised bed");
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows("#post-title", "roses");
        shows("#drafts", "There is no draft.");
        shows("#item-" + post + " .badge", "no draft");

        generated(client, draft(client, post, "In March."));
        shows("#said", "There is a new draft.");
        assertThat(browser.find(".draft textarea").getDomProperty("value")).isEqualTo("In March.");
        assertThat(browser.text("#drafts")).doesNotContain("There is no draft.");
        assertThat(browser.text("#item-" + post + " .draft-badge")).isEqualTo("1 draft · A");
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("post-title");

        browser.type("h");
        shows(".draft .history", "never changed");
        generated(client, draft(client, post, "When the forsythia blooms."));
        await().until(() -> browser.all(".draft").size() == 2);
        assertThat(browser.text(".draft.is-current h3")).contains("Draft 2");
        assertThat(browser.text(".draft.is-current .history")).contains("never changed");
        assertThat(browser.text("#item-" + post + " .draft-badge")).isEqualTo("2 drafts · A");

        browser.type("e", " Or later.");
        generated(client, draft(client, post, "Not in autumn."));
        shows("[data-does=show-drafts]", "There is a new draft");
        accessible("new draft");
        assertThat(browser.all(".draft")).hasSize(2);
        assertThat(browser.focused().getTagName()).isEqualTo("textarea");
        browser.type(" By a week.", Keys.ESCAPE, "n");
        await().until(() -> browser.all(".draft").size() == 3);
        assertThat(browser.all("[data-does=show-drafts]")).isEmpty();
        assertThat(browser.find(".draft.is-current textarea").getDomProperty("value"))
                .isEqualTo("Not in autumn.");
        assertThat(row("select string_agg(content, '|' order by id) from ai_responses where post_id = " + post))
                .isEqualTo("In March. Or later. By a week.|When the forsythia blooms.|Not in autumn.");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatHappensToAPostThatIsNotOpenShowsInTheList() throws Exception {
        TestClient client = atTomatoes();
        long third =
                Long.parseLong(row("select id from matched_posts where reddit_post_id = 'third" + client.id() + "'"));
        String item = "#item-" + third;

        generated(client, draft(client, third, "Try radishes."));
        shows(item + " .draft-badge", "2 drafts · A");

        harken.database()
                .execute("update matched_posts set title = '', content = '', highlights = null,"
                        + " gone_at = now() where id = " + third);
        told(client, "post.purged", "post", third);
        await().until(() -> !browser.all(item + ".is-gone").isEmpty());
        assertThat(browser.text(item + " .item-title")).isEqualTo("Deleted on Reddit");
        assertThat(browser.all(item + " .item-text")).isEmpty();
        assertThat(browser.text("#post-title")).contains("Tomatoes");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aPostThatIsDeletedWhileItIsOpenShowsNoTextOfIt() throws Exception {
        TestClient client = atTomatoes();
        long first =
                Long.parseLong(row("select id from matched_posts where reddit_post_id = 'first" + client.id() + "'"));

        harken.database()
                .execute("update matched_posts set title = '', content = '', highlights = null,"
                        + " gone_at = now() where id = " + first);
        told(client, "post.purged", "post", first);

        shows(".post-head .problem", "deleted or removed on Reddit");
        assertThat(browser.text("#post")).doesNotContain("Tomatoes").doesNotContain("Every summer");
        assertThat(browser.all("[data-does=another]")).isEmpty();
        assertThat(browser.focused().getDomAttribute("id")).isEqualTo("post-title");
        assertThat(browser.all("#item-" + first + ".is-gone")).hasSize(1);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whatWaitsIsCountedAnewForEachConfig() throws Exception {
        TestClient client = garden();
        long beds = config(client, "raised bed");
        long roots = config(client, "carrots");
        harken.database()
                .execute("update matched_posts set config_id = case when title like '%%carrots%%' then %d else %d end"
                                .formatted(roots, beds)
                        + " where client_id = " + client.id());
        long third =
                Long.parseLong(row("select id from matched_posts where reddit_post_id = 'third" + client.id() + "'"));
        signIn(browser, Reviewer.of(harken, client));
        assertThat(waiting()).containsExactly("3 unreviewed", "2 raised bed", "1 carrots");

        browser.type("j");
        shows("#post-title", "Tomatoes");
        browser.type("r");
        await().until(() -> waiting().equals(List.of("2 unreviewed", "1 raised bed", "1 carrots")));

        browser.visit(base + "/?reviewed=false&q=lettuce");
        assertThat(browser.all(".item")).hasSize(1);
        await().until(() -> !browser.all("#said").isEmpty());
        client.user().patch("/api/posts/" + third, Map.of("reviewed", true));
        await().until(() -> waiting().equals(List.of("1 unreviewed", "1 raised bed")));
        client.user().patch("/api/posts/" + third, Map.of("reviewed", false));
        await().until(() -> waiting().equals(List.of("2 unreviewed", "1 raised bed", "1 carrots")));
        assertThat(browser.complaints()).isEmpty();
    }

    private static long config(TestClient client, String keyword) {
        return client.user()
                .post("/api/configs", Map.of("keywords", List.of(keyword), "reddit_subreddits", List.of("abc")))
                .json()
                .get("id")
                .asLong();
    }

    /** What waits in all, and by config, without the configs' subreddits; in one look at the page. */
    private static List<String> waiting() {
        return ((List<?>) browser.script("return [...document.querySelectorAll('.waiting a')]"
                        + ".map(link => link.textContent.trim().replace(/ in r.*/, ''))"))
                .stream().map(String::valueOf).toList();
    }

    @Test
    void newPostsAreAnnouncedAndMoveNothingUntilTheyAreAskedFor() throws Exception {
        TestClient client = garden();
        TestClient stranger = TestClient.create(harken);
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows("#post-title", "Tomatoes");

        matched(stranger, post(stranger, "theirs", "Not for these eyes", "", "eyes"));
        matched(client, post(client, "new" + client.id(), "Which raised bed for a balcony?", "", "raised bed"));
        shows("#fresh", "1 new post");
        shows(".waiting b", "4");
        assertThat(browser.all(".item")).hasSize(3);
        browser.screenshot("dashboard-fresh");
        accessible("new posts");

        browser.type("n");

        await().until(() -> browser.all(".item").size() == 4);
        assertThat(browser.text(".item")).contains("balcony");
        shows(".item.is-current", "Tomatoes");
        assertThat(browser.text("#post-title")).contains("Tomatoes");
        assertThat(browser.find("#fresh").isDisplayed()).isFalse();
        assertThat(browser.complaints()).isEmpty();
    }

    /** A client with the garden's posts, whose reviewer has opened the newest. */
    private static TestClient atTomatoes() throws Exception {
        TestClient client = garden();
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows("#post-title", "Tomatoes");
        return client;
    }

    /** Requests wait in the page from here on, until they are let go or fail. */
    private static void holdRequests() {
        browser.script(
                """
                window.waiting = [];
                window.letGo = () => window.waiting.splice(0).forEach(one => one.go());
                window.fail = () => window.waiting.splice(0).forEach(one => one.fail());
                const { open, send } = XMLHttpRequest.prototype;
                XMLHttpRequest.prototype.open = function (verb, address, ...more) {
                  this.asked = `htmx ${verb} ${address}`;
                  return open.call(this, verb, address, ...more);
                };
                XMLHttpRequest.prototype.send = function (body) {
                  window.waiting.push({
                    asked: this.asked,
                    go: () => send.call(this, body),
                    fail: () => { this.dispatchEvent(new Event('error')); this.onerror = null;
                      this.dispatchEvent(new Event('loadend')); },
                  });
                };
                const fetchNow = window.fetch;
                window.fetch = (...asked) => new Promise((answer, refuse) => window.waiting.push({
                  asked: `fetch ${asked[0]}`,
                  go: () => fetchNow(...asked).then(answer, refuse), fail: () => refuse(new TypeError('no network')) }));
                """);
    }

    private static void untilThereWaits(String pattern) {
        await().until(() -> waits(pattern));
    }

    private static boolean waits(String pattern) {
        return ((List<?>) browser.script("return window.waiting.map(one => one.asked)"))
                .stream().anyMatch(asked -> asked.toString().matches(pattern));
    }

    @Test
    void whatIsPressedWhileAPostLoadsIsForThatPost() throws Exception {
        TestClient client = atTomatoes();
        holdRequests();

        browser.type("j", "c");
        untilThereWaits(PANEL);
        assertThat(browser.text("#post-title")).contains("Tomatoes");
        browser.script("letGo()");
        shows("#post-title", "Slugs");
        untilThereWaits(COPIED);
        browser.script("letGo()");
        shows("#said", "Copied.");
        assertThat(clipboard()).startsWith("Go out after dark");
        assertThat(row("select string_agg(content, '') from ai_responses where copied and client_id = " + client.id()))
                .startsWith("Go out after dark");

        browser.type("r", "r");
        untilThereWaits(MARKS);
        browser.script("letGo()");
        untilThereWaits(PANEL);
        browser.type("r");
        browser.script("letGo()");
        shows("#post-title", "carrots");
        assertThat(waits(MARKS)).isFalse();
        assertThat(row("select string_agg(title, '') from matched_posts where reviewed and client_id = " + client.id()))
                .startsWith("Slugs");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aMarkThatIsPressedWhileAPostLoadsIsForThatPost() throws Exception {
        TestClient client = atTomatoes();
        holdRequests();

        browser.type("j", "f");
        untilThereWaits(PANEL);
        browser.script("letGo()");
        untilThereWaits(MARKS);
        browser.script("letGo()");

        shows("#mark-flagged[aria-pressed=true]", "Flagged");
        assertThat(row("select string_agg(title, '') from matched_posts where flagged and client_id = " + client.id()))
                .startsWith("Slugs");
    }

    @Test
    void aClickOnAnotherPostDropsWhatWasPressedForTheOneBefore() throws Exception {
        TestClient client = atTomatoes();
        holdRequests();

        browser.type("j", "c");
        untilThereWaits(PANEL);
        browser.script("document.querySelectorAll('.item a')[2].click()");
        browser.script("letGo()");
        // The second post is asked for when the first has come.
        untilThereWaits(PANEL);
        browser.script("letGo()");

        shows("#post-title", "carrots");
        assertThat(waits(COPIED)).isFalse();
        assertThat(row("select count(*) from ai_responses where copied and client_id = " + client.id()))
                .isEqualTo("0");
    }

    @Test
    void aPostThatDoesNotLoadLeavesTheOneThatIsShownTheCurrentOne() throws Exception {
        atTomatoes();
        holdRequests();

        browser.type("j", "c");
        untilThereWaits(PANEL);
        shows(".item.is-current", "Slugs");
        browser.script("fail()");

        shows("#said", "No connection");
        shows(".item.is-current", "Tomatoes");
        assertThat(browser.all("#panel[aria-busy]")).isEmpty();
        assertThat(waits(COPIED)).isFalse();
        browser.type("c");
        untilThereWaits(COPIED);
        browser.script("letGo()");
        shows("#said", "Copied.");
        assertThat(clipboard()).startsWith("In my experience");
    }

    @Test
    void whatIsTypedWhileACopyIsNotedStays() throws Exception {
        TestClient client = atTomatoes();
        holdRequests();

        browser.type("c");
        untilThereWaits(COPIED);
        browser.type("e", " I grow Moneymaker.");
        browser.script("letGo()");
        shows("#said", "Copied.");
        await().until(() -> !browser.all(".draft.is-copied[data-copied=true]").isEmpty());
        await().until(() -> {
            browser.script("letGo()");
            return browser.text(".draft .save").equals("Stored");
        });

        assertThat(browser.find(".draft textarea").getDomProperty("value")).endsWith("I grow Moneymaker.");
        assertThat(row("select content like '%I grow Moneymaker.' from ai_responses where copied and client_id = "
                        + client.id()))
                .isEqualTo("t");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void whoCopiesAnOutdatedTextMayKeepIt() throws Exception {
        TestClient client = atTomatoes();
        changedUnheard(client, "In my experience%");

        browser.type("c");
        shows(".conflict [data-theirs]", "Theirs.");
        browser.find("[data-does=keep-mine]").sendKeys(Keys.ENTER);

        shows(".draft .save", "Stored");
        assertThat(row("select content like '%do you grow?' from ai_responses where content like 'In my experience%'"
                        + " and client_id = " + client.id()))
                .isEqualTo("t");
        assertThat(browser.all(".conflict")).isEmpty();
    }

    @Test
    void anEarlierTextIsPutBackInTheDraftThatIsCurrentUnlessItChangedMeanwhile() throws Exception {
        TestClient client = garden();
        long post =
                Long.parseLong(row("select id from matched_posts where reddit_post_id = 'first" + client.id() + "'"));
        draft(client, post, "A shorter one: mulch, and water in the morning.");
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows("#post-title", "Tomatoes");
        browser.type("]");
        String second = (String) browser.script("return document.querySelectorAll('.draft')[1].id");
        browser.type("e", " Good luck.");
        await().until(() -> browser.text("#" + second + " .save").equals("Stored"));
        browser.type(Keys.ESCAPE, "h");
        shows("#" + second + " .history", "Good luck.");

        browser.script("document.querySelector('[data-does=restore]').click()");
        await().until(() -> browser.all("#" + second + " .history").isEmpty()
                && browser.all(".htmx-settling, .htmx-added").isEmpty());
        assertThat(browser.all(".draft.is-current")).hasSize(1);
        assertThat(browser.find(".draft.is-current").getDomAttribute("id")).isEqualTo(second);

        browser.type("h");
        shows("#" + second + " .history", "Good luck.");
        changedUnheard(client, "%");
        browser.script("document.querySelector('[data-does=restore]').click()");
        shows("#" + second + " .conflict [data-theirs]", "Theirs.");
        browser.find("[data-does=take-theirs]").sendKeys(Keys.ENTER);
        assertThat(browser.find("#" + second + " textarea").getDomProperty("value"))
                .endsWith("Theirs.");
        assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("409"));
    }

    /** By somebody of whom this page has not heard yet. */
    private static void changedUnheard(TestClient client, String like) throws Exception {
        harken.database()
                .execute("update ai_responses set content = content || ' Theirs.', revision = revision + 1"
                        + " where content like '" + like + "' and client_id = " + client.id());
    }

    @Test
    void aPageThatWasNotToldForAWhileCatchesUp() throws Exception {
        TestClient client = garden();
        try (Browser other = Browser.open()) {
            // The first answer is a refusal, after which browsers do not ask again.
            other.before(
                    """
                    window.opened = [];
                    window.EventSource = class extends EventSource {
                      constructor(address) {
                        super(window.opened.length ? address : address + '&refused=true');
                        window.opened.push(this);
                      }
                    };
                    """);
            signIn(other, Reviewer.of(harken, client));
            matched(client, post(client, "one" + client.id(), "While it was refused", "", "refused"));
            await().until(() -> other.text("#fresh").equals("1 new post"));

            see(other, false);
            assertThat(other.script("return opened.every(one => one.readyState === EventSource.CLOSED)"))
                    .isEqualTo(true);
            matched(client, post(client, "two" + client.id(), "While nobody looked", "", "nobody"));
            see(other, true);
            await().until(() -> other.text("#fresh").equals("2 new posts"));

            matched(client, post(client, "three" + client.id(), "While somebody looks", "", "somebody"));
            await().until(() -> other.text("#fresh").equals("3 new posts"));
            see(other, false);
            matched(client, post(client, "four" + client.id(), "While nobody looked again", "", "nobody"));
            see(other, true);
            await().until(() -> other.text("#fresh").equals("4 new posts"));
            assertThat(other.script("return opened.at(-1).url").toString()).contains("last_event_id=");

            other.script(
                    "history.pushState(null, '', '?client_id=' + arguments[0]);"
                            + "document.body.dispatchEvent(new CustomEvent('htmx:pushedIntoHistory', { bubbles: true }));",
                    client.id());
            assertThat(other.script("return opened.at(-1).url").toString())
                    .contains("client_id=" + client.id())
                    .doesNotContain("last_event_id");
            assertThat(other.script("return opened.filter(one => one.readyState !== EventSource.CLOSED).length"))
                    .isEqualTo(1L);
        }
    }

    @Test
    void aHiddenPageHasItsPostOpenForAWhileUnlessAnotherIsHiddenToo() throws Exception {
        TestClient client = garden();
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows("#post-title", "Tomatoes");
        try (Browser other = Browser.open()) {
            // Five minutes are over when the test says so.
            other.before(
                    """
                    {
                      const later = window.setTimeout;
                      window.setTimeout = (does, millis, ...more) =>
                        millis === 300000 ? void (window.fiveMinutesLater = does) : later(does, millis, ...more);
                    }
                    """);
            signIn(other, Reviewer.of(harken, client));
            other.type("j");
            shows("#also-open", "Somebody else");

            see(other, false);
            assertThat(browser.find("#also-open").isDisplayed()).isTrue();
            other.script("fiveMinutesLater()");
            await().until(() -> !browser.find("#also-open").isDisplayed());

            see(other, true);
            shows("#also-open", "Somebody else");
            see(other, false);
            other.script("new BroadcastChannel('harken.hidden').postMessage('hidden')");
            await().until(() -> !browser.find("#also-open").isDisplayed());
        }
        assertThat(browser.complaints()).isEmpty();
    }

    /** A page says so only once a post has been open for a moment, and one that is hidden before then never does. */
    private static void untilItSaidWhatIsOpen() {
        await().until(() -> browser.script("return performance.getEntriesByType('resource')"
                        + ".some(request => request.name.endsWith('/viewing'))")
                .equals(true));
    }

    private static void see(Browser in, boolean seen) {
        in.script("Object.defineProperty(document, 'hidden', { get: () => !arguments[0], configurable: true });"
                        .replace("arguments[0]", String.valueOf(seen))
                + "document.dispatchEvent(new Event('visibilitychange'));");
    }

    @Test
    void newPostsStayAnnouncedUntilTheyAreShown() throws Exception {
        TestClient client = garden();
        signIn(browser, Reviewer.of(harken, client));
        matched(client, post(client, "new" + client.id(), "Which raised bed for a balcony?", "", "raised bed"));
        shows("#fresh", "1 new post");
        holdRequests();

        browser.type("n");
        untilThereWaits("fetch http.*");
        browser.script("fail()");
        shows("#said", "could not be read");
        assertThat(browser.find("#fresh").isDisplayed()).isTrue();
        browser.type("n");
        untilThereWaits("fetch http.*");
        browser.script("letGo()");
        await().until(() -> browser.all(".item").size() == 4);
        assertThat(browser.find("#fresh").isDisplayed()).isFalse();

        browser.visit(base + "/?q=lettuce");
        matched(client, post(client, "more" + client.id(), "Nothing of the kind", "", "kind"));
        shows("#fresh", "There may be new posts");
    }

    @Test
    void aDraftThatIsWaitedForIsAskedForAgainAfterAFailure() throws Exception {
        atTomatoes();
        holdRequests();

        browser.script(
                """
                const drafts = document.getElementById('drafts');
                const address = '/posts/' + drafts.dataset.post + '/drafts?after=999999&order=elsewhere&turn=1';
                drafts.outerHTML = `<section class="drafts" id="drafts" aria-busy="true" hx-get="${address}"
                  hx-trigger="load, again" hx-target="this" hx-swap="outerHTML"><p class="working"></p></section>`;
                htmx.process(document.getElementById('drafts'));
                """);
        untilThereWaits("htmx .*/drafts.*");
        browser.script("fail()");
        untilThereWaits("htmx .*/drafts.*");
        browser.script("letGo()");

        shows("#drafts", "A draft is being written.");
        assertThat(browser.find("#drafts").getDomAttribute("hx-get")).contains("order=elsewhere", "turn=2");
    }

    @Test
    void aLongReplyInAScriptOfManyBytesIsStored() throws Exception {
        TestClient client = atTomatoes();

        browser.script("const field = document.querySelector('.draft textarea'); field.value = '雨'.repeat(9999);"
                + "field.dispatchEvent(new Event('input', { bubbles: true }));");

        await().until(() -> browser.text(".draft .save").equals("Stored"));
        assertThat(row("select max(length(content)) from ai_responses where client_id = " + client.id()))
                .isEqualTo("9999");
    }

    private static void matched(TestClient client, long post) throws SQLException {
        told(client, "post.matched", "post", post);
    }

    private static void generated(TestClient client, long draft) throws SQLException {
        told(client, "response.generated", "response", draft);
    }

    private static void told(TestClient client, String action, String subject, long id) throws SQLException {
        insert(
                "insert into audit_records (client_id, actor, action, subject, subject_id)"
                        + " values (?, 'harken', ?, ?, ?) returning id",
                client.id(),
                action,
                subject,
                id);
    }

    @Test
    void nothingFromRedditRuns() throws Exception {
        TestClient client = TestClient.create(harken);
        String evil =
                """
                <script>window.ran = 1</script> <img src=x onerror="window.ran = 2">
                <svg onload="window.ran=3"></svg> <iframe src="javascript:window.ran=4"></iframe>
                [click](javascript:window.ran=5) [data](data:text/html,<script>window.ran=6</script>)
                ![picture](https://elsewhere.example/tracker.png "onerror=x") <https://fine.example/?a=1&b="x">
                <a href="https://x.example" onclick="window.ran=7">tag</a> `<b>code</b>`

                <div hx-get="/posts/1" hx-trigger="load">htmx</div>
                """;
        long post = post(client, "evil" + client.id(), "<img src=x onerror=window.ran=8> \"'><script>", evil, "script");
        draft(client, post, "</textarea><script>window.ran = 9</script>");
        signIn(browser, Reviewer.of(harken, client));
        browser.type("j");
        shows(".reading", "window.ran");
        List<?> links = (List<?>) browser.script(
                "return [...document.querySelectorAll('.reading a')].map(a => a.protocol + '|' + a.rel)");

        assertThat(browser.script("return window.ran || 0")).isEqualTo(0L);
        assertThat(browser.all(".reading img, .reading script, .reading iframe, .reading svg, .reading [onclick],"
                        + " .reading [hx-get], .reading div, .item img"))
                .isEmpty();
        assertThat(links).isNotEmpty().allMatch(link -> link.equals("https:|noopener noreferrer nofollow"));
        assertThat(browser.find(".draft textarea").getDomProperty("value")).startsWith("</textarea><script>");
        browser.visit(base + "/posts/" + post);
        browser.visit(base + "/?q=%22%3E%3Cscript%3Ewindow.ran%3D10%3C/script%3E");
        assertThat(browser.script("return window.ran || 0")).isEqualTo(0L);
        assertThat(browser.requests()).allMatch(address -> address.startsWith(base) || address.startsWith("data:"));
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theFeedGoesOnAsFarAsSomebodyReads() throws Exception {
        TestClient client = TestClient.create(harken);
        for (int i = 0; i < 53; i++) {
            client.post("many" + client.id() + "x" + i, "Post number " + i, 0);
        }
        signIn(browser, Reviewer.of(harken, client));
        assertThat(browser.all(".item")).hasSize(50);
        browser.script("document.querySelector('.left').scrollTo(0, 1e6)");
        await().until(() -> browser.all(".item").size() == 53);
        assertThat(browser.all(".more")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aPhoneShowsOneThingAtATime() throws Exception {
        TestClient client = garden();
        browser.phone();
        signIn(browser, Reviewer.of(harken, client));
        browser.screenshot("dashboard-phone-feed");
        browser.find(".item a").click();
        await().until(() -> browser.address().contains("/posts/"));
        shows("#post-title", "Tomatoes");
        browser.screenshot("dashboard-phone-post");
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        browser.find("[data-does=next-post]").click();
        shows("#post-title", "Slugs");
        browser.find("[data-does=back]").click();
        await().until(() -> browser.address().contains("/?reviewed=false"));
        browser.size(320, 640);
        assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void everyPageIsAccessibleInLightAndDarkOnAPhoneAndOnAWideScreen() throws Exception {
        TestClient client = garden();
        Reviewer reviewer = Reviewer.of(harken, client);
        client.user()
                .post("/api/configs", Map.of("keywords", List.of("raised bed"), "reddit_subreddits", List.of("abc")));
        client.user().post("/api/configs", Map.of("keywords", List.of("carrots"), "reddit_subreddits", List.of("abc")));
        everyLook("login", base + "/login");
        signIn(browser, reviewer);
        harken.admin().put("/api/clients/" + client.id() + "/compliance", Map.of("required", true));
        String id = row("select id from matched_posts where reddit_post_id = 'first" + client.id() + "'");
        everyLook("feed", base + "/?reviewed=false&min_score=1");
        everyLook("nothing", base + "/?q=nowhere");
        everyLook("post", base + "/posts/" + id);
        everyLook("problem", base + "/posts/99999999");
        browser.size(1400, 900);
        browser.visit(base + "/");
        browser.type("j");
        shows("#post-title", "Tomatoes");
        for (Browser.ColorScheme scheme : Browser.ColorScheme.values()) {
            browser.prefer(scheme);
            accessible("panes " + scheme);
            browser.screenshot("dashboard-panes-" + scheme);
            browser.type("?");
            accessible("keys " + scheme);
            browser.type(Keys.ESCAPE);
            browser.type("h");
            shows(".history", "never changed");
            browser.script("document.getElementById('rules').open = true");
            accessible("history and rules " + scheme);
            browser.type("h");
        }
        harken.database()
                .execute(
                        "update matched_posts set overdue_at = now(), flagged = true where client_id = " + client.id());
        everyLook("overdue", base + "/?reviewed=false");
        harken.database()
                .execute("update matched_posts set title = '', content = '', highlights = null, gone_at = now()"
                        + " where id = " + id);
        everyLook("gone", base + "/posts/" + id);
        browser.forgetCookies();
        browser.visit(base + "/login");
        browser.type("nobody@client.test", Keys.TAB, "not the password", Keys.ENTER);
        shows("#message", "is wrong");
        for (Browser.ColorScheme scheme : Browser.ColorScheme.values()) {
            browser.prefer(scheme);
            accessible("refused login " + scheme);
        }
    }

    private static void everyLook(String name, String address) {
        for (Browser.ColorScheme scheme : Browser.ColorScheme.values()) {
            browser.prefer(scheme);
            for (int width : new int[] {360, 1400}) {
                browser.size(width, 900);
                browser.visit(address);
                accessible(name + " " + scheme + " " + width);
                browser.screenshot("dashboard-" + name + "-" + scheme + "-" + width);
            }
        }
    }

    private static void accessible(String what) {
        assertThat(browser.barriers()).as(what).isEmpty();
    }
}
