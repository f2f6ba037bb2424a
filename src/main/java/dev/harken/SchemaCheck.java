package dev.harken;

import com.codahale.metrics.MetricRegistry;
import dev.harken.database.DatabaseFactory;
import dev.harken.database.Pool;
import dev.harken.database.migration.Migrations;
import io.dropwizard.db.ManagedDataSource;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Whether the database has this version's schema: the embedded one is migrated, on one of the operator's it is only
 * looked whether that was done. In a thread of its own, because Hibernate reads the entities meanwhile, and asks
 * PostgreSQL nothing for it.
 */
final class SchemaCheck {
    private final FutureTask<Void> task;

    private SchemaCheck(FutureTask<Void> task) {
        this.task = task;
    }

    /** Begins it; over a database that will do, the pool is opened, too. */
    static SchemaCheck begin(DatabaseFactory database, boolean embedded, Pool pool) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            check(database, embedded);
            pool.start();
            return null;
        });
        Thread thread = new Thread(task, "schema-check");
        thread.setDaemon(true);
        thread.start();
        return new SchemaCheck(task);
    }

    /**
     * Waits for it.
     *
     * @throws StartupException when the database cannot be used, or lacks changesets
     * @throws SQLException when the pool cannot be opened
     */
    void finish() throws Exception {
        try {
            task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static void check(DatabaseFactory database, boolean embedded) throws Exception {
        ManagedDataSource single = database.migrations().build(new MetricRegistry(), "migrations");
        try {
            Optional<String> refusal = database.refusal(single);
            if (refusal.isPresent()) {
                throw new StartupException(refusal.get());
            }
            if (embedded) {
                Migrations.apply(single);
            }
            List<String> pending = Migrations.pending(single);
            if (!pending.isEmpty()) {
                throw new StartupException(pending.size() + " changesets are not applied to the database, the first is "
                        + pending.get(0)
                        + ". Back up the database, then run: java -jar app.jar db migrate config.yml");
            }
        } catch (SQLException e) {
            throw new StartupException("the database at " + database.directAddress() + " cannot be used: "
                    + e.getMessage() + " Check database.url (DATABASE_URL), and the user and password with it.");
        } finally {
            single.stop();
        }
    }
}
