package dev.harken.dashboard.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.dashboard.PageVisitor;
import dev.harken.dashboard.Reviewer;
import dev.harken.testing.ApiClient;
import dev.harken.testing.Browser;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.net.http.HttpResponse;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of figures: over the wire beside the API, and in a browser. */
class FiguresIT {
    private static final String PERIOD = "start_date=2026-09-01&end_date=2026-09-28";

    private static HarkenService harken;
    private static Browser browser;
    private static TestClient client;
    private static TestClient other;
    private static long config;

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start("monitoring.enabled=false", "cache.enabled=false");
        client = TestClient.create(harken);
        other = TestClient.create(harken);
        fill(client, "tomatoes", "SampleGardening", 300);
        fill(other, "somebody-elses-word", "SomebodyElse", 40);
        config = Long.parseLong(harken.database()
                .scalar(
                        """
                        insert into client_configs (client_id, reddit_subreddits, keywords)
                        values (%d, 'SampleGardening', 'tomatoes')
                        returning id
                        """
                                .formatted(client.id())));
        harken.database()
                .execute(
                        "update matched_posts set config_id = %d where client_id = %d and id %% 3 = 0"
                                .formatted(config, client.id()),
                        "refresh materialized view daily_subreddits",
                        "refresh materialized view daily_keywords",
                        "refresh materialized view daily_responses",
                        "refresh materialized view daily_events",
                        """
                        insert into daily_metrics (
                          client_id, day, matched, drafted, copied, reviewed, flagged, scored, score, recorded_at)
                        select
                          client.id, cast(day as date), 12 + extract(day from day) %% 7, 9, 1 + extract(day from day) %% 3,
                          5, 0, 0, 0, now()
                        from
                          (values (%d), (%d)) client (id),
                          generate_series(timestamp '2026-08-01', timestamp '2026-09-27', interval '1 day') day
                        """
                                .formatted(client.id(), other.id()),
                        """
                        insert into daily_metrics_progress (name, day, recorded_at)
                        values ('daily_metrics', '2026-09-27', now())
                        """);
        browser = Browser.open();
    }

    /** Posts of the first 28 days of September, of which two of three are drafted and some are copied later. */
    private static void fill(TestClient owner, String word, String subreddit, int posts) throws Exception {
        harken.database()
                .execute(
                        """
                        insert into matched_posts (
                          client_id, subreddit, reddit_post_id, title, keywords_matched, reviewed, posted_at, created_at)
                        select
                          %1$d, '%3$s' || case when n %% 5 = 0 then 'Beds' else '' end, 'f%1$d' || n,
                          case n when 1 then '=1+1' else 'Post ' || n end,
                          '%2$s' || case when n %% 4 = 0 then ', a long phrase that somebody listens for' else '' end,
                          n %% 2 = 0, at - interval '12 min', at
                        from generate_series(1, %4$d) n, lateral (
                          select timestamptz '2026-09-01 00:00Z' + interval '1 day' * (n * n %% 28)
                            + interval '1 min' * (n * 37 %% 1440) as at
                        ) time
                        """
                                .formatted(owner.id(), word, subreddit, posts),
                        """
                        insert into ai_responses (post_id, client_id, content, score, copied, created_at)
                        select id, client_id, 'Draft', 60 + id %% 40, id %% 9 < 2, created_at + interval '2 min'
                        from matched_posts
                        where client_id = %d and id %% 3 < 2
                        """
                                .formatted(owner.id()),
                        """
                        insert into analytics_events (client_id, event_type, data, created_at)
                        select client_id, 'response_copied', json_build_object('response_id', id, 'post_id', post_id),
                          created_at + interval '1 min' * (id * 97 %% 3000)
                        from ai_responses
                        where client_id = %1$d and copied
                        union all
                        select %1$d, 'response_copied', cast('{"response_id":"rubbish"}' as json), '2026-09-03 00:00Z'
                        """
                                .formatted(owner.id()));
    }

    @AfterAll
    static void stop() {
        browser.close();
        harken.close();
    }

    private static Document page(PageVisitor visitor, String query) {
        HttpResponse<String> answer = visitor.get("/analytics" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Jsoup.parse(answer.body());
    }

    private static JsonNode api(ApiClient caller, String path) {
        ApiClient.Answer answer = caller.get("/api/analytics/" + path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static List<Long> column(Document page, String table, int column) {
        return page.select(table + " tbody tr").stream()
                .map(row -> row.child(column))
                .map(cell -> Long.parseLong(cell.text().replace(",", "")))
                .toList();
    }

    private static List<Long> each(JsonNode list, String field) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(one -> one.at("/" + field).asLong())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thePageHasTheNumbersOfTheApi(boolean ofOneConfig) {
        String query = PERIOD + (ofOneConfig ? "&config_id=" + config : "");
        Document page = page(Reviewer.of(harken, client).visitor(), "?" + query);

        JsonNode dashboard = api(client.user(), "dashboard?" + query);
        assertThat(dashboard.at("/totals/posts").asLong()).isEqualTo(ofOneConfig ? 100 : 300);
        assertThat(page.select("#totals b").eachText())
                .startsWith(
                        dashboard.at("/totals/posts").asText(),
                        dashboard.at("/totals/drafted").asText(),
                        dashboard.at("/totals/copied").asText(),
                        dashboard.at("/totals/reviewed").asText());
        List<String> days = List.of("posts", "drafted", "copied", "reviewed");
        for (int i = 0; i < days.size(); i++) {
            assertThat(column(page, "#days", i + 1)).isEqualTo(each(dashboard.get("daily"), days.get(i)));
        }

        for (String ranks : List.of("keywords", "subreddits")) {
            JsonNode rows = api(client.user(), ranks + "?" + query);
            assertThat(rows.size()).isEqualTo(2);
            assertThat(column(page, "#" + ranks, 1)).isEqualTo(each(rows, "posts"));
            assertThat(column(page, "#" + ranks, 3)).isEqualTo(each(rows, "drafted"));
            assertThat(column(page, "#" + ranks, 4)).isEqualTo(each(rows, "copied"));
            Element first = page.selectFirst("#" + ranks + " tbody tr");
            JsonNode row = rows.get(0);
            assertThat(first.child(5).text())
                    .isEqualTo(Math.round(100 * row.get("copy_rate").asDouble()) + " %");
            assertThat(first.child(6).text())
                    .isEqualTo(Math.round(100 * row.get("copy_rate_low").asDouble()) + "–"
                            + Math.round(100 * row.get("copy_rate_high").asDouble()) + " %");
            assertThat(Double.parseDouble(first.child(8).text()))
                    .isCloseTo(row.get("average_score").asDouble(), within(0.05));
        }

        JsonNode waits = api(client.user(), "copy-times?" + query);
        assertThat(waits.at("/total/posts").asLong()).isPositive();
        assertThat(column(page, "#within", 1)).isEqualTo(each(waits.get("within"), "posts"));
        assertThat(each(waits.get("within"), "posts").stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(waits.at("/total/posts").asLong());
        assertThat(column(page, "#waits-by-week", 1)).isEqualTo(each(waits.get("weeks"), "posts"));

        JsonNode hours = api(client.user(), "hours?" + query);
        assertThat(hours.get("time_zone").asText()).isEqualTo("UTC");
        for (int weekday = 1; weekday <= 7; weekday++) {
            int day = weekday;
            assertThat(column(page, "#heat", weekday))
                    .isEqualTo(StreamSupport.stream(hours.get("hours").spliterator(), false)
                            .filter(hour -> hour.get("weekday").asInt() == day)
                            .map(hour -> hour.get("posts").asLong())
                            .toList());
        }
        assertThat(each(hours.get("hours"), "posts").stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(dashboard.at("/totals/posts").asLong());

        JsonNode weeks = api(client.user(), "weeks");
        assertThat(column(page, "#weeks", 1)).isEqualTo(reversed(each(weeks.get("weeks"), "matched/now")));
        assertThat(page.select("#week b").eachText())
                .containsExactly(
                        weeks.at("/weeks/0/matched/now").asText(),
                        weeks.at("/weeks/0/drafted/now").asText(),
                        weeks.at("/weeks/0/copied/now").asText(),
                        weeks.at("/weeks/0/reviewed/now").asText());
    }

    private static List<Long> reversed(List<Long> numbers) {
        List<Long> backwards = new ArrayList<>(numbers);
        Collections.reverse(backwards);
        return backwards;
    }

    @Test
    void aWeekThatChangedByChanceIsNotCalledMore() {
        JsonNode week = api(client.user(), "weeks?weeks=1").at("/weeks/0");

        assertThat(week.get("end_date").asText()).isEqualTo("2026-09-27");
        assertThat(week.at("/drafted/verdict").asText()).isEqualTo("unclear");
        assertThat(week.at("/drafted/growth").asDouble()).isZero();
        assertThat(week.at("/drafted/lowest").asDouble()).isNegative();
        assertThat(week.at("/drafted/highest").asDouble()).isPositive();
    }

    @Test
    void theTimeFromPostToCopyIsThatOfTheFirstCopy() throws Exception {
        TestClient one = TestClient.create(harken);
        harken.database()
                .execute(
                        """
                        insert into matched_posts (client_id, subreddit, reddit_post_id, title, posted_at, created_at)
                        values
                          (%1$d, 'Soil', 'w1', 'Both times', '2026-09-07 10:00Z', '2026-09-07 10:30Z'),
                          (%1$d, 'Soil', 'w2', 'Only ours', null, '2026-09-07 10:00Z')
                        """
                                .formatted(one.id()),
                        """
                        insert into ai_responses (post_id, client_id, content, copied)
                        select id, client_id, 'Draft', true
                        from matched_posts, generate_series(1, 2)
                        where client_id = %d
                        """
                                .formatted(one.id()),
                        """
                        insert into analytics_events (client_id, event_type, data, created_at)
                        select response.client_id, 'response_copied', json_build_object('response_id', response.id),
                          case post.reddit_post_id when 'w1' then timestamptz '2026-09-07 11:00Z' else '2026-09-15 10:00Z' end
                            + interval '1 day' * (response.id %% 2)
                        from ai_responses response
                        join matched_posts post on post.id = response.post_id
                        where response.client_id = %d
                        """
                                .formatted(one.id()));

        JsonNode waits = api(one.user(), "copy-times?" + PERIOD);

        assertThat(waits.at("/total/posts").asLong()).isEqualTo(2);
        assertThat(waits.at("/weeks/0/week").asText()).isEqualTo("2026-09-07");
        assertThat(waits.at("/weeks/0/median").asLong()).isEqualTo(3600);
        assertThat(waits.at("/weeks/1/week").asText()).isEqualTo("2026-09-14");
        assertThat(waits.at("/weeks/1/median").asLong()).isEqualTo(8 * 86_400);
        assertThat(each(waits.get("within"), "posts")).containsExactly(0L, 0L, 1L, 0L, 0L, 0L, 1L);
    }

    @Test
    void anothersNumbersAreNeverShown() {
        PageVisitor visitor = Reviewer.of(harken, client).visitor();

        String own = visitor.get("/analytics?" + PERIOD).body();
        assertThat(own).contains("tomatoes").doesNotContain("somebody-elses-word", "SomebodyElse", other.name());
        assertThat(visitor.get("/analytics?client_id=" + other.id()).statusCode())
                .isEqualTo(404);
        assertThat(visitor.get("/analytics/export.csv?client_id=" + other.id()).statusCode())
                .isEqualTo(404);
        PageVisitor stranger = Reviewer.of(harken, other).visitor();
        assertThat(stranger.get("/analytics?config_id=" + config).statusCode()).isEqualTo(404);
        assertThat(stranger.get("/analytics/export.csv?" + PERIOD + "&config_id=" + config)
                        .body()
                        .lines())
                .hasSize(1);
        assertThat(api(other.user(), "dashboard?" + PERIOD + "&config_id=" + config)
                        .at("/totals/posts")
                        .asLong())
                .isZero();
    }

    @Test
    void theExportIsTheApisAndNoFormula() {
        String csv = Reviewer.of(harken, client)
                .visitor()
                .get("/analytics/export.csv?" + PERIOD)
                .body();

        assertThat(csv)
                .isEqualTo(
                        client.user().get("/api/analytics/export.csv?" + PERIOD).body());
        assertThat(csv.lines()).hasSize(301);
        assertThat(csv).contains("'=1+1").doesNotContain(",=1+1");
        assertThat(new PageVisitor(harken).get("/analytics/export.csv").statusCode())
                .isEqualTo(303);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "days=0",
                "days=1001",
                "days=many",
                "days=7&start_date=2026-09-01",
                "start_date=yesterday",
                "start_date=2026-09-02&end_date=2026-09-01",
                "start_date=2000-01-01&end_date=2026-09-01",
                "client_id=-1",
                "config_id=-1",
                "config_id=999999999",
                "colour=blue"
            })
    void rubbishIsAnsweredWithAPageThatSaysSo(String query) {
        HttpResponse<String> answer = Reviewer.of(harken, client).visitor().get("/analytics?" + query);

        assertThat(answer.statusCode()).isBetween(400, 422);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/html");
        assertThat(Jsoup.parse(answer.body()).select("main.card h1").text()).isNotEmpty();
    }

    @Test
    void theFiltersStayInTheAddress() {
        Document page = page(Reviewer.of(harken, client).visitor(), "?days=90&client_id=&config_id=" + config);

        assertThat(page.select(".periods a[aria-current]").attr("href"))
                .isEqualTo("/analytics?config_id=" + config + "&days=90");
        assertThat(page.select(".choose-whose input[name=days]").attr("value")).isEqualTo("90");
        assertThat(page.select(".choose-days input[name=config_id]").attr("value"))
                .isEqualTo(Long.toString(config));
        assertThat(page.select("#config_id option[selected]").attr("value")).isEqualTo(Long.toString(config));
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        // It may have become midnight since.
        assertThat(page.select("#end_date").attr("value"))
                .isIn(today.toString(), today.minusDays(1).toString());
    }

    @Test
    void anAdministratorChoosesWhoseNumbers() {
        PageVisitor admin = new PageVisitor(harken);
        admin.signIn(HarkenService.ADMIN_EMAIL, HarkenService.ADMIN_PASSWORD);

        Document all = page(admin, "?" + PERIOD);
        Document one = page(admin, "?" + PERIOD + "&client_id=" + other.id());

        assertThat(all.select("#client_id option").eachText()).contains(client.name(), other.name());
        assertThat(all.select("#keywords th").eachText()).contains("tomatoes", "somebody-elses-word");
        assertThat(one.select("#totals b").first().text()).isEqualTo("40");
        assertThat(one.select("#client_id option[selected]").text()).isEqualTo(other.name());
        assertThat(one.select("#keywords th").eachText()).doesNotContain("tomatoes");
    }

    @Test
    void nothingIsSaidToBeNothing() {
        Document page = page(Reviewer.of(harken, TestClient.create(harken)).visitor(), "");

        assertThat(page.select(".empty").text()).contains("Nothing was matched");
        assertThat(page.select(".heat, #days, #keywords")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"LIGHT, 360", "LIGHT, 1400", "DARK, 360", "DARK, 1400", "LIGHT, 1920"})
    void everybodyCanReadThePage(Browser.ColorScheme scheme, int width) {
        browser.visit(harken.anonymous().base() + "/login");
        browser.forgetCookies();
        browser.visit(harken.anonymous().base() + "/login");
        browser.prefer(scheme);
        browser.size(width, 900);
        browser.find("#email").sendKeys(Reviewer.of(harken, client).email());
        browser.find("#password").sendKeys(Reviewer.PASSWORD + "\n");
        browser.complaints();
        browser.visit(harken.anonymous().base() + "/analytics?" + PERIOD + "&config_id=");
        String name = "figures-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width;
        browser.screenshot(name);

        assertThat(browser.all(".plot canvas")).hasSize(3);
        nothingStandsOut();
        accessible(name);
        browser.script("document.querySelectorAll('details').forEach(each => each.open = true)");
        nothingStandsOut();
        accessible(name + ", all open");
        browser.screenshot(name + "-open");
        browser.visit(harken.anonymous().base() + "/analytics?start_date=2020-01-01&end_date=2020-01-07");
        browser.screenshot(name + "-empty");
        accessible(name + ", empty");
        assertThat(browser.complaints()).isEmpty();
    }

    /** Neither the page beyond the screen, nor anything but a table that can be moved beyond its block. */
    private static void nothingStandsOut() {
        assertThat(
                        (List<?>)
                                browser.script(
                                        """
                                return [document.documentElement, ...document.querySelectorAll('.block, .chart, .top')]
                                  .filter(each => each.scrollWidth > each.clientWidth + 1)
                                  .map(each => each.className + ' ' + each.id);
                                """))
                .isEmpty();
    }

    private static void accessible(String what) {
        assertThat(browser.barriers()).as(what).isEmpty();
    }
}
