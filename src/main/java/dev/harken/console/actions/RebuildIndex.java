package dev.harken.console.actions;

import io.dropwizard.servlets.tasks.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * {@code POST /tasks/rebuild-index?index=…}: builds an index anew beside the old one, or makes one of Harken's own that
 * is missing. Nobody has to stop writing meanwhile.
 */
final class RebuildIndex extends Task {
    private final Jdbi jdbi;
    private final IndexRebuilds rebuilds;

    RebuildIndex(Jdbi jdbi, IndexRebuilds rebuilds) {
        super("rebuild-index");
        this.jdbi = jdbi;
        this.rebuilds = rebuilds;
    }

    @Override
    public void execute(Map<String, List<String>> sent, PrintWriter output) throws ActionRefused {
        IndexPlan plan = IndexPlan.of(jdbi, new Parameters(sent).required("index"));
        if (!rebuilds.start(plan)) {
            throw new ActionRefused("Another index is being rebuilt. Wait until that is over; the log tells.");
        }
        plan.leftovers().forEach(leftover -> output.println("Dropping the half-built " + leftover + "."));
        if (!plan.statements().isEmpty()) {
            output.println("Started: " + String.join("; ", plan.statements()));
        }
        output.println("It goes on in the background; the log tells how it ended.");
    }
}
