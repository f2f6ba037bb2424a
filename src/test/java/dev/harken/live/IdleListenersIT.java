package dev.harken.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What listeners cost who are told nothing: a socket and some memory, no thread and no connection to the database. */
class IdleListenersIT {
    private static final int LISTENERS = 1_000;
    private static final int SERVER_THREADS = 16;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void aThousandTakeNoThreadAndNoConnectionEach() throws Exception {
        HarkenService harken = HarkenService.start(
                "monitoring.enabled=false",
                "server.maxThreads=" + SERVER_THREADS,
                "server.shutdownGracePeriod=10m",
                "live.listeners=" + (LISTENERS + 5),
                "live.listenersPerUser=" + (LISTENERS + 2));
        TestClient client = TestClient.create(harken);
        listen(harken, client.user(), 2);
        Cost few = Cost.of(harken);

        listen(harken, client.user(), LISTENERS);
        Cost many = Cost.of(harken);
        System.out.printf(
                "%,d more idle listeners: %+d threads, %+d connections to PostgreSQL, %,d bytes of heap each"
                        + " (with the test's own ends)%n",
                LISTENERS,
                many.threads - few.threads,
                many.connections - few.connections,
                (many.heap - few.heap) / LISTENERS);

        assertThat(many.connections).isLessThanOrEqualTo(few.connections);
        assertThat(many.threads).isLessThanOrEqualTo(few.threads + SERVER_THREADS);
        assertThat((many.heap - few.heap) / LISTENERS).as("bytes each").isLessThan(64 * 1024);
        assertThat(client.user().get("/api/events").status())
                .as("one user's places")
                .isEqualTo(429);
        listen(harken, harken.admin(), 3);
        assertThat(harken.admin().get("/api/events").status()).as("all places").isEqualTo(503);

        long post = client.post("all", "Tomatoes", 0);
        client.user().patch("/api/posts/" + post, Map.of("reviewed", true));
        for (Socket socket : sockets) {
            assertThat(readUntil(socket, "post.reviewed")).as("each is told").isTrue();
        }

        sockets.remove(sockets.size() - 1).close();
        await().untilAsserted(() -> listen(harken, harken.admin(), 1));

        Instant stopping = Instant.now();
        harken.close();
        Duration took = Duration.between(stopping, Instant.now());
        System.out.printf("stopped with %,d listeners: %,d ms%n", sockets.size(), took.toMillis());
        assertThat(took)
                .as("the server would wait for ten minutes for answers that do not end")
                .isLessThan(Duration.ofMinutes(5));
        for (Socket socket : sockets) {
            assertThat(readUntil(socket, "no such event")).as("it ended").isFalse();
        }
    }

    private void listen(HarkenService harken, ApiClient api, int count) throws Exception {
        List<Socket> opened = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            opened.add(EventsIT.request(harken, api, 4_096));
        }
        for (Socket socket : opened) {
            assertThat(EventsIT.readOpening(socket)).isEqualTo(200);
            sockets.add(socket);
        }
    }

    private static boolean readUntil(Socket socket, String text) throws Exception {
        StringBuilder read = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0;
                next = socket.getInputStream().read()) {
            read.append((char) next);
            if (next == '"' && read.indexOf(text) >= 0) {
                return true;
            }
        }
        return false;
    }

    private record Cost(int threads, int connections, long heap) {
        static Cost of(HarkenService harken) throws Exception {
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            int connections = Integer.parseInt(harken.database()
                    .scalar("select count(*) from pg_stat_activity where datname = current_database()"
                            + " and pid <> pg_backend_pid()"));
            return new Cost(ManagementFactory.getThreadMXBean().getThreadCount(), connections, heap);
        }
    }
}
