package dev.harken.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real PgBouncer in front of a database, set up as growth.md tells operators to: its pgbouncer.ini is read from there,
 * and only addresses, paths and sizes are replaced.
 */
public final class PgBouncerServer implements AutoCloseable {
    private static final Path DOCUMENT = Path.of("src/site/markdown/growth.md");
    private static final Pattern INI = Pattern.compile("```ini\n(\\[databases].*?)```", Pattern.DOTALL);
    /** A command that runs another version, under a user other than root, and takes PgBouncer's arguments. */
    private static final Optional<String> OTHER = Optional.ofNullable(System.getProperty("harken.test.pgbouncer"));

    private final TestDatabase database;
    private final Path directory;
    private final int port;
    private Process process;

    private PgBouncerServer(TestDatabase database, Path directory, int port) {
        this.database = database;
        this.directory = directory;
        this.port = port;
    }

    /**
     * Starts one.
     *
     * @param poolSize how many sessions of PostgreSQL it may use
     * @param changes {@code name=value} of further settings in pgbouncer.ini, which replace or follow those of growth.md;
     *     {@code connect_query} is the database's
     */
    public static PgBouncerServer start(TestDatabase database, int poolSize, String... changes) {
        try {
            PgBouncerServer server =
                    new PgBouncerServer(database, Files.createTempDirectory("harken-pgbouncer"), FreePort.next());
            server.configure(poolSize, changes);
            server.restart();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configure(int poolSize, String... changes) throws IOException {
        Matcher block = INI.matcher(Files.readString(DOCUMENT));
        if (!block.find()) {
            throw new IllegalStateException(DOCUMENT + " has no pgbouncer.ini");
        }
        Path users = directory.resolve("userlist.txt");
        Path ini = directory.resolve("pgbouncer.ini");
        String text = block.group(1);
        text = with(text, "harken", null);
        text = with(text, "listen_port", Integer.toString(port));
        text = with(text, "auth_file", users.toString());
        text = with(text, "logfile", directory.resolve("pgbouncer.log").toString());
        text = with(text, "pidfile", directory.resolve("pgbouncer.pid").toString());
        text = with(text, "admin_users", database.user());
        text = with(text, "default_pool_size", Integer.toString(poolSize));
        for (String change : changes) {
            String[] parts = change.split("=", 2);
            text = parts[0].equals("connect_query")
                    ? text.replaceFirst("connect_query='[^']*'", "connect_query='" + parts[1] + "'")
                    : with(
                            text.contains("\n" + parts[0] + " = ") ? text : text + parts[0] + " = \n",
                            parts[0],
                            parts[1]);
        }
        Files.writeString(ini, text);
        Files.writeString(users, '"' + database.user() + "\" \"" + database.password() + "\"\n");
        // PgBouncer refuses to run as root; this throw-away directory is for whoever it runs as then.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.setPosixFilePermissions(ini, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** The text with a setting's value replaced; that of the database, if it is null. */
    private String with(String ini, String name, String value) {
        Matcher line = Pattern.compile("(?m)^" + name + " =.*$").matcher(ini);
        if (!line.find()) {
            throw new IllegalStateException("no setting " + name + " in the pgbouncer.ini of " + DOCUMENT);
        }
        String replacement = value == null
                ? line.group()
                        .replaceFirst(
                                "^harken = host=\\S+ port=\\S+ dbname=\\S+",
                                "%s = host=%s port=%d dbname=%s"
                                        .formatted(database.name(), database.host(), database.port(), database.name()))
                : name + " = " + value;
        return line.replaceFirst(Matcher.quoteReplacement(replacement));
    }

    /** The database, seen through it. */
    public TestDatabase database() {
        return new TestDatabase("127.0.0.1", port, database.name(), database.user(), database.password());
    }

    /** PgBouncer's own console, which knows the simple protocol only. */
    public String console(String command) throws java.sql.SQLException {
        try (var connection = java.sql.DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port
                                + "/pgbouncer?preferQueryMode=simple&assumeMinServerVersion=9.0",
                        database.user(),
                        database.password());
                var statement = connection.createStatement();
                var row = statement.executeQuery(command)) {
            StringBuilder text = new StringBuilder();
            while (row.next()) {
                for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    text.append(row.getMetaData().getColumnName(column))
                            .append('=')
                            .append(row.getString(column))
                            .append(' ');
                }
                text.append('\n');
            }
            return text.toString();
        }
    }

    /** Starts it again on its port after {@link #kill}; returns when it listens. */
    public void restart() {
        List<String> command = new ArrayList<>();
        if (OTHER.isEmpty() && System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(
                OTHER.orElse("/usr/sbin/pgbouncer"),
                directory.resolve("pgbouncer.ini").toString()));
        try {
            Files.deleteIfExists(directory.resolve("pgbouncer.pid"));
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await().until(this::listens);
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("PgBouncer ended: " + Files.readString(directory.resolve("output")));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Ends it without warning. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
