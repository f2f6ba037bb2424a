package dev.harken;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentSettingsTest {
    @Test
    void aValueStaysWhatItIsWhateverYamlMakesOfItsCharacters() throws Exception {
        String nasty = "p\"a\\s#s: ${HOME} '!";

        assertThat(read("password: \"${SECRET:-}\"", Map.of("SECRET", nasty, "HOME", "/root"))
                        .get("password")
                        .asText())
                .isEqualTo(nasty);
    }

    @Test
    void anUnsetOrEmptyVariableMeansTheDefault() throws Exception {
        assertThat(read("port: ${PORT:-8080}", Map.of()).get("port").asInt()).isEqualTo(8080);
        assertThat(read("port: ${PORT:-8080}", Map.of("PORT", "")).get("port").asInt())
                .isEqualTo(8080);
        assertThat(read("port: ${PORT:-8080}", Map.of("PORT", "9090"))
                        .get("port")
                        .asInt())
                .isEqualTo(9090);
    }

    private static JsonNode read(String yaml, Map<String, String> environment) throws IOException {
        return new YAMLMapper()
                .readTree(EnvironmentSettings.over(
                                path -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), environment)
                        .open("config.yml"));
    }
}
