package dev.harken.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The jar, run as its users run it: as a process of its own. */
public final class Jar implements AutoCloseable {
    private static final Path JAR = Path.of(System.getProperty("harken.jar", "target/app.jar"));
    /** Most of these processes live for seconds, in which the second compiler takes more than it gives. */
    private static final String ONE_COMPILER = "-XX:TieredStopAtLevel=1";

    private static final Duration LONGEST_COMMAND = Duration.ofMinutes(5);

    private final Process process;
    private final Path output;
    private final int port;
    private final int adminPort;

    private Jar(Process process, Path output, int port, int adminPort) {
        this.process = process;
        this.output = output;
        this.port = port;
        this.adminPort = adminPort;
    }

    /**
     * What a process of its own needs to be told to read a Reddit and keep things in a database; Reddit tells the
     * processes apart by the name, which stands in what they call themselves.
     */
    public static Map<String, String> monitoring(String name, TestDatabase database, RecordedReddit reddit) {
        Map<String, String> environment = new HashMap<>(over(database));
        environment.putAll(Map.of(
                "DATABASE_URL",
                database.jdbcUrl() + "?ApplicationName=" + name,
                "REDDIT_CLIENT_ID",
                "id",
                "REDDIT_CLIENT_SECRET",
                "secret",
                "REDDIT_USER_AGENT",
                "test:" + name + ":1 (by /u/harken)",
                "REDDIT_AUTH_URL",
                reddit.url(),
                "REDDIT_API_URL",
                reddit.url()));
        return environment;
    }

    /** What a process of its own needs to be told to keep things in a database. */
    public static Map<String, String> over(TestDatabase database) {
        return Map.of(
                "DATABASE_URL",
                database.jdbcUrl(),
                "DATABASE_USER",
                database.user(),
                "DATABASE_PASSWORD",
                database.password(),
                "ADMIN_PASSWORD",
                HarkenService.ADMIN_PASSWORD,
                "SECRET_KEY",
                "0123456789abcdef0123456789abcdef");
    }

    /** The process that asked: the name it was given by {@link #monitoring}. */
    public static String askedBy(RecordedReddit.Request request) {
        return request.headers().get("user-agent").split(":", -1)[1];
    }

    /** Starts {@code java -jar app.jar <arguments>} with these variables only, and two free ports. */
    public static Jar start(Map<String, String> environment, String... arguments) throws IOException {
        return start(Optional.empty(), environment, arguments);
    }

    private static Jar start(Optional<Path> errors, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx300m", ONE_COMPILER, "-jar"));
        command.add(JAR.toString());
        command.addAll(List.of(arguments));
        int port = FreePort.next();
        int adminPort = FreePort.next();
        Path output = Files.createTempFile("harken-jar", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(errors.isEmpty())
                .redirectOutput(output.toFile());
        errors.ifPresent(file -> builder.redirectError(file.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("REDDIT_") || name.startsWith("DATABASE_"));
        builder.environment().put("PORT", Integer.toString(port));
        builder.environment().put("ADMIN_PORT", Integer.toString(adminPort));
        builder.environment().putAll(environment);
        return new Jar(builder.start(), output, port, adminPort);
    }

    /** Runs a command to its end and answers what it printed. */
    public static Finished run(Map<String, String> environment, String... arguments) throws Exception {
        return finished(Optional.empty(), environment, arguments);
    }

    /** As {@link #run}, but answers what it printed to its standard output alone. */
    public static Finished runApart(Map<String, String> environment, String... arguments) throws Exception {
        return finished(Optional.of(Files.createTempFile("harken-jar", ".errors")), environment, arguments);
    }

    private static Finished finished(Optional<Path> errors, Map<String, String> environment, String... arguments)
            throws Exception {
        try (Jar jar = start(errors, environment, arguments)) {
            if (!jar.process.waitFor(LONGEST_COMMAND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + jar.output());
            }
            return new Finished(jar.process.exitValue(), jar.output());
        }
    }

    /** The main port. */
    public int port() {
        return port;
    }

    /** The console's address. */
    public String console() {
        return "http://localhost:" + adminPort;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    public ApiClient api() {
        return new ApiClient("http://localhost:" + port, "");
    }

    /** Waits until it is ready; fails at once when it ends instead. */
    public void awaitReady() {
        await().atMost(LONGEST_COMMAND).until(this::isReady);
    }

    public boolean isReady() {
        try {
            return api().get("/health/ready").status() == 200;
        } catch (AssertionError notYet) {
            if (!process.isAlive()) {
                throw new IllegalStateException("ended: " + output());
            }
            return false;
        }
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** As an operator or systemd stops it; waits for the end. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("does not stop: " + output());
        }
    }

    /** As the kernel's out-of-memory killer stops it. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What a command left behind. */
    public record Finished(int exitCode, String output) {}
}
