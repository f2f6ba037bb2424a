package dev.harken.console.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.testing.HarkenService;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** /prometheus on the admin port, as a Prometheus server and its tools see it. */
class PrometheusIT {
    private static final Path DASHBOARD = Path.of("ansible/grafana/harken.json");
    private static final Set<String> MADE_BY_PROMETHEUS = Set.of("up");
    /** Labels that Prometheus adds, and those whose values depend on what happens. */
    private static final Set<String> OPEN = Set.of("job", "instance", "route", "status");

    private static final List<String> SIGNALS = List.of(
            "pool_utilization",
            "statement_p50",
            "statement_p95",
            "statement_p99",
            "database_cpu",
            "host_memory",
            "heap_memory",
            "disk",
            "replication_lag",
            "job_lag",
            "subreddits_silent",
            "subreddits_unread",
            "deletion_lag",
            "pool_waiters");

    private static HarkenService harken;

    @BeforeAll
    static void start() {
        harken = HarkenService.start();
        harken.admin().get("/api/posts");
        harken.admin().get("/api/clients");
        harken.anonymous().get("/api/posts");
        harken.anonymous().get("/health");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @Test
    void promtoolHasNothingToSayAgainstIt() {
        Promtool.Verdict verdict = Promtool.checkMetrics(scrape());
        assertThat(verdict.output()).isEmpty();
        assertThat(verdict.status()).isZero();
    }

    @Test
    void promtoolWouldSpeakUpAgainstABadName() {
        Promtool.Verdict verdict =
                Promtool.checkMetrics(scrape() + "# HELP harkenWait Wait.\n# TYPE harkenWait counter\nharkenWait 1\n");
        assertThat(verdict.output()).contains("harkenWait");
        assertThat(verdict.status()).isNotZero();
    }

    @Test
    void howOldTheSumsAreAndHowManyNotificationsWaitIsAmongIt() {
        await().untilAsserted(() -> assertThat(scrape())
                .containsPattern("(?m)^harken_analytics_age_seconds [0-9.E]+$")
                .containsPattern("(?m)^harken_notifications_waiting [0-9.]+$")
                .containsPattern("(?m)^harken_notifications_given_up [0-9.]+$"));
    }

    @Test
    void theTextFormatAndOpenMetricsAreServedByWhatIsAccepted() {
        HttpResponse<String> text = get("text/plain");
        assertThat(text.statusCode()).isEqualTo(200);
        assertThat(text.headers().firstValue("content-type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        assertThat(text.body()).doesNotContain("# EOF");

        HttpResponse<String> open = get("application/openmetrics-text; version=1.0.0");
        assertThat(open.statusCode()).isEqualTo(200);
        assertThat(open.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(open.body())
                .endsWith("# EOF\n")
                .contains("# TYPE harken_pool_timeouts counter")
                .contains("# UNIT harken_pool_timeout_seconds seconds");
    }

    @Test
    void aScrapeMayBeCompressedAndIsCompressedOnce() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(harken.adminPort().base() + "/prometheus"))
                .header("Accept-Encoding", "gzip")
                .build();
        HttpResponse<byte[]> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.headers().allValues("content-encoding")).containsExactly("gzip");
        try (GZIPInputStream text = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            assertThat(new String(text.readAllBytes(), StandardCharsets.UTF_8)).contains("harken_pool_size 5.0");
        }
    }

    @Test
    void theMainPortDoesNotServeIt() {
        assertThat(harken.admin().get("/prometheus").status()).isEqualTo(404);
    }

    @Test
    void thePoolHasTypesUnitsAndLabels() {
        assertThat(scrape().lines())
                .contains(
                        "# TYPE harken_pool_connections gauge",
                        "# TYPE harken_pool_timeouts_total counter",
                        "# TYPE harken_pool_wait_seconds summary",
                        "harken_pool_size 5.0",
                        "harken_pool_max_overflow 15.0",
                        "harken_pool_capacity 20.0",
                        "harken_pool_timeout_seconds 30.0",
                        "harken_pool_waiting 0.0",
                        "harken_pool_timeouts_total 0.0")
                .anyMatch(line -> line.matches("harken_pool_connections\\{state=\"checked_in\"} [1-9].*"))
                .anyMatch(line -> line.matches("harken_pool_connections\\{state=\"checked_out\"} .*"))
                .anyMatch(line -> line.matches("harken_pool_checkouts_total [1-9].*"))
                .anyMatch(line -> line.matches("harken_pool_connects_total [5-9].*"))
                .anyMatch(line -> line.matches("harken_pool_utilization_ratio 0\\..*"));
    }

    @Test
    void whatThePoolsOwnMetricsHaveDoesNotComeTwice() {
        List<String> families =
                scrape().lines().filter(line -> line.startsWith("# TYPE ")).toList();
        assertThat(families).doesNotHaveDuplicates();
        assertThat(scrape()).doesNotContain("metric=\"pool.").doesNotContain("\npool_");
    }

    @Test
    void aRequestIsCountedAndTimedByItsRoute() {
        // A request is counted when its answer is written, so perhaps after it has arrived here.
        await().untilAsserted(() -> assertThat(scrape().lines())
                .contains(
                        "# TYPE harken_http_request_seconds histogram",
                        "# TYPE harken_request_statements summary",
                        "harken_http_request_seconds_count{route=\"GET /api/posts\",status=\"2xx\"} 1",
                        "harken_http_request_seconds_count{route=\"GET /api/posts\",status=\"4xx\"} 1",
                        "harken_http_request_seconds_count{route=\"GET /api/clients\",status=\"2xx\"} 1",
                        "harken_request_statements{route=\"GET /api/clients\",quantile=\"0.5\"} 1.0"));
    }

    @Test
    void theAlertRulesAskForWhatIsExported() {
        List<String> expressions = AlertRules.rules().stream()
                .map(rule -> rule.get("expr").asText())
                .toList();
        assertThat(expressions).hasSizeGreaterThan(10);
        assertThat(notExported(expressions)).isEmpty();
    }

    @Test
    void theDashboardAsksForWhatIsExported() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        assertThat(dashboard.get("uid").asText()).isEqualTo("harken");
        List<String> expressions = dashboard.findValuesAsText("expr");
        assertThat(expressions).hasSizeGreaterThan(20);
        assertThat(notExported(expressions)).isEmpty();
        assertThat(dashboard.findValues("datasource"))
                .extracting(source -> source.path("uid").asText())
                .containsOnly("${datasource}");
    }

    @Test
    void anExpressionThatAsksForSomethingElseIsFound() {
        assertThat(notExported(List.of(
                        "sum by (route) (rate(harken_http_request_seconds_counts{route=\"x\"}[5m]))",
                        "harken_signal_value{signal=~\"disk|tape\"} > 1",
                        "harken_pool_waiting and harken_pool_waiters",
                        "harken_pool_connections{condition=\"checked_out\"}")))
                .hasSize(4);
    }

    private static List<Selector> notExported(List<String> expressions) {
        PrometheusRegistry signals = new PrometheusRegistry();
        SignalMetrics.register(
                signals,
                () -> SIGNALS.stream().collect(Collectors.toMap(signal -> signal, signal -> 0.5)),
                () -> SIGNALS.stream().collect(Collectors.toMap(signal -> signal, signal -> "healthy")));
        List<Selector> samples = new ArrayList<>(Selector.samples(scrape()));
        samples.addAll(Selector.samples(Exposition.of(signals)));
        return expressions.stream()
                .flatMap(expression -> Selector.in(expression).stream())
                .filter(selector -> !MADE_BY_PROMETHEUS.contains(selector.metric()))
                .filter(selector -> !selector.isServedBy(samples, OPEN))
                .toList();
    }

    private static String scrape() {
        return get("text/plain").body();
    }

    private static HttpResponse<String> get(String accept) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(harken.adminPort().base() + "/prometheus"))
                .header("Accept", accept)
                .build();
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
