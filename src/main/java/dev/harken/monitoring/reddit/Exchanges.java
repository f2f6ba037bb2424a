package dev.harken.monitoring.reddit;

import dev.harken.monitoring.exchange.BoundedBody;
import dev.harken.monitoring.reddit.SourceException.Kind;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Sends a request and reads the whole answer, bounded in time and in size. Thread-safe.
 *
 * <p>The JDK's client is used, not Apache's that Dropwizard brings: its asynchronous call can be given one limit for the
 * whole exchange and be cancelled, while Apache's classic client bounds each read, so that a body that trickles keeps a
 * thread for hours. Redirects are never followed: they would carry the token to another address.
 */
final class Exchanges {
    static final int MOST_BYTES = 16 * 1024 * 1024;

    private final HttpClient client;
    private final Duration connectTimeout;
    private final Duration readTimeout;

    Exchanges(Duration connectTimeout, Duration readTimeout) {
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .build();
    }

    /** @param what the call, for messages: {@code GET /r/…/new} */
    Answer send(HttpRequest request, String what) throws SourceException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> pending =
                client.sendAsync(request, info -> new BoundedBody(MOST_BYTES));
        try {
            HttpResponse<byte[]> response =
                    pending.get(connectTimeout.plus(readTimeout).toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException e) {
            throw failure(
                    Kind.UNAVAILABLE,
                    "Reddit did not finish its answer to " + what + " within " + seconds(readTimeout)
                            + "; the next scan tries again",
                    e);
        } catch (ExecutionException e) {
            throw failure(e.getCause(), request.uri().getAuthority(), what);
        } finally {
            // Closes the connection of an exchange that was given up; of no effect on one that is done.
            pending.cancel(true);
        }
    }

    private SourceException failure(Throwable cause, String server, String what) {
        if (cause instanceof BoundedBody.TooLargeException) {
            return failure(
                    Kind.MALFORMED,
                    "Reddit's answer to " + what + " is larger than " + MOST_BYTES / (1024 * 1024) + " MB",
                    cause);
        }
        String why;
        if (cause instanceof HttpConnectTimeoutException) {
            why = "no connection to " + server + " within " + seconds(connectTimeout);
        } else if (cause instanceof ConnectException) {
            why = "no connection to " + server + "; check the network, the name and the port";
        } else if (cause instanceof SSLException) {
            why = "no secure connection to " + server + "; check its certificate and this machine's time";
        } else {
            why = "the connection to " + server + " broke before the answer was whole";
        }
        return failure(Kind.UNAVAILABLE, "Reddit could not be read (" + what + "): " + why, cause);
    }

    private static SourceException failure(Kind kind, String message, Throwable cause) {
        SourceException failure = new SourceException(kind, message);
        failure.initCause(cause);
        return failure;
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
