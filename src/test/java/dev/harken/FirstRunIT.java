package dev.harken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.ApiClient;
import dev.harken.testing.Jar;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who runs the jar for the first time. */
class FirstRunIT {
    private static final Pattern LOGIN = Pattern.compile("Log in +(\\S+) +(\\S+)");

    @Test
    void withinAMinuteThereArePostsWithDraftsAndTheyOutliveEveryEnd(@TempDir Path data) throws Exception {
        Map<String, String> environment =
                Map.of("HARKEN_DATA", data.resolve("harken").toString());
        String password;
        int posts;
        try (Jar first = Jar.start(environment, "server", "config.yml")) {
            first.awaitReady();
            await().untilAsserted(() -> assertThat(first.output()).contains("Harken is ready."));
            Matcher login = LOGIN.matcher(first.output());
            assertThat(login.find()).isTrue();
            password = login.group(2);
            ApiClient admin = first.api().signIn(login.group(1), password);
            await().untilAsserted(() -> assertThat(
                            admin.get("/api/posts?limit=200").json())
                    .hasSizeGreaterThanOrEqualTo(24)
                    .allSatisfy(post -> assertThat(post.get("responses")).hasSize(1)));
            JsonNode post = admin.get("/api/posts?limit=1").json().get(0);
            assertThat(post.get("keywords_matched").asText()).isNotBlank();
            assertThat(post.get("responses").get(0).get("content").asText()).isNotBlank();
            assertThat(post.get("responses").get(0).get("score").asInt()).isBetween(1, 100);
            posts = admin.get("/api/posts?limit=200").json().size();
            first.stop();
            assertThat(first.output()).containsOnlyOnce(password);
        }

        try (Jar second = Jar.start(environment, "server", "config.yml")) {
            second.awaitReady();
            assertThat(second.api()
                            .signIn("admin@localhost", password)
                            .get("/api/posts?limit=200")
                            .json())
                    .hasSize(posts);
            assertThat(second.output()).doesNotContain(password).doesNotContain("Log in");

            Jar.Finished intruder = Jar.run(environment, "server", "config.yml");
            assertThat(intruder.exitCode()).isNotZero();
            assertThat(intruder.output()).contains(data.toString()).doesNotContain("\tat ");
            second.kill();
        }

        try (Jar third = Jar.start(environment, "server", "config.yml")) {
            third.awaitReady();
            assertThat(third.api()
                            .signIn("admin@localhost", password)
                            .get("/api/posts?limit=200")
                            .json())
                    .hasSize(posts);
            third.stop();
        }
    }

    @Test
    void onADatabaseOfTheOperatorsNothingIsMigratedUnasked() throws Exception {
        TestDatabase database = PostgresServer.shared().createDatabase();
        Map<String, String> environment = Map.of(
                "DATABASE_URL",
                "postgresql://" + database.host() + ":" + database.port() + "/" + database.name(),
                "DATABASE_USER",
                database.user(),
                "DATABASE_PASSWORD",
                database.password(),
                "ADMIN_PASSWORD",
                "an-administrators-password",
                "SECRET_KEY",
                "0123456789abcdef0123456789abcdef");

        Jar.Finished refused = Jar.run(environment, "server", "config.yml");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output())
                .contains("java -jar app.jar db migrate config.yml")
                .doesNotContain("\tat ");
        assertThat(database.scalar("select count(*) from pg_tables where schemaname = 'public'"))
                .isEqualTo("0");

        Jar.Finished status = Jar.run(environment, "db", "status", "config.yml");
        assertThat(status.output()).contains("pending  001-tables::clients");

        Jar.Finished migrated = Jar.run(environment, "db", "migrate", "config.yml");
        assertThat(migrated.exitCode()).as(migrated.output()).isZero();
        assertThat(migrated.output()).contains("applied  003-indexes::idx_client_created");
        Jar.Finished again = Jar.run(environment, "db", "migrate", "config.yml");
        assertThat(again.output()).contains("nothing to do");

        try (Jar server = Jar.start(environment, "server", "config.yml")) {
            server.awaitReady();
            ApiClient admin = server.api().signIn("admin@localhost", "an-administrators-password");
            assertThat(admin.get("/api/clients").json())
                    .as("no sample clients on an operator's database")
                    .isEmpty();
            assertThat(server.output()).doesNotContain("an-administrators-password");
            server.stop();
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidInWords() throws Exception {
        Jar.Finished refused = Jar.run(
                Map.of("DATABASE_URL", "postgresql://harken:hunter2@localhost:1/nowhere", "ADMIN_PASSWORD", "x"),
                "server",
                "config.yml");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output())
                .contains("localhost:1")
                .doesNotContain("hunter2")
                .doesNotContain("\tat ");
    }
}
