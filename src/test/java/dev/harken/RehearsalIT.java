package dev.harken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.Jar;
import dev.harken.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rehearse}, as a rollout runs it: beside a Harken that serves, for the start of the one that follows. */
class RehearsalIT {
    @Test
    void besideOneThatServesItLeavesTheClassesOfAStartToTheNextOne(@TempDir Path directory) throws Exception {
        Map<String, String> environment = Jar.over(PostgresServer.shared().createMigratedDatabase());
        Path archive = directory.resolve("classes.jsa");
        try (Jar serving = Jar.start(environment, "server", "config.yml")) {
            serving.awaitReady();
            Map<String, String> ofTheSamePorts = with(environment, "-XX:ArchiveClassesAtExit=" + archive);
            ofTheSamePorts.put("PORT", Integer.toString(serving.port()));

            Jar.Finished rehearsed = Jar.run(ofTheSamePorts, "rehearse", "config.yml");

            assertThat(rehearsed.exitCode()).as(rehearsed.output()).isZero();
            assertThat(rehearsed.output())
                    .contains("Harken started with these settings, and was stopped again.")
                    .doesNotContain("ERROR");
            assertThat(serving.isReady()).isTrue();
        }
        Path loaded = directory.resolve("loaded");
        try (Jar next = Jar.start(
                with(environment, "-Xshare:on -XX:SharedArchiveFile=" + archive + " -Xlog:class+load:file=" + loaded),
                "server",
                "config.yml")) {
            next.awaitReady();
            next.stop();
        }
        assertThat(Files.readString(loaded))
                .contains("dev.harken.posts.PostsResource source: shared objects file (top)");
    }

    @Test
    void whatWouldNotStartIsSaidInWords() throws Exception {
        Jar.Finished refused = Jar.run(Jar.over(PostgresServer.shared().createDatabase()), "rehearse", "config.yml");

        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.output())
                .contains("changesets are not applied to the database")
                .doesNotContain("\tat ")
                .doesNotContain("Harken started");
    }

    private static Map<String, String> with(Map<String, String> environment, String javaOptions) {
        Map<String, String> more = new HashMap<>(environment);
        more.put("JAVA_TOOL_OPTIONS", javaOptions);
        return more;
    }
}
