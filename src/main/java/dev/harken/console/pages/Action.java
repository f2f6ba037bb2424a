package dev.harken.console.pages;

import java.util.List;
import java.util.Optional;

/**
 * What the operator can have done, each by an admin task of the same name. Public for the template engine.
 *
 * @param page the page that it belongs to
 * @param effect what it does, in words
 */
public record Action(String task, String title, String page, List<String> parameters, String effect) {
    static final List<Action> ALL = List.of(
            new Action(
                    "scan-now", "Run a scan now", "jobs", List.of("config"), "The scan of this config begins at once."),
            new Action(
                    "reset-statements",
                    "Reset pg_stat_statements",
                    "queries",
                    List.of(),
                    "PostgreSQL forgets what it counted of this database's statements, for everyone who looks at them."),
            new Action(
                    "cancel-session",
                    "End a session's statement, or the session",
                    "connections",
                    List.of("pid", "mode"),
                    "With mode cancel, the session's statement is cancelled; with mode terminate, the session ends. What"
                            + " its transaction did is rolled back."),
            new Action(
                    "rebuild-index",
                    "Rebuild the index",
                    "indexes",
                    List.of("index"),
                    "The index is built anew beside the old one, or made if it is missing, while readers and writers go"
                            + " on. It takes disk space for a second index and may take long."),
            new Action(
                    "log-level",
                    "Change a log level",
                    "settings",
                    List.of("logger", "level", "duration"),
                    "The level holds until the next start, or for the duration (PT10M is ten minutes)."));

    static Optional<Action> of(String task) {
        return ALL.stream().filter(action -> action.task().equals(task)).findFirst();
    }
}
