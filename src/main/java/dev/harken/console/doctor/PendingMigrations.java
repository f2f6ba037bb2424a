package dev.harken.console.doctor;

import dev.harken.database.insight.Finding;
import dev.harken.database.insight.Severity;
import java.util.List;
import java.util.stream.Collectors;

/** Changesets that a database lacks, as a finding. */
final class PendingMigrations {
    static final String REMEDY = "java -jar app.jar db migrate config.yml";

    private static final int MOST_NAMED = 10;

    private PendingMigrations() {}

    static List<Finding> findings(List<String> pending) {
        if (pending.isEmpty()) {
            return List.of();
        }
        String named = pending.stream().limit(MOST_NAMED).collect(Collectors.joining("\n"));
        String rest = pending.size() > MOST_NAMED ? "\nand " + (pending.size() - MOST_NAMED) + " more" : "";
        String what = pending.size() == 1
                ? "1 changeset is not applied to the database:\n"
                : pending.size() + " changesets are not applied to the database:\n";
        return List.of(Finding.of(Severity.CRITICAL, "pending_migrations", "", what + named + rest)
                .because("Harken does not start over a database that lacks them. Back up the database first.")
                .mendedBy(REMEDY));
    }
}
