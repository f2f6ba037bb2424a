package dev.harken.console.actions;

import dev.harken.database.insight.StatementText;
import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * {@code POST /tasks/cancel-session?pid=…&mode=cancel|terminate}: ends a session's statement, or the session. Only a
 * client's session of this database, and never the one that asks.
 */
final class CancelSession extends Task {
    private static final String CANCEL = "cancel";
    private static final String TERMINATE = "terminate";
    private static final int LONGEST_STATEMENT = 300;

    private final Jdbi jdbi;

    CancelSession(Jdbi jdbi) {
        super("cancel-session");
        this.jdbi = jdbi;
    }

    @Override
    public void execute(Map<String, List<String>> sent, PrintWriter output) throws ActionRefused {
        Parameters parameters = new Parameters(sent);
        long pid = parameters
                .number("pid")
                .orElseThrow(() -> new ActionRefused("The parameter pid is missing: the number of the session."));
        String mode = parameters.text("mode").orElse(CANCEL);
        if (!mode.equals(CANCEL) && !mode.equals(TERMINATE)) {
            throw new ActionRefused(
                    "The parameter mode is cancel, to end the statement, or terminate, to end the" + " session.");
        }
        Session session;
        try {
            session = end(pid, mode)
                    .orElseThrow(() -> new ActionRefused("There is no session " + pid
                            + " of a client of this database that could be ended; it may be over already."));
        } catch (JdbiException e) {
            if (SqlState.of(e).equals(SqlState.INSUFFICIENT_PRIVILEGE)) {
                throw new ActionRefused("Harken's user may not end session " + pid + ", which is another user's. As a"
                        + " superuser, grant pg_signal_backend to Harken's user; a superuser's own sessions only a"
                        + " superuser can end.");
            }
            throw e;
        }
        if (!session.signalled()) {
            throw new ActionRefused("Session " + pid + " could not be signalled; it may be over already.");
        }
        output.println(
                mode.equals(CANCEL)
                        ? "Session " + pid + " was told to cancel its statement."
                        : "Session " + pid + " was told to end.");
        output.println("It belongs to " + session.user() + ", application " + session.application() + ", state "
                + session.state() + " for " + session.seconds() + " s.");
        output.println("Its latest statement: " + StatementText.withoutValues(session.statement(), LONGEST_STATEMENT));
    }

    /** Looks and signals in one statement, so that the signal goes to what was looked at. */
    private Optional<Session> end(long pid, String mode) {
        String signal = mode.equals(CANCEL) ? "pg_cancel_backend" : "pg_terminate_backend";
        return jdbi.withHandle(handle -> handle.createQuery(
                        """
                        select coalesce(usename, '?') as username,
                            coalesce(nullif(application_name, ''), 'without a name') as application,
                            coalesce(state, 'unknown') as state,
                            coalesce(extract(epoch from clock_timestamp() - state_change), 0)::bigint as seconds,
                            coalesce(query, '') as statement,
                            %s(pid) as signalled
                        from pg_stat_activity
                        where pid = :pid
                          and pid <> pg_backend_pid()
                          and datname = current_database()
                          and usename is not null
                          -- Hidden for other users' sessions from whoever may not read them.
                          and coalesce(backend_type, 'client backend') = 'client backend'
                        """
                                .formatted(signal))
                .bind("pid", pid)
                .map((row, context) -> new Session(
                        row.getString("username"),
                        row.getString("application"),
                        row.getString("state"),
                        row.getLong("seconds"),
                        row.getString("statement"),
                        row.getBoolean("signalled")))
                .findOne());
    }

    /** A session as it was when it was signalled. */
    private record Session(
            String user, String application, String state, long seconds, String statement, boolean signalled) {}
}
