package dev.harken.testing;

import java.util.Locale;
import org.testcontainers.DockerClientFactory;

/** Where the tests' servers come from. Nothing else stands in for them. */
enum ServerKind {
    /** Testcontainers, where a Docker engine answers. */
    CONTAINERS,
    /** Real servers too, from binaries on the class path. */
    EMBEDDED;

    private static final String PROPERTY = "harken.test.servers";

    /** As {@code -Dharken.test.servers=containers|embedded} demands, else containers if they can be had. */
    static ServerKind chosen() {
        return Holder.CHOSEN;
    }

    static ServerKind choose(String demanded, boolean dockerAnswers) {
        if (demanded == null || demanded.isBlank()) {
            return dockerAnswers ? CONTAINERS : EMBEDDED;
        }
        ServerKind kind;
        try {
            kind = valueOf(demanded.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("-D" + PROPERTY + " is containers or embedded, not " + demanded, e);
        }
        if (kind == CONTAINERS && !dockerAnswers) {
            throw new IllegalStateException(
                    "-D" + PROPERTY + "=containers, but no Docker engine answers; start one, or set DOCKER_HOST");
        }
        return kind;
    }

    private static final class Holder {
        static final ServerKind CHOSEN;

        static {
            String demanded = System.getProperty(PROPERTY);
            boolean embedded = EMBEDDED.name().equalsIgnoreCase(demanded);
            CHOSEN =
                    choose(demanded, !embedded && DockerClientFactory.instance().isDockerAvailable());
        }
    }
}
