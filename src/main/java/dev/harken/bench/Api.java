package dev.harken.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Harken over HTTP, for several threads. What is measured goes over {@link Line}s that are kept open. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMEOUT_MILLIS = 30_000;

    private final int port;
    private final String token;
    private final Deque<Line> idle = new ConcurrentLinkedDeque<>();

    private Api(int port, String token) {
        this.port = port;
        this.token = token;
    }

    static Api anonymous(int port) {
        return new Api(port, "");
    }

    Api signIn(String email, String password) throws IOException {
        HttpURLConnection connection = open("/api/auth/login");
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream body = connection.getOutputStream()) {
            body.write(JSON.writeValueAsBytes(Map.of("email", email, "password", password)));
        }
        return new Api(port, json(connection).path("access_token").asText());
    }

    JsonNode json(String path) throws IOException {
        return json(open(path));
    }

    private static JsonNode json(HttpURLConnection connection) throws IOException {
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw unexpected(connection);
        }
        try (InputStream body = connection.getInputStream()) {
            return JSON.readTree(body);
        }
    }

    /** Whether a path answers 200. */
    boolean isFine(String path) {
        try {
            return open(path).getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false; // Not listening yet, or not well.
        }
    }

    /**
     * Reads an answer to its end and counts it.
     *
     * @throws IOException if it is neither 200 nor 304
     */
    Answer get(String path, Map<String, String> headers) throws IOException {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Accept", "application/json");
        if (!token.isEmpty()) {
            all.put("Authorization", "Bearer " + token);
        }
        Line line = idle.poll();
        if (line != null) {
            try {
                return get(line, path, all);
            } catch (EOFException e) {
                line.close(); // It was idle for too long.
            }
        }
        return get(Line.open(port), path, all);
    }

    private Answer get(Line line, String path, Map<String, String> headers) throws IOException {
        Answer answer = line.get(path, headers);
        if (answer.status() != HttpURLConnection.HTTP_OK && answer.status() != HttpURLConnection.HTTP_NOT_MODIFIED) {
            line.close();
            throw new IOException(path + " answered " + answer.status());
        }
        idle.push(line);
        return answer;
    }

    private HttpURLConnection open(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        connection.setRequestProperty("Accept", "application/json");
        if (!token.isEmpty()) {
            connection.setRequestProperty("Authorization", "Bearer " + token);
        }
        return connection;
    }

    private static IOException unexpected(HttpURLConnection connection) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (InputStream body = connection.getErrorStream()) {
            if (body != null) {
                body.transferTo(text);
            }
        }
        return new IOException(connection.getURL().getPath() + " answered " + connection.getResponseCode() + ": "
                + text.toString(StandardCharsets.UTF_8));
    }

    /**
     * An answer.
     *
     * @param tag its ETag; empty when it has none
     * @param bytes of its body
     */
    record Answer(int status, String tag, long bytes) {}
}
