package dev.harken.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads server-sent events over a socket, on the test's own thread, as a browser's EventSource would. */
public final class EventSource implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final HttpURLConnection connection;
    private final BufferedReader lines;
    private String lastId = "";

    private EventSource(HttpURLConnection connection, BufferedReader lines) {
        this.connection = connection;
        this.lines = lines;
    }

    /** Listens; returns when the stream has begun. */
    public static EventSource open(ApiClient api, String query, String lastEventId) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(api.base() + "/api/events" + query).toURL().openConnection();
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setRequestProperty("Authorization", "Bearer " + api.token());
            connection.setRequestProperty("Accept-Encoding", "gzip");
            if (!lastEventId.isEmpty()) {
                connection.setRequestProperty("Last-Event-ID", lastEventId);
            }
            EventSource source = new EventSource(
                    connection,
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)));
            source.read();
            return source;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(connection.getHeaderField(name));
    }

    /** The next event, waiting for it; empty when the stream has ended. */
    public Optional<Event> next() {
        Optional<Event> event = read();
        while (event.isPresent() && event.get().data().isEmpty()) {
            event = read();
        }
        return event;
    }

    public String lastId() {
        return lastId;
    }

    private Optional<Event> read() {
        String name = "message";
        StringBuilder data = new StringBuilder();
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                } else if (line.isEmpty()) {
                    return Optional.of(new Event(name, lastId, data.toString()));
                }
            }
            return Optional.empty();
        } catch (java.net.SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            // Cut off is ended, too.
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        connection.disconnect();
    }

    /** What was told. */
    public record Event(String name, String id, String data) {}
}
