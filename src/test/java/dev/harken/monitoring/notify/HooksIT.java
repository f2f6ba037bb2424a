package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.Receiver;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real connections. */
class HooksIT {
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    private final ScheduledExecutorService deadlines = Executors.newScheduledThreadPool(1);
    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = new Receiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
        deadlines.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:%d/",
                "http://127.0.0.1:%d/",
                "http://127.1:%d/",
                "http://2130706433:%d/",
                "http://[::ffff:127.0.0.1]:%d/",
                "http://[::ffff:7f00:1]:%d/",
                "http://0.0.0.0:%d/"
            })
    void whatLeadsToThisMachineIsNotConnectedTo(String address) {
        Receipt receipt = hooks(false, 5).post(address.formatted(receiver.port()), Map.of(), BODY);

        assertThat(receipt.error().orElseThrow()).contains("not on the public internet");
        assertThat(receiver.requests()).isEmpty();
        // What is refused above would have been reached.
        assertThat(hooks(true, 5)
                        .post(address.formatted(receiver.port()), Map.of(), BODY)
                        .isTaken())
                .isTrue();
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        try (Receiver inside = new Receiver()) {
            receiver.answer(307, "Location", inside.url("/inside"));

            Receipt receipt = hooks(true, 5).post(receiver.url("/"), Map.of(), BODY);

            assertThat(receipt.isTaken()).isFalse();
            assertThat(receipt.status()).hasValue(307);
            assertThat(inside.requests()).isEmpty();
        }
    }

    @Test
    void whoNeverAnswersIsLeftAfterTheTimeOut() {
        receiver.hang();

        Receipt receipt = hooks(true, 1).post(receiver.url("/"), Map.of(), BODY);

        assertThat(receipt.error()).contains("no answer within 1 s");
    }

    @Test
    @Timeout(30)
    void whoAnswersAByteAtATimeIsLeftAfterTheTimeOutToo() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CountDownLatch left = new CountDownLatch(1);
            Thread slow = new Thread(() -> trickle(socket, "HTTP/1.1 200 ", left));
            slow.start();

            Receipt receipt = hooks(true, 1).post("http://127.0.0.1:" + socket.getLocalPort(), Map.of(), BODY);

            assertThat(receipt.error()).contains("no answer within 1 s");
            left.countDown();
            slow.join();
        }
    }

    /** A byte each while, for ever: only the caller ends it, or the test. */
    private static void trickle(ServerSocket socket, String beginning, CountDownLatch left) {
        try (Socket connection = socket.accept()) {
            OutputStream answer = connection.getOutputStream();
            answer.write(beginning.getBytes(StandardCharsets.US_ASCII));
            while (!left.await(100, TimeUnit.MILLISECONDS)) {
                answer.write('a');
                answer.flush();
            }
        } catch (Exception e) {
            // The caller left.
        }
    }

    @Test
    @Timeout(30)
    void whoTookItIsNotWaitedForUntilAllOfTheAnswerIsThere() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CountDownLatch left = new CountDownLatch(1);
            Thread slow = new Thread(() -> trickle(socket, "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", left));
            slow.start();

            Receipt receipt = hooks(true, 3600).post("http://127.0.0.1:" + socket.getLocalPort(), Map.of(), BODY);

            assertThat(receipt.isTaken()).isTrue();
            left.countDown();
            slow.join();
        }
    }

    @Test
    void anAnswerWithoutEndIsNotReadToIt() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread endless = new Thread(() -> pour(socket));
            endless.start();

            Receipt receipt = hooks(true, 10).post("http://127.0.0.1:" + socket.getLocalPort(), Map.of(), BODY);

            assertThat(receipt.isTaken()).isTrue();
            endless.join();
        }
    }

    private static void pour(ServerSocket socket) {
        try (Socket connection = socket.accept()) {
            OutputStream answer = connection.getOutputStream();
            answer.write("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] block = new byte[8192];
            while (true) {
                answer.write(block);
            }
        } catch (Exception e) {
            // The caller left, which ends this.
        }
    }

    @Test
    void retryAfterIsReadAsSecondsAndAsADate() {
        Hooks hooks = hooks(true, 5);
        receiver.answer(429, "Retry-After", "120")
                .answer(
                        503,
                        "Retry-After",
                        ZonedDateTime.now(Clock.systemUTC()).plusHours(1).format(DateTimeFormatter.RFC_1123_DATE_TIME))
                .answer(503, "Retry-After", "soon");

        assertThat(hooks.post(receiver.url("/"), Map.of(), BODY).retryAfter()).contains(Duration.ofMinutes(2));
        assertThat(hooks.post(receiver.url("/"), Map.of(), BODY).retryAfter().orElseThrow())
                .isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        assertThat(hooks.post(receiver.url("/"), Map.of(), BODY).retryAfter()).isEmpty();
    }

    @Test
    void noErrorRepeatsTheAddress() {
        Receipt unknown = hooks(true, 5).post("http://nobody.invalid/secret", Map.of(), BODY);
        Receipt closed = hooks(true, 5).post("http://127.0.0.1:1/secret", Map.of(), BODY);

        assertThat(unknown.error()).contains("the host's name is not known");
        assertThat(closed.error().orElseThrow()).startsWith("no connection").doesNotContain("secret", "127.0.0.1");
    }

    private Hooks hooks(boolean allowPrivate, int seconds) {
        return new Hooks(new HookAddresses(allowPrivate), deadlines, Duration.ofSeconds(seconds), Clock.systemUTC());
    }
}
