package dev.harken.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server on loopback that speaks as OpenAI's chat endpoint does, and answers what the test says. */
public final class ModelServer implements AutoCloseable {
    public static final String KEY = "sk-test-0123456789-never-to-be-seen";
    public static final int INPUT_TOKENS = 1000;
    public static final int OUTPUT_TOKENS = 200;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Function<Request, Answer> rule =
            request -> replies("A reply that nobody asked for in particular.");

    private ModelServer(HttpServer server) {
        this.server = server;
    }

    public static ModelServer start() throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        ModelServer model =
                new ModelServer(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        model.server.createContext("/", model::handle);
        model.server.setExecutor(model.threads);
        model.server.start();
        return model;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /** What config.yml has to say for a Harken that asks here: a dollar a thousand tokens, ten for those answered. */
    public String[] settings() {
        return new String[] {
            "monitoring.model.apiKey=" + KEY,
            "monitoring.model.baseUrl=" + url(),
            "monitoring.model.model=test-model",
            "monitoring.model.inputPrice=1000",
            "monitoring.model.outputPrice=10000"
        };
    }

    public ModelServer answerBy(Function<Request, Answer> answers) {
        rule = answers;
        return this;
    }

    /** Answers with these in turn, the last one for ever. */
    public ModelServer answer(Answer... inTurn) {
        int from = requests.size();
        return answerBy(request -> inTurn[Math.min(request.number() - from, inTurn.length - 1)]);
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    public Request last() {
        return requests.get(requests.size() - 1);
    }

    /** An answer by the schema of drafts. */
    public static Answer replies(String... replies) {
        ArrayNode variants = JSON.createArrayNode();
        for (String reply : replies) {
            variants.addObject().put("reply", reply);
        }
        return content(JSON.createObjectNode().set("variants", variants).toString());
    }

    /** An answer by the schema of judgements. */
    public static Answer judgement(int score, String reason) {
        return content(JSON.createObjectNode()
                .put("score", score)
                .put("reason", reason)
                .toString());
    }

    public static Answer content(String content) {
        return finished(content, "stop");
    }

    public static Answer finished(String content, String reason) {
        ObjectNode completion = completion(reason);
        message(completion).put("content", content);
        return new Answer(200, Map.of(), completion.toString());
    }

    public static Answer refusal(String words) {
        ObjectNode completion = completion("stop");
        message(completion).putNull("content").put("refusal", words);
        return new Answer(200, Map.of(), completion.toString());
    }

    public static Answer status(int status, String code) {
        return status(status, code, Map.of());
    }

    public static Answer status(int status, String code, Map<String, String> headers) {
        ObjectNode error = JSON.createObjectNode();
        error.putObject("error").put("message", "The server's words, " + KEY).put("code", code);
        return new Answer(status, headers, error.toString());
    }

    /** Begins an answer and never ends it. */
    public static Answer hanging() {
        return new Answer(200, Map.of(), null);
    }

    private static ObjectNode completion(String reason) {
        ObjectNode completion = JSON.createObjectNode();
        completion
                .put("id", "chatcmpl-1")
                .put("object", "chat.completion")
                .put("created", 1)
                .put("model", "test-model");
        completion
                .putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", reason)
                .putObject("message")
                .put("role", "assistant");
        completion
                .putObject("usage")
                .put("prompt_tokens", INPUT_TOKENS)
                .put("completion_tokens", OUTPUT_TOKENS)
                .put("total_tokens", INPUT_TOKENS + OUTPUT_TOKENS);
        return completion;
    }

    private static ObjectNode message(ObjectNode completion) {
        return (ObjectNode) completion.path("choices").path(0).path("message");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Request request;
            synchronized (requests) {
                request = new Request(
                        requests.size(),
                        exchange.getRequestURI().getPath(),
                        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                        body);
                requests.add(request);
            }
            Answer answer = rule.apply(request);
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (answer.body() == null) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                closed.await();
                return;
            }
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /**
     * What was asked.
     *
     * @param number from 0
     */
    public record Request(int number, String path, String authorization, String body) {
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The text of the only message of a role. */
        public String message(String role) {
            List<String> texts = new ArrayList<>();
            json().path("messages").forEach(message -> {
                if (message.path("role").asText().equals(role)) {
                    texts.add(message.path("content").asText());
                }
            });
            if (texts.size() != 1) {
                throw new AssertionError(texts.size() + " messages of " + role);
            }
            return texts.get(0);
        }

        public boolean isJudgement() {
            return json().at("/response_format/json_schema/name").asText().equals("judgement");
        }
    }

    /**
     * An answer.
     *
     * @param body null for one that never ends
     */
    public record Answer(int status, Map<String, String> headers, String body) {}
}
