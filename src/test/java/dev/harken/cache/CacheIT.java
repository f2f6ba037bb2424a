package dev.harken.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Histogram;
import com.codahale.metrics.Meter;
import com.codahale.metrics.Timer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.RedisServer;
import dev.harken.testing.TestClient;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** The cache as callers see it: two processes over one database and one Redis. */
class CacheIT {
    private static final String LIST = "/api/posts?limit=100";

    private static RedisServer redis;
    private static HarkenService harken;
    private static HarkenService second;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        String[] settings = {
            "monitoring.enabled=false",
            "redis.url=" + redis.url(),
            // A busy machine's pauses are not what is tested here.
            "cache.redisTimeout=1s",
            "auth.secretKey=a-key-that-both-processes-sign-their-tokens-with"
        };
        harken = HarkenService.start(settings);
        second = HarkenService.over(harken.database(), settings);
    }

    @AfterAll
    static void stop() {
        second.close();
        harken.close();
        redis.close();
    }

    @Test
    void theSecondRequestSendsNoStatement() throws Exception {
        TestClient client = filled(20);
        long requests = statements("GET /api/posts").getCount();
        String first = client.user().get(LIST).body();
        long sent = statementsOf("GET /api/posts", requests + 1);

        ApiClient.Answer again = client.user().get(LIST);

        assertThat(again.body()).isEqualTo(first);
        assertThat(sent).isPositive();
        assertThat(statementsOf("GET /api/posts", requests + 2)).isEqualTo(sent);
    }

    @Test
    void eachKindIsKeptForItsTimeAndFoundUntilThen() throws Exception {
        TestClient client = filled(1);
        Map<String, Duration> kept = Map.of(
                "api/posts", Duration.ofSeconds(30),
                "api/configs", Duration.ofDays(1),
                "api/analytics/summary", Duration.ofMinutes(5),
                "api/analytics/dashboard", Duration.ofMinutes(5),
                "api/analytics/trends", Duration.ofMinutes(5),
                "api/analytics/keywords", Duration.ofMinutes(5),
                "api/analytics/subreddits", Duration.ofMinutes(5));
        Meter hits = harken.support().getEnvironment().metrics().meter("cache.hits");
        try (Jedis operator = new Jedis(redis.host(), redis.port())) {
            for (Map.Entry<String, Duration> one : kept.entrySet()) {
                String first = client.user().get("/" + one.getKey()).body();
                long left = operator.pttl("harken:" + client.id() + ":" + one.getKey());
                // The time that a slow machine takes from the shortest.
                assertThat(Duration.ofMillis(left))
                        .as(one.getKey())
                        .isBetween(one.getValue().minusSeconds(25), one.getValue());

                long before = hits.getCount();
                assertThat(client.user().get("/" + one.getKey()).body()).isEqualTo(first);
                assertThat(hits.getCount()).as(one.getKey()).isEqualTo(before + 1);
            }
        }
    }

    @Test
    void aKeptListSaysAsOfWhenItIsTrueAndSoDoesA304() throws Exception {
        TestClient client = filled(1);
        String path = "/api/analytics/keywords";
        ApiClient.Answer first = client.user().get(path);
        // Behind the cache's back: an answer that is made now is as of another time.
        harken.database().execute("update aggregate_refreshes set as_of = as_of - interval '1 minute'");

        assertThat(Instant.parse(first.header("Harken-As-Of").orElseThrow())).isBefore(Instant.now());
        assertThat(client.user().get(path).header("Harken-As-Of")).isEqualTo(first.header("Harken-As-Of"));
        HttpResponse<byte[]> unchanged = client.user()
                .bytes("GET", path, "If-None-Match", first.header("ETag").orElseThrow());
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.headers().firstValue("Harken-As-Of")).isEqualTo(first.header("Harken-As-Of"));
        HttpResponse<byte[]> anew = client.user().bytes("GET", path, "Cache-Control", "no-cache");
        assertThat(anew.headers().firstValue("Harken-As-Of")).isPresent().isNotEqualTo(first.header("Harken-As-Of"));
        assertThat(client.user().get(LIST).header("Harken-As-Of")).isEmpty();
    }

    @Test
    void whatAnotherProcessKeptIsFound() throws Exception {
        TestClient client = filled(3);
        ApiClient there = throughTheSecond(client);
        String first = client.user().get(LIST).body();
        // Behind the cache's back: whoever reads the rows now sees it.
        client.post("unseen", "A post that nobody announced", 0);

        assertThat(there.get(LIST).body()).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"the writer", "another user", "the administrator", "another process"})
    void aWriteIsSeenAtOnce(String by) throws Exception {
        TestClient client = filled(3);
        ApiClient reader =
                switch (by) {
                    case "the writer" -> client.user();
                    case "another user" -> client.anotherUser(harken);
                    case "the administrator" -> harken.admin();
                    default -> throughTheSecond(client);
                };
        String list = by.equals("the administrator") ? LIST + "&client_id=" + client.id() : LIST;
        for (int i = 0; i < 5; i++) {
            JsonNode post = reader.get(list).json().get(i % 3);
            boolean flagged = post.get("flagged").asBoolean();

            client.user().patch("/api/posts/" + post.get("id").asLong(), Map.of("flagged", !flagged));

            assertThat(reader.get(list).json().get(i % 3).get("flagged").asBoolean())
                    .isEqualTo(!flagged);
        }
    }

    @Test
    void aWriteThroughAnotherProcessIsSeenAtOnce() throws Exception {
        TestClient client = filled(1);
        ApiClient there = throughTheSecond(client);
        JsonNode post = client.user().get(LIST).json().get(0);

        there.patch("/api/posts/" + post.get("id").asLong(), Map.of("reviewed", true));

        assertThat(client.user().get(LIST).json().get(0).get("reviewed").asBoolean())
                .isTrue();
    }

    @Test
    void anAdministratorsWriteIsSeenByTheClientAtOnce() throws Exception {
        TestClient client = filled(1);
        long post = client.user().get(LIST).json().get(0).get("id").asLong();

        harken.admin().patch("/api/posts/" + post, Map.of("reviewed", true));

        assertThat(client.user().get(LIST).json().get(0).get("reviewed").asBoolean())
                .isTrue();
    }

    @Test
    void aNewConfigAndItsEndAreSeenAtOnceByBothProcesses() {
        TestClient client = TestClient.create(harken);
        ApiClient there = throughTheSecond(client);
        assertThat(client.user().get("/api/configs").json()).isEmpty();
        assertThat(there.get("/api/configs").json()).isEmpty();

        long config = client.user()
                .post("/api/configs", Map.of("keywords", List.of("a"), "reddit_subreddits", List.of("abc")))
                .json()
                .get("id")
                .asLong();

        assertThat(client.user().get("/api/configs").json()).hasSize(1);
        assertThat(there.get("/api/configs").json()).hasSize(1);
        there.delete("/api/configs/" + config);
        assertThat(there.get("/api/configs").json()).isEmpty();
        assertThat(client.user().get("/api/configs").json()).isEmpty();
    }

    @Test
    void aProcessThatStartsOutdatesWhatOthersMayHaveLeftBehind() throws Exception {
        TestClient client = filled(1);
        client.user().get(LIST);
        client.post("unseen", "Stored by a process that died before it told so", 0);
        assertThat(client.user().get(LIST).json()).hasSize(1);

        HarkenService.over(harken.database(), "monitoring.enabled=false", "redis.url=" + redis.url())
                .close();

        assertThat(client.user().get(LIST).json()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "No-Cache, max-age=0", "no-store"})
    void whoWantsNoCachedAnswerGetsOneThatIsMade(String wish) throws Exception {
        TestClient client = filled(1);
        client.user().get(LIST);
        client.post("unseen", "A post that nobody announced", 0);

        HttpResponse<byte[]> made = client.user().bytes("GET", LIST, "Cache-Control", wish);

        assertThat(text(made.body())).contains("A post that nobody announced");
        assertThat(client.user().get(LIST).body()).doesNotContain("A post that nobody announced");
    }

    @Test
    void whoHasTheAnswerAlreadyIsToldSo() throws Exception {
        TestClient client = filled(20);
        HttpResponse<byte[]> full = client.user().bytes("GET", LIST);
        String tag = header(full, "etag");
        assertThat(tag).startsWith("\"").endsWith("\"");
        assertThat(header(full, "vary")).isEqualToIgnoringCase("Accept-Encoding");
        assertThat(header(full, "cache-control")).isEqualTo("private, no-cache");
        assertThat(header(full, "content-length")).isEqualTo(Integer.toString(full.body().length));

        for (String condition : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
            HttpResponse<byte[]> unchanged = client.user().bytes("GET", LIST, "If-None-Match", condition);
            assertThat(unchanged.statusCode()).as(condition).isEqualTo(304);
            assertThat(unchanged.body()).isEmpty();
            assertThat(header(unchanged, "etag")).isEqualTo(tag);
            assertThat(header(unchanged, "cache-control")).isEqualTo("private, no-cache");
            assertThat(header(unchanged, "vary")).isEqualToIgnoringCase("Accept-Encoding");
        }
        HttpResponse<byte[]> another = client.user().bytes("GET", LIST, "If-None-Match", "\"other\"");
        assertThat(another.statusCode()).isEqualTo(200);
        assertThat(another.body()).isEqualTo(full.body());
        for (String name : List.of("content-type", "etag", "vary", "cache-control")) {
            assertThat(header(another, name)).isEqualTo(header(full, name));
        }
        long post = client.user().get(LIST).json().get(0).get("id").asLong();
        client.user().patch("/api/posts/" + post, Map.of("flagged", true));
        HttpResponse<byte[]> changed = client.user().bytes("GET", LIST, "If-None-Match", tag);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(header(changed, "etag")).isNotEqualTo(tag);
    }

    /** Walks the document: a list that is made tomorrow is asked as well. */
    @Test
    void everyListIsTaggedUntilItChanges() throws Exception {
        TestClient client = filled(1);
        client.user().post("/api/configs", Map.of("keywords", List.of("fish"), "reddit_subreddits", List.of("a")));
        JsonNode channel = channel(client.user());
        List<String> lists = new ArrayList<>();
        harken.anonymous().get("/openapi.json").json().get("paths").properties().forEach(path -> {
            JsonNode answer = path.getValue().at("/get/responses");
            if (answer.at("/200/headers").has("Link")) {
                assertThat(answer.at("/200/headers").has("ETag"))
                        .as(path.getKey())
                        .isTrue();
                assertThat(answer.has("304")).as(path.getKey()).isTrue();
                lists.add(path.getKey());
            }
        });
        assertThat(lists)
                .contains("/api/posts", "/api/configs", "/api/clients", "/api/users", "/api/notifications/channels");
        for (String path : lists) {
            String list = path.replace("{id}", channel.get("id").asText()) + "?limit=200";
            HttpResponse<byte[]> full = harken.admin().bytes("GET", list);
            String tag = header(full, "etag");

            HttpResponse<byte[]> unchanged = harken.admin().bytes("GET", list, "If-None-Match", tag);
            assertThat(unchanged.statusCode()).as(list).isEqualTo(304);
            assertThat(unchanged.body()).as(list).isEmpty();
        }
        String users = header(harken.admin().bytes("GET", "/api/users?limit=200"), "etag");
        String channels = header(client.user().bytes("GET", "/api/notifications/channels"), "etag");
        client.anotherUser(harken);
        channel(client.user());
        assertThat(harken.admin()
                        .bytes("GET", "/api/users?limit=200", "If-None-Match", users)
                        .statusCode())
                .isEqualTo(200);
        assertThat(client.user()
                        .bytes("GET", "/api/notifications/channels", "If-None-Match", channels)
                        .statusCode())
                .isEqualTo(200);
    }

    private static JsonNode channel(ApiClient user) {
        return user.post("/api/notifications/channels", Map.of("name", "A feed to read", "kind", "feed"))
                .json();
    }

    @Test
    void whoAsksWhetherItChangedIsLookedForOnce() throws Exception {
        TestClient client = filled(1);
        Timer looks = harken.support().getEnvironment().metrics().timer("cache.finds");
        long before = looks.getCount();

        assertThat(client.user()
                        .bytes("GET", LIST, "If-None-Match", "\"other\"")
                        .statusCode())
                .isEqualTo(200);

        assertThat(looks.getCount()).isEqualTo(before + 1);
    }

    @Test
    void onlyWhoIsLetInIsToldThatItsOwnListIsUnchanged() throws Exception {
        TestClient client = filled(3);
        TestClient other = filled(3);
        String tag = header(client.user().bytes("GET", LIST), "etag");
        other.user().get(LIST);

        assertThat(client.user().bytes("GET", LIST, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        assertThat(other.user().bytes("GET", LIST, "If-None-Match", tag).statusCode())
                .isEqualTo(200);
        assertThat(harken.anonymous().bytes("GET", LIST, "If-None-Match", tag).statusCode())
                .isEqualTo(401);
    }

    @Test
    void compressedItIsTheSameUnderATagOfItsOwn() throws Exception {
        TestClient client = filled(20);
        HttpResponse<byte[]> plain = client.user().bytes("GET", LIST);
        for (int again = 0; again < 2; again++) {
            HttpResponse<byte[]> packed = client.user().bytes("GET", LIST, "Accept-Encoding", "br;q=1.0, gzip;q=0.8");
            String tag = header(packed, "etag");

            assertThat(packed.headers().allValues("content-encoding")).containsExactly("gzip");
            assertThat(packed.headers().allValues("vary")).hasSize(1);
            assertThat(packed.body().length).isLessThan(plain.body().length / 3);
            assertThat(unpacked(packed.body())).isEqualTo(plain.body());
            assertThat(tag).isNotEqualTo(header(plain, "etag")).startsWith("\"");
            HttpResponse<byte[]> unchanged =
                    client.user().bytes("GET", LIST, "Accept-Encoding", "gzip", "If-None-Match", tag);
            assertThat(unchanged.statusCode()).isEqualTo(304);
            assertThat(header(unchanged, "etag")).isEqualTo(tag);
        }
        HttpResponse<byte[]> refused = client.user().bytes("GET", LIST, "Accept-Encoding", "gzip;q=0, identity");
        assertThat(refused.headers().firstValue("content-encoding")).isEmpty();
        assertThat(refused.body()).isEqualTo(plain.body());
    }

    @Test
    void aSmallAnswerIsServedCompressedOrNotWithTheSameContent() throws Exception {
        for (int posts = 0; posts < 3; posts++) {
            TestClient client = filled(posts);
            HttpResponse<byte[]> plain = client.user().bytes("GET", LIST);
            HttpResponse<byte[]> packed = client.user().bytes("GET", LIST, "Accept-Encoding", "gzip");
            byte[] body = packed.headers().firstValue("content-encoding").isPresent()
                    ? unpacked(packed.body())
                    : packed.body();
            assertThat(body).isEqualTo(plain.body());
            assertThat(client.user()
                            .bytes("GET", LIST, "Accept-Encoding", "gzip", "If-None-Match", header(packed, "etag"))
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void headIsAnsweredLikeGetWithoutTheBody() throws Exception {
        TestClient client = filled(20);
        for (String coding : List.of("identity", "gzip")) {
            HttpResponse<byte[]> get = client.user().bytes("GET", LIST, "Accept-Encoding", coding);
            HttpResponse<byte[]> head = client.user().bytes("HEAD", LIST, "Accept-Encoding", coding);

            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("etag"))
                    .isEqualTo(get.headers().firstValue("etag"));
            assertThat(head.headers().firstValue("content-length"))
                    .isEqualTo(get.headers().firstValue("content-length"));
            assertThat(head.headers().firstValue("content-encoding"))
                    .isEqualTo(get.headers().firstValue("content-encoding"));
        }
    }

    @Test
    void aKeptPageHasTheLinksOfOneThatIsMade() throws Exception {
        TestClient client = filled(5);
        String page = "/api/posts?limit=2&subreddit=SampleGardening";
        ApiClient.Answer made = client.user().get(page);
        ApiClient.Answer kept = client.user().get(page);

        assertThat(made.link("next")).isPresent();
        assertThat(kept.link("next")).isEqualTo(made.link("next"));
        ApiClient.Answer next = client.user().get(kept.link("next").orElseThrow());
        assertThat(next.link("prev")).isPresent();
        assertThat(client.user().get(kept.link("next").orElseThrow()).link("prev"))
                .isEqualTo(next.link("prev"));
    }

    @Test
    void aFullPageThatGotANextOneIsNotUnchanged() throws Exception {
        TestClient client = filled(2);
        String page = "/api/posts?limit=2&order=oldest";
        HttpResponse<byte[]> last = client.user().bytes("GET", page);
        assertThat(last.headers().firstValue("link")).isEmpty();
        long post = client.post("newer", "A newer post", 0);
        // Any write of the client; this one shows nowhere in the page.
        client.user().patch("/api/posts/" + post, Map.of("flagged", true));

        HttpResponse<byte[]> again = client.user().bytes("GET", page, "If-None-Match", header(last, "etag"));

        assertThat(again.body()).isEqualTo(last.body());
        assertThat(again.headers().firstValue("link").orElseThrow()).contains("rel=\"next\"");
    }

    @Test
    void whatFailsIsNotKept() {
        TestClient client = TestClient.create(harken);
        for (int i = 0; i < 2; i++) {
            assertThat(client.user().get("/api/posts?cursor=nonsense").status()).isEqualTo(400);
        }
    }

    @Test
    void withTheCacheOffAllOfItWorks() throws Exception {
        try (HarkenService uncached =
                HarkenService.start("monitoring.enabled=false", "redis.url=" + redis.url(), "cache.enabled=false")) {
            TestClient client = TestClient.create(uncached);
            client.post("one", "One", 1);
            HttpResponse<byte[]> first = client.user().bytes("GET", LIST);
            client.post("two", "Two", 1);

            assertThat(client.user().get(LIST).json()).hasSize(2);
            assertThat(client.user()
                            .bytes("GET", LIST, "If-None-Match", header(first, "etag"))
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<byte[]> now = client.user().bytes("GET", LIST);
            assertThat(client.user()
                            .bytes("GET", LIST, "If-None-Match", header(now, "etag"))
                            .statusCode())
                    .isEqualTo(304);
        }
    }

    @Test
    void withoutRedisTheProcessKeepsAnswersItself() throws Exception {
        try (HarkenService alone = HarkenService.start("monitoring.enabled=false")) {
            TestClient client = TestClient.create(alone);
            client.post("one", "One", 1);
            String first = client.user().get(LIST).body();
            client.post("unseen", "A post that nobody announced", 1);
            assertThat(client.user().get(LIST).body()).isEqualTo(first);

            long post = client.user().get(LIST).json().get(0).get("id").asLong();
            client.user().patch("/api/posts/" + post, Map.of("flagged", true));

            assertThat(client.user().get(LIST).json()).hasSize(2);
        }
    }

    private static TestClient filled(int posts) throws Exception {
        TestClient client = TestClient.create(harken);
        for (int i = 0; i < posts; i++) {
            client.post("p" + i, "Post " + i, 3);
        }
        return client;
    }

    private static ApiClient throughTheSecond(TestClient client) {
        return second.anonymous().withToken(client.user().token());
    }

    /** What the requests of the route sent; a request is counted when its answer is on the way. */
    private static long statementsOf(String route, long requests) {
        Histogram statements = statements(route);
        await().until(() -> statements.getCount() >= requests);
        return LongStream.of(statements.getSnapshot().getValues()).sum();
    }

    private static Histogram statements(String route) {
        return harken.support().getEnvironment().metrics().histogram("statements." + route);
    }

    private static String header(HttpResponse<byte[]> response, String name) {
        return response.headers().firstValue(name).orElseThrow(() -> new AssertionError("no " + name));
    }

    private static byte[] unpacked(byte[] body) throws Exception {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return gzip.readAllBytes();
        }
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
