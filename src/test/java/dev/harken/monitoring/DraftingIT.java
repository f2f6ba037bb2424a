package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Gauge;
import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.ModelServer;
import dev.harken.testing.TestClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Drafts that a person asks for, by a language model: three dollars each. */
class DraftingIT {
    private static final String GOOD =
            "I had the same with my tomatoes. Try a lamp close to the leaves, then check them after a week. Which lamp do"
                    + " you have?";
    private static final String POOR = "Plants need light, all of them.";

    private static ModelServer model;
    private static HarkenService harken;

    @BeforeAll
    static void start() throws Exception {
        model = ModelServer.start();
        String[] settings = new String[model.settings().length + 1];
        System.arraycopy(model.settings(), 0, settings, 1, model.settings().length);
        settings[0] = "monitoring.enabled=false";
        harken = HarkenService.start(settings);
    }

    @AfterAll
    static void stop() {
        harken.close();
        model.close();
    }

    @BeforeEach
    void answer() {
        model.answer(ModelServer.replies(POOR, GOOD));
    }

    private static ApiClient.Answer generate(TestClient client, long post) {
        return client.user().post("/api/posts/" + post + "/generate-response", Map.of());
    }

    private static JsonNode usage(TestClient client) {
        return harken.admin().get("/api/clients/" + client.id() + "/usage").json();
    }

    @Test
    void theBestVariantIsAnsweredAndListedFirst() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("best", "Why do my tomatoes get leggy?", 0);

        JsonNode generated = generate(client, post).json();

        assertThat(generated.get("status").asText()).isEqualTo("generated");
        assertThat(generated.at("/response/content").asText()).isEqualTo(GOOD);
        for (JsonNode shown : new JsonNode[] {
            client.user().get("/api/posts/" + post).json(),
            client.user().get("/api/posts").json().get(0)
        }) {
            assertThat(shown.get("responses")).hasSize(2);
            assertThat(shown.at("/responses/0/content").asText()).isEqualTo(GOOD);
            assertThat(shown.at("/responses/0/score").asInt())
                    .isGreaterThan(shown.at("/responses/1/score").asInt());
            assertThat(shown.get("relevant").isNull()).isTrue();
        }
        JsonNode again = generate(client, post).json();
        assertThat(again.get("status").asText()).isEqualTo("exists");
        assertThat(again.at("/response/content").asText()).isEqualTo(GOOD);
        assertThat(harken.database()
                        .scalar("select count(*) from analytics_events where event_type = 'response_generated'"
                                + " and client_id = " + client.id()))
                .isEqualTo("1");
        JsonNode month = usage(client).at("/months/0");
        assertThat(month.get("requests").asInt()).isEqualTo(1);
        assertThat(month.get("input_tokens").asInt()).isEqualTo(1000);
        assertThat(month.get("output_tokens").asInt()).isEqualTo(200);
        assertThat(month.get("cost_usd").asDouble()).isEqualTo(3);
        assertThat(month.get("month").asText()).matches("\\d{4}-\\d{2}-01");
    }

    @Test
    void aRefusedDraftIsNoDraftButCountsForTheClient() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("refused", "Something", 0);
        model.answer(ModelServer.refusal("I cannot."), ModelServer.replies("See http://evil.example for it all."));

        assertThat(generate(client, post).json().get("message").asText())
                .isEqualTo("The post has no draft: the model refused to write for this post; write this one by hand.");
        assertThat(generate(client, post).json().get("status").asText()).isEqualTo("failed");

        assertThat(client.user().get("/api/posts/" + post).json().get("responses"))
                .isEmpty();
        assertThat(usage(client).at("/months/0/requests").asInt()).isEqualTo(2);
        assertThat(usage(client).at("/months/0/cost_usd").asDouble()).isEqualTo(6);
        assertThat(harken.database().scalar("select drafts_failed from matched_posts where id = " + post))
                .isEqualTo("2");
    }

    @Test
    void aBudgetStopsDraftingUntilItIsRaised() throws Exception {
        TestClient client = TestClient.create(harken);
        ApiClient admin = harken.admin();
        String budget = "/api/clients/" + client.id() + "/budget";
        assertThat(usage(client).get("monthly_budget_usd").isNull()).isTrue();
        assertThat(admin.put(budget, Map.of("monthly_budget_usd", 3.5)).status())
                .isEqualTo(200);

        assertThat(generate(client, client.post("b1", "One", 0))
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("generated");
        assertThat(usage(client).get("budget_reached").asBoolean()).isFalse();
        assertThat(generate(client, client.post("b2", "Two", 0))
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("generated");
        assertThat(usage(client).get("budget_reached").asBoolean()).isTrue();
        long third = client.post("b3", "Three", 0);
        int before = model.requests().size();
        JsonNode stopped = generate(client, third).json();

        assertThat(stopped.get("status").asText()).isEqualTo("failed");
        assertThat(stopped.get("message").asText()).contains("budget of this month", "raise it");
        assertThat(model.requests()).hasSize(before);
        JsonNode raised = admin.put(budget, Map.of("monthly_budget_usd", 100)).json();
        assertThat(raised.get("monthly_budget_usd").asDouble()).isEqualTo(100);
        assertThat(raised.get("budget_reached").asBoolean()).isFalse();
        assertThat(generate(client, third).json().get("status").asText()).isEqualTo("generated");
        assertThat(admin.delete(budget).json().get("monthly_budget_usd").isNull())
                .isTrue();
        assertThat(harken.database()
                        .scalar("select string_agg(action, ' ' order by id) from audit_records"
                                + " where action like 'budget%' and client_id = " + client.id()))
                .isEqualTo("budget.set budget.set budget.removed");
    }

    @Test
    void lastMonthsUsageIsNotHeldAgainstThisMonthsBudget() throws Exception {
        TestClient client = TestClient.create(harken);
        harken.database()
                .execute("insert into model_usage select " + client.id()
                        + ", date_trunc('month', now()) - interval '1 month', 10, 10, 10, 1000000000");
        harken.admin().put("/api/clients/" + client.id() + "/budget", Map.of("monthly_budget_usd", 1));

        assertThat(generate(client, client.post("lm", "One", 0))
                        .json()
                        .get("status")
                        .asText())
                .isEqualTo("generated");
        assertThat(usage(client).get("months")).hasSize(2);
        assertThat(usage(client).at("/months/1/cost_usd").asDouble()).isEqualTo(1000);
    }

    @Test
    void budgetsAreCheckedAndForAdministrators() throws Exception {
        TestClient client = TestClient.create(harken);
        String path = "/api/clients/" + client.id();
        ApiClient admin = harken.admin();

        assertThat(client.user().get(path + "/usage").status()).isEqualTo(403);
        assertThat(client.user()
                        .put(path + "/budget", Map.of("monthly_budget_usd", 9))
                        .status())
                .isEqualTo(403);
        assertThat(admin.put(path + "/budget", Map.of("monthly_budget_usd", -1)).status())
                .isEqualTo(422);
        assertThat(admin.put(path + "/budget", Map.of("monthly_budget_usd", 1e12))
                        .status())
                .isEqualTo(422);
        assertThat(admin.put(path + "/budget", Map.of()).status()).isEqualTo(422);
        for (String missing : new String[] {"/api/clients/987654321/usage", "/api/clients/987654321/budget"}) {
            assertThat(admin.json(missing.endsWith("usage") ? "GET" : "DELETE", missing, Map.of())
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void noConnectionIsHeldWhileTheModelAnswers() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("slow", "Something", 0);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        model.answerBy(request -> {
            asked.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return ModelServer.replies(GOOD);
        });

        CompletableFuture<ApiClient.Answer> generated = CompletableFuture.supplyAsync(() -> generate(client, post));
        assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
        try {
            await().untilAsserted(() -> assertThat(checkedOut()).isZero());
        } finally {
            go.countDown();
        }

        assertThat(generated.get(60, TimeUnit.SECONDS).json().get("status").asText())
                .isEqualTo("generated");
    }

    private static int checkedOut() {
        Gauge<?> gauge = harken.support().getEnvironment().metrics().getGauges().get("pool.checked_out");
        return ((Number) gauge.getValue()).intValue();
    }

    @Test
    void whatBreaksBetweenAnswerAndStoreLeavesNothingHalfButItsPriceAndIsMadeGood() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("broken", "Something", 0);
        harken.database()
                .execute(
                        "create function refuse() returns trigger language plpgsql as"
                                + " $$ begin raise exception 'the plug was pulled'; end $$",
                        "create trigger refuse before insert on ai_responses for each row execute function refuse()");

        assertThat(generate(client, post).status()).isEqualTo(500);

        harken.database().execute("drop function refuse cascade");
        assertThat(usage(client).at("/months/0/requests").asInt()).isEqualTo(1);
        assertThat(harken.database().scalar("select drafts_failed from matched_posts where id = " + post))
                .isEqualTo("1");
        assertThat(client.user().get("/api/posts/" + post).json().get("responses"))
                .isEmpty();
        assertThat(generate(client, post).json().get("status").asText()).isEqualTo("generated");
        assertThat(client.user().get("/api/posts/" + post).json().get("responses"))
                .hasSize(2);
        assertThat(usage(client).at("/months/0/requests").asInt()).isEqualTo(2);
    }

    @Test
    void twoWhoAskAtOnceGetOneDraftAndBothCallsAreCounted() throws Exception {
        TestClient client = TestClient.create(harken);
        long post = client.post("twice", "Something", 0);
        CountDownLatch both = new CountDownLatch(2);
        model.answerBy(request -> {
            both.countDown();
            try {
                both.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return ModelServer.replies(GOOD);
        });

        CompletableFuture<ApiClient.Answer> other = CompletableFuture.supplyAsync(() -> generate(client, post));
        generate(client, post);
        other.get(60, TimeUnit.SECONDS);

        assertThat(client.user().get("/api/posts/" + post).json().get("responses"))
                .hasSize(1);
        assertThat(usage(client).at("/months/0/requests").asInt()).isEqualTo(2);
    }

    @Test
    void aConfigTakesAndShowsItsVoice() throws Exception {
        TestClient client = TestClient.create(harken);
        Map<String, Object> config = Map.of(
                "keywords",
                List.of("x"),
                "reddit_subreddits",
                List.of("abc"),
                "brand_voice",
                "We are Fernhollow.",
                "tone",
                "warm",
                "longest_reply",
                700,
                "accept_if",
                "asks about seedlings",
                "accept_threshold",
                60);

        JsonNode created = client.user().post("/api/configs", config).json();

        for (JsonNode shown : new JsonNode[] {
            created, client.user().get("/api/configs").json().get(0)
        }) {
            assertThat(shown.get("brand_voice").asText()).isEqualTo("We are Fernhollow.");
            assertThat(shown.get("tone").asText()).isEqualTo("warm");
            assertThat(shown.get("longest_reply").asInt()).isEqualTo(700);
            assertThat(shown.get("accept_if").asText()).isEqualTo("asks about seedlings");
            assertThat(shown.get("accept_threshold").asInt()).isEqualTo(60);
        }
        generate(client, client.post("voice", "Something", 0));
        assertThat(model.last().message("system")).contains("We are Fernhollow.", "Tone: warm", "characters: 700");
        assertThat(model.last().isJudgement()).isFalse();
        String path = "/api/configs/" + created.get("id").asLong();
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("longest_reply", 99),
                Map.of("longest_reply", 10001),
                Map.of("accept_threshold", 101),
                Map.of("tone", "x".repeat(201)),
                Map.of("accept_if", "x".repeat(2001)),
                Map.of("brand_voice", "x".repeat(4001)))) {
            assertThat(client.user().put(path, wrong).status())
                    .as("%s", wrong.keySet())
                    .isEqualTo(422);
        }
    }
}
