package dev.harken.console.actions;

import dev.harken.audit.AuditRecord;
import dev.harken.console.access.Csrf;
import dev.harken.console.access.Exchange;
import dev.harken.console.access.Operator;
import io.dropwizard.servlets.tasks.Task;
import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task whose every use leaves a trace. Before it acts, the audit record {@code console.<task>} is stored with who
 * asked, from where and with which parameters: a record from before the act is there whatever becomes of the act. What
 * came of it is one line in the log.
 *
 * <p>An action whose record cannot be stored is refused. Those that do not need the database, and that the operator
 * needs while it is down, run anyway; the log's line is their trace.
 *
 * <p>A refusal is answered 400 with its reason, a failure 500 with its message; neither shows a stack trace.
 */
final class AuditedTask extends Task {
    private static final Logger LOG = LoggerFactory.getLogger(AuditedTask.class);
    private static final String SUBJECT = "console";
    private static final int LONGEST_VALUE = 200;

    private final Task task;
    private final Trail trail;
    private final boolean needsDatabase;
    private final Runnable changed;

    private AuditedTask(Task task, Trail trail, boolean needsDatabase, Runnable changed) {
        super(task.getName(), task.getResponseContentType().orElse(null));
        this.task = task;
        this.trail = trail;
        this.needsDatabase = needsDatabase;
        this.changed = changed;
    }

    /**
     * Runs only when its audit record was stored.
     *
     * @param changed is run after it: it has changed something in the database
     */
    static AuditedTask strict(Task task, Trail trail, Runnable changed) {
        return new AuditedTask(task, trail, true, changed);
    }

    /** Runs also when its audit record cannot be stored. */
    static AuditedTask evenWithoutDatabase(Task task, Trail trail) {
        return new AuditedTask(task, trail, false, () -> {});
    }

    @Override
    public void execute(Map<String, List<String>> sent, PrintWriter output) {
        Operator operator = Operator.current();
        Map<String, List<String>> parameters = new HashMap<>(sent);
        parameters.remove(Csrf.FIELD);
        Map<String, String> details = details(parameters);
        long began = System.nanoTime();
        try {
            trail.record(record(operator, details));
        } catch (SQLException | RuntimeException e) {
            if (needsDatabase) {
                log(operator, details, "not recorded", began);
                answer(
                        HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                        "Nothing was done: the audit record cannot be stored (" + e.getMessage()
                                + "). Try again when the database answers.",
                        output);
                return;
            }
            LOG.warn("audit record not stored: action={} reason={}", getName(), e.getMessage());
        }
        try {
            task.execute(parameters, output);
            changed.run();
            log(operator, details, "done", began);
        } catch (ActionRefused e) {
            log(operator, details, "refused", began);
            answer(HttpServletResponse.SC_BAD_REQUEST, e.getMessage(), output);
        } catch (Exception e) {
            String reference = UUID.randomUUID().toString();
            log(operator, details, "failed", began);
            LOG.error("console action failed: action={} reference={}", getName(), reference, e);
            answer(
                    HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    "The action failed: " + e.getMessage() + " More is in the log under " + reference + ".",
                    output);
        }
    }

    private AuditRecord record(Operator operator, Map<String, String> details) {
        return new AuditRecord(
                null,
                operator.userId().orElse(null),
                operator.name(),
                "console." + getName(),
                SUBJECT,
                null,
                operator.address(),
                details);
    }

    private void log(Operator operator, Map<String, String> details, String outcome, long began) {
        LOG.info(
                "console action: action={} outcome={} operator={} address={} parameters={} millis={}",
                getName(),
                outcome,
                operator.name(),
                operator.address(),
                details,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }

    private static void answer(int status, String message, PrintWriter output) {
        Exchange.current().ifPresent(exchange -> exchange.response().setStatus(status));
        output.println(message);
    }

    /** The parameters as the audit keeps them: on one line each, and no longer than somebody would read. */
    private static Map<String, String> details(Map<String, List<String>> parameters) {
        return parameters.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> plain(entry.getKey()),
                        entry -> plain(String.join(", ", entry.getValue())),
                        (first, second) -> first));
    }

    private static String plain(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_VALUE
                ? line
                : String.format(Locale.ROOT, "%s… (%d characters)", line.substring(0, LONGEST_VALUE), line.length());
    }
}
