package dev.harken.console.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files for Prometheus and Grafana that come with Harken. */
final class AlertRules {
    static final Path RULES = Path.of("ansible/prometheus/harken.rules.yml");
    static final Path TESTS = Path.of("ansible/prometheus/harken.rules.test.yml");

    private AlertRules() {}

    static List<JsonNode> rules() {
        try {
            List<JsonNode> rules = new ArrayList<>();
            new ObjectMapper(new YAMLFactory())
                    .readTree(RULES.toFile())
                    .get("groups")
                    .forEach(group -> group.get("rules").forEach(rules::add));
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
