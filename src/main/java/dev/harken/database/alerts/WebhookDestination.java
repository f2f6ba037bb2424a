package dev.harken.database.alerts;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;

/**
 * Posts each change of an alert as JSON: the alert's fields, and {@code text}, a sentence for people. Any answer of the
 * class 200 is taken for received; redirects are not followed, they would carry the address's secret elsewhere.
 */
final class WebhookDestination implements AlertDestination {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final URI address;
    private final ObjectMapper mapper;
    private final HttpClient client;

    WebhookDestination(URI address, ObjectMapper mapper) {
        this.address = address;
        this.mapper = mapper;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(LONGEST)
                .build();
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public void tell(Alert alert) throws IOException, InterruptedException {
        AlertText text = AlertText.of(alert);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(LONGEST)
                .header("Content-Type", "application/json")
                .header("User-Agent", "Harken")
                // The same change told twice has the same key.
                .header(
                        "Idempotency-Key",
                        alert.id() + "-" + (alert.isActive() ? alert.level().label() : "resolved"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        mapper.writeValueAsBytes(new Told(text.subject() + ". " + text.sentence(), alert))))
                .build();
        int status;
        try {
            status = client.send(request, BodyHandlers.discarding()).statusCode();
        } catch (HttpTimeoutException e) {
            throw new IOException("no answer within " + LONGEST.toSeconds() + " s", e);
        } catch (IOException e) {
            // Of its own the message may be empty, or repeat the address with its secret.
            throw new IOException("no connection (" + e.getClass().getSimpleName() + ")", e);
        }
        if (status / 100 != 2) {
            throw new IOException("answered with status " + status);
        }
    }

    /** What is posted. */
    record Told(String text, Alert alert) {}
}
