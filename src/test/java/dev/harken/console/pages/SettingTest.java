package dev.harken.console.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.HarkenConfiguration;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingTest {
    private static final String YAML =
            """
            data: /var/lib/harken
            environment: staging
            database:
              url: postgresql://dbuser:S3cret1@db.example.com/harken
              user: S3cret2
              password: S3cret3
              pool: {size: 7}
              embedded: {settings: {some.password: S3cret4}}
            redis: {url: "redis://:S3cret5@cache.example.com"}
            auth:
              secretKey: S3cret6-S3cret6-S3cret6-S3cret6-S3cret6
              adminPassword: S3cret7-and-more
            monitoring:
              reddit:
                clientId: S3cret8
                clientSecret: S3cret9
                userAgent: "server:com.example.harken:v0.1 (by /u/example)"
            alerts: {webhook: "https://hooks.example.com/S3cret10", mailTo: [ann@example.com]}
            mail: {url: "smtp://ann:S3cret11@mail.example.com", from: harken@example.com}
            console: {scrapeToken: S3cret12-S3cret12, hosts: [console.example.com]}
            """;

    @Test
    void noSecretIsShown() throws Exception {
        assertThat(settings()).extracting(Setting::value).noneMatch(value -> value.contains("S3cret"));
        assertThat(setting("auth.secretKey").value()).isEqualTo("set, not shown");
        assertThat(setting("database.password").value()).isEqualTo("set, not shown");
    }

    @Test
    void whatIsNoSecretIsShownAndMarkedWhenItDiffers() throws Exception {
        assertThat(setting("database.pool.size")).isEqualTo(new Setting("database.pool.size", "7", true));
        assertThat(setting("database.pool.maxOverflow"))
                .isEqualTo(new Setting("database.pool.maxOverflow", "15", false));
        assertThat(setting("database.url").value()).isEqualTo("postgresql://db.example.com/harken");
        assertThat(setting("environment")).isEqualTo(new Setting("environment", "staging", true));
        assertThat(setting("console.hosts[0]").value()).isEqualTo("console.example.com");
        assertThat(setting("redis.timeout").value()).isEqualTo("500 milliseconds");
    }

    @Test
    void anEmptySettingIsSaidToBeEmpty() throws Exception {
        assertThat(setting("monitoring.reddit.authUrl").value()).isNotEqualTo("empty");
        assertThat(Setting.of(
                                HarkenConfiguration.mapper(),
                                new HarkenConfiguration(),
                                new HarkenConfiguration(),
                                Map.of())
                        .stream()
                        .filter(setting -> setting.name().equals("redis.url")))
                .containsExactly(new Setting("redis.url", "empty", false));
    }

    private static Setting setting(String name) throws Exception {
        return settings().stream()
                .filter(setting -> setting.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Setting> settings() throws Exception {
        HarkenConfiguration configuration = new YamlConfigurationFactory<>(
                        HarkenConfiguration.class, Validators.newValidator(), HarkenConfiguration.mapper(), "dw")
                .build((String path) -> new ByteArrayInputStream(YAML.getBytes(StandardCharsets.UTF_8)), "config.yml");
        return Setting.of(
                HarkenConfiguration.mapper(),
                configuration,
                new HarkenConfiguration(),
                Map.of("database.url", "postgresql://db.example.com/harken"));
    }
}
