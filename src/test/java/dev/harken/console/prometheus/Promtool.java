package dev.harken.console.prometheus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Prometheus' own checker, as installed on this machine. */
final class Promtool {
    private Promtool() {}

    /** What it said, on both of its outputs. */
    record Verdict(int status, String output) {}

    static Verdict check(String... arguments) {
        return run("", arguments);
    }

    /** Lets it judge what a scrape answered. */
    static Verdict checkMetrics(String exposition) {
        return run(exposition, "check", "metrics");
    }

    private static Verdict run(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        try {
            Path file = Files.createTempFile("promtool", ".txt");
            Files.writeString(file, input);
            Process process = new ProcessBuilder(command)
                    .redirectInput(file.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            Files.delete(file);
            return new Verdict(status, output);
        } catch (IOException e) {
            throw new AssertionError("promtool (Debian package prometheus) did not run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
