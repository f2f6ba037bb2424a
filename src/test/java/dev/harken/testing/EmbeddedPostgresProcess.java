package dev.harken.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** PostgreSQL from the class path, with a throw-away directory. */
final class EmbeddedPostgresProcess implements ServerProcess {
    private final Path directory;
    private final Postmaster postmaster;
    private final Map<String, String> settings;
    private final int port;
    private EmbeddedPostgres server;

    private EmbeddedPostgresProcess(Path directory, Map<String, String> settings) throws IOException {
        this.directory = directory;
        this.postmaster = new Postmaster(directory);
        this.settings = settings;
        this.server = start(0);
        this.port = server.getPort();
    }

    static EmbeddedPostgresProcess start(Map<String, String> settings) {
        try {
            EmbeddedPostgresProcess process =
                    new EmbeddedPostgresProcess(Files.createTempDirectory("harken-test-postgresql"), settings);
            // Instead of the launcher's own hook, which leaves the directory behind.
            Runtime.getRuntime().addShutdownHook(new Thread(process::close));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EmbeddedPostgres start(int wantedPort) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPort(wantedPort)
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                // Its lock in /tmp outlives a kill as long as nobody has collected the killed process.
                .setServerConfig("unix_socket_directories", "")
                .setPGStartupWait(Duration.ofSeconds(30));
        settings.forEach(builder::setServerConfig);
        return builder.start();
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void pause() {
        postmaster.pause();
    }

    @Override
    public void resume() {
        postmaster.resume();
    }

    @Override
    public void kill() {
        List<Long> processes = postmaster.processes();
        Signals.send("KILL", processes);
        Awaitility.await().until(() -> processes.stream().noneMatch(EmbeddedPostgresProcess::lives));
        try {
            // Else the launcher would try to stop a process that may have been collected by nobody.
            Files.deleteIfExists(postmaster.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not so a process that has ended and that nobody has collected. */
    private static boolean lives(long pid) {
        return Files.isReadable(Path.of("/proc/" + pid + "/maps"))
                && ProcessHandle.of(pid)
                        .flatMap(process -> process.info().command())
                        .isPresent();
    }

    @Override
    public void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void restart() {
        try {
            server.close();
            server = start(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!Files.exists(directory)) {
            return;
        }
        if (Files.exists(postmaster.file())) {
            resume();
        }
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
