package dev.harken.console.actions;

import ch.qos.logback.classic.Level;
import io.dropwizard.servlets.tasks.LogConfigurationTask;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code POST /tasks/log-level?logger=…&level=…&duration=PT10M}: Dropwizard's, which would take a level that it does not
 * know for DEBUG, and would do nothing without a logger.
 */
final class LogLevel extends Task {
    private final LogConfigurationTask task = new LogConfigurationTask();

    LogLevel() {
        super("log-level");
    }

    @Override
    public void execute(Map<String, List<String>> sent, PrintWriter output) throws Exception {
        Parameters parameters = new Parameters(sent);
        if (sent.getOrDefault("logger", List.of()).stream().allMatch(String::isBlank)) {
            throw new ActionRefused("The parameter logger is missing: the name of a package or class, or ROOT.");
        }
        Optional<String> level = parameters.text("level");
        if (level.isPresent() && Level.toLevel(level.get(), null) == null) {
            throw new ActionRefused("The parameter level is one of OFF, ERROR, WARN, INFO, DEBUG, TRACE and ALL.");
        }
        Optional<String> duration = parameters.text("duration");
        try {
            if (duration.isPresent() && Duration.parse(duration.get()).isNegative()) {
                throw new ActionRefused("The parameter duration is negative.");
            }
        } catch (DateTimeException e) {
            throw new ActionRefused("The parameter duration is written like PT10M, for ten minutes.");
        }
        // A form sends the fields, too, that nobody filled in.
        Map<String, List<String>> filled = new HashMap<>(sent);
        filled.values().removeIf(values -> values.stream().allMatch(String::isBlank));
        task.execute(filled, output);
    }
}
