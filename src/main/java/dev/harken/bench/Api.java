package dev.harken.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Harken over HTTP, by the client that costs least: the JDK's blocking one, which keeps connections open. For several
 * threads.
 */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER = 64 * 1024;
    private static final int TIMEOUT_MILLIS = 30_000;

    static {
        // Of idle connections that are kept; 5 otherwise, so that most of 20 callers would connect for each request.
        System.setProperty("http.maxConnections", "100");
    }

    private final String base;
    private final String token;

    private Api(String base, String token) {
        this.base = base;
        this.token = token;
    }

    static Api anonymous(int port) {
        return new Api("http://127.0.0.1:" + port, "");
    }

    Api signIn(String email, String password) throws IOException {
        HttpURLConnection connection = open("/api/auth/login");
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream body = connection.getOutputStream()) {
            body.write(JSON.writeValueAsBytes(Map.of("email", email, "password", password)));
        }
        return new Api(base, json(connection).path("access_token").asText());
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
            return get(path, Map.of()).status() == HttpURLConnection.HTTP_OK;
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
        HttpURLConnection connection = open(path);
        headers.forEach(connection::setRequestProperty);
        int status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK && status != HttpURLConnection.HTTP_NOT_MODIFIED) {
            throw unexpected(connection);
        }
        long bytes = 0;
        try (InputStream body = connection.getInputStream()) {
            byte[] buffer = new byte[BUFFER];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                bytes += read;
            }
        }
        String tag = connection.getHeaderField("ETag");
        return new Answer(status, tag == null ? "" : tag, bytes);
    }

    private HttpURLConnection open(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(base + path).toURL().openConnection();
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
