package dev.harken.monitoring.notify;

import io.dropwizard.lifecycle.Managed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * Posts JSON to addresses that clients chose. Each time over a new connection, whose address is looked up once, judged,
 * and connected to; redirects are not followed, and of the answer only the status and Retry-After are looked at.
 * Thread-safe.
 */
final class Hooks implements Managed {
    static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration REST = Duration.ofSeconds(1);
    private static final int LONGEST_ANSWER = 16 * 1024;
    private static final int LONGEST_HEADER = 8 * 1024;
    private static final int MOST_HEADERS = 100;

    private final CloseableHttpClient client;
    private final ScheduledExecutorService deadlines;
    private final Duration longest;
    private final Clock clock;

    /**
     * Prepares.
     *
     * @param deadlines ends what takes longer
     * @param longest for all of an attempt: to connect, send and get an answer; the system's resolver has a time-out of its own
     */
    Hooks(HookAddresses addresses, ScheduledExecutorService deadlines, Duration longest, Clock clock) {
        this.deadlines = deadlines;
        this.longest = longest;
        this.clock = clock;
        // The deadline ends each request, whatever it waits for: these only come after it.
        Timeout beyond = Timeout.of(longest.plus(REST));
        Http1Config limits = Http1Config.custom()
                .setMaxLineLength(LONGEST_HEADER)
                .setMaxHeaderCount(MOST_HEADERS)
                .build();
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new Checked(addresses))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(limits)
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(CONNECT))
                                .setSocketTimeout(beyond)
                                .build())
                        .setMaxConnTotal(Courier.PLACES)
                        .setMaxConnPerRoute(Courier.PLACES)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(beyond)
                        .setResponseTimeout(beyond)
                        .setRedirectsEnabled(false)
                        .build())
                // An address that was judged once may be another's by the next time.
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setUserAgent("Harken")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableAuthCaching()
                .disableCookieManagement()
                .disableContentCompression()
                .build();
    }

    Receipt post(String address, Map<String, String> headers, byte[] json) {
        HttpPost request = new HttpPost(URI.create(address));
        headers.forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
        AtomicBoolean late = new AtomicBoolean();
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> {
                    late.set(true);
                    request.abort();
                },
                longest.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            ClassicHttpResponse response = client.executeOpen(null, request, null);
            discard(request, response);
            return Receipt.answered(response.getCode(), retryAfter(response));
        } catch (HookAddresses.RefusedException e) {
            return Receipt.failed(e.getMessage());
        } catch (IOException e) {
            return Receipt.failed(late.get() ? "no answer within " + longest.toSeconds() + " s" : reason(e));
        } finally {
            deadline.cancel(false);
        }
    }

    /**
     * A receiver that is cut off in the middle of its answer may count that as failed, so it gets a moment to end it. What
     * is left then is closed unread, where execute with a handler would read it to its end.
     */
    private void discard(HttpPost request, ClassicHttpResponse response) {
        ScheduledFuture<?> end = deadlines.schedule(request::abort, REST.toMillis(), TimeUnit.MILLISECONDS);
        try (response) {
            if (response.getEntity() != null) {
                response.getEntity().getContent().readNBytes(LONGEST_ANSWER);
            }
        } catch (IOException e) {
            // The status counts.
        } finally {
            end.cancel(false);
        }
    }

    /** Words of our own: an exception's may repeat the address, with its secret. */
    private static String reason(IOException failure) {
        if (failure instanceof UnknownHostException) {
            return "the host's name is not known";
        }
        if (failure instanceof SSLException) {
            return "no secure connection: the host's certificate or protocol was refused";
        }
        return "no connection, or no answer (" + failure.getClass().getSimpleName() + ")";
    }

    private Optional<Duration> retryAfter(ClassicHttpResponse response) {
        Header header = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
        if (header == null || header.getValue() == null) {
            return Optional.empty();
        }
        String value = header.getValue().strip();
        if (value.matches("\\d{1,9}(\\.\\d{1,9})?")) {
            return Optional.of(Duration.ofSeconds((long) Math.ceil(Double.parseDouble(value))));
        }
        try {
            Duration pause =
                    Duration.between(clock.instant(), ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
            return pause.isNegative() ? Optional.empty() : Optional.of(pause);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void stop() throws IOException {
        client.close();
    }

    private record Checked(HookAddresses addresses) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return addresses.resolve(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
