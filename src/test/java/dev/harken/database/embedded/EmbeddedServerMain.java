package dev.harken.database.embedded;

import io.dropwizard.util.Duration;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A Harken reduced to its database, for tests that kill it: says how the start went in one line on stdout, then runs
 * until its stdin ends.
 */
final class EmbeddedServerMain {
    private EmbeddedServerMain() {}

    public static void main(String[] arguments) throws IOException {
        EmbeddedFactory factory = new EmbeddedFactory();
        factory.setPort(Integer.parseInt(arguments[1]));
        factory.setStartTimeout(Duration.seconds(30));
        long begin = System.nanoTime();
        EmbeddedServer server;
        try {
            server = factory.start(Path.of(arguments[0]));
        } catch (EmbeddedServerException e) {
            System.out.println("FAILED " + e.getMessage().replace('\n', ' '));
            return;
        }
        long millis = java.time.Duration.ofNanos(System.nanoTime() - begin).toMillis();
        System.out.println(String.join(
                " ",
                "READY",
                Integer.toString(server.port()),
                Long.toString(server.pid()),
                Boolean.toString(server.adopted()),
                Long.toString(millis)));
        while (System.in.read() >= 0) {}
        server.close();
    }
}
