package dev.harken.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BadInputIT {
    private static HarkenService harken;
    private static TestClient client;
    private static long post;
    private static long response;

    @BeforeAll
    static void start() throws Exception {
        harken = HarkenService.start("monitoring.enabled=false");
        client = TestClient.create(harken);
        post = client.post("b1", "A post", 0);
        response = client.response(post, "A draft");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @TestFactory
    Stream<DynamicTest> badBodies() {
        String edit = "/api/posts/responses/" + response + "/edit";
        return Stream.of(
                bad("malformed JSON", "PUT", edit, "{\"content\": ", 400, ""),
                bad("no body", "PUT", edit, "", 422, ""),
                bad("null", "PUT", edit, "null", 422, ""),
                bad("a list for an object", "PUT", edit, "[]", 400, ""),
                bad("a number for a text", "PUT", edit, "{\"content\": 5}", 400, "content"),
                bad("an object for a text", "PUT", edit, "{\"content\": {}}", 400, "content"),
                bad("an unknown field", "PUT", edit, "{\"content\": \"a\", \"colour\": 1}", 400, "colour"),
                bad("a field twice", "PUT", edit, "{\"content\": \"a\", \"content\": \"b\"}", 400, ""),
                bad("something after the end", "PUT", edit, "{\"content\": \"a\"} 1", 400, ""),
                bad("an over-long text", "PUT", edit, "{\"content\": \"" + "a".repeat(10_001) + "\"}", 422, "content"),
                bad("a blank text", "PUT", edit, "{\"content\": \"  \"}", 422, "content"),
                bad("NUL", "PUT", edit, "{\"content\": \"a\\u0000b\"}", 400, "content"),
                bad("half of a surrogate pair", "PUT", edit, "{\"content\": \"a\\ud83d\"}", 400, "content"),
                bad("deep nesting", "PUT", edit, "[".repeat(5000), 400, ""),
                bad("a text for truth", "PATCH", "/api/posts/" + post, "{\"reviewed\": \"yes\"}", 400, "reviewed"),
                bad("a number for truth", "PATCH", "/api/posts/" + post, "{\"reviewed\": 1}", 400, "reviewed"),
                bad(
                        "a text for a number",
                        "POST",
                        "/api/configs",
                        "{\"scan_interval_minutes\": \"5\"}",
                        400,
                        "scan_interval_minutes"),
                bad(
                        "a fraction for a whole number",
                        "POST",
                        "/api/configs",
                        "{\"scan_interval_minutes\": 5.5}",
                        400,
                        "scan_interval_minutes"),
                bad(
                        "a number beyond its range",
                        "POST",
                        "/api/configs",
                        config("\"scan_interval_minutes\": 100000"),
                        422,
                        "scan_interval_minutes"),
                bad(
                        "a number beyond all ranges",
                        "POST",
                        "/api/configs",
                        "{\"scan_interval_minutes\": 99999999999999999999}",
                        400,
                        "scan_interval_minutes"),
                bad("a text for a list", "POST", "/api/configs", "{\"keywords\": \"a\"}", 400, "keywords"),
                bad("null in a list", "POST", "/api/configs", "{\"keywords\": [null]}", 422, "keywords[0]"),
                bad(
                        "no subreddit's name",
                        "POST",
                        "/api/configs",
                        "{\"keywords\": [\"a\"], \"reddit_subreddits\": [\"abc\", \"no such name!\"]}",
                        422,
                        "reddit_subreddits[1]"),
                bad(
                        "a broken regular expression",
                        "POST",
                        "/api/configs",
                        "{\"keywords\": [\"fine\", \"/(/\"], \"reddit_subreddits\": [\"abc\"]}",
                        422,
                        "keywords[1]"),
                bad("days that are none", "POST", "/api/configs", config("\"scan_days\": \"8\""), 422, "scan_days"),
                bad(
                        "an unknown placeholder",
                        "POST",
                        "/api/configs",
                        config("\"reply_template\": \"{nonsense}\""),
                        422,
                        "reply_template"));
    }

    private static String config(String field) {
        return "{\"keywords\": [\"a\"], \"reddit_subreddits\": [\"abc\"], " + field + "}";
    }

    private static DynamicTest bad(String what, String method, String path, String body, int status, String field) {
        return DynamicTest.dynamicTest(what, () -> {
            String before = stored();
            ApiClient.Answer answer = client.user().raw(method, path, "application/json", body);
            assertProblem(answer, status, field);
            assertThat(stored()).isEqualTo(before);
        });
    }

    @TestFactory
    Stream<DynamicTest> badParameters() {
        return Stream.of(
                        "limit=1000000000:limit",
                        "limit=0:limit",
                        "limit=-1:limit",
                        "limit=ten:limit",
                        "limit=99999999999999999999:limit",
                        "limit=5&limit=6:limit",
                        "cursor=:cursor",
                        "cursor=broken:cursor",
                        "cursor=CQAAAAAAAAAAAAAAAAAAAAAA:cursor",
                        "cursor=%00:cursor",
                        "reviewed=maybe:reviewed",
                        "min_score=a:min_score",
                        "since=yesterday:since",
                        "until=2026-13-01T00:00:00Z:until",
                        "since=-999999999-01-01T00:00:00Z:since",
                        "until=%2B999999999-01-01T00:00:00Z:until",
                        "order=sideways:order",
                        "q=%00:q",
                        "q=:q",
                        "subreddit=:subreddit",
                        "offset=50:offset",
                        "client_id=0:client_id")
                .map(row -> DynamicTest.dynamicTest(row, () -> {
                    int colon = row.lastIndexOf(':');
                    ApiClient.Answer answer = client.user().get("/api/posts?" + row.substring(0, colon));
                    assertProblem(answer, 400, row.substring(colon + 1));
                }));
    }

    @TestFactory
    Stream<DynamicTest> badAddressesMethodsAndTypes() {
        return Stream.of(
                DynamicTest.dynamicTest(
                        "an unknown route", () -> assertProblem(client.user().get("/api/nothing"), 404, "")),
                DynamicTest.dynamicTest(
                        "a word for an id", () -> assertProblem(client.user().get("/api/posts/abc"), 404, "")),
                DynamicTest.dynamicTest(
                        "an id beyond all ranges",
                        () -> assertProblem(client.user().get("/api/posts/99999999999999999999"), 404, "")),
                DynamicTest.dynamicTest("a wrong method", () -> {
                    ApiClient.Answer answer = client.user().delete("/api/posts/" + post);
                    assertProblem(answer, 405, "");
                    assertThat(answer.header("allow").orElse("")).contains("PATCH");
                }),
                DynamicTest.dynamicTest(
                        "an unheard-of method",
                        () -> assertProblem(client.user().json("PROPFIND", "/api/posts", ""), 405, "")),
                DynamicTest.dynamicTest(
                        "a wrong content type",
                        () -> assertProblem(
                                client.user().raw("PATCH", "/api/posts/" + post, "text/xml", "<reviewed/>"), 415, "")),
                DynamicTest.dynamicTest(
                        "no content type",
                        () -> assertProblem(
                                client.user()
                                        .raw(
                                                "PATCH",
                                                "/api/posts/" + post,
                                                null,
                                                "{}".getBytes(StandardCharsets.UTF_8)),
                                415,
                                "")));
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        String before = stored();
        byte[] body = "{\"content\": \"a?b\"}".getBytes(StandardCharsets.ISO_8859_1);
        body[14] = (byte) 0xff;

        assertProblem(
                client.user().raw("PUT", "/api/posts/responses/" + response + "/edit", "application/json", body),
                400,
                "");

        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aBodyOfTenMegabytesIsRefusedWithoutReadingIt() {
        byte[] body = ("{\"content\": \"" + "a".repeat(10_000_000) + "\"}").getBytes(StandardCharsets.UTF_8);

        assertProblem(
                client.user().raw("PUT", "/api/posts/responses/" + response + "/edit", "application/json", body),
                413,
                "");
    }

    @Test
    void brokenHttpIsAProblemToo() throws Exception {
        assertRawProblem("GET /api/posts HTTP/1.1\r\nHost: a\r\nX-Long: " + "a".repeat(20_000) + "\r\n\r\n", 431);
        assertRawProblem("GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400);
        assertRawProblem("NONSENSE\r\n\r\n", 400);
    }

    private static void assertRawProblem(String request, int status) throws IOException {
        URI base = URI.create(harken.anonymous().base());
        try (Socket socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(5_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            String answer = read(socket.getInputStream());
            assertThat(answer).startsWith("HTTP/1.1 " + status);
            assertThat(answer).contains("application/problem+json");
            assertNoLeak(answer);
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        in.transferTo(answer);
        return answer.toString(StandardCharsets.UTF_8);
    }

    private static void assertProblem(ApiClient.Answer answer, int status, String field) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("content-type")).contains("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("type").asText()).isNotEmpty();
        assertThat(problem.get("title").asText()).isNotEmpty();
        assertThat(problem.get("detail").asText()).isNotEmpty();
        if (!field.isEmpty()) {
            assertThat(problem.path("errors").has(field)).as(answer.body()).isTrue();
        }
        assertNoLeak(answer.body());
    }

    private static void assertNoLeak(String body) {
        assertThat(body)
                .doesNotContain("Exception")
                .doesNotContain("dev.harken")
                .doesNotContain("org.")
                .doesNotContain("com.")
                .doesNotContain("\tat ")
                .doesNotContainIgnoringCase("select ");
    }

    private static String stored() throws Exception {
        return harken.database()
                .scalar(
                        """
                        select concat_ws('|',
                          (select md5(string_agg(r::text, '|' order by id)) from ai_responses r),
                          (select md5(string_agg(p::text, '|' order by id)) from matched_posts p),
                          (select count(*) from client_configs),
                          (select count(*) from response_revisions),
                          (select count(*) from analytics_events))
                        """);
    }
}
