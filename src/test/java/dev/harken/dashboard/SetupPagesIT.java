package dev.harken.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may set up what, what is refused, and what is said of it. */
class SetupPagesIT {
    private static final Pattern SEEN = Pattern.compile("name=\"seen\" value=\"([^\"]+)\"");

    private static HarkenService harken;
    private static TestClient mine;
    private static TestClient theirs;
    private static PageVisitor user;
    private static PageVisitor admin;
    private static long theirConfig;
    private static long theirChannel;

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start("monitoring.enabled=false");
        mine = TestClient.create(harken);
        theirs = TestClient.create(harken);
        user = Reviewer.of(harken, mine).visitor();
        admin = new PageVisitor(harken);
        admin.signIn(HarkenService.ADMIN_EMAIL, HarkenService.ADMIN_PASSWORD);
        theirConfig = id(theirs.user()
                .post("/api/configs", Map.of("keywords", List.of("privateword"), "reddit_subreddits", List.of("abc"))));
        theirChannel = id(theirs.user()
                .post(
                        "/api/notifications/channels",
                        Map.of("name", "Private", "kind", "webhook", "address", "https://example.com/h")));
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    private static long id(ApiClient.Answer answer) {
        return answer.json().get("id").asLong();
    }

    private static String row(String sql) throws Exception {
        return harken.database().scalar(sql);
    }

    private static Map<String, String> config(String keywords, String... more) {
        Map<String, String> form = new LinkedHashMap<>(Map.of(
                "reddit_subreddits", "r/Coffee\r\n\r\nespresso",
                "keywords", keywords,
                "is_active", "true",
                "scan_interval_minutes", "15",
                "scan_start_hour", "8",
                "scan_end_hour", "18",
                "scan_days", "1",
                "min_score", "0",
                "brand_voice", "Calm\r\nand short",
                "stemming", "english"));
        for (int i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        return form;
    }

    private static long idIn(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        Matcher matcher = Pattern.compile("/(\\d+)(\\?|$)")
                .matcher(answer.headers().firstValue("location").orElse(""));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static String seen(String page) {
        Matcher matcher = SEEN.matcher(page);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void aConfigIsStoredChangedAndDeletedAsByTheApi() throws Exception {
        long id = idIn(user.change("/setup/configs", config("latte\r\nmocha", "allow_nsfw", "true")));

        var stored = mine.user().get("/api/configs/" + id).json();
        assertThat(stored.get("keywords").toString()).isEqualTo("[\"latte\",\"mocha\"]");
        assertThat(stored.get("reddit_subreddits").toString()).isEqualTo("[\"Coffee\",\"espresso\"]");
        assertThat(stored.get("client_id").asLong()).isEqualTo(mine.id());
        assertThat(stored.get("brand_voice").asText()).isEqualTo("Calm\nand short");
        assertThat(stored.get("scan_days").asText()).isEqualTo("1");
        assertThat(stored.get("allow_nsfw").asBoolean()).isTrue();
        assertThat(stored.get("fold_duplicates").asBoolean()).isFalse();
        assertThat(stored.has("updated_at")).isFalse();

        String page = user.get("/setup/configs/" + id).body();
        assertThat(page).contains("latte\nmocha</textarea>", "value=\"15\"");
        assertThat(idIn(user.change(
                        "/setup/configs/" + id, config("cortado", "seen", seen(page), "fold_duplicates", "true"))))
                .isEqualTo(id);
        assertThat(mine.user().get("/api/configs/" + id).json().get("keywords").toString())
                .isEqualTo("[\"cortado\"]");
        assertThat(user.change("/setup/configs/" + id + "/delete", Map.of()).statusCode())
                .isEqualTo(303);
        assertThat(user.get("/setup/configs/" + id).statusCode()).isEqualTo(404);
        assertThat(row("select string_agg(action, ' ' order by id) from audit_records where subject = 'config'"
                        + " and subject_id = " + id))
                .isEqualTo("config.created config.changed config.deleted");
    }

    /** The form sends every field. What was passed over for good reasons is not asked again for another tone. */
    @Test
    void onlyAChangeOfWhatIsFoundHasPostsMatchedAgain() throws Exception {
        long id = idIn(user.change("/setup/configs", config("latte")));
        harken.database().execute("insert into feed_positions (config_id, position) values (" + id + ", 7)");
        String position = "select string_agg(position::text, '') from feed_positions where config_id = " + id;

        idIn(user.change("/setup/configs/" + id, config("latte", "tone", "dry", "seen", seen(page(id)))));
        assertThat(row(position)).isEqualTo("7");

        idIn(user.change("/setup/configs/" + id, config("latte\r\nmocha", "tone", "dry", "seen", seen(page(id)))));
        assertThat(row(position)).isNull();
    }

    private static String page(long config) {
        return user.get("/setup/configs/" + config).body();
    }

    @Test
    void whatSomebodyElseDeletesMeanwhileIsNotThere() throws Exception {
        long id = idIn(user.change("/setup/configs", config("latte")));
        String seen = seen(page(id));
        CompletableFuture<HttpResponse<String>> answer;
        try (Connection other = harken.database().connect()) {
            other.setAutoCommit(false);
            other.createStatement().execute("delete from client_configs where id = " + id);
            answer = CompletableFuture.supplyAsync(
                    () -> user.change("/setup/configs/" + id, config("mocha", "seen", seen)));
            await().until(() ->
                    !row("select count(*) from pg_locks where not granted").equals("0"));
            other.commit();
        }

        assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(404);
    }

    @Test
    void whatSomebodyElseStoredMeanwhileIsNotReplaced() {
        long id = idIn(user.change("/setup/configs", config("latte")));
        String seen = seen(user.get("/setup/configs/" + id).body());
        mine.user().put("/api/configs/" + id, Map.of("tone", "their <b>tone</b>"));

        HttpResponse<String> refused = user.change("/setup/configs/" + id, config("mocha", "seen", seen));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("Somebody else changed this config", "their &lt;b&gt;tone&lt;/b&gt;", "mocha</textarea>");
        assertThat(mine.user().get("/api/configs/" + id).json().get("keywords").toString())
                .isEqualTo("[\"latte\"]");
        idIn(user.change("/setup/configs/" + id, config("mocha", "seen", seen(refused.body()))));
        assertThat(mine.user().get("/api/configs/" + id).json().get("keywords").toString())
                .isEqualTo("[\"mocha\"]");
        assertThat(user.change("/setup/configs/" + id, config("flat")).statusCode())
                .isEqualTo(409);
    }

    @Test
    void eachErrorStandsBesideItsField() {
        HttpResponse<String> refused = user.change(
                "/setup/configs",
                config("fine\n(latte OR \"", "scan_interval_minutes", "often", "brand_voice", "<i>kept</i>"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("id=\"scan_interval_minutes-error\">must be a whole number", "&lt;i&gt;kept&lt;/i&gt;");

        refused = user.change("/setup/configs", config("fine\n(latte OR mocha", "min_score", "-1"));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("id=\"min_score-error\">must be greater than or equal to 0");

        refused = user.change("/setup/configs", config("fine\n(latte OR mocha"));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("id=\"keywords-error\">entry 2 has no closing parenthesis", "<mark>(</mark>latte OR mocha");

        HttpResponse<String> preview = user.change("/setup/configs/preview", config("fine\n(latte OR mocha"));
        assertThat(preview.statusCode()).isEqualTo(200);
        assertThat(preview.body()).contains("keywords: entry 2 has no closing parenthesis", "<mark>(</mark>");
        assertThat(user.change("/setup/configs/preview", Map.of()).body()).contains("Name a subreddit");
    }

    @Test
    void anotherClientsRowsAreNotThere() {
        for (String path : List.of(
                "/setup/configs/" + theirConfig,
                "/setup/notifications/" + theirChannel,
                "/setup/notifications/" + theirChannel + "/deliveries")) {
            assertThat(user.get(path).statusCode()).as(path).isEqualTo(404);
            assertThat(admin.get(path).statusCode()).as(path).isEqualTo(200);
        }
        for (String path : List.of(
                "/setup/configs/" + theirConfig,
                "/setup/configs/" + theirConfig + "/delete",
                "/setup/notifications/" + theirChannel + "/test",
                "/setup/notifications/" + theirChannel + "/rotate",
                "/setup/notifications/" + theirChannel + "/delete")) {
            assertThat(user.change(path, config("overwritten")).statusCode())
                    .as(path)
                    .isEqualTo(404);
        }
        HttpResponse<String> foreign =
                user.change("/setup/configs", config("latte", "client_id", Long.toString(theirs.id())));
        assertThat(foreign.statusCode()).isEqualTo(422);
        assertThat(foreign.body()).contains("names no client");
        assertThat(user.get("/setup/configs").body()).doesNotContain("privateword");
        assertThat(admin.get("/setup/configs").body()).contains("privateword");
    }

    @Test
    void clientsAndUsersAreForAdministrators() throws Exception {
        for (String path :
                List.of("/setup/clients", "/setup/clients/" + mine.id(), "/setup/users", "/setup/users/new")) {
            assertThat(user.get(path).statusCode()).as(path).isEqualTo(403);
            assertThat(admin.get(path).statusCode()).as(path).isEqualTo(200);
        }
        String before = row("select count(*) from clients");
        assertThat(user.change("/setup/clients", Map.of("name", "Mine too")).statusCode())
                .isEqualTo(403);
        assertThat(row("select count(*) from clients")).isEqualTo(before);
        assertThat(user.get("/setup").body()).doesNotContain("setup/users", "setup/clients");
    }

    @Test
    void aChangeWithoutTheSessionsTokenIsRefused() throws Exception {
        String before = row("select count(*) from client_configs");
        assertThat(user.post("/setup/configs", config("latte")).statusCode()).isEqualTo(403);
        assertThat(admin.post("/setup/clients", Map.of("name", "By another site", "csrf", user.csrf()))
                        .statusCode())
                .isEqualTo(403);
        assertThat(row("select count(*) from client_configs")).isEqualTo(before);
        assertThat(row("select count(*) from clients where name = 'By another site'"))
                .isEqualTo("0");
    }

    @Test
    void anAdministratorSetsAClientAndItsUserUp() throws Exception {
        long client = idIn(admin.change("/setup/clients", Map.of("name", "Fine <Tea>")));
        assertThat(admin.get("/setup/clients/" + client).body()).contains("Fine &lt;Tea&gt;");
        assertThat(admin.change("/setup/clients", Map.of("name", "Fine <Tea>")).body())
                .contains("is another client&#39;s name");
        admin.change("/setup/clients/" + client + "/retention", Map.of("retention_days", "30"));
        admin.change("/setup/clients/" + client + "/budget", Map.of("monthly_budget_usd", "12.50"));
        admin.change("/setup/clients/" + client + "/compliance", Map.of("required", "true"));
        assertThat(row("select retention_days || ' ' || monthly_budget_usd || ' ' || compliance_required from clients"
                        + " where id = " + client))
                .isEqualTo("30 12.50 true");
        HttpResponse<String> refused =
                admin.change("/setup/clients/" + client + "/retention", Map.of("retention_days", "4"));
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("id=\"retention_days-error\"", "value=\"12.50\"");
        admin.change("/setup/clients/" + client + "/budget", Map.of("monthly_budget_usd", ""));
        assertThat(row("select monthly_budget_usd is null from clients where id = " + client))
                .isEqualTo("t");

        Map<String, String> wanted = new LinkedHashMap<>(
                Map.of("email", "tea@client.test", "password", "a-password-for-tea", "role", "client"));
        refused = admin.change("/setup/users", wanted);
        assertThat(refused.body()).contains("id=\"client_id-error\">is needed").doesNotContain("a-password-for-tea");
        wanted.put("client_id", Long.toString(client));
        long id = idIn(admin.change("/setup/users", wanted));
        PageVisitor visitor = new PageVisitor(harken);
        assertThat(visitor.signIn("tea@client.test", "a-password-for-tea").statusCode())
                .isEqualTo(303);
        admin.change("/setup/users/" + id + "/password", Map.of("password", "another-password-for-tea"));
        assertThat(visitor.get("/setup").statusCode()).isEqualTo(303);
        admin.change("/setup/users/" + id + "/active", Map.of());
        assertThat(row("select is_active from users where id = " + id)).isEqualTo("f");
        String own = row("select id from users where email = '" + HarkenService.ADMIN_EMAIL + "'");
        refused = admin.change("/setup/users/" + own + "/active", Map.of());
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("cannot be taken from your own account");
    }

    @Test
    void aClientGetsAnotherNameAndKeepsItsSlug() {
        long client = idIn(admin.change("/setup/clients", Map.of("name", "Old name")));
        String page = "/setup/clients/" + client;
        // Configs show their client, and are kept until something changes.
        harken.admin()
                .post(
                        "/api/configs",
                        Map.of("client_id", client, "keywords", List.of("tea"), "reddit_subreddits", List.of("tea")));
        String configs = "/api/configs?limit=200";
        assertThat(harken.admin().get(configs).body()).contains("Old name");

        assertThat(admin.change(page, Map.of("name", " New name ")).statusCode())
                .isEqualTo(303);
        assertThat(admin.get(page).body()).contains("<h1>New name</h1>");
        assertThat(harken.admin().get(configs).body()).contains("New name").doesNotContain("Old name");
        HttpResponse<String> refused = admin.change(page, Map.of("name", mine.name()));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("id=\"name-error\"", "another client&#39;s name");
        assertThat(admin.change(page, Map.of("name", "")).statusCode()).isEqualTo(422);
        ApiClient.Answer named = harken.admin().put("/api/clients/" + client, Map.of("name", "New name"));
        assertThat(named.status()).isEqualTo(200);
        assertThat(named.json().get("slug").asText()).isEqualTo("old-name");
        assertThat(harken.admin()
                        .put("/api/clients/999999", Map.of("name", "Nobody"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whatAChannelIsTrustedByIsShownOnce() throws Exception {
        HttpResponse<String> made = user.change(
                "/setup/notifications",
                Map.of(
                        "name", "Hook",
                        "kind", "webhook",
                        "address", "https://example.com/very-private",
                        "is_active", "true",
                        "report_zone", "UTC"));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.headers().firstValue("cache-control")).contains("no-store");
        String id = row("select max(id) from notification_channels");
        String key = row("select secret from notification_channels where id = " + id);
        assertThat(made.body()).contains(key, "shown this once");
        idIn(user.change(
                "/setup/notifications/" + id, Map.of("name", "Hook", "is_active", "true", "seen", seen(made.body()))));
        String page = user.get("/setup/notifications/" + id).body();
        assertThat(page).doesNotContain(key, "very-private", "shown this once");
        assertThat(user.get("/setup/notifications").body()).doesNotContain("very-private");

        idIn(user.change(
                "/setup/notifications/" + id, Map.of("name", "Renamed", "is_active", "true", "seen", seen(page))));
        assertThat(row("select name || ' ' || address from notification_channels where id = " + id))
                .isEqualTo("Renamed https://example.com/very-private");
        assertThat(user.change("/setup/notifications/" + id, Map.of("name", "Late", "seen", seen(page)))
                        .statusCode())
                .isEqualTo(409);
        assertThat(user.change("/setup/notifications/" + id + "/rotate", Map.of())
                        .body())
                .contains("shown this once");
        assertThat(row("select secret from notification_channels where id = " + id))
                .isNotEqualTo(key);

        assertThat(user.change("/setup/notifications/" + id + "/test", Map.of()).body())
                .contains("on its way", "hx-trigger=\"load delay:1s\"");
        assertThat(user.change(
                                "/setup/notifications",
                                Map.of("name", "Mail", "kind", "email", "address", "ann@example.com"))
                        .body())
                .contains("id=\"kind-error\">cannot be email: no mail server is set");
        assertThat(user.change("/setup/notifications/" + id + "/delete", Map.of())
                        .statusCode())
                .isEqualTo(303);
        assertThat(row("select count(*) from notification_channels where id = " + id))
                .isEqualTo("0");
    }

    @Test
    void whatWaitsTooLongStandsOutInTheFeedAndTheApi() throws Exception {
        TestClient busy = TestClient.create(harken);
        PageVisitor visitor = Reviewer.of(harken, busy).visitor();
        long late = busy.post("late" + busy.id(), "A late post", 0);
        busy.post("calm" + busy.id(), "A calm post", 0);
        assertThat(admin.change("/setup/clients/" + busy.id() + "/review", Map.of("review_hours", "0"))
                        .body())
                .contains("id=\"review_hours-error\"");
        idIn(admin.change("/setup/clients/" + busy.id() + "/review", Map.of("review_hours", "6")));
        assertThat(admin.get("/setup/clients/" + busy.id()).body()).contains("name=\"review_hours\"", "value=\"6\"");
        harken.database().execute("update matched_posts set overdue_at = now() where id = " + late);

        assertThat(visitor.get("/?overdue=true").body())
                .contains("A late post", ">overdue</span>")
                .doesNotContain("A calm post");
        assertThat(visitor.get("/?overdue=false").body())
                .contains("A calm post")
                .doesNotContain("A late post");
        var listed = busy.user().get("/api/posts?overdue=true").json();
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).get("overdue_at").asText()).isNotEmpty();
        harken.database().execute("update matched_posts set reviewed = true where id = " + late);
        assertThat(busy.user().get("/api/posts?overdue=true&order=newest").json())
                .isEmpty();
    }

    @Test
    void thoseWithoutPostsAreToldWhatComesNext() throws Exception {
        TestClient empty = TestClient.create(harken);
        PageVisitor visitor = Reviewer.of(harken, empty).visitor();
        assertThat(visitor.get("/?reviewed=false").body())
                .contains("What comes first", "Make a config")
                .doesNotContain("Add a client");
        empty.post("first", "A first post", 0);
        assertThat(visitor.get("/?reviewed=true").body()).doesNotContain("What comes first");
    }
}
