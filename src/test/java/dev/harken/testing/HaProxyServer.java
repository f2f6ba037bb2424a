package dev.harken.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** A real HAProxy in front of two Harken processes, set up as growth.md tells operators to. Only ports are replaced, and how long a check may take. */
public final class HaProxyServer implements AutoCloseable {
    private static final Path DOCUMENT = Path.of("src/site/markdown/growth.md");
    private static final Pattern CONFIGURATION = Pattern.compile("```haproxy\n(.*?)```", Pattern.DOTALL);

    private final Process process;
    private final Path configuration;
    private final Path output;
    private final int port;

    private HaProxyServer(Process process, Path configuration, Path output, int port) {
        this.process = process;
        this.configuration = configuration;
        this.output = output;
        this.port = port;
    }

    /** Starts one; returns when it listens. */
    public static HaProxyServer start(Jar one, Jar two) {
        try {
            Matcher block = CONFIGURATION.matcher(Files.readString(DOCUMENT));
            if (!block.find()) {
                throw new IllegalStateException(DOCUMENT + " has no configuration of HAProxy");
            }
            int port = FreePort.next();
            Path configuration = Files.createTempFile("harken-haproxy", ".cfg");
            Path output = Files.createTempFile("harken-haproxy", ".log");
            Files.writeString(
                    configuration,
                    block.group(1)
                            // Here a health check's answer may take longer than the time between two.
                            .replace("timeout connect 2s", "timeout connect 2s\n    timeout check 30s")
                            .replace("127.0.0.1:8000", "127.0.0.1:" + port)
                            .replace("127.0.0.1:8080", "127.0.0.1:" + one.port())
                            .replace("127.0.0.1:8180", "127.0.0.1:" + two.port()));
            Process process = new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            HaProxyServer server = new HaProxyServer(process, configuration, output, port);
            Awaitility.await().until(server::listens);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new IllegalStateException("HAProxy ended: " + log());
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** What it said. */
    public String log() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ApiClient api() {
        return new ApiClient("http://127.0.0.1:" + port, "");
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        Files.deleteIfExists(configuration);
        Files.deleteIfExists(output);
    }
}
