package dev.harken.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ResponsesIT {
    private static HarkenService harken;

    @BeforeAll
    static void start() {
        harken = HarkenService.start("monitoring.enabled=false");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @Test
    void eachEditKeepsTheEarlierTextAsARevision() throws Exception {
        TestClient client = TestClient.create(harken);
        long response = client.response(client.post("r1", "Edited", 0), "First text");
        String path = "/api/posts/responses/" + response;

        client.user().put(path + "/edit", Map.of("content", "Second text"));
        JsonNode edited = client.user()
                .put(path + "/edit", Map.of("content", "Third text"))
                .json();

        assertThat(edited.get("content").asText()).isEqualTo("Third text");
        JsonNode revisions = client.user().get(path + "/revisions").json();
        assertThat(revisions).hasSize(2);
        assertThat(revisions.get(0).get("content").asText()).isEqualTo("Second text");
        assertThat(revisions.get(1).get("content").asText()).isEqualTo("First text");
        assertThat(revisions.get(0).get("replaced_by").asLong()).isPositive();
    }

    @Test
    void copyingAndAcknowledgingAreStoredWithAnEventAndAnAuditRecordEach() throws Exception {
        TestClient client = TestClient.create(harken);
        long response = client.response(client.post("r2", "Copied", 0), "Text");
        String path = "/api/posts/responses/" + response;

        JsonNode copied = client.user().post(path + "/copied", Map.of()).json();
        JsonNode acknowledged =
                client.user().post(path + "/compliance", Map.of()).json();

        assertThat(copied.get("copied").asBoolean()).isTrue();
        assertThat(acknowledged.get("compliance_ack").asBoolean()).isTrue();
        assertThat(harken.database()
                        .scalar("select copied and compliance_ack from ai_responses where id = " + response))
                .isEqualTo("t");
        assertThat(harken.database()
                        .scalar(
                                "select string_agg(event_type, ',' order by id) from analytics_events where client_id = "
                                        + client.id()))
                .isEqualTo("response_copied,response_compliance_acknowledged");
        assertThat(harken.database()
                        .scalar("select string_agg(action, ',' order by id) from audit_records"
                                + " where subject = 'response' and subject_id = " + response))
                .isEqualTo("response.copied,response.compliance_acknowledged");
    }

    @Test
    void anEditOfATextThatIsNoLongerThereIsAnsweredWithBothTexts() throws Exception {
        TestClient client = TestClient.create(harken);
        long response = client.response(client.post("conflict", "A post", 0), "First text");
        String path = "/api/posts/responses/" + response;
        JsonNode first = client.user()
                .put(path + "/edit", Map.of("content", "Mine", "revision", 0))
                .json();
        assertThat(first.get("revision").asInt()).isEqualTo(1);

        ApiClient.Answer refused = client.user().put(path + "/edit", Map.of("content", "Theirs", "revision", 0));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.header("content-type")).contains("application/problem+json");
        assertThat(refused.json().get("status").asInt()).isEqualTo(409);
        assertThat(refused.json().get("response").get("content").asText()).isEqualTo("Mine");
        assertThat(refused.json().get("response").get("revision").asInt()).isEqualTo(1);
        assertThat(refused.json().get("content").asText()).isEqualTo("Theirs");
        assertThat(client.user().get(path + "/revisions").json()).hasSize(1);
        assertThat(client.user()
                        .put(path + "/edit", Map.of("content", "Theirs", "revision", 1))
                        .status())
                .isEqualTo(200);
        assertThat(client.user()
                        .put(path + "/edit", Map.of("content", "x", "revision", -1))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void aClientMayWantTheRulesAcknowledgedBeforeAReplyIsCopied() throws Exception {
        TestClient client = TestClient.create(harken);
        long response = client.response(client.post("rules", "A post", 0), "A draft");
        String path = "/api/posts/responses/" + response;
        String setting = "/api/clients/" + client.id() + "/compliance";
        assertThat(client.user().put(setting, Map.of("required", false)).status())
                .isEqualTo(403);
        assertThat(harken.admin()
                        .put(setting, Map.of("required", true))
                        .json()
                        .get("compliance_required")
                        .asBoolean())
                .isTrue();

        ApiClient.Answer refused = client.user().post(path + "/copied", Map.of());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().get("errors").has("compliance_ack")).isTrue();
        client.user().post(path + "/compliance", Map.of());
        assertThat(client.user()
                        .post(path + "/copied", Map.of())
                        .json()
                        .get("copied")
                        .asBoolean())
                .isTrue();
        assertThat(harken.database()
                        .scalar("select string_agg(action, ',' order by id) from audit_records where client_id = "
                                + client.id() + " and action like 'compliance%'"))
                .isEqualTo("compliance.required");
    }

    @Test
    void whatWasAcknowledgedIsTheTextAndNoOtherOne() throws Exception {
        TestClient client = TestClient.create(harken);
        long response = client.response(client.post("ack", "A post", 0), "A draft");
        String path = "/api/posts/responses/" + response;
        harken.admin().put("/api/clients/" + client.id() + "/compliance", Map.of("required", true));
        client.user().post(path + "/compliance", Map.of());
        assertThat(edited(client, path, "A draft")).isTrue();

        assertThat(edited(client, path, "Buy at example.com")).isFalse();

        assertThat(client.user().post(path + "/copied", Map.of()).status()).isEqualTo(409);
        assertThat(client.user().post(path + "/compliance", Map.of()).status()).isEqualTo(200);
        assertThat(client.user().post(path + "/copied", Map.of()).status()).isEqualTo(200);
        assertThat(edited(client, path, "Another text")).isFalse();
    }

    /** Whether the text counts as acknowledged after the edit. */
    private static boolean edited(TestClient client, String path, String text) {
        return client.user()
                .put(path + "/edit", Map.of("content", text))
                .json()
                .get("compliance_ack")
                .asBoolean();
    }

    @Test
    void editsAtTheSameTimeLoseNoText() throws Exception {
        TestClient client = TestClient.create(harken);
        long response = client.response(client.post("r3", "Contended", 0), "text 0");
        String path = "/api/posts/responses/" + response;
        ExecutorService reviewers = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> edits = IntStream.rangeClosed(1, 40)
                    .mapToObj(number -> reviewers.submit(() -> client.user()
                            .put(path + "/edit", Map.of("content", "text " + number))
                            .status()))
                    .toList();
            for (Future<Integer> edit : edits) {
                assertThat(edit.get()).isEqualTo(200);
            }
        } finally {
            reviewers.shutdown();
        }

        assertThat(harken.database()
                        .scalar("select count(distinct content) from (select content from response_revisions"
                                + " where response_id = " + response
                                + " union all select content from ai_responses where id = " + response + ") texts"))
                .isEqualTo("41");
    }
}
