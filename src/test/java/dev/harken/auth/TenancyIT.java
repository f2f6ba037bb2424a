package dev.harken.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Meter;
import dev.harken.dashboard.PageVisitor;
import dev.harken.dashboard.Reviewer;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.testing.ApiClient;
import dev.harken.testing.DescribedApi;
import dev.harken.testing.HarkenService;
import dev.harken.testing.RedisServer;
import dev.harken.testing.TestClient;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Walks every route that is registered, so that a new one is walked too. */
class TenancyIT {
    /** Calls for sums in which each of two clients and both together differ here. */
    private static final List<String> NUMBERS = List.of("/summary", "/dashboard", "/trends", "/hours");

    private static RedisServer redis;
    private static HarkenService harken;
    private static TestClient mine;
    private static TestClient theirs;
    private static PageVisitor pages;
    private static long theirPost;
    private static long theirResponse;
    private static long theirConfig;
    private static long theirChannel;
    private static long theirDelivery;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.start();
        // Whatever is kept is to be found by whoever could find it, for as long as this takes.
        harken = HarkenService.start(
                "monitoring.enabled=false",
                "redis.url=" + redis.url(),
                "cache.redisTimeout=1s",
                "cache.lists=1h",
                "cache.analytics=1h");
        mine = TestClient.create(harken);
        theirs = TestClient.create(harken);
        pages = Reviewer.of(harken, mine).visitor();
        theirPost = theirs.post("secret", "Their secret post", 0);
        harken.database()
                .execute(
                        "update matched_posts set keywords_matched = 'secretword', subreddit = 'SecretGardening' where id = "
                                + theirPost,
                        // Sums are of the rows then, which nobody has put into the views.
                        "update aggregate_refreshes set as_of = now() - interval '1 day'");
        theirResponse = theirs.response(theirPost, "Their secret draft");
        theirConfig = theirs.user()
                .post("/api/configs", Map.of("keywords", List.of("secretword"), "reddit_subreddits", List.of("abc")))
                .json()
                .get("id")
                .asLong();
        theirChannel = theirs.user()
                .post(
                        "/api/notifications/channels",
                        Map.of("name", "Their secret channel", "kind", "webhook", "address", "https://secret.example"))
                .json()
                .get("id")
                .asLong();
        theirDelivery = theirs.user()
                .post("/api/notifications/channels/" + theirChannel + "/test", Map.of())
                .json()
                .get("id")
                .asLong();
        // Padding, so that an id of theirs is never by chance one of mine.
        mine.post("own", "My own post", 1);
        // So that no sum of mine is by chance one of theirs.
        mine.post("other", "Another post of mine", 2);
    }

    @AfterAll
    static void stop() {
        harken.close();
        redis.close();
    }

    @TestFactory
    Stream<DynamicTest> everyRouteWantsATokenUnlessItIsMarkedOpen() {
        return routes().stream()
                .filter(route -> !route.isOpen())
                .map(route -> DynamicTest.dynamicTest(route.toString(), () -> {
                    if (route.isForBrowsers()) {
                        HttpResponse<String> sent = new PageVisitor(harken).send(route.method(), route.pathTo(1));
                        assertThat(sent.statusCode()).isEqualTo(303);
                        assertThat(sent.headers().firstValue("location").orElse(""))
                                .startsWith("/login");
                        return;
                    }
                    ApiClient.Answer answer = harken.anonymous().json(route.method(), route.pathTo(1), Map.of());
                    assertThat(answer.status()).isEqualTo(401);
                    assertThat(answer.header("content-type")).contains("application/problem+json");
                }));
    }

    @Test
    void onlySigningInAndHealthAreOpen() {
        assertThat(routes().stream().filter(Route::isOpen).map(Route::path).distinct())
                .allMatch(path -> path.equals("/api/auth/login")
                        // For browsers: the form, and what every page loads.
                        || path.equals("/login")
                        // The API's description, which every release says to everybody.
                        || path.equals("/docs")
                        || path.equals("/openapi.json")
                        || path.equals("/assets/{version}/{name}")
                        // Whose address is the secret that opens it.
                        || path.startsWith("/feeds/{token")
                        || path.startsWith("/{where: (api/)?health}"));
    }

    @TestFactory
    Stream<DynamicTest> noRouteShowsOrChangesAnotherClientsRow() {
        return routes().stream()
                .filter(route -> !route.isOpen() && !route.path().endsWith("/logout"))
                .map(route -> DynamicTest.dynamicTest(route.toString(), () -> {
                    String before = theirRows();
                    for (long id :
                            new long[] {theirPost, theirResponse, theirConfig, theirChannel, theirDelivery, theirs.id()
                            }) {
                        for (Object body : bodies()) {
                            ApiClient.Answer answer = route.isForBrowsers()
                                    ? myPages(route, id)
                                    : mine.user().json(route.method(), route.pathTo(id), body);
                            // The name of a setting, which an answer may tell, is nobody's row.
                            assertThat(answer.body().replace("REDDIT_CLIENT_SECRET", ""))
                                    .doesNotContainIgnoringCase("secret")
                                    .doesNotContain(theirs.name());
                            assertThat(answer.status()).as(answer.body()).isLessThan(500);
                            if ((route.path().startsWith("/posts/{id}") && id == theirPost)
                                    || (route.path().startsWith("/drafts/{id}") && id == theirResponse)) {
                                assertThat(answer.status()).isEqualTo(404);
                            }
                        }
                    }
                    assertThat(theirRows()).isEqualTo(before);
                }));
    }

    @TestFactory
    Stream<DynamicTest> noRouteAnswersFromWhatIsKeptForAnother() {
        return routes().stream()
                .filter(route -> !route.isOpen()
                        && !route.isForBrowsers()
                        && route.method().equals("GET"))
                .map(route -> DynamicTest.dynamicTest(route.toString(), () -> {
                    for (long id :
                            new long[] {theirPost, theirResponse, theirConfig, theirChannel, theirDelivery, theirs.id()
                            }) {
                        for (String query : List.of("", "?limit=200", "?client_id=" + theirs.id())) {
                            String path = route.pathTo(id) + query;
                            ApiClient.Answer kept = theirs.user().get(path);
                            assertHoldsNothingOfTheirs(mine.user().get(path));
                            assertHoldsNothingOfTheirs(asksWhetherItChanged(path));
                            ApiClient.Answer whole = harken.admin().get(path);
                            assertHoldsNothingOfTheirs(mine.user().get(path));
                            assertThat(theirs.user().get(path).body()).isEqualTo(kept.body());
                            assertThat(harken.admin().get(path).body()).isEqualTo(whole.body());
                        }
                    }
                }));
    }

    /** Sums name nobody: whose they are shows in the numbers. */
    @TestFactory
    Stream<DynamicTest> noSumIsAnsweredFromWhatIsKeptForAnother() {
        return routes().stream()
                .filter(route -> route.method().equals("GET")
                        && route.path().startsWith("/api/analytics")
                        && !route.isForBrowsers())
                .map(route -> DynamicTest.dynamicTest(route.toString(), () -> {
                    String path = route.pathTo(theirs.id());
                    String ofThem = sums(theirs.user().get(path).body());
                    String ofAll = sums(harken.admin().get(path).body());

                    String ofMe = sums(mine.user().get(path).body());

                    assertThat(ofMe).isEqualTo(madeForMe(path));
                    if (NUMBERS.stream().anyMatch(path::endsWith)) {
                        assertThat(ofMe).isNotEqualTo(ofThem).isNotEqualTo(ofAll);
                    }
                }));
    }

    private static String madeForMe(String path) throws Exception {
        HttpResponse<byte[]> made = mine.user().bytes("GET", path, "Cache-Control", "no-cache");
        return sums(new String(made.body(), StandardCharsets.UTF_8));
    }

    /** Without the moment they are of, which is that of their making here. */
    private static String sums(String body) {
        return body.replaceAll("\"as_of\":\"[^\"]*\"", "");
    }

    @Test
    void everyRouteIsDescribedAndEveryDescriptionHasItsRoute() {
        Set<String> described = DescribedApi.calls();
        // A servlet, which is no route of Jersey's.
        assertThat(described).contains("GET /api/events");
        described.remove("GET /api/events");
        assertThat(routes().stream().filter(route -> !route.isForBrowsers()).map(route -> route.toString()
                        .replace("/{where: (api/)?health}", "/health")
                        .replaceAll("\\{token: .*\\}}", "{token}")
                        .replaceAll("(?<=.)/$", "")))
                .containsAll(described)
                .isSubsetOf(described);
    }

    @Test
    void theWalkWouldMeetAnAnswerThatIsKeptForAnother() throws Exception {
        Meter hits = harken.support().getEnvironment().metrics().meter("cache.hits");
        for (String path :
                List.of("/api/posts", "/api/configs", "/api/analytics/keywords", "/api/analytics/subreddits")) {
            assertThat(theirs.user().get(path).body()).containsIgnoringCase("secret");
            long before = hits.getCount();
            assertThat(theirs.user().get(path).body()).containsIgnoringCase("secret");
            assertThat(hits.getCount()).isEqualTo(before + 1);
            assertHoldsNothingOfTheirs(mine.user().get(path));
            assertHoldsNothingOfTheirs(asksWhetherItChanged(path));
        }
    }

    /** What is kept is given to such a caller before the route is asked. */
    private static String asksWhetherItChanged(String path) throws Exception {
        HttpResponse<byte[]> answer = mine.user().bytes("GET", path, "If-None-Match", "\"another\"");
        assertThat(answer.statusCode()).isLessThan(500);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static void assertHoldsNothingOfTheirs(String body) {
        assertThat(body).doesNotContainIgnoringCase("secret").doesNotContain("\"" + theirs.name() + "\"");
    }

    private static void assertHoldsNothingOfTheirs(ApiClient.Answer answer) {
        assertHoldsNothingOfTheirs(answer.body());
        assertThat(answer.status()).as(answer.body()).isLessThan(500);
    }

    @Test
    void anotherClientsRowIsAnsweredLikeOneThatDoesNotExist() {
        for (String path : List.of(
                "/api/posts/%d",
                "/api/posts/responses/%d/revisions",
                "/api/configs/%d",
                "/api/notifications/channels/%d",
                "/api/notifications/channels/%d/deliveries")) {
            ApiClient.Answer foreign = mine.user().get(path.formatted(idFor(path)));
            ApiClient.Answer missing = mine.user().get(path.formatted(987654321L));
            assertThat(foreign.status()).isEqualTo(404);
            assertThat(foreign.body().replace(Long.toString(idFor(path)), "ID"))
                    .isEqualTo(missing.body().replace("987654321", "ID"));
        }
    }

    private static long idFor(String path) {
        if (path.contains("responses")) {
            return theirResponse;
        }
        if (path.contains("channels")) {
            return theirChannel;
        }
        return path.contains("configs") ? theirConfig : theirPost;
    }

    /** By the session's cookie, with the form's own token and all that any form sends. */
    private static ApiClient.Answer myPages(Route route, long id) {
        return new ApiClient.Answer(
                route.method().equals("GET")
                        ? pages.get(route.pathTo(id))
                        : pages.change(
                                route.pathTo(id),
                                Map.ofEntries(
                                        Map.entry("reviewed", "true"),
                                        Map.entry("flagged", "true"),
                                        Map.entry("page", "somepage"),
                                        Map.entry("open", "true"),
                                        Map.entry("asks", "true"),
                                        Map.entry("content", "overwritten"),
                                        Map.entry("revision", "0"),
                                        Map.entry("earlier", "1"),
                                        Map.entry("name", "overwritten"),
                                        Map.entry("address", "https://example.com"),
                                        Map.entry("keywords", "overwritten"),
                                        Map.entry("reddit_subreddits", "abc"),
                                        Map.entry("client_id", Long.toString(theirs.id())))));
    }

    private static List<Object> bodies() {
        return List.of(
                Map.of(),
                Map.of("content", "overwritten"),
                Map.of("reviewed", true, "flagged", true),
                Map.of("is_active", false),
                Map.of("monthly_budget_usd", 0),
                Map.of("accept_if", "overwritten"),
                Map.of("name", "overwritten", "address", "https://example.com"),
                Map.of(
                        "client_id", theirs.id(),
                        "keywords", List.of("x"),
                        "reddit_subreddits", List.of("abc")));
    }

    private static String theirRows() throws Exception {
        return harken.database()
                .scalar(
                        """
                        select md5(string_agg(t, '|' order by t)) from (
                          select p::text as t from matched_posts p where client_id = %1$d
                          union all select r::text from ai_responses r where client_id = %1$d
                          union all select c::text from client_configs c where client_id = %1$d
                          union all select m::text from model_usage m where client_id = %1$d
                          union all select k::text from clients k where id = %1$d
                          union all select v::text from response_revisions v where client_id = %1$d
                          union all select n::text from notification_channels n where client_id = %1$d
                          union all select d::text from notifications d where client_id = %1$d
                          union all select u::text from users u where client_id = %1$d) rows
                        """
                                .formatted(theirs.id()));
    }

    private static List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (Class<?> resource :
                harken.support().getEnvironment().jersey().getResourceConfig().getClasses()) {
            Path root = resource.getAnnotation(Path.class);
            if (root == null) {
                continue;
            }
            for (Method method : resource.getDeclaredMethods()) {
                httpMethod(method)
                        .ifPresent(verb -> routes.add(new Route(
                                verb,
                                root.value()
                                        + Optional.ofNullable(method.getAnnotation(Path.class))
                                                .map(Path::value)
                                                .orElse(""),
                                resource,
                                method)));
            }
        }
        assertThat(routes).hasSizeGreaterThan(20);
        return routes;
    }

    private static Optional<String> httpMethod(Method method) {
        return Stream.of(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value())
                .findFirst();
    }

    private record Route(String method, String path, Class<?> resource, Method handler) {
        boolean isOpen() {
            return resource.isAnnotationPresent(Open.class) || handler.isAnnotationPresent(Open.class);
        }

        boolean isForBrowsers() {
            return resource.isAnnotationPresent(ForBrowsers.class);
        }

        String pathTo(long id) {
            return path.replace("{id}", Long.toString(id));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }
}
