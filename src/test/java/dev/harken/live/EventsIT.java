package dev.harken.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.http.ApiJson;
import dev.harken.testing.ApiClient;
import dev.harken.testing.EventSource;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import dev.harken.testing.TestDatabase;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EventsIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String[] SETTINGS = {
        "monitoring.enabled=false", "live.heartbeat=300ms", "auth.secretKey=0123456789abcdef0123456789abcdef"
    };

    private static HarkenService harken;

    @BeforeAll
    static void start() {
        harken = HarkenService.start(SETTINGS);
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    private static EventSource listen(ApiClient api) {
        return EventSource.open(api, "", "");
    }

    private static EventSource resume(ApiClient api, String lastId) {
        return EventSource.open(api, "", lastId);
    }

    private static long subject(EventSource source) {
        EventSource.Event event = source.next().orElseThrow();
        assertThat(event.name()).as(event.data()).isEqualTo("message");
        return json(event).get("subject_id").asLong();
    }

    private static com.fasterxml.jackson.databind.JsonNode json(EventSource.Event event) {
        try {
            return ApiJson.mapper().readTree(event.data());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Writes an event as a change would, of a post that need not be there. */
    private static void write(Statement statement, long client, long subject) throws Exception {
        statement.execute("insert into audit_records (client_id, actor, action, subject, subject_id)"
                + " values (%d, 'somebody@client.test', 'post.matched', 'post', %d)".formatted(client, subject));
    }

    private static void write(TestDatabase database, long client, long subject) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            write(statement, client, subject);
        }
    }

    @Test
    void aListenerIsToldWhatIsDoneWithAPost() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("told", "Tomatoes", 1);
        try (EventSource source = listen(client.user())) {
            client.user().patch("/api/posts/" + post, Map.of("reviewed", true));

            EventSource.Event event = source.next().orElseThrow();
            assertThat(json(event).get("action").asText()).isEqualTo("post.reviewed");
            assertThat(json(event).get("subject").asText()).isEqualTo("post");
            assertThat(json(event).get("subject_id").asLong()).isEqualTo(post);
            assertThat(json(event).get("post_id").asLong()).isEqualTo(post);
            assertThat(json(event).get("client_id").asLong()).isEqualTo(client.id());
            assertThat(event.data()).contains("\"at\"").doesNotContain("@", "Tomatoes");
            assertThat(event.id()).matches("[0-9]+-[0-9]+");
            assertThat(source.header("Content-Type")).contains("text/event-stream;charset=utf-8");
            assertThat(source.header("Cache-Control")).contains("no-store");
            assertThat(source.header("X-Accel-Buffering")).contains("no");
            assertThat(source.header("Content-Encoding")).isEmpty();
        }
    }

    @Test
    void anEventOfAResponseNamesItsPost() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("named", "Beans", 0);
        long response = client.response(post, "A draft");
        try (EventSource source = listen(client.user())) {
            ApiClient.Answer copied = client.user().post("/api/posts/responses/" + response + "/copied", Map.of());
            assertThat(copied.status()).as(copied.body()).isEqualTo(200);

            EventSource.Event event = source.next().orElseThrow();
            assertThat(json(event).get("action").asText()).isEqualTo("response.copied");
            assertThat(json(event).get("post_id").asLong()).isEqualTo(post);
        }
    }

    @Test
    void aListenerIsToldOfItsOwnClientOnly() throws Exception {
        TestClient mine = TestClient.create(harken);
        TestClient theirs = TestClient.create(harken);
        try (EventSource source = listen(mine.user());
                EventSource admin = EventSource.open(harken.admin(), "?client_id=" + theirs.id(), "")) {
            String before = source.lastId();
            write(harken.database(), theirs.id(), 1);
            write(harken.database(), mine.id(), 2);
            write(harken.database(), theirs.id(), 3);
            write(harken.database(), mine.id(), 4);

            assertThat(List.of(subject(source), subject(source))).containsExactly(2L, 4L);
            assertThat(List.of(subject(admin), subject(admin))).containsExactly(1L, 3L);
            try (EventSource again = resume(mine.user(), before)) {
                assertThat(List.of(subject(again), subject(again)))
                        .as("what is told again, too")
                        .containsExactly(2L, 4L);
            }
        }
        assertProblem(mine.user().get("/api/events?client_id=" + theirs.id()), 404);
    }

    @Test
    void whatIsOfNoPostOrResponseIsNotTold() throws Exception {
        TestClient client = TestClient.create(harken);
        try (EventSource source = listen(client.user())) {
            harken.database()
                    .execute("insert into audit_records (client_id, actor, action, subject, subject_id)"
                            + " values (%d, 'a@b.test', 'user.changed', 'user', 1)".formatted(client.id()));
            write(harken.database(), client.id(), 2);

            assertThat(subject(source)).isEqualTo(2);
        }
    }

    @Test
    void whatCommitsLateIsToldInItsTurnAndOnce() throws Exception {
        TestClient client = TestClient.create(harken);
        EventSource first = listen(client.user());
        String before = first.lastId();
        try (Connection slow = harken.database().connect();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            write(statement, client.id(), 1);
            write(harken.database(), client.id(), 2);
            first.close();
            try (EventSource second = resume(client.user(), before)) {
                assertThat(second.lastId()).isEqualTo(before);
                slow.commit();

                assertThat(subject(second)).isEqualTo(1);
                assertThat(subject(second)).isEqualTo(2);
                write(harken.database(), client.id(), 3);
                assertThat(subject(second)).as("none twice").isEqualTo(3);
            }
        }
    }

    @Test
    void whoResumesAmongWritersMissesNothingAndGetsNothingTwice() throws Exception {
        TestClient client = TestClient.create(harken);
        int writers = 4;
        int each = 150;
        EventSource source = listen(client.user());
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<Future<?>> writing = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            int from = writer * each;
            writing.add(threads.submit(() -> {
                try (Connection connection = harken.database().connect();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    for (int i = 1; i <= each; i++) {
                        write(statement, client.id(), from + i);
                        if (i % 3 == 0) {
                            connection.commit();
                        }
                    }
                }
                return null;
            }));
        }
        Set<Long> seen = new HashSet<>();
        for (int i = 1; i <= writers * each; i++) {
            assertThat(seen.add(subject(source))).as("told once").isTrue();
            if (i % 25 == 0) {
                String last = source.lastId();
                source.close();
                source = resume(client.user(), last);
            }
        }
        source.close();
        for (Future<?> future : writing) {
            future.get();
        }
        threads.shutdown();

        assertThat(seen).hasSize(writers * each);
    }

    @Test
    void whoMissedTooMuchIsToldToReadAnew() throws Exception {
        TestClient client = TestClient.create(harken);
        String before;
        try (EventSource source = listen(client.user())) {
            before = source.lastId();
        }
        harken.database()
                .execute("insert into audit_records (client_id, actor, action, subject, subject_id)"
                        + " select %d, 'harken', 'post.matched', 'post', n from generate_series(1, 1001) n"
                                .formatted(client.id()));
        for (String unknown : List.of(before, "900000000000000000-1")) {
            try (EventSource source = resume(client.user(), unknown)) {
                assertThat(source.next().orElseThrow().name()).isEqualTo("reset");
                write(harken.database(), client.id(), 2_000);
                assertThat(subject(source)).isEqualTo(2_000);
            }
        }
        harken.database().execute("delete from audit_records where subject_id = 1 and client_id = " + client.id());
        try (EventSource source = EventSource.open(client.user(), "?last_event_id=" + before, "")) {
            assertThat(source.next().orElseThrow().name()).as("1,002 events").isEqualTo("reset");
        }
        harken.database()
                .execute("delete from audit_records where subject_id in (2, 3) and client_id = " + client.id());
        try (EventSource source = EventSource.open(client.user(), "?last_event_id=" + before, "")) {
            for (int i = 4; i <= 1_001; i++) {
                assertThat(subject(source)).isEqualTo(i);
            }
        }
    }

    @Test
    void whatWasRestoredFromAnotherServerIsNotNew() throws Exception {
        TestClient client = TestClient.create(harken);
        harken.database()
                .execute("insert into audit_records (client_id, actor, action, subject, subject_id, transaction)"
                        + " values (%d, 'harken', 'post.matched', 'post', 1, '5000000000')".formatted(client.id()));
        try (HarkenService other = HarkenService.over(harken.database(), SETTINGS);
                EventSource source =
                        listen(other.anonymous().withToken(client.user().token()))) {
            assertThat(source.lastId()).isNotEmpty();
            write(harken.database(), client.id(), 2);
            assertThat(subject(source)).isEqualTo(2);
        }
    }

    @Test
    void processesOverOneDatabaseTellOfEachOthersChanges() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("other", "Peas", 0);
        try (HarkenService other = HarkenService.over(harken.database(), SETTINGS)) {
            ApiClient there = other.admin();
            String last;
            try (EventSource source = EventSource.open(there, "?client_id=" + client.id(), "")) {
                client.user().patch("/api/posts/" + post, Map.of("flagged", true));
                assertThat(json(source.next().orElseThrow()).get("action").asText())
                        .isEqualTo("post.flagged");
                last = source.lastId();
            }
            client.user().patch("/api/posts/" + post, Map.of("flagged", false));
            try (EventSource source = resume(there.withToken(client.user().token()), last)) {
                assertThat(json(source.next().orElseThrow()).get("action").asText())
                        .as("resumed at the other process")
                        .isEqualTo("post.unflagged");
            }
        }
    }

    @Test
    void whoResumesAtOneProcessAndTheOtherInTurnMissesNothingAndGetsNothingTwice() throws Exception {
        TestClient client = TestClient.create(harken);
        int all = 240;
        try (HarkenService other = HarkenService.over(harken.database(), SETTINGS)) {
            List<ApiClient> processes = List.of(
                    client.user(), other.anonymous().withToken(client.user().token()));
            EventSource source = listen(processes.get(0));
            ExecutorService threads = Executors.newFixedThreadPool(2);
            List<Future<?>> writing = new ArrayList<>();
            for (int from : List.of(0, all / 2)) {
                writing.add(threads.submit(() -> {
                    for (int i = 1; i <= all / 2; i++) {
                        write(harken.database(), client.id(), from + i);
                    }
                    return null;
                }));
            }
            Set<Long> seen = new HashSet<>();
            for (int i = 1; i <= all; i++) {
                assertThat(seen.add(subject(source))).as("told once").isTrue();
                if (i % 20 == 0) {
                    String last = source.lastId();
                    source.close();
                    source = resume(processes.get(i / 20 % 2), last);
                }
            }
            source.close();
            for (Future<?> future : writing) {
                future.get();
            }
            threads.shutdown();
            assertThat(seen).hasSize(all);
        }
    }

    @Test
    void whoHasAPostOpenIsToldToPagesOfOthersAlone() throws Exception {
        TestClient client = TestClient.create(harken);
        ViewingDao viewings = new ViewingDao(ApiJson.mapper());
        Viewing viewing = new Viewing(client.id(), 7, 1, "somepage", true, true);
        assertThat(viewings.read(ApiJson.mapper().writeValueAsString(viewing))).contains(viewing);
        assertThat(viewings.read("{\"post_id\": \"x\"")).isEmpty();
        try (EventSource program = listen(client.user())) {
            harken.database()
                    .execute(
                            "notify harken_viewings, 'not one of ours'",
                            "select pg_notify('harken_viewings', '"
                                    + ApiJson.mapper().writeValueAsString(viewing) + "')");
            write(harken.database(), client.id(), 3);
            assertThat(subject(program)).as("no viewing").isEqualTo(3);
        }
    }

    @Test
    void aListenerWhoDoesNotReadHoldsUpNobodyAndIsLetGo() throws Exception {
        TestClient slow = TestClient.create(harken);
        TestClient other = TestClient.create(harken);
        try (Socket unread = request(harken, slow.user(), 4_096);
                EventSource source = listen(other.user())) {
            readOpening(unread);
            harken.database()
                    .execute("insert into audit_records (client_id, actor, action, subject, subject_id)"
                            + " select %d, 'harken', 'post.matched', 'post', n from generate_series(1, 60000) n"
                                    .formatted(slow.id()));
            write(harken.database(), other.id(), 7);

            assertThat(subject(source)).isEqualTo(7);
            unread.setSoTimeout((int) LONG.toMillis());
            long read = unread.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            assertThat(read).as("it ended, before all was sent").isLessThan(60_000L * 100);
        }
    }

    @Test
    void aReadingTouchesOnlyWhatItTells() throws Exception {
        TestClient many = TestClient.create(harken);
        TestClient few = TestClient.create(harken);
        harken.database()
                .execute(
                        "insert into audit_records (client_id, actor, action, subject, subject_id)"
                                + " select %d, 'harken', 'post.matched', 'post', n from generate_series(1, 20000) n"
                                        .formatted(many.id()),
                        "analyze audit_records");
        write(harken.database(), few.id(), 1);

        assertThat(plan(EventDao.OF_CLIENT, "'0', 0, " + few.id() + ", 100"))
                .contains("idx_audit_client_events")
                .doesNotContain("Seq Scan", "Sort");
        assertThat(plan(EventDao.OF_ALL, "'0', 0, 100"))
                .contains("idx_audit_events")
                .doesNotContain("Seq Scan", "Sort");
    }

    private static String plan(String sql, String values) throws Exception {
        String parameters = values.replaceAll("[^,]+", "unknown");
        try (Connection connection = harken.database().connect();
                Statement statement = connection.createStatement()) {
            String numbered = sql;
            for (int i = 1; numbered.contains("?"); i++) {
                numbered = numbered.replaceFirst("[?]", "\\$" + i);
            }
            statement.execute("prepare reading (" + parameters + ") as " + numbered);
            StringBuilder plan = new StringBuilder();
            try (var lines = statement.executeQuery("explain execute reading (" + values + ")")) {
                while (lines.next()) {
                    plan.append(lines.getString(1)).append('\n');
                }
            }
            return plan.toString();
        }
    }

    @Test
    void aTokenThatIsRevokedEndsTheStream() {
        TestClient client = TestClient.create(harken);
        try (EventSource source = listen(client.user())) {
            assertThat(client.user().post("/api/auth/logout", Map.of()).status())
                    .isLessThan(300);

            assertThat(source.next()).isEmpty();
        }
    }

    @Test
    void whatCannotBeAnsweredIsAProblem() {
        ApiClient user = TestClient.create(harken).user();

        ApiClient.Answer unknown = harken.anonymous().get("/api/events");
        assertProblem(unknown, 401);
        assertThat(unknown.header("WWW-Authenticate")).contains("Bearer");
        assertProblem(user.withToken("rubbish").get("/api/events"), 401);
        assertThat(harken.anonymous()
                        .get("/api/events?access_token=" + user.token())
                        .status())
                .isEqualTo(401);
        assertProblem(user.get("/api/events?last_event_id=rubbish"), 400);
        assertProblem(user.get("/api/events?last_event_id=1-2-3"), 400);
        assertProblem(user.get("/api/events?last_event_id=1-99999999999999999999"), 400);
        assertProblem(user.get("/api/events?offset=1"), 400);
        assertProblem(user.get("/api/events?client_id=0"), 400);
        assertProblem(user.get("/api/events?client_id=1&client_id=1"), 400);
        assertProblem(user.post("/api/events", Map.of()), 405);
    }

    private static void assertProblem(ApiClient.Answer answer, int status) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(answer.json().get("status").asInt()).isEqualTo(status);
    }

    static Socket request(HarkenService harken, ApiClient api, int receiveBuffer) throws Exception {
        URI base = URI.create(api.base());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer);
        socket.connect(new InetSocketAddress("localhost", base.getPort()));
        socket.setSoTimeout((int) LONG.toMillis());
        socket.getOutputStream()
                .write(("GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + api.token()
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads up to the id that a stream begins with, and answers the status. */
    static int readOpening(Socket socket) throws Exception {
        InputStream in = socket.getInputStream();
        StringBuilder text = new StringBuilder();
        for (int read = in.read(); read >= 0; read = in.read()) {
            text.append((char) read);
            if (text.indexOf("\r\n\r\n") > 0
                    && (text.indexOf("\nid: ") > 0 || !text.toString().startsWith("HTTP/1.1 200"))) {
                break;
            }
        }
        return Integer.parseInt(text.substring(9, 12));
    }
}
