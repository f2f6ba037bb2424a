package dev.harken.monitoring.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Receiver;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.TestClient;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** From the API to the receivers, by the service as it runs. */
class NotificationsIT {
    private static final String CHANNELS = "/api/notifications/channels";

    private static final GreenMail MAIL = new GreenMail(new ServerSetup(0, "0.0.0.0", ServerSetup.PROTOCOL_SMTP));
    private static RecordedReddit reddit;
    private static HarkenService harken;
    private Receiver receiver;
    private TestClient client;

    @BeforeAll
    static void startAll() throws Exception {
        MAIL.start();
        reddit = RecordedReddit.start()
                .answer(RecordedReddit.TOKEN_PATH, RecordedReddit.recording("token-client-credentials.json"))
                .answer("/r/askreddit/new", RecordedReddit.recording("r-askreddit-hot-102-children-two-stickied.json"));
        List<String> settings = new ArrayList<>(Arrays.asList(reddit.settings()));
        settings.add("monitoring.notifications.allowPrivateTargets=true");
        settings.add("mail.url=smtp://127.0.0.1:" + MAIL.getSmtp().getPort());
        settings.add("mail.from=harken@example.com");
        harken = HarkenService.start(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stopAll() {
        harken.close();
        reddit.close();
        MAIL.stop();
    }

    @BeforeEach
    void start() throws Exception {
        receiver = new Receiver();
        client = TestClient.create(harken);
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    @Test
    void whatAScanFindsIsToldWithItsDraftAndASignature() throws Exception {
        JsonNode channel = channel(Map.of("name", "CRM", "kind", "webhook", "address", receiver.url("/hook")));
        client.user()
                .post("/api/configs", Map.of("keywords", List.of("movie"), "reddit_subreddits", List.of("askreddit")));

        await().until(() -> receiver.requests().size() == 9);

        assertThat(receiver.requests()).allSatisfy(request -> {
            assertThat(request.json().at("/data/posts/0/draft/content").asText())
                    .contains("movie");
            String signed =
                    request.header("webhook-id") + "." + request.header("webhook-timestamp") + "." + request.body();
            assertThat(request.header("webhook-signature"))
                    .isEqualTo("v1," + hmac(channel.get("secret").asText(), signed));
        });
        await().untilAsserted(() -> assertThat(deliveries(channel)).hasSize(9).allSatisfy(delivery -> assertThat(
                        delivery.get("state").asText())
                .isEqualTo("delivered")));
        String first = CHANNELS + "/" + channel.get("id").asLong() + "/deliveries?limit=4";
        ApiClient.Answer page = client.user().get(first);
        assertThat(page.json()).hasSize(4);
        assertThat(client.user()
                        .get(page.link("next").orElseThrow())
                        .json()
                        .get(0)
                        .get("id")
                        .asLong())
                .isLessThan(page.json().get(3).get("id").asLong());
    }

    private static String hmac(String secret, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.replace("whsec_", "")), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theDocumentationsExampleVerifiesAWebhook() throws Exception {
        JsonNode channel = channel(Map.of("name", "CRM", "kind", "webhook", "address", receiver.url("/hook")));
        client.user().post(path(channel, "/test"), Map.of());
        await().until(() -> receiver.requests().size() == 1);
        Receiver.Request request = receiver.requests().get(0);
        String secret = channel.get("secret").asText();

        assertThat(verify(secret, request, request.body())).isEqualTo("True");
        assertThat(verify(secret, request, "{}")).isEqualTo("False");
        assertThat(verify("whsec_AAAA", request, request.body())).isEqualTo("False");
    }

    /** Runs the page's Python, as it stands there. */
    private static String verify(String secret, Receiver.Request request, String body) throws Exception {
        String page = Files.readString(Path.of("src/site/markdown/notifications.md"));
        String example = page.substring(page.indexOf("    import base64"), page.indexOf("`body` is what came"))
                .stripTrailing()
                .stripIndent();
        String headers = new ObjectMapper()
                .writeValueAsString(Map.of(
                        "webhook-id", request.header("webhook-id"),
                        "webhook-timestamp", request.header("webhook-timestamp"),
                        "webhook-signature", request.header("webhook-signature")));
        Process python = new ProcessBuilder(
                        "python3",
                        "-c",
                        example + "\nimport json, sys\n"
                                + "print(verify(sys.argv[1], json.loads(sys.argv[2]), sys.stdin.buffer.read()))",
                        secret,
                        headers)
                .redirectErrorStream(true)
                .start();
        try (OutputStream input = python.getOutputStream()) {
            input.write(body.getBytes(StandardCharsets.UTF_8));
        }
        return new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void aTestArrivesAndIsInTheHistory() throws Exception {
        receiver.answer(200);
        JsonNode channel = channel(Map.of("name", "Chat", "kind", "slack", "address", receiver.url("/services/x")));

        ApiClient.Answer answer = client.user().post(path(channel, "/test"), Map.of());

        assertThat(answer.status()).isEqualTo(202);
        await().untilAsserted(() -> {
            JsonNode delivery = deliveries(channel).get(0);
            assertThat(delivery.get("id")).isEqualTo(answer.json().get("id"));
            assertThat(delivery.get("state").asText()).isEqualTo("delivered");
            assertThat(delivery.get("last_status").asInt()).isEqualTo(200);
        });
        assertThat(receiver.requests().get(0).json().get("text").asText()).contains("Chat");

        ApiClient.Answer again = client.user()
                .post("/api/notifications/deliveries/" + answer.json().get("id").asLong() + "/resend", Map.of());

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.json().get("state").asText()).isEqualTo("waiting");
        assertThat(again.json().get("key")).isEqualTo(answer.json().get("key"));
        await().until(() -> receiver.requests().size() == 2);
        assertThat(harken.database()
                        .scalar("select string_agg(action, ' ' order by id) from audit_records where client_id = "
                                + client.id() + " and action ~ '^(channel|delivery)'"))
                .isEqualTo("channel.created channel.tested delivery.resent");
    }

    @Test
    void aMailIsPlainAndNothingFromRedditBecomesAHeader() throws Exception {
        JsonNode channel = channel(Map.of("name", "Ann", "kind", "email", "address", "ann@example.com"));
        long post = client.post("mail1", "A title\r\nBcc: eve@example.com", 1);
        harken.database()
                .execute(
                        """
                        insert into notifications (
                          client_id, channel_id, key, kind, post_id, state, due_at, retry_until, created_at)
                        values (%d, %d, 'msg_mail', 'post', %d, 'waiting', now(), now() + interval '1 day', now())
                        """
                                .formatted(client.id(), channel.get("id").asLong(), post));

        await().until(() -> MAIL.getReceivedMessages().length == 1);

        MimeMessage mail = MAIL.getReceivedMessages()[0];
        assertThat(mail.getSubject()).isEqualTo("r/SampleGardening: A title Bcc: eve@example.com");
        assertThat(mail.getHeader("Message-ID")).containsExactly("<msg_mail@example.com>");
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getContentType()).startsWith("text/plain");
        assertThat(mail.getContent().toString())
                .contains("https://www.reddit.com/comments/mail1/", "Draft 1 for A title", "\"raised bed\"");
        assertThat(GreenMailUtil.getHeaders(mail)).doesNotContain("\nBcc:");
    }

    @Test
    void withoutAMailServerAMailChannelIsRefusedAndPrivateAddressesAreByDefault() {
        try (HarkenService plain = HarkenService.over(
                harken.database(),
                "monitoring.enabled=false",
                "mail.url=",
                "monitoring.notifications.allowPrivateTargets=false")) {
            TestClient other = TestClient.create(plain);

            ApiClient.Answer mail =
                    other.user().post(CHANNELS, Map.of("name", "Ann", "kind", "email", "address", "ann@example.com"));
            ApiClient.Answer hook = other.user()
                    .post(CHANNELS, Map.of("name", "In", "kind", "webhook", "address", "http://127.0.0.1:9/"));

            assertThat(mail.status()).isEqualTo(422);
            assertThat(mail.body()).contains("SMTP_URL", "MAIL_FROM");
            assertThat(hook.status()).isEqualTo(422);
            assertThat(hook.body()).contains("NOTIFY_PRIVATE_TARGETS");
        }
    }

    @Test
    void secretsAreShownOnceAndAddressesOfHooksNeverWhole() {
        JsonNode webhook =
                channel(Map.of("name", "W", "kind", "webhook", "address", "https://hooks.example.com/hidden/path"));
        JsonNode discord = channel(Map.of("name", "D", "kind", "discord", "address", "https://discord.com/api/hidden"));
        JsonNode feed = channel(Map.of("name", "F", "kind", "feed"));

        assertThat(webhook.get("secret").asText()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(webhook.has("feed_path")).isFalse();
        assertThat(discord.has("secret")).isFalse();
        assertThat(feed.get("feed_path").asText()).matches("/feeds/[A-Za-z0-9_-]{43}");
        String list = client.user().get(CHANNELS).body();
        assertThat(list)
                .contains("https://hooks.example.com/…", "https://discord.com/…")
                .doesNotContain("hidden", "whsec_", "/feeds/", "secret");
        assertThat(client.user().get(path(webhook, "")).body()).doesNotContain("hidden", "whsec_");

        ApiClient.Answer rotated = client.user().post(path(webhook, "/secret"), Map.of());

        assertThat(rotated.header("cache-control")).contains("no-store");
        assertThat(rotated.json().get("secret").asText())
                .startsWith("whsec_")
                .isNotEqualTo(webhook.get("secret").asText());
        assertThat(client.user().post(path(discord, "/secret"), Map.of()).status())
                .isEqualTo(422);
    }

    @Test
    void aFeedIsReadByItsAddressAlone() throws Exception {
        client.post("feed1", "<b>One</b> & \u0001two", 0);
        long gone = client.post("feed2", "Gone", 0);
        harken.database().execute("update matched_posts set gone_at = now() where id = " + gone);
        JsonNode channel = channel(Map.of("name", "Reader", "kind", "feed"));
        String path = channel.get("feed_path").asText();

        HttpResponse<byte[]> answer = harken.anonymous().bytes("GET", path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("application/atom+xml");
        Document feed = parse(answer.body());
        assertThat(feed.getElementsByTagName("entry").getLength()).isEqualTo(1);
        assertThat(feed.getElementsByTagName("title").item(1).getTextContent()).isEqualTo("<b>One</b> & two");
        String tag = answer.headers().firstValue("etag").orElseThrow();
        assertThat(tag).startsWith("\"");
        assertThat(harken.anonymous().bytes("GET", path, "If-None-Match", tag).statusCode())
                .isEqualTo(304);
        client.post("feed3", "New", 0);
        assertThat(harken.anonymous().bytes("GET", path, "If-None-Match", tag).statusCode())
                .isEqualTo(200);
        assertThat(harken.anonymous().get("/feeds/nobody").status()).isEqualTo(404);
        assertThat(harken.database().scalar("select string_agg(c::text, ' ') from notification_channels c"))
                .doesNotContain(path.replace("/feeds/", ""));

        String renewed = client.user()
                .post(path(channel, "/secret"), Map.of())
                .json()
                .get("feed_path")
                .asText();

        assertThat(harken.anonymous().get(path).status()).isEqualTo(404);
        assertThat(harken.anonymous().get(renewed).status()).isEqualTo(200);
        client.user().put(path(channel, ""), Map.of("is_active", false));
        assertThat(harken.anonymous().get(renewed).status()).isEqualTo(404);
    }

    private static Document parse(byte[] feed) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(feed));
    }

    @Test
    void whatCannotBeAChannelIsRefusedByName() {
        assertRefused(Map.of("name", "x"), "kind");
        assertRefused(Map.of("kind", "webhook", "address", "https://example.com"), "name");
        assertRefused(Map.of("kind", "webhook", "name", "x"), "address");
        assertRefused(Map.of("kind", "webhook", "name", "x", "address", "ftp://example.com"), "address");
        assertRefused(Map.of("kind", "email", "name", "x", "address", "ann@example.com\r\nBcc: eve@x.y"), "address");
        assertRefused(Map.of("kind", "feed", "name", "x", "address", "https://example.com"), "address");
        assertRefused(Map.of("kind", "feed", "name", " "), "name");
        assertRefused(Map.of("kind", "feed", "name", "x", "digest_hour", 24), "digest_hour");
        assertRefused(Map.of("kind", "feed", "name", "x", "client_id", client.id() + 1), "client_id");
        assertThat(client.user()
                        .post(CHANNELS, Map.of("kind", "pigeon", "name", "x"))
                        .status())
                .isBetween(400, 422);
        assertThat(harken.admin()
                        .post(CHANNELS, Map.of("kind", "feed", "name", "x"))
                        .body())
                .contains("client_id");
    }

    private void assertRefused(Map<String, ?> wanted, String field) {
        ApiClient.Answer answer = client.user().post(CHANNELS, wanted);
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(Optional.ofNullable(answer.json().get("errors").get(field)))
                .as(answer.body())
                .isPresent();
    }

    @Test
    void aWeeklyReportIsSetUpByTheApi() throws Exception {
        JsonNode made = channel(Map.of(
                "name",
                "Report",
                "kind",
                "email",
                "address",
                "ann@example.com",
                "weekly_report",
                true,
                "report_weekday",
                3,
                "report_hour",
                9,
                "report_zone",
                "Europe/Berlin"));
        long id = made.get("id").asLong();

        assertThat(made.get("weekly_report").asBoolean()).isTrue();
        assertThat(made.get("report_weekday").asInt()).isEqualTo(3);
        assertThat(made.get("report_hour").asInt()).isEqualTo(9);
        assertThat(made.get("report_zone").asText()).isEqualTo("Europe/Berlin");
        ZonedDateTime due = Instant.parse(made.get("report_due_at").asText()).atZone(ZoneId.of("Europe/Berlin"));
        assertThat(due.getDayOfWeek()).isEqualTo(DayOfWeek.WEDNESDAY);
        assertThat(due.toLocalTime()).isEqualTo(LocalTime.of(9, 0));

        JsonNode off = client.user()
                .put(CHANNELS + "/" + id, Map.of("weekly_report", false))
                .json();
        assertThat(off.get("report_due_at").isNull()).isTrue();
        assertThat(off.get("report_hour").asInt()).isEqualTo(9);
        assertRefused(
                Map.of("name", "x", "kind", "webhook", "address", receiver.url("/x"), "weekly_report", true),
                "weekly_report");
        assertRefused(
                Map.of("name", "x", "kind", "email", "address", "a@example.com", "report_zone", "Mars/Olympus"),
                "report_zone");
    }

    @Test
    void aClientHasTwentyChannelsAtMost() {
        for (int i = 0; i < 20; i++) {
            channel(Map.of("name", "F" + i, "kind", "feed"));
        }

        assertRefused(Map.of("name", "one more", "kind", "feed"), "client_id");
        assertThat(client.user().get(CHANNELS + "?limit=200").json()).hasSize(20);
    }

    @Test
    void aChannelIsChangedAndDeletedWithItsHistory() throws Exception {
        JsonNode channel = channel(Map.of("name", "W", "kind", "webhook", "address", receiver.url("/a")));
        client.user().post(path(channel, "/test"), Map.of());
        await().until(() -> receiver.requests().size() == 1);

        ApiClient.Answer changed =
                client.user().put(path(channel, ""), Map.of("name", "V", "schedule", "daily", "digest_hour", 6));
        assertThat(changed.json().get("name").asText()).isEqualTo("V");
        assertThat(changed.json().get("schedule").asText()).isEqualTo("daily");
        assertThat(changed.json().get("digest_hour").asInt()).isEqualTo(6);
        assertThat(client.user().put(path(channel, ""), Map.of("kind", "slack")).status())
                .isEqualTo(422);
        client.user().put(path(channel, ""), Map.of("is_active", false));
        assertThat(client.user().post(path(channel, "/test"), Map.of()).status())
                .isEqualTo(409);

        assertThat(client.user().delete(path(channel, "")).status()).isEqualTo(204);

        assertThat(client.user().get(path(channel, "")).status()).isEqualTo(404);
        assertThat(client.user().get(path(channel, "/deliveries")).status()).isEqualTo(404);
        assertThat(harken.database().scalar("select count(*) from notifications where client_id = " + client.id()))
                .isEqualTo("0");
    }

    @Test
    void aChannelThatIsMendedIsToldAtOnceOfWhatWaitsForIt() throws Exception {
        JsonNode channel = channel(Map.of("name", "W", "kind", "webhook", "address", receiver.url("/broken")));
        long id = channel.get("id").asLong();
        holdWithOneThatWaits(id, "one");

        JsonNode renamed = client.user()
                .put(path(channel, ""), Map.of("name", "V", "address", receiver.url("/broken"), "is_active", true))
                .json();
        assertThat(renamed.get("failures").asInt()).isEqualTo(7);
        assertThat(renamed.get("held_until").isNull()).isFalse();
        JsonNode mended = client.user()
                .put(path(channel, ""), Map.of("name", "U", "address", receiver.url("/mended")))
                .json();
        assertThat(mended.get("name").asText()).isEqualTo("U");
        assertThat(mended.get("failures").asInt()).isZero();
        assertThat(mended.get("held_until").isNull()).isTrue();
        await().until(() -> receiver.requests().size() == 1);
        assertThat(receiver.requests().get(0).path()).isEqualTo("/mended");

        client.user().put(path(channel, ""), Map.of("is_active", false));
        holdWithOneThatWaits(id, "two");
        JsonNode on =
                client.user().put(path(channel, ""), Map.of("is_active", true)).json();
        assertThat(on.get("held_until").isNull()).isTrue();
        await().until(() -> receiver.requests().size() == 2);
    }

    /** As after seven attempts that failed, with the next in half a day. */
    private void holdWithOneThatWaits(long channel, String key) throws Exception {
        harken.database()
                .execute(
                        "update notification_channels set failures = 7, held_until = now() + interval '12 hours' where id = "
                                + channel,
                        """
                        insert into notifications (
                          client_id, channel_id, key, kind, state, due_at, attempts, retry_until, created_at)
                        values (
                          %d, %d, 'msg_%s', 'test', 'waiting', now() + interval '12 hours', 7,
                          now() + interval '1 day', now())
                        """
                                .formatted(client.id(), channel, key));
    }

    @Test
    void aChannelThatIsMendedStillWaitsForDraftsAndForWhatIsUnderWay() throws Exception {
        JsonNode channel = channel(Map.of("name", "W", "kind", "webhook", "address", receiver.url("/broken")));
        harken.database()
                .execute(
                        """
                        insert into notifications (
                          client_id, channel_id, key, kind, state, due_at, attempts, claimed_until, retry_until,
                          created_at)
                        select
                          %d, %d, 'msg_waits_' || attempts, 'test', 'waiting', now() + interval '1 hour', attempts,
                          case when attempts > 0 then now() + interval '1 hour' end, now() + interval '1 day', now()
                        from generate_series(0, 1) as attempts
                        """
                                .formatted(client.id(), channel.get("id").asLong()));

        client.user().put(path(channel, ""), Map.of("address", receiver.url("/mended")));

        assertThat(harken.database()
                        .scalar("select count(*) from notifications where due_at > now() and client_id = "
                                + client.id()))
                .isEqualTo("2");
    }

    private JsonNode channel(Map<String, ?> wanted) {
        ApiClient.Answer answer = client.user().post(CHANNELS, wanted);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json();
    }

    private JsonNode deliveries(JsonNode channel) {
        return client.user().get(path(channel, "/deliveries")).json();
    }

    private static String path(JsonNode channel, String rest) {
        return CHANNELS + "/" + channel.get("id").asLong() + rest;
    }
}
