package dev.harken;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.http.ApiJson;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What {@code doctor} printed, run in this JVM: as the jar runs it, but for the process border. */
public record DoctorReport(int exitCode, String output, String errors) {

    /** Runs it. */
    public static DoctorReport of(Path configuration, String... options) {
        StringWriter out = new StringWriter();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        Bootstrap<HarkenConfiguration> bootstrap = new Bootstrap<>(new HarkenApplication());
        bootstrap.setConfigurationSourceProvider(
                EnvironmentSettings.over(bootstrap.getConfigurationSourceProvider(), Map.of()));
        bootstrap.addCommand(new DoctorCommand(new PrintWriter(out)));
        List<String> arguments = new ArrayList<>(List.of("doctor"));
        arguments.addAll(Arrays.asList(options));
        arguments.add(configuration.toString());
        int exitCode = new Cli(new JarLocation(DoctorReport.class), bootstrap, errors, errors)
                .run(arguments.toArray(String[]::new))
                .map(failure -> ((CommandExit) failure).code())
                .orElse(0);
        return new DoctorReport(exitCode, out.toString(), errors.toString(StandardCharsets.UTF_8));
    }

    /** Of {@code --json}. */
    public JsonNode json() {
        try {
            return ApiJson.mapper().readTree(output);
        } catch (IOException e) {
            throw new AssertionError(output, e);
        }
    }

    public Stream<JsonNode> findings() {
        if (output.isEmpty()) {
            throw new AssertionError("no report: " + errors);
        }
        return StreamSupport.stream(json().get("findings").spliterator(), false);
    }

    public List<String> kinds() {
        return findings().map(finding -> finding.get("kind").asText()).toList();
    }

    /** The first about something. */
    public JsonNode finding(String subject) {
        return findings()
                .filter(finding -> finding.get("subject").asText().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing about " + subject + ": " + output));
    }
}
