package dev.harken.monitoring.drafting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.harken.monitoring.exchange.BoundedBody;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The transport of one call, which LangChain4j is given in place of its own: that bounds neither the size of an answer
 * nor the time of the whole exchange, and forgets what an answer cost when it is a refusal, and how long to wait when it
 * is an error. Redirects are not followed: they would carry the key to another address. For one thread and one call.
 */
final class ModelExchange implements HttpClient {
    static final int MOST_BYTES = 1024 * 1024;

    private final java.net.http.HttpClient client;
    private final Duration timeout;
    private End end = End.NOT_SENT;
    private int status;
    private Optional<String> retryAfter = Optional.empty();
    private JsonNode body = MissingNode.getInstance();

    ModelExchange(java.net.http.HttpClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /** How it came out; the status, the body and the rest are known when it was {@link End#ANSWERED}. */
    End end() {
        return end;
    }

    int status() {
        return status;
    }

    Optional<String> retryAfter() {
        return retryAfter;
    }

    /** Missing when it is not JSON. */
    JsonNode body() {
        return body;
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        var sent = java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(request.body()));
        request.headers().forEach((name, values) -> values.forEach(value -> sent.header(name, value)));
        CompletableFuture<HttpResponse<byte[]>> pending =
                client.sendAsync(sent.build(), info -> new BoundedBody(MOST_BYTES));
        try {
            return read(pending.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            throw ended(End.TIMED_OUT, e);
        } catch (InterruptedException e) {
            throw ended(End.INTERRUPTED, e);
        } catch (ExecutionException e) {
            throw ended(
                    e.getCause() instanceof BoundedBody.TooLargeException ? End.TOO_LARGE : End.BROKEN, e.getCause());
        } finally {
            // Closes the connection of an exchange that was given up; of no effect on one that is done.
            pending.cancel(true);
        }
    }

    private SuccessfulHttpResponse read(HttpResponse<byte[]> response) {
        end = End.ANSWERED;
        status = response.statusCode();
        retryAfter = response.headers().firstValue("retry-after");
        String text = new String(response.body(), StandardCharsets.UTF_8);
        try {
            body = ModelJson.READER.readTree(text);
        } catch (JsonProcessingException e) {
            // Stays missing. The parser's words are left out, as they quote the answer.
        }
        if (status != 200) {
            throw new EndedException("status " + status, null);
        }
        return SuccessfulHttpResponse.builder()
                .statusCode(status)
                .headers(response.headers().map())
                .body(text)
                .build();
    }

    private EndedException ended(End how, Throwable cause) {
        end = how;
        return new EndedException(how.toString(), cause);
    }

    /** Of LangChain4j's interface, which asks it of streaming models only: none is built here, and none may be unbounded. */
    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        throw new UnsupportedOperationException("answers are read whole");
    }

    /** What LangChain4j asks for. The times that it sets do not count: they are set here. */
    HttpClientBuilder asBuilder() {
        return new HttpClientBuilder() {
            @Override
            public Duration connectTimeout() {
                return timeout;
            }

            @Override
            public HttpClientBuilder connectTimeout(Duration ignored) {
                return this;
            }

            @Override
            public Duration readTimeout() {
                return timeout;
            }

            @Override
            public HttpClientBuilder readTimeout(Duration ignored) {
                return this;
            }

            @Override
            public HttpClient build() {
                return ModelExchange.this;
            }
        };
    }

    /** How an exchange came out. */
    enum End {
        NOT_SENT,
        ANSWERED,
        TIMED_OUT,
        TOO_LARGE,
        BROKEN,
        INTERRUPTED
    }

    /** Only leads out of LangChain4j; what happened is asked of the exchange. */
    private static final class EndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EndedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
