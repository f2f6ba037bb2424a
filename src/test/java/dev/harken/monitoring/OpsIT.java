package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.TestClient;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The job of many clients as it is asked for and started; none of it is done here. */
class OpsIT {
    /** More than one answer holds. */
    private static final int CONFIGS = 230;

    private static HarkenService harken;
    private TestClient large;
    private TestClient small;

    @BeforeAll
    static void start() {
        harken = HarkenService.start("monitoring.enabled=false");
    }

    @AfterAll
    static void stop() {
        harken.close();
    }

    @BeforeEach
    void clients() throws Exception {
        harken.database().execute("delete from client_configs; delete from scheduled_tasks");
        large = TestClient.create(harken);
        small = TestClient.create(harken);
        harken.database()
                .execute("insert into client_configs (client_id, reddit_subreddits, keywords, is_active)"
                        + " select " + large.id() + ", 'sub' || n, 'tea', true"
                        + " from generate_series(1, " + CONFIGS + ") n");
        small.user().post("/api/configs", Map.of("reddit_subreddits", List.of("Coffee"), "keywords", List.of("tea")));
    }

    @Test
    void oneClientsPartOfTheJobIsAskedForByItself() {
        JsonNode all = jobs("");
        assertThat(all.get("scans")).hasSize(200);
        assertThat(all.get("subreddits")).hasSize(200);
        assertThat(all.get("cut").asBoolean()).isTrue();

        JsonNode one = jobs("?client_id=" + small.id());

        assertThat(one.get("scans")).singleElement().satisfies(scan -> {
            assertThat(scan.get("client").asText()).isEqualTo(small.name());
            assertThat(scan.get("last").isNull()).isTrue();
        });
        assertThat(one.get("subreddits")).singleElement().satisfies(subreddit -> assertThat(
                        subreddit.get("name").asText())
                .isEqualTo("coffee"));
        assertThat(one.get("cut").asBoolean()).isFalse();
        assertThat(harken.admin().get("/api/ops/jobs?client_id=0").status()).isEqualTo(400);
    }

    @Test
    void whoAsksAgainStartsTheScansThatWereLeftOut() throws Exception {
        Set<Long> started = new HashSet<>(start(large.user(), ""));
        assertThat(started).hasSize(200);
        // They are done, and planned anew.
        harken.database()
                .execute("update scheduled_tasks set execution_time = now() + interval '1 hour', last_success = now()"
                        + " where execution_time <= now()");

        started.addAll(start(large.user(), ""));

        assertThat(started).hasSize(CONFIGS);
    }

    @Test
    void oneClientsScansAreStartedByAdministratorsAndByTheClientAlone() {
        assertThat(start(harken.admin(), "?client_id=" + small.id())).hasSize(1);
        assertThat(start(small.user(), "?client_id=" + small.id())).hasSize(1);
        assertThat(start(small.user(), "")).hasSize(1);

        ApiClient.Answer others = small.user().post("/api/ops/scan?client_id=" + large.id(), Map.of());

        assertThat(others.status()).isEqualTo(404);
    }

    private static JsonNode jobs(String whose) {
        return harken.admin().get("/api/ops/jobs" + whose).json();
    }

    private static List<Long> start(ApiClient caller, String whose) {
        ApiClient.Answer answer = caller.post("/api/ops/scan" + whose, Map.of());
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json().findValues("config_id").stream()
                .map(JsonNode::asLong)
                .toList();
    }
}
