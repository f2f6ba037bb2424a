package dev.harken;

import io.dropwizard.core.Application;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.jetty.HttpsConnectorFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.sourceforge.argparse4j.inf.Namespace;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * {@code rehearse}: starts Harken as {@code server} does, but on free ports and without the job, asks it for some pages,
 * and stops it. That shows whether this jar starts with these settings over this database. With
 * {@code -XX:ArchiveClassesAtExit} it leaves the classes that a start loads to those that follow.
 */
final class RehearseCommand extends StartCommand {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int PAUSE_MILLIS = 50;
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int NO_ANSWER = 0;

    /** What is asked of a Harken first; some of it answers with a refusal, which loads as many classes. */
    private static final List<String> PAGES = List.of("/", "/login", "/api/posts", "/health/detailed", "/openapi.json");

    RehearseCommand(Application<HarkenConfiguration> application) {
        super(application, "rehearse", "Starts Harken beside whatever runs, without the job, and stops it again");
    }

    @Override
    protected void run(Bootstrap<HarkenConfiguration> bootstrap, Namespace namespace, HarkenConfiguration configuration)
            throws Exception {
        configuration.getMonitoring().setEnabled(false);
        connectors(configuration.getServerFactory())
                .filter(HttpConnectorFactory.class::isInstance)
                .forEach(connector -> ((HttpConnectorFactory) connector).setPort(0));
        super.run(bootstrap, namespace, configuration);
    }

    private static Stream<ConnectorFactory> connectors(ServerFactory factory) {
        if (factory instanceof SimpleServerFactory simple) {
            return Stream.of(simple.getConnector());
        }
        if (factory instanceof DefaultServerFactory usual) {
            return Stream.concat(usual.getApplicationConnectors().stream(), usual.getAdminConnectors().stream());
        }
        return Stream.empty();
    }

    @Override
    protected void run(Environment environment, Namespace namespace, HarkenConfiguration configuration)
            throws Exception {
        Server server = configuration.getServerFactory().build(environment);
        try {
            server.start();
            Optional<String> address = plainAddress(server, configuration.getServerFactory())
                    .map(port -> port + environment.getApplicationContext().getContextPath())
                    .map(context -> context.replaceFirst("/+$", ""));
            if (address.isPresent()) {
                awaitReady(address.get());
                PAGES.forEach(page -> ask(address.get() + page));
            }
        } finally {
            server.stop();
        }
        System.out.println("Harken started with these settings, and was stopped again.");
    }

    /** Where it is asked: nowhere when it speaks TLS, whose certificate is for another name than this machine's. */
    private static Optional<String> plainAddress(Server server, ServerFactory factory) {
        if (connectors(factory).anyMatch(HttpsConnectorFactory.class::isInstance)) {
            return Optional.empty();
        }
        return Stream.of(server.getConnectors())
                .filter(ServerConnector.class::isInstance)
                .map(ServerConnector.class::cast)
                .filter(connector -> !"admin".equals(connector.getName()))
                .map(connector -> "http://" + host(connector) + ":" + connector.getLocalPort())
                .findFirst();
    }

    private static String host(ServerConnector connector) {
        return Optional.ofNullable(connector.getHost())
                .filter(host -> !host.equals("0.0.0.0"))
                .orElse("127.0.0.1");
    }

    private static void awaitReady(String address) throws InterruptedException {
        long start = System.nanoTime();
        while (ask(address + "/health/ready") != HttpURLConnection.HTTP_OK) {
            if (System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
                throw new StartupException("Harken started, but was not ready after " + LONGEST_WAIT.toSeconds()
                        + " s. Its log above says what it cannot reach.");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** The status of what it answers, or {@link #NO_ANSWER}. */
    private static int ask(String page) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(page).toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            int status = connection.getResponseCode();
            try (InputStream body = status < HttpURLConnection.HTTP_BAD_REQUEST
                    ? connection.getInputStream()
                    : connection.getErrorStream()) {
                // To its end: Harken logs an error about whoever goes away in the midst of an answer.
                if (body != null) {
                    body.transferTo(OutputStream.nullOutputStream());
                }
            }
            return status;
        } catch (IOException e) {
            return NO_ANSWER;
        }
    }
}
