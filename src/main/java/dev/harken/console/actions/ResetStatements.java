package dev.harken.console.actions;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** {@code POST /tasks/reset-statements}: has pg_stat_statements forget what it counted in this database. */
final class ResetStatements extends Task {
    private final Jdbi jdbi;

    ResetStatements(Jdbi jdbi) {
        super("reset-statements");
        this.jdbi = jdbi;
    }

    @Override
    public void execute(Map<String, List<String>> sent, PrintWriter output) throws ActionRefused {
        // The extension may stand in a schema that is not on the search path.
        Optional<String> function = jdbi.withHandle(handle -> handle.createQuery(
                        """
                        select quote_ident(n.nspname) || '.pg_stat_statements_reset'
                        from pg_extension e
                        join pg_namespace n on n.oid = e.extnamespace
                        where e.extname = 'pg_stat_statements'
                        """)
                .mapTo(String.class)
                .findOne());
        if (function.isEmpty()) {
            throw new ActionRefused("The extension pg_stat_statements is not in this database, so there is nothing to"
                    + " reset. To have it: add it to shared_preload_libraries, restart PostgreSQL, then run:"
                    + " create extension pg_stat_statements");
        }
        try {
            jdbi.useHandle(handle -> handle.createQuery(
                            """
                            select count(*)
                            from %s(0, (select oid from pg_database where datname = current_database()), 0)
                            """
                                    .formatted(function.get()))
                    .mapTo(Long.class)
                    .one());
        } catch (JdbiException e) {
            throw explained(e, function.get());
        }
        output.println("The statement statistics of this database were reset; they count from zero from now on.");
    }

    /** The failure in words, where the operator can mend it; else the failure itself. */
    private static ActionRefused explained(JdbiException failure, String function) {
        return switch (SqlState.of(failure)) {
            case SqlState.INSUFFICIENT_PRIVILEGE ->
                new ActionRefused("Harken's user may not reset statement statistics. As a superuser, run: grant execute"
                        + " on function " + function + " to that user");
            case SqlState.NOT_IN_PREREQUISITE_STATE ->
                new ActionRefused("pg_stat_statements is not loaded. Add it to shared_preload_libraries and restart"
                        + " PostgreSQL.");
            default -> throw failure;
        };
    }
}
