package dev.harken.monitoring.reddit;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import dev.harken.testing.SetClock;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedditFactoryTest {
    private static final String GOOD_AGENT = "server:com.example.harken:v0.1 (by /u/example)";
    private static final Validator VALIDATOR = Validators.newValidator();

    private final RedditFactory factory = new RedditFactory();

    @Test
    void nothingNeedsToBeSet() {
        assertThat(factory.isConfigured()).isFalse();
        assertThat(problems()).isEmpty();
    }

    @Test
    void anIdWithoutASecretIsAMistake() {
        factory.setClientId("an-id");

        assertThat(factory.isConfigured()).isFalse();
        assertThat(problems()).singleElement().asString().contains("REDDIT_CLIENT_SECRET");
    }

    @Test
    void aSecretWithoutAnIdIsAMistake() {
        factory.setClientSecret("a-secret");

        assertThat(problems())
                .singleElement()
                .asString()
                .contains("REDDIT_CLIENT_ID")
                .doesNotContain("a-secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GOOD_AGENT,
                "android:com.example.myredditapp:v1.2.3 (by /u/kemitche)",
                " linux:harken:1 (by u/some-body_1) "
            })
    void aUserAgentThatSaysWhoAsksIsGood(String agent) {
        configure(agent);

        assertThat(problems()).isEmpty();
        assertThat(factory.build(BudgetKeeper.inProcess(), new MetricRegistry(), new SetClock())
                        .name())
                .isEqualTo("reddit");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Mozilla/5.0 (X11; Linux x86_64)",
                "harken/1.0",
                "server:harken (by /u/example)",
                "server:harken:1",
                "server:harken:1 (by /u/)",
                "server:harken:1 (by /u/<name>)",
                "server:harken:1 (by /u/example)\r\nx: y"
            })
    void aUserAgentOfAnotherFormIsAMistake(String agent) {
        configure(agent);

        assertThat(problems()).singleElement().asString().contains("platform:app-id:version (by /u/name)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "oauth.reddit.com",
                "http://oauth.reddit.com",
                "ftp://localhost",
                "https://user:word@oauth.reddit.com",
                "https://oauth.reddit.com?a=b",
                "https://"
            })
    void theSecretGoesToNoAddressThatCannotBeTrusted(String address) {
        factory.setApiUrl(address);
        assertThat(problems()).singleElement().asString().contains("REDDIT_API_URL");

        factory.setApiUrl("https://oauth.reddit.com");
        factory.setAuthUrl(address);
        assertThat(problems()).singleElement().asString().contains("REDDIT_AUTH_URL");
    }

    @Test
    void itIsReadFromYaml() throws Exception {
        String yaml =
                """
                clientId: an-id
                clientSecret: a-secret
                userAgent: "server:com.example.harken:v0.1 (by /u/example)"
                authUrl: http://127.0.0.1:1/
                apiUrl: http://[::1]:1
                connectTimeout: 1s
                readTimeout: 2s
                """;

        RedditFactory read = new YamlConfigurationFactory<>(
                        RedditFactory.class, VALIDATOR, Jackson.newObjectMapper(), "dw")
                .build((path) -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "reddit");

        assertThat(read.isConfigured()).isTrue();
        assertThat(read.getReadTimeout().toSeconds()).isEqualTo(2);
    }

    private void configure(String agent) {
        factory.setClientId("an-id");
        factory.setClientSecret("a-secret");
        factory.setUserAgent(agent);
    }

    private List<String> problems() {
        return VALIDATOR.validate(factory).stream()
                .map(ConstraintViolation::getMessage)
                .toList();
    }
}
