package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import dev.harken.database.Level;
import dev.harken.http.ApiJson;
import dev.harken.mail.MailFactory;
import dev.harken.testing.Logged;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a log, a receiver of webhooks and a mailbox get to see of an alert. */
class DestinationsIT {
    private static final Instant AT = Instant.parse("2026-03-02T10:00:00Z");
    private static final Alert FIRED = new Alert(
            UUID.fromString("0b9c4f6e-3f1c-4c80-9d0a-1f0f6f6a7b11"),
            "droplet-1:42",
            Signal.POOL_UTILIZATION,
            Level.CRITICAL,
            AT.minusSeconds(300),
            AT,
            null,
            "Pool utilization was above 90 % in 60 of 60 samples over 5 minutes");
    private static final Alert RESOLVED = FIRED.resolved(AT.plusSeconds(600));

    private final GreenMail mail = new GreenMail(new ServerSetup(0, null, ServerSetup.PROTOCOL_SMTP));

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private volatile int status = 204;
    private HttpServer hook;

    @BeforeEach
    void listen() throws IOException {
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    ApiJson.mapper().readTree(exchange.getRequestBody())));
            exchange.getResponseHeaders().set("Location", "http://example.com/");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        hook.start();
        mail.start();
    }

    @AfterEach
    void stop() {
        hook.stop(0);
        mail.stop();
    }

    @Test
    void theWebhookGetsTheAlertAndASentence() throws Exception {
        AlertDestination webhook = destination("webhook", "webhook: " + address());

        webhook.tell(FIRED);

        Received request = received.remove();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/hooks/s3cret?to=ops");
        assertThat(request.type()).isEqualTo("application/json");
        assertThat(request.key()).isEqualTo(FIRED.id() + "-critical");
        assertThat(request.body().path("text").asText())
                .isEqualTo("Harken droplet-1:42: Pool utilization is critical."
                        + " Pool utilization was above 90 % in 60 of 60 samples over 5 minutes.");
        JsonNode alert = request.body().path("alert");
        assertThat(alert.path("signal").asText()).isEqualTo("pool_utilization");
        assertThat(alert.path("level").asText()).isEqualTo("critical");
        assertThat(alert.path("process").asText()).isEqualTo("droplet-1:42");
        assertThat(alert.path("began_at").asText()).isEqualTo("2026-03-02T09:55:00Z");
        assertThat(alert.path("fired_at").asText()).isEqualTo("2026-03-02T10:00:00Z");
        assertThat(alert.path("resolved_at").isNull()).isTrue();

        webhook.tell(RESOLVED);
        Received second = received.remove();
        assertThat(second.key()).isEqualTo(FIRED.id() + "-resolved");
        assertThat(second.body().path("alert").path("resolved_at").asText()).isEqualTo("2026-03-02T10:10:00Z");
    }

    @Test
    void aWebhookThatDoesNotTakeItHasFailedWithoutGivingItsAddressAway() throws Exception {
        AlertDestination webhook = destination("webhook", "webhook: " + address());

        status = 500;
        assertThatThrownBy(() -> webhook.tell(FIRED)).hasMessage("answered with status 500");
        status = 302;
        assertThatThrownBy(() -> webhook.tell(FIRED)).hasMessage("answered with status 302");
        hook.stop(0);
        assertThatThrownBy(() -> webhook.tell(FIRED))
                .isInstanceOf(IOException.class)
                .hasMessage("no connection (ConnectException)");
    }

    @Test
    void theMailSaysWhatWhenAndWhy() throws Exception {
        AlertDestination mailing = destination("mail", "mailTo: [ann@example.com, bob@example.com]");

        mailing.tell(FIRED);
        assertThat(mail.getReceivedMessages()).hasSize(2);
        assertThat(mail.getReceivedMessages()[0].getSubject())
                .isEqualTo("Harken droplet-1:42: Pool utilization is critical");
        assertThat(mail.getReceivedMessages()[0].getContent().toString())
                .contains("began:    2026-03-02T09:55:00Z", "resolved: not yet", FIRED.reason());

        mail.purgeEmailFromAllMailboxes();
        mailing.tell(RESOLVED);
        assertThat(mail.getReceivedMessages()).hasSize(2);
        assertThat(mail.getReceivedMessages()[0].getSubject())
                .isEqualTo("Harken droplet-1:42: Pool utilization is no longer critical");
        assertThat(mail.getReceivedMessages()[0].getContent().toString()).contains("resolved: 2026-03-02T10:10:00Z");
    }

    @Test
    void theLogGetsAnEventWithFields() throws Exception {
        AlertDestination log = destination("log", "interval: 5s");

        assertThat(Logged.during(() -> {
                    log.tell(FIRED);
                    log.tell(RESOLVED);
                }))
                .satisfiesExactly(
                        fired -> assertThat(fired)
                                .contains(
                                        "alert: id=" + FIRED.id(),
                                        "signal=pool_utilization level=critical",
                                        "began_at=2026-03-02T09:55:00Z"),
                        resolved -> assertThat(resolved)
                                .contains("alert resolved: id=" + FIRED.id(), "resolved_at=2026-03-02T10:10:00Z"));
    }

    @Test
    void withoutSettingsOnlyTheLogIsTold() throws Exception {
        assertThat(destinations("interval: 5s"))
                .extracting(AlertDestination::name)
                .containsExactly("log");
    }

    @Test
    void whatIsNoAddressIsRefusedAtTheStart() {
        assertThatThrownBy(() -> destinations("webhook: example.com/hook")).hasMessageContaining("ALERT_WEBHOOK");
        assertThatThrownBy(() -> destinations("webhook: 'ftp://example.com/hook'"))
                .hasMessageContaining("ALERT_WEBHOOK");
        assertThatThrownBy(() -> destinations("mailTo: [ann]")).hasMessageContaining("ALERT_MAIL_TO");
    }

    private String address() {
        return "http://127.0.0.1:" + hook.getAddress().getPort() + "/hooks/s3cret?to=ops";
    }

    private AlertDestination destination(String name, String yaml) throws Exception {
        return destinations(yaml).stream()
                .filter(destination -> destination.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<AlertDestination> destinations(String yaml) throws Exception {
        AlertsFactory settings = new YamlConfigurationFactory<>(
                        AlertsFactory.class, Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build((String path) -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "alerts.yml");
        MailFactory server = new MailFactory();
        server.setUrl("smtp://127.0.0.1:" + mail.getSmtp().getPort());
        server.setFrom("harken@example.com");
        return settings.destinations(Optional.of(server.build().orElseThrow()), ApiJson.mapper());
    }

    /** A request as it came in. */
    private record Received(String method, String path, String type, String key, JsonNode body) {}
}
