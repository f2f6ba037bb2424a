package dev.harken.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerKeyTest {
    private static final List<Tenant> TENANTS =
            List.of(Tenant.EVERY, Tenant.of(1), Tenant.of(2), Tenant.of(11), Tenant.of(12), Tenant.of(Long.MAX_VALUE));

    private static final List<String> HOSTILE = List.of(
            "",
            ":",
            "::",
            "2:",
            "2:api/posts",
            ":2:api/posts",
            "api/posts",
            "api/posts?client_id=2",
            "\r\n2:api/posts",
            "\0002:api/posts",
            "1:2:api/posts",
            "../2:api/posts",
            "harken:2:api/posts",
            "generation:2",
            "generation:all",
            "*",
            "1",
            "\uD800",
            "x".repeat(200),
            "x".repeat(201),
            "2:" + "x".repeat(1_000),
            "sha256:" + "0".repeat(64));

    @Test
    void theTenantLeadsWhateverIsAsked() {
        for (Tenant tenant : TENANTS) {
            for (String question : HOSTILE) {
                String key = AnswerKey.of(tenant, question);
                assertThat(key.substring(0, key.indexOf(':'))).isEqualTo(Long.toString(tenant.clientId()));
                assertThat(key).hasSizeLessThan(230);
            }
        }
    }

    @Test
    void noQuestionOfOneTenantHasTheKeyOfAnotherQuestionOrAnothersAtAll() {
        Map<String, List<String>> askedBy = new HashMap<>();
        for (Tenant tenant : TENANTS) {
            for (String question : HOSTILE) {
                askedBy.computeIfAbsent(AnswerKey.of(tenant, question), key -> new ArrayList<>())
                        .add(tenant.clientId() + " asks " + question);
            }
        }

        assertThat(askedBy.values()).allSatisfy(askers -> assertThat(askers).hasSize(1));
    }
}
