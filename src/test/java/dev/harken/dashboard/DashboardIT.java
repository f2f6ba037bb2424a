package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Histogram;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reviewer's pages as they go over the wire: who is let in, what is refused, what is answered. */
class DashboardIT {
    private static HarkenService harken;
    private static TestClient client;
    private static long post;
    private static long draft;

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start(
                "monitoring.enabled=false", "server.applicationConnectors[0].useForwardedHeaders=true");
        client = TestClient.create(harken);
        post = client.post("page", "A post about tomatoes", 0);
        draft = client.response(post, "Water them in the morning.");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    private static String row(String sql) throws Exception {
        return harken.database().scalar(sql);
    }

    @Test
    void whoIsNotSignedInIsSentToTheLoginPageAndBack() {
        PageVisitor visitor = new PageVisitor(harken);

        HttpResponse<String> asked = visitor.get("/?reviewed=false&q=a%20b");

        assertThat(asked.statusCode()).isEqualTo(303);
        assertThat(asked.headers().firstValue("location")).contains("/login?to=%2F%3Freviewed%3Dfalse%26q%3Da%2520b");
        assertThat(visitor.get("/login?to=%2Fposts%2F1").body()).contains("name=\"to\" value=\"/posts/1\"");
        assertThat(visitor.get("/login?to=https%3A%2F%2Fevil.example").body()).contains("name=\"to\" value=\"\"");
        assertThat(visitor.get("/posts/" + post, "HX-Request", "true", "HX-Current-URL", "http://x/?reviewed=false")
                        .headers()
                        .firstValue("hx-redirect"))
                .contains("/login?to=%2F%3Freviewed%3Dfalse");
    }

    @Test
    void aSessionIsACookieThatNoScriptReads() {
        Reviewer reviewer = Reviewer.of(harken, client);

        HttpResponse<String> plain = new PageVisitor(harken).signIn(reviewer.email(), Reviewer.PASSWORD);
        HttpResponse<String> secure =
                new PageVisitor(harken).signIn(reviewer.email(), Reviewer.PASSWORD, "X-Forwarded-Proto", "https");

        assertThat(plain.statusCode()).isEqualTo(303);
        assertThat(plain.headers().firstValue("location")).contains("/?reviewed=false");
        assertThat(session(plain))
                .contains("HttpOnly", "SameSite=Lax", "Path=/")
                .doesNotContain("Secure");
        assertThat(session(secure)).contains("HttpOnly", "SameSite=Lax", "Secure");
    }

    private static String session(HttpResponse<String> answer) {
        return answer.headers().allValues("set-cookie").stream()
                .filter(cookie -> cookie.startsWith("harken_session="))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aSessionOpensNoAddressOfTheApiAndATokenOpensNoPage() {
        PageVisitor visitor = Reviewer.of(harken, client).visitor();
        String cookie = visitor.cookie("harken_session");
        assertThat(visitor.get("/posts/" + post).statusCode()).isEqualTo(200);

        assertThat(visitor.get("/api/posts").statusCode()).isEqualTo(401);
        assertThat(new PageVisitor(harken)
                        .get("/api/posts", "Authorization", "Bearer " + cookie)
                        .statusCode())
                .isEqualTo(401);
        String token = client.user().token();
        assertThat(new PageVisitor(harken)
                        .get("/", "Authorization", "Bearer " + token)
                        .statusCode())
                .isEqualTo(303);
        assertThat(new PageVisitor(harken)
                        .withCookie("harken_session", token)
                        .get("/")
                        .statusCode())
                .isEqualTo(303);
        assertThat(client.user().get("/api/posts").status()).isEqualTo(200);
    }

    @Test
    void aSessionEndsBySigningOutByANewPasswordAndByDeactivation() {
        PageVisitor left = Reviewer.of(harken, client).visitor();
        String cookie = left.cookie("harken_session");
        HttpResponse<String> out = left.post("/logout", Map.of("csrf", left.csrf()));
        assertThat(out.statusCode()).isEqualTo(303);
        assertThat(out.headers().firstValue("location")).contains("/login");
        assertThat(new PageVisitor(harken)
                        .withCookie("harken_session", cookie)
                        .get("/")
                        .statusCode())
                .isEqualTo(303);

        Reviewer renewed = Reviewer.of(harken, client);
        PageVisitor before = renewed.visitor();
        harken.admin().put("/api/users/" + renewed.id(), Map.of("password", "another-password-now"));
        assertThat(before.get("/").statusCode()).isEqualTo(303);

        Reviewer gone = Reviewer.of(harken, client);
        PageVisitor active = gone.visitor();
        harken.admin().put("/api/users/" + gone.id(), Map.of("is_active", false));
        assertThat(active.get("/").statusCode()).isEqualTo(303);
        assertThat(new PageVisitor(harken)
                        .signIn(gone.email(), Reviewer.PASSWORD)
                        .body())
                .contains("The email or the password is wrong.");
    }

    @Test
    void eventsAreForWhoIsSignedInAndOfTheirOwnClient() throws Exception {
        TestClient stranger = TestClient.create(harken);
        PageVisitor reviewer = Reviewer.of(harken, client).visitor();

        assertProblem(new PageVisitor(harken).get("/events"), 401);
        assertProblem(
                new PageVisitor(harken)
                        .get(
                                "/events",
                                "Authorization",
                                "Bearer " + client.user().token()),
                401);
        assertProblem(reviewer.get("/events?client_id=" + stranger.id()), 404);
        assertProblem(reviewer.get("/events?client_id=x"), 400);
        assertProblem(reviewer.get("/events?last_event_id=x"), 400);
        assertProblem(reviewer.send("POST", "/events"), 405);
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    }

    @Test
    void aLoginFormOfAnotherBrowserSignsNobodyIn() {
        Reviewer reviewer = Reviewer.of(harken, client);
        PageVisitor attacker = new PageVisitor(harken);
        attacker.signIn("nobody@client.test", "not-the-password");
        Map<String, String> form =
                Map.of("email", reviewer.email(), "password", Reviewer.PASSWORD, "csrf", attacker.csrf());
        PageVisitor victim = new PageVisitor(harken);

        assertThat(victim.post("/login", form).statusCode()).isEqualTo(403);
        victim.get("/login");
        assertThat(victim.post("/login", form).statusCode()).isEqualTo(403);
        assertThat(victim.cookie("harken_session")).isEmpty();
    }

    @Test
    void aChangeThatAnotherSiteSendsIsRefused() throws Exception {
        PageVisitor visitor = Reviewer.of(harken, client).visitor();
        String path = "/posts/" + post + "/marks";
        Map<String, String> form = Map.of("flagged", "true");
        Map<String, String> whole = Map.of("flagged", "true", "csrf", visitor.csrf());

        List<HttpResponse<String>> refused = List.of(
                visitor.post(path, form),
                visitor.post(path, Map.of("flagged", "true", "csrf", "00")),
                visitor.post(
                        path,
                        form,
                        "X-CSRF-Token",
                        Reviewer.of(harken, client).visitor().csrf()),
                visitor.post(path, whole, "Sec-Fetch-Site", "cross-site"),
                visitor.post(path, whole, "Sec-Fetch-Site", "same-site"),
                visitor.post(path, whole, "Origin", "https://evil.example"),
                visitor.post(path, whole, "Origin", "null"));

        assertThat(refused).extracting(HttpResponse::statusCode).containsOnly(403);
        assertThat(row("select flagged from matched_posts where id = " + post)).isEqualTo("f");
        // As a browser sends it through a proxy that speaks https, whose word on that is not needed.
        String host = visitorHost();
        HttpResponse<String> own = visitor.post(path, whole, "Origin", "https://" + host);
        assertThat(own.statusCode()).as(own.body()).isEqualTo(200);
        assertThat(row("select flagged from matched_posts where id = " + post)).isEqualTo("t");
        assertThat(visitor.change(path, Map.of("flagged", "false")).statusCode())
                .isEqualTo(200);
    }

    private static String visitorHost() {
        return harken.anonymous().base().replace("http://", "");
    }

    @Test
    void everyPageSaysHowABrowserMayUseIt() {
        PageVisitor visitor = Reviewer.of(harken, client).visitor();
        for (String path : List.of("/", "/login", "/posts/" + post, "/posts/99999999", "/?limit=nonsense")) {
            HttpResponse<String> page = visitor.get(path);
            assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(page.headers().firstValue("cache-control")).as(path).contains("no-store");
            assertThat(page.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(page.headers().firstValue("referrer-policy")).contains("same-origin");
            assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/html");
            assertThat(page.body())
                    .doesNotContain("<style")
                    .doesNotContain("style=")
                    .doesNotContainPattern("<script(?! src=)")
                    .doesNotContainPattern("\\son[a-z]+=");
        }
    }

    @Test
    void whatAPageLoadsIsKeptForEverUnderAnAddressOfItsOwn() {
        PageVisitor visitor = new PageVisitor(harken);
        Matcher address = Pattern.compile("\"(/assets/([0-9a-f]{16})/[a-z.]+)\"")
                .matcher(visitor.get("/login").body());
        int seen = 0;
        while (address.find()) {
            HttpResponse<String> asset = visitor.get(address.group(1));
            assertThat(asset.statusCode()).isEqualTo(200);
            assertThat(asset.headers().firstValue("cache-control")).contains("public, max-age=31536000, immutable");
            assertThat(asset.headers().firstValue("x-content-type-options")).contains("nosniff");
            assertThat(visitor.get(address.group(1).replace(address.group(2), "0123456789abcdef"))
                            .statusCode())
                    .isEqualTo(404);
            seen++;
        }
        assertThat(seen).isGreaterThanOrEqualTo(4);
    }

    @Test
    void theFeedIsOneStatementForEachFurtherPage() throws Exception {
        TestClient busy = TestClient.create(harken);
        for (int i = 0; i < 60; i++) {
            busy.post("busy" + i, "Busy post " + i, 1);
        }
        PageVisitor visitor = Reviewer.of(harken, busy).visitor();
        Matcher more = Pattern.compile("hx-get=\"([^\"]+cursor=[^\"]+)\"")
                .matcher(visitor.get("/?reviewed=false").body());
        assertThat(more.find()).isTrue();
        String next = more.group(1).replace("&amp;", "&");
        assertThat(next).startsWith("/?").contains("reviewed=false");
        Histogram statements = harken.support().getEnvironment().metrics().histogram("statements.GET /");
        long before = ones(statements);

        HttpResponse<String> rest = visitor.get(next, "HX-Request", "true");

        assertThat(rest.body()).contains("Busy post 0").doesNotContain("<html");
        // They are counted when the answer is written, which the caller may be ahead of.
        await().until(() -> ones(statements) == before + 1);
    }

    private static long ones(Histogram statements) {
        return Arrays.stream(statements.getSnapshot().getValues())
                .filter(count -> count == 1)
                .count();
    }

    @Test
    void filtersAreTheAddressAndEmptyFieldsAreNone() throws Exception {
        TestClient own = TestClient.create(harken);
        long old = own.post("old", "An old post", 0);
        own.post("new", "A new post", 1);
        harken.database().execute("update matched_posts set created_at = now() - interval '3 days' where id = " + old);
        PageVisitor visitor = Reviewer.of(harken, own).visitor();

        assertThat(visitor.get("/?age=24h&q=&min_score=&reviewed=").body())
                .contains("A new post")
                .doesNotContain("An old post");
        assertThat(visitor.get("/?age=7d").body()).contains("A new post", "An old post");
        assertThat(visitor.get("/?has_draft=false").body())
                .contains("An old post")
                .doesNotContain("A new post");
        assertThat(visitor.get("/?q=old").body()).contains("An old post").doesNotContain("A new post");
        assertThat(visitor.get("/?age=yesterday").statusCode()).isEqualTo(400);
        assertThat(visitor.get("/?agee=1h").statusCode()).isEqualTo(400);
        assertThat(visitor.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E").body()).doesNotContain("<script>alert");
    }

    @Test
    void aCommentSaysThatItIsOne() throws Exception {
        TestClient own = TestClient.create(harken);
        long comment = own.post("t1_said", "The title of its thread", 0);
        long asked = own.post("asked", "A post", 0);
        PageVisitor visitor = Reviewer.of(harken, own).visitor();

        assertThat(visitor.get("/").body().split("<span>comment</span>", -1)).hasSize(2);
        assertThat(visitor.get("/posts/" + comment).body()).contains("<span>comment</span>");
        assertThat(visitor.get("/posts/" + asked).body()).doesNotContain("<span>comment</span>");
    }

    @Test
    void anAdministratorSeesEveryClientOrTheOneTheyChose() throws Exception {
        TestClient other = TestClient.create(harken);
        other.post("other", "A post of the other client", 0);
        PageVisitor admin = new PageVisitor(harken);
        admin.signIn(HarkenService.ADMIN_EMAIL, HarkenService.ADMIN_PASSWORD);

        assertThat(admin.get("/?limit=200").body())
                .contains("A post of the other client", "A post about tomatoes")
                .contains("<span class=\"badge\">" + other.name() + "</span>");
        assertThat(admin.get("/?client_id=" + other.id()).body())
                .contains("A post of the other client")
                .doesNotContain("A post about tomatoes");
        assertThat(Reviewer.of(harken, client)
                        .visitor()
                        .get("/?client_id=" + other.id())
                        .body())
                .doesNotContain("A post of the other client")
                .doesNotContain(other.name());
    }

    @Test
    void anEditOfATextThatIsNoLongerThereIsAnsweredWithBothTexts() throws Exception {
        long contested = client.response(post, "The first text.");
        PageVisitor one = Reviewer.of(harken, client).visitor();
        PageVisitor two = Reviewer.of(harken, client).visitor();
        String path = "/drafts/" + contested + "/edit";

        HttpResponse<String> stored = one.change(path, Map.of("content", "The text of one.", "revision", "0"));
        HttpResponse<String> refused = two.change(path, Map.of("content", "The text of two.", "revision", "0"));

        assertThat(new ObjectMapper().readTree(stored.body()).get("revision").asInt())
                .isEqualTo(1);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("The text of one.", "data-revision=\"1\"")
                .contains("two.");
        assertThat(row("select content from ai_responses where id = " + contested))
                .isEqualTo("The text of one.");
        assertThat(two.change("/drafts/" + contested + "/copied", Map.of("revision", "0"))
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void whatOnePersonTypesInOneGoIsOneEntryOfTheHistory() throws Exception {
        long typed = client.response(post, "As drafted.");
        PageVisitor one = Reviewer.of(harken, client).visitor();
        PageVisitor two = Reviewer.of(harken, client).visitor();
        String path = "/drafts/" + typed + "/edit";
        one.change(path, Map.of("content", "As drafted. A", "revision", "0"));
        one.change(path, Map.of("content", "As drafted. Am", "revision", "1"));
        one.change(path, Map.of("content", "As drafted. Amen", "revision", "2"));
        two.change(path, Map.of("content", "As two wrote.", "revision", "3"));
        one.change(path, Map.of("content", "As one wrote then.", "revision", "4"));

        assertThat(row("select string_agg(content, '|' order by id) from response_revisions where response_id = "
                        + typed))
                .isEqualTo("As drafted.|As drafted. Amen|As two wrote.");
        assertThat(row("select count(*) from audit_records where action = 'response.edited' and subject_id = " + typed))
                .isEqualTo("3");
        String first = row("select min(id) from response_revisions where response_id = " + typed);
        assertThat(one.get("/drafts/" + typed + "/history").body()).contains("<ins>", "Restore");
        assertThat(one.change("/drafts/" + typed + "/restore", Map.of("earlier", first, "revision", "4"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(one.change("/drafts/" + typed + "/restore", Map.of("earlier", first, "revision", "5"))
                        .body())
                .contains("As drafted.");
        assertThat(row("select content from ai_responses where id = " + typed)).isEqualTo("As drafted.");
    }

    @Test
    void rulesAreAcknowledgedBeforeACopyWhereTheClientWantsThat() throws Exception {
        TestClient careful = TestClient.create(harken);
        long reply = careful.response(careful.post("careful", "A careful post", 0), "A careful reply.");
        harken.admin().put("/api/clients/" + careful.id() + "/compliance", Map.of("required", true));
        PageVisitor visitor = Reviewer.of(harken, careful).visitor();
        String path = "/drafts/" + reply;

        assertThat(visitor.change(path + "/copied", Map.of("revision", "0")).statusCode())
                .isEqualTo(409);
        assertThat(visitor.change(path + "/compliance", Map.of()).statusCode()).isEqualTo(400);
        assertThat(visitor.change(path + "/compliance", Map.of("revision", "0")).body())
                .contains("data-acknowledged=\"true\"");
        assertThat(visitor.change(path + "/copied", Map.of("revision", "0")).body())
                .contains("data-copied=\"true\"");
    }

    @Test
    void aTextThatNobodySawIsNotAcknowledged() throws Exception {
        TestClient careful = TestClient.create(harken);
        long reply = careful.response(careful.post("unseen", "A careful post", 0), "A careful reply.");
        harken.admin().put("/api/clients/" + careful.id() + "/compliance", Map.of("required", true));
        PageVisitor one = Reviewer.of(harken, careful).visitor();
        PageVisitor two = Reviewer.of(harken, careful).visitor();
        String path = "/drafts/" + reply;
        two.change(path + "/edit", Map.of("content", "A careless reply.", "revision", "0"));

        HttpResponse<String> refused = one.change(path + "/compliance", Map.of("revision", "0"));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("data-conflict", "A careless reply.", "data-revision=\"1\"", "data-acknowledged=\"false\"");
        assertThat(row("select compliance_ack from ai_responses where id = " + reply))
                .isEqualTo("f");
    }

    @Test
    void whatIsTypedTakesTheAcknowledgementAwayAndIsNotedForIt() throws Exception {
        TestClient careful = TestClient.create(harken);
        long reply = careful.response(careful.post("typed", "A careful post", 0), "A careful reply.");
        harken.admin().put("/api/clients/" + careful.id() + "/compliance", Map.of("required", true));
        PageVisitor visitor = Reviewer.of(harken, careful).visitor();
        String path = "/drafts/" + reply;
        visitor.change(path + "/edit", Map.of("content", "A careful reply. B", "revision", "0"));
        visitor.change(path + "/compliance", Map.of("revision", "1"));

        HttpResponse<String> same =
                visitor.change(path + "/edit", Map.of("content", "A careful reply. B", "revision", "1"));
        HttpResponse<String> typed =
                visitor.change(path + "/edit", Map.of("content", "A careful reply. Bu", "revision", "1"));
        visitor.change(path + "/edit", Map.of("content", "A careful reply. Buy", "revision", "2"));

        assertThat(same.body()).contains("\"revision\":1", "\"acknowledged\":true");
        assertThat(typed.body()).contains("\"revision\":2", "\"acknowledged\":false");
        assertThat(visitor.change(path + "/copied", Map.of("revision", "3")).statusCode())
                .isEqualTo(409);
        assertThat(row("select string_agg(action, ' ' order by id) from audit_records where subject = 'response'"
                        + " and subject_id = " + reply))
                .isEqualTo("response.edited response.compliance_acknowledged response.edited");
    }

    @Test
    void aTextThatWasCopiedStaysInTheHistoryHoweverSoonSomebodyTypesOn() throws Exception {
        long typed = client.response(post, "As drafted.");
        PageVisitor visitor = Reviewer.of(harken, client).visitor();
        String path = "/drafts/" + typed;
        visitor.change(path + "/edit", Map.of("content", "Half of it", "revision", "0"));
        visitor.change(path + "/edit", Map.of("content", "As copied.", "revision", "1"));
        visitor.change(path + "/copied", Map.of("revision", "2"));
        visitor.change(path + "/edit", Map.of("content", "As copied. A", "revision", "2"));
        visitor.change(path + "/edit", Map.of("content", "As copied. Am", "revision", "3"));

        assertThat(row("select string_agg(content, '|' order by id) from response_revisions where response_id = "
                        + typed))
                .isEqualTo("As drafted.|As copied.");
        assertThat(row("select content from ai_responses where id = " + typed)).isEqualTo("As copied. Am");
    }

    @Test
    void anotherDraftIsWrittenForAPostThatHasSome() throws Exception {
        PageVisitor visitor = Reviewer.of(harken, client).visitor();
        long asked = client.post("asked", "How deep do tomatoes want to be planted?", 1);

        HttpResponse<String> answer = visitor.change("/posts/" + asked + "/drafts", Map.of());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        // It may take longer than the first answer waits.
        await().until(() ->
                visitor.get("/posts/" + asked + "/drafts?after=0").body().contains("Draft 2"));
        assertThat(row("select count(*) from ai_responses where post_id = " + asked))
                .isEqualTo("2");
    }

    @Test
    void guessingPasswordsIsSlowedDownAsWithTheApi() {
        PageVisitor visitor = new PageVisitor(harken);
        int last = 0;
        for (int i = 0; i < 11; i++) {
            last = visitor.signIn("guessed@client.test", "guess" + i).statusCode();
        }
        assertThat(last).isEqualTo(429);
    }

    @Test
    void whatIsWrongIsSaidOnAPage() {
        PageVisitor visitor = Reviewer.of(harken, client).visitor();

        assertThat(visitor.get("/posts/99999999").body()).contains("<html", "There is no post 99999999.");
        HttpResponse<String> part = visitor.get("/posts/99999999", "HX-Request", "true");
        assertThat(part.statusCode()).isEqualTo(404);
        assertThat(part.body()).contains("There is no post 99999999.").doesNotContain("<html");
        assertThat(visitor.change("/drafts/" + draft + "/edit", Map.of("content", " ", "revision", "0"))
                        .statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "a%20b"})
    void aFormInACharsetThatNobodyKnowsIsRefused(String charset) {
        HttpResponse<String> answer = new PageVisitor(harken)
                .postAs("application/x-www-form-urlencoded; charset=" + charset, "/login", "email=a%40b.test");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("charset");
    }

    @Test
    void aFormOfAnotherTypeIsRefusedInWordsThatHoldForPages() {
        HttpResponse<String> answer = new PageVisitor(harken).postAs("application/json", "/login", "{}");

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).contains("Content-Type").doesNotContain("application/json");
    }
}
