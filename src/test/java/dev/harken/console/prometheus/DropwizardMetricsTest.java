package dev.harken.console.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropwizardMetricsTest {
    private final MetricRegistry metrics = new MetricRegistry();

    @Test
    void theRoutesOfOneHistogramBecomeOneFamilyWithALabel() {
        metrics.histogram("statements.GET /api/posts").update(1);
        metrics.histogram("statements.GET /api/posts/{id}").update(2);

        assertThat(exported())
                .contains(
                        "# TYPE harken_request_statements summary",
                        "harken_request_statements_count{route=\"GET /api/posts\"} 1",
                        "harken_request_statements{route=\"GET /api/posts/{id}\",quantile=\"0.99\"} 2.0")
                .doesNotHaveDuplicates();
    }

    @Test
    void aRouteMayHaveDots() {
        metrics.histogram("statements.GET /openapi.json").update(0);
        metrics.histogram("statements.GET /a.tar.gz").update(0);

        assertThat(exported())
                .contains(
                        "harken_request_statements_count{route=\"GET /openapi.json\"} 1",
                        "harken_request_statements_count{route=\"GET /a.tar.gz\"} 1");
    }

    @Test
    void methodsOfResourcesAndSqlObjectsAreLabelsNotNames() {
        metrics.timer("dev.harken.posts.PostsResource.list").update(Duration.ofMillis(250));
        metrics.timer("dev.harken.monitoring.drafting.DraftDao.find").update(Duration.ofMillis(3));
        metrics.timer("sql.raw").update(Duration.ofMillis(4));

        assertThat(exported())
                .contains(
                        "harken_method_seconds{method=\"list\",room=\"posts\",type=\"PostsResource\",quantile=\"0.5\"} 0.25",
                        "harken_method_seconds_count{method=\"find\",room=\"monitoring.drafting\",type=\"DraftDao\"} 1",
                        "harken_jdbi_statement_seconds{statement=\"raw\",quantile=\"0.5\"} 0.004");
    }

    @Test
    void jettysMetersAreCountersByStatusAndItsConnectorsKeepTheirAddress() {
        metrics.meter("io.dropwizard.jetty.MutableServletContextHandler.5xx-responses")
                .mark(3);
        metrics.timer("org.eclipse.jetty.server.HttpConnectionFactory.127.0.0.1.8081.connections")
                .update(Duration.ofSeconds(2));

        assertThat(exported())
                .contains(
                        "# TYPE jetty_responses_total counter",
                        "jetty_responses_total{status=\"5xx\"} 3.0",
                        "jetty_connection_seconds_count{connector=\"127.0.0.1:8081\"} 1");
    }

    @Test
    void theCachesNumbersHaveTheirKindsAndUnits() {
        metrics.meter("cache.hits").mark(2);
        metrics.meter("cache.misses").mark();
        metrics.meter("cache.shared");
        metrics.meter("cache.failures");
        metrics.timer("cache.finds").update(Duration.ofMillis(5));
        metrics.gauge("cache.entries", () -> (Gauge<Long>) () -> 3L);
        // Not known, as while Redis is away.
        metrics.gauge("cache.bytes", () -> (Gauge<Long>) () -> null);

        assertThat(exported())
                .contains(
                        "# TYPE harken_cache_hits_total counter",
                        "harken_cache_hits_total 2.0",
                        "harken_cache_misses_total 1.0",
                        "harken_cache_shared_total 0.0",
                        "harken_cache_failures_total 0.0",
                        "harken_cache_find_seconds{quantile=\"0.5\"} 0.005",
                        "harken_cache_entries 3.0")
                .noneMatch(line -> line.startsWith("harken_cache_bytes"));
    }

    @Test
    void aCounterThatGoesDownIsAGauge() {
        metrics.counter("io.dropwizard.jetty.MutableServletContextHandler.active-requests")
                .dec(2);

        assertThat(exported()).contains("# TYPE jetty_active_requests gauge", "jetty_active_requests -2.0");
    }

    @Test
    void whatHasNoRuleKeepsItsNameAsALabelAndIsStillWellFormed() {
        metrics.timer("some.other.callMillis").update(Duration.ofMillis(20));
        metrics.meter("some.other.total").mark();
        metrics.counter("some-cache.count").inc(7);
        metrics.histogram("odd \"name\"").update(5);
        // Right by its name, wrong by its kind.
        metrics.meter("sql.raw").mark();

        List<String> exported = exported();
        assertThat(exported)
                .contains(
                        "dropwizard_timer_seconds{metric=\"some.other.callMillis\",quantile=\"0.5\"} 0.02",
                        "dropwizard_events_total{metric=\"some.other.total\"} 1.0",
                        "dropwizard_events_total{metric=\"sql.raw\"} 1.0",
                        "dropwizard_value{metric=\"some-cache.count\"} 7.0",
                        "dropwizard_distribution_count{metric=\"odd \\\"name\\\"\"} 1");
    }

    @Test
    void whatTheOwnCollectorsHaveIsLeftOut() {
        metrics.gauge("pool.checked_out", () -> (Gauge<Integer>) () -> 1);
        metrics.meter("pool.timeouts");
        metrics.gauge("jvm.memory.heap.used", () -> (Gauge<Integer>) () -> 1);
        metrics.timer("pool.wait").update(Duration.ofSeconds(1));

        assertThat(exported())
                .filteredOn(line -> line.startsWith("# TYPE"))
                .containsExactly("# TYPE harken_pool_wait_seconds summary");
    }

    @Test
    void aGaugeThatFailsOrIsNoNumberIsLeftOutAlone() {
        metrics.gauge("broken", () -> (Gauge<Integer>) () -> {
            throw new IllegalStateException("no answer");
        });
        metrics.gauge("words", () -> (Gauge<String>) () -> "words");
        metrics.gauge("sound", () -> (Gauge<Integer>) () -> 1);

        assertThat(exported())
                .filteredOn(line -> !line.startsWith("#"))
                .containsExactly("dropwizard_value{metric=\"sound\"} 1.0");
    }

    private List<String> exported() {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(new DropwizardMetrics(metrics));
        return Exposition.of(registry).lines().toList();
    }
}
