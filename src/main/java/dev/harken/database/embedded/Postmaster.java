package dev.harken.database.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the one server of a data directory up and down. Not safe for use by several threads. */
final class Postmaster {
    static final String HOST = "127.0.0.1";

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    /** Backends end by themselves soon after their postmaster, except in the midst of a long computation. */
    private static final Duration ORPHANS_LEFT_ALONE = Duration.ofSeconds(3);

    private static final int PORT_ATTEMPTS = 3;
    private static final int LOG_LINES = 15;
    private static final String CONNECT_SECONDS = "5";
    private static final Logger LOG = LoggerFactory.getLogger(Postmaster.class);

    private final DataDirectory data;
    private final PostgresBinaries binaries;
    private final ServerSettings settings;
    private final ServerLog log;
    private final Duration startTimeout;

    Postmaster(
            DataDirectory data,
            PostgresBinaries binaries,
            ServerSettings settings,
            ServerLog log,
            Duration startTimeout) {
        this.data = data;
        this.binaries = binaries;
        this.settings = settings;
        this.log = log;
        this.startTimeout = startTimeout;
    }

    /**
     * Returns a server that answers. One that runs over the directory already is taken over when it is what would be
     * started (same port, settings and programs), else stopped first; one that is dying is waited for.
     *
     * @param port the port wanted, 0 for any
     */
    Running bringUp(int port) throws IOException {
        long begin = System.nanoTime();
        String configuration = settings.configurationFile(log.directory());
        for (; ; ) {
            List<ProcessHandle> processes = ServerProcesses.in(data.path());
            if (processes.isEmpty()) {
                return start(port, configuration);
            }
            Duration waited = Duration.ofNanos(System.nanoTime() - begin);
            Optional<PostmasterFile> file = PostmasterFile.read(data.path())
                    .filter(candidate -> processes.stream().anyMatch(process -> process.pid() == candidate.pid()));
            if (waited.compareTo(startTimeout) > 0) {
                throw new EmbeddedServerException("a PostgreSQL runs over " + data.path() + " (process "
                        + file.map(PostmasterFile::pid).orElse(processes.get(0).pid())
                        + ") but has neither answered nor ended within " + startTimeout.toSeconds()
                        + " s; read its log in " + log.directory() + ", and stop that process if it hangs");
            }
            if (file.isPresent() && file.get().ready()) {
                if (!isAsWanted(file.get(), port, configuration)) {
                    LOG.info("event=embedded_server_outdated pid={}", file.get().pid());
                    takeDown();
                    continue;
                }
                Optional<Running> running = adopt(file.get());
                if (running.isPresent()) {
                    return running.get();
                }
            } else if (file.isEmpty() && waited.compareTo(ORPHANS_LEFT_ALONE) > 0) {
                // Without a postmaster nobody needs them, and they keep the next one from starting.
                processes.forEach(ProcessHandle::destroyForcibly);
            }
            awaitEnd(processes.get(0), LOOK_AGAIN);
        }
    }

    private boolean isAsWanted(PostmasterFile file, int port, String configuration) throws IOException {
        try {
            return (port == 0 || port == file.port())
                    && data.isConfigured(configuration)
                    && ServerProcesses.executable(file.pid()).startsWith(binaries.directory());
        } catch (java.nio.file.NoSuchFileException e) {
            return false; // It has ended meanwhile.
        }
    }

    private Optional<Running> adopt(PostmasterFile file) {
        try {
            verify(file.port());
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("28")) {
                throw new EmbeddedServerException(
                        "the PostgreSQL over " + data.path() + " does not take the password in "
                                + data.path().resolve(Credentials.FILE_NAME) + "; restore that file from a backup",
                        e);
            }
            LOG.debug("event=embedded_server_not_answering pid={}", file.pid(), e);
            return Optional.empty();
        }
        LOG.info("event=embedded_server_adopted pid={} port={}", file.pid(), file.port());
        return Optional.of(new Running(file.pid(), file.port(), true));
    }

    private Running start(int wantedPort, String configuration) throws IOException {
        // No process lives in the directory, so the file is stale, whoever has that process id by now.
        Files.deleteIfExists(data.path().resolve(PostmasterFile.NAME));
        binaries.deleteOthers();
        data.configure(configuration);
        log.prepare();
        for (int attempt = 1; ; attempt++) {
            int port = freePort(wantedPort);
            PostgresBinaries.Result result = binaries.run(
                    "pg_ctl",
                    List.of(
                            "--pgdata=" + data.path(),
                            "--log=" + log.startFile(),
                            "--wait",
                            "--timeout=" + Math.max(1, startTimeout.toSeconds()),
                            "--options=" + ServerSettings.commandLine(port),
                            "start"),
                    "");
            if (result.exitCode() == 0) {
                return started(port);
            }
            String tail = log.tail(LOG_LINES);
            boolean portLost = tail.contains("could not bind") || tail.contains("could not create any TCP/IP sockets");
            if (portLost && wantedPort == 0 && attempt < PORT_ATTEMPTS) {
                continue;
            }
            if (portLost) {
                throw portTaken(port, null);
            }
            throw new EmbeddedServerException("PostgreSQL did not start over " + data.path()
                    + DataDirectory.advice(data.path(), tail)
                            .orElse("; its log is in " + log.directory()
                                    + ", and if it says that recovery goes on, raise database.embedded.startTimeout")
                    + ":\n" + (result.output() + tail).strip());
        }
    }

    private Running started(int port) throws IOException {
        PostmasterFile file = PostmasterFile.read(data.path())
                .orElseThrow(() -> new EmbeddedServerException(
                        "PostgreSQL ended right after its start over " + data.path() + ":\n" + log.tail(LOG_LINES)));
        try {
            verify(port);
        } catch (SQLException e) {
            takeDown();
            throw new EmbeddedServerException(
                    "the PostgreSQL that was started over " + data.path() + " on port " + port + " cannot be used: "
                            + e.getMessage(),
                    e);
        }
        return new Running(file.pid(), port, false);
    }

    private static int freePort(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), wanted));
            return socket.getLocalPort();
        } catch (java.net.BindException e) {
            throw portTaken(wanted, e);
        }
    }

    private static EmbeddedServerException portTaken(int port, Throwable cause) {
        return new EmbeddedServerException(
                "port " + port + " of " + HOST + " is taken by another program, so the embedded PostgreSQL cannot have"
                        + " it; free it, or set database.embedded.port to another one (0 for any)",
                cause);
    }

    /** Throws unless the server on the port is the one over our directory, and durable. */
    private void verify(int port) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", Credentials.USER);
        properties.setProperty("password", data.credentials().password());
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("socketTimeout", CONNECT_SECONDS);
        properties.setProperty("ApplicationName", "harken-embedded");
        try (Connection connection = DriverManager.getConnection(jdbcUrl(port), properties)) {
            Path directory = Path.of(show(connection, "data_directory"));
            boolean ours;
            try {
                ours = directory.toRealPath().equals(data.path());
            } catch (IOException e) {
                ours = false;
            }
            if (!ours) {
                throw new EmbeddedServerException("the server on port " + port + " keeps its data in " + directory
                        + ", not in " + data.path() + "; stop it, or set database.embedded.port to another port");
            }
            for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
                if (!show(connection, setting).equals("on")) {
                    throw new EmbeddedServerException("the server over " + data.path() + " runs with " + setting
                            + " off and would lose data; undo what set that (alter role, alter database)");
                }
            }
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (var statement = connection.prepareStatement("select current_setting(?)")) {
            statement.setString(1, setting);
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    static String jdbcUrl(int port) {
        return "jdbc:postgresql://" + HOST + ":" + port + "/" + Credentials.USER;
    }

    /** Stops the server: sessions are ended, everything is written. Does nothing when none runs. */
    void takeDown() throws IOException {
        if (ServerProcesses.in(data.path()).isEmpty()) {
            return;
        }
        PostgresBinaries.Result result = stop("fast");
        if (result.exitCode() != 0 && !ServerProcesses.in(data.path()).isEmpty()) {
            LOG.warn("event=embedded_server_stop_slow directory={} output={}", data.path(), result.output());
            // As after a crash: the next start recovers.
            stop("immediate");
        }
    }

    private PostgresBinaries.Result stop(String mode) throws IOException {
        return binaries.run(
                "pg_ctl", List.of("--pgdata=" + data.path(), "--mode=" + mode, "--wait", "--timeout=30", "stop"), "");
    }

    private static void awaitEnd(ProcessHandle process, Duration limit) throws IOException {
        try {
            process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // Look again.
        } catch (ExecutionException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for process " + process.pid(), e);
        }
    }

    /** A server that answered. */
    record Running(long pid, int port, boolean adopted) {}
}
