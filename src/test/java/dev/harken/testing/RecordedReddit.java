package dev.harken.testing;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.harken.database.Transactions;
import dev.harken.http.ApiJson;
import dev.harken.monitoring.feed.BudgetDao;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.reddit.RedditFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A server on loopback that answers as Reddit did when it was recorded. It answers a path with what the test gave it,
 * else with the recording of that path, else with the recorded 404.
 */
public final class RecordedReddit implements AutoCloseable {
    public static final String TOKEN_PATH = "/api/v1/access_token";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Deque<Reply>> replies = new ConcurrentHashMap<>();
    private final Map<String, Reply> recorded = new HashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Reply> rule =
            request -> recorded.getOrDefault(request.path(), recording("error-404-not-found.json"));
    private final CountDownLatch closed = new CountDownLatch(1);

    private RecordedReddit(HttpServer server) {
        this.server = server;
    }

    public static RecordedReddit start() throws IOException {
        // Else each answer waits 40 ms for the acknowledgement of its headers.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        RecordedReddit reddit =
                new RecordedReddit(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        for (JsonNode recording : index()) {
            reddit.recorded.putIfAbsent(
                    pathOf(recording), recording(recording.path("file").asText()));
        }
        reddit.server.createContext("/", reddit::handle);
        reddit.server.setExecutor(reddit.threads);
        reddit.server.start();
        return reddit;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What config.yml has to say for a Harken that reads from here. */
    public String[] settings() {
        return new String[] {
            // What was recorded is years old.
            "monitoring.oldestPost=36500d",
            "monitoring.reddit.clientId=an-id",
            "monitoring.reddit.clientSecret=a-secret",
            "monitoring.reddit.userAgent=server:dev.harken.test:v1 (by /u/harken_test)",
            "monitoring.reddit.authUrl=" + url(),
            "monitoring.reddit.apiUrl=" + url()
        };
    }

    /** A feed that reads from here, with its rate budget in the same database. */
    public Feed feed(Transactions transactions, Clock clock) {
        return feed(transactions, Duration.ofSeconds(15), clock);
    }

    /** As {@link #feed(Transactions, Clock)}, which waits for so long for an answer. */
    public Feed feed(Transactions transactions, Duration patience, Clock clock) {
        RedditFactory factory = new RedditFactory();
        factory.setReadTimeout(io.dropwizard.util.Duration.milliseconds(patience.toMillis()));
        factory.setClientId("the-id");
        factory.setClientSecret("the-secret");
        factory.setUserAgent("server:dev.harken.test:v1 (by /u/example)");
        factory.setAuthUrl(url());
        factory.setApiUrl(url());
        return new Feed(
                transactions,
                factory.build(new BudgetDao(transactions, factory.credential()), new MetricRegistry(), clock),
                ApiJson.mapper(),
                Duration.ofMinutes(1),
                Duration.ofDays(7),
                clock);
    }

    /** Answers a path with these in turn, the last one for ever. */
    public RecordedReddit answer(String path, Reply... inTurn) {
        replies.put(path, new ArrayDeque<>(List.of(inTurn)));
        return this;
    }

    /** Answers what has no answer of its own by a rule. */
    public RecordedReddit answerBy(Function<Request, Reply> answers) {
        rule = answers;
        return this;
    }

    /** What was asked so far. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public List<Request> requests(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).toList();
    }

    /** A recording, with the status and the headers it was recorded with. */
    public static Reply recording(String file) {
        for (JsonNode recording : index()) {
            if (recording.path("file").asText().equals(file)) {
                Map<String, String> headers = new LinkedHashMap<>();
                recording
                        .path("headers")
                        .properties()
                        .forEach(header ->
                                headers.put(header.getKey(), header.getValue().asText()));
                headers.remove("date");
                return new Reply(recording.path("status").asInt(), headers, bytes(file), Manner.PLAIN);
            }
        }
        throw new IllegalArgumentException("no recording " + file);
    }

    public static byte[] bytes(String file) {
        try (InputStream in = RecordedReddit.class.getResourceAsStream("/reddit/" + file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        URI address = exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        Request request =
                new Request(exchange.getRequestMethod(), address.getPath(), address.getQuery(), headers, body);
        requests.add(request);
        Reply reply = next(request);
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        try (exchange) {
            send(exchange, reply);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply next(Request request) {
        Deque<Reply> inTurn = replies.get(request.path());
        if (inTurn == null) {
            boolean token = request.path().equals(TOKEN_PATH);
            return token ? recorded.get(TOKEN_PATH) : rule.apply(request);
        }
        synchronized (inTurn) {
            return inTurn.size() > 1 ? inTurn.poll() : inTurn.peek();
        }
    }

    private void send(HttpExchange exchange, Reply reply) throws IOException, InterruptedException {
        byte[] body = reply.body();
        switch (reply.manner()) {
            case PLAIN -> {
                exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
                if (body.length > 0) {
                    exchange.getResponseBody().write(body);
                }
            }
            case SILENT -> closed.await();
            case CUT -> {
                exchange.sendResponseHeaders(reply.status(), body.length);
                exchange.getResponseBody().write(body, 0, body.length / 2);
            }
            case TRICKLING -> {
                exchange.sendResponseHeaders(reply.status(), body.length);
                OutputStream out = exchange.getResponseBody();
                for (int at = 0; at < body.length && !closed.await(20, TimeUnit.MILLISECONDS); at++) {
                    out.write(body[at]);
                    out.flush();
                }
            }
        }
    }

    private static JsonNode index() {
        try {
            return new JsonMapper().readTree(bytes("recordings.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pathOf(JsonNode recording) {
        return recording.path("path").asText().replaceFirst("[?].*", "");
    }

    /** How a body goes out. */
    public enum Manner {
        PLAIN,
        /** Never: not even the status. */
        SILENT,
        /** Half of it, then the connection is closed. */
        CUT,
        /** A byte each 20 ms. */
        TRICKLING
    }

    /** What was asked; header names are in lower case. */
    public record Request(String method, String path, String query, Map<String, String> headers, String body) {}

    /** What to answer. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Reply(int status, Map<String, String> headers, byte[] body, Manner manner) {
        public static Reply of(int status, String body) {
            return new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8), Manner.PLAIN);
        }

        public Reply with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Reply(status, more, body, manner);
        }

        public Reply with(Manner other) {
            return new Reply(status, headers, body, other);
        }
    }
}
