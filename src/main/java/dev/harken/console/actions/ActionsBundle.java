package dev.harken.console.actions;

import dev.harken.audit.AuditDao;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ScanTrigger;
import dev.harken.database.Transactions;
import io.dropwizard.core.setup.AdminEnvironment;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.servlets.tasks.GarbageCollectionTask;
import io.dropwizard.servlets.tasks.Task;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** Wires the operator's actions. */
public final class ActionsBundle {
    private ActionsBundle() {}

    /**
     * Registers the actions as Dropwizard tasks. To be called after
     * {@link dev.harken.console.access.AccessBundle#install}, whose filters tell who acts.
     *
     * @param jdbi for short statements and the audit, over a connection that is not the pool's: sessions are ended when the
     *     pool is exhausted
     * @param longRuns gives connections of their own to what runs for long
     * @param changed is run when an action may have changed what is known of the database
     */
    public static void install(
            Environment environment,
            Transactions transactions,
            AuditDao audit,
            ConfigDao configs,
            ScanTrigger scans,
            Jdbi jdbi,
            DataSource longRuns,
            Runnable changed) {
        AdminEnvironment admin = environment.admin();
        Trail trail = record -> jdbi.useTransaction(handle -> audit.record(handle.getConnection(), List.of(record)));
        IndexRebuilds rebuilds = new IndexRebuilds(longRuns, changed);
        environment.lifecycle().manage(rebuilds);
        List<Task> onDatabase = List.of(
                new ScanNow(transactions, configs, scans),
                new ResetStatements(jdbi),
                new CancelSession(jdbi),
                new RebuildIndex(jdbi, rebuilds));
        onDatabase.forEach(task -> admin.addTask(AuditedTask.strict(task, trail, changed)));
        // These take the place of Dropwizard's own.
        List<Task> onProcess = List.of(new LogLevel(), new GarbageCollectionTask());
        onProcess.forEach(task -> admin.addTask(AuditedTask.evenWithoutDatabase(task, trail)));
    }
}
