package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.harken.http.ApiJson;
import dev.harken.testing.HarkenService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An alert on its way through the whole service, with the shortest window that can be set. */
class AlertsIT {
    private final BlockingQueue<JsonNode> told = new LinkedBlockingQueue<>();
    private HttpServer hook;

    @BeforeEach
    void listen() throws IOException {
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            told.add(ApiJson.mapper().readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        hook.start();
    }

    @AfterEach
    void stop() {
        hook.stop(0);
    }

    @Test
    void aLevelThatLastsIsToldToTheWebhookTheHealthTheConsoleAndPrometheus() throws Exception {
        try (HarkenService harken = HarkenService.start(
                "alerts.interval=1s",
                "alerts.rules.heap_memory.warning=0",
                "alerts.rules.heap_memory.warningFor=10s",
                "alerts.rules.heap_memory.critical=1000",
                "alerts.rules.heap_memory.criticalFor=10s",
                "alerts.webhook=http://127.0.0.1:" + hook.getAddress().getPort() + "/")) {
            JsonNode posted = told.poll(30, TimeUnit.SECONDS);

            assertThat(posted).as("what the webhook got").isNotNull();
            assertThat(posted.path("text").asText()).contains("Heap is warning. Heap was above 0 % in");
            assertThat(posted.path("alert").path("signal").asText()).isEqualTo("heap_memory");
            JsonNode alerts = harken.anonymous().get("/health/detailed").json().path("alerts");
            assertThat(alerts).hasSize(1);
            assertThat(alerts.get(0).path("signal").asText()).isEqualTo("heap_memory");
            assertThat(alerts.get(0).path("level").asText()).isEqualTo("warning");
            assertThat(harken.adminPort().get("/").body()).contains("Heap was above 0 % in");
            assertThat(harken.adminPort().get("/prometheus").body())
                    .contains("harken_alert_active{level=\"warning\",signal=\"heap_memory\"} 1.0");
            await().untilAsserted(() -> assertThat(
                            harken.database().scalar("select string_agg(signal || ' ' || level, ',') from alerts"))
                    .isEqualTo("heap_memory warning"));
            assertThat(told).as("it is told once").isEmpty();
        }
    }
}
