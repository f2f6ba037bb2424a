package dev.harken.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Harken itself, in a process of its own, over a {@link Stage}, with its job off. */
final class Service implements AutoCloseable {
    private static final String ADMIN = "bench@harken.test";
    private static final Duration LONGEST_START = Duration.ofSeconds(90);
    private static final int POLL_MILLIS = 20;
    private static final int STOP_SECONDS = 60;

    /** What in the environment would let it reach out to what is the operator's. */
    private static final List<String> OPERATORS = List.of(
            "DATABASE_", "REDIS_", "REDDIT_", "OPENAI_", "SMTP_", "MAIL_", "ALERT_", "CONSOLE_", "ADMIN_", "SECRET_");

    private final Process process;
    private final Duration start;
    private final Api api;

    private Service(Process process, Duration start, Api api) {
        this.process = process;
        this.start = start;
        this.api = api;
    }

    /**
     * Starts it, waits until it is ready, and signs in.
     *
     * @param directory for its secrets and its log
     * @throws BenchException if it does not get ready, with the end of its log
     */
    static Service start(Stage stage, Path directory, Options options) throws IOException, InterruptedException {
        int port = freePort();
        Path log = directory.resolve("service.log");
        ProcessBuilder harken = harken("server", stage, port, directory, log, options);
        long startNanos = System.nanoTime();
        Process process = harken.start();
        try {
            Api anonymous = Api.anonymous(port);
            awaitReady(process, anonymous, log, startNanos);
            Duration start = Duration.ofNanos(System.nanoTime() - startNanos);
            return new Service(process, start, anonymous.signIn(ADMIN, stage.administratorPassword()));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /**
     * Rehearses a start, as a rollout does before each release's first, and waits for its end.
     *
     * @throws BenchException if it fails, with the end of its log
     */
    static void rehearse(Stage stage, Path directory, Options options) throws IOException, InterruptedException {
        Path log = directory.resolve("rehearsal.log");
        Process process =
                harken("rehearse", stage, freePort(), directory, log, options).start();
        if (!process.waitFor(LONGEST_START.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new BenchException("the rehearsal of Harken's start did not end within " + LONGEST_START.toSeconds()
                    + " s; it said:\n" + end(log));
        }
        if (process.exitValue() != 0) {
            throw new BenchException("the rehearsal of Harken's start failed; it said:\n" + end(log));
        }
    }

    private static ProcessBuilder harken(
            String command, Stage stage, int port, Path directory, Path log, Options options) throws IOException {
        Files.createDirectories(directory);
        List<String> arguments = new ArrayList<>(options.javaOptions());
        List.of(
                        setting("data", directory),
                        setting("database.url", stage.jdbcUrl()),
                        setting("database.user", stage.user()),
                        setting("database.password", stage.password()),
                        setting("redis.url", options.redis()),
                        setting("alerts.webhook", ""),
                        setting("auth.secretKey", ""),
                        setting("auth.adminEmail", ADMIN),
                        setting("auth.adminPassword", stage.administratorPassword()),
                        setting("console.login", false),
                        setting("monitoring.enabled", false),
                        // The bench says how old the views are.
                        setting("analytics.refresh", "1d"),
                        setting("analytics.maxAge", "2d"),
                        setting("server.applicationConnectors[0].port", port),
                        setting("server.adminConnectors[0].port", freePort()),
                        setting("server.adminConnectors[0].bindHost", "127.0.0.1"))
                .forEach(arguments::add);
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), options.mainClass(), command));
        options.configuration().ifPresent(file -> arguments.add(file.toString()));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + argumentFile(directory, arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // Glibc otherwise keeps memory of its own for each thread.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        builder.environment().keySet().removeIf(name -> OPERATORS.stream().anyMatch(name::startsWith));
        return builder;
    }

    /** Over whatever config.yml and the environment say. */
    private static String setting(String name, Object value) {
        return "-Ddw." + name + "=" + value;
    }

    /** The command line of a process is for all to see, and there are passwords among the arguments. */
    private static Path argumentFile(Path directory, List<String> arguments) throws IOException {
        Path file = directory.resolve("service.arguments");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        List<String> lines = arguments.stream()
                .map(argument -> "\"" + argument.replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
                .toList();
        return Files.write(file, lines, StandardCharsets.UTF_8);
    }

    private static void awaitReady(Process process, Api api, Path log, long startNanos)
            throws IOException, InterruptedException {
        while (!api.isFine("/health/ready")) {
            boolean late = System.nanoTime() - startNanos > LONGEST_START.toNanos();
            if (late || process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new BenchException(
                        "Harken " + (late ? "was not ready after " + LONGEST_START.toSeconds() + " s" : "did not start")
                                + "; it said:\n" + end(log));
            }
        }
    }

    private static String end(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** From the start of the process to the first time that it said it is ready. */
    Duration startToReady() {
        return start;
    }

    /** As an administrator. */
    Api api() {
        return api;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
