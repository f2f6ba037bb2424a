package dev.harken.database.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@link EmbeddedServerMain} in a JVM of its own. */
final class ChildServer implements AutoCloseable {
    private final Process process;
    private final BufferedReader stdout;

    private ChildServer(Process process) {
        this.process = process;
        this.stdout = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildServer launch(Path harkenData, int port) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedServerMain.class.getName(),
                harkenData.toString(),
                Integer.toString(port));
        return new ChildServer(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the outcome of the start and expects a failure. */
    String failure() throws IOException {
        String line = outcome();
        if (!line.startsWith("FAILED ")) {
            throw new AssertionError("expected a failure: " + line);
        }
        return line.substring("FAILED ".length());
    }

    /** Waits for the outcome of the start and expects a server. */
    Ready ready() throws IOException {
        String line = outcome();
        String[] words = line.split(" ", -1);
        if (!words[0].equals("READY")) {
            throw new AssertionError("expected a server: " + line);
        }
        return new Ready(
                Integer.parseInt(words[1]),
                Long.parseLong(words[2]),
                Boolean.parseBoolean(words[3]),
                Long.parseLong(words[4]));
    }

    private String outcome() throws IOException {
        for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
            if (line.startsWith("READY ") || line.startsWith("FAILED ")) {
                return line;
            }
        }
        throw new AssertionError("the child JVM ended without saying how the start went");
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** The orderly end. */
    @Override
    public void close() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).close();
        process.onExit().join();
    }

    record Ready(int port, long pid, boolean adopted, long millis) {}
}
