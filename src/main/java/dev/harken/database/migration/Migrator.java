package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.changelog.ChangeLogHistoryServiceFactory;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.FastCheckService;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LockException;
import liquibase.ui.LoggerUIService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Liquibase so that an operator can follow it: a line for each changeset, another attempt where somebody else's lock
 * was in the way, and one message where it cannot go on. For one thread.
 */
final class Migrator {
    private static final Logger LOGGER = LoggerFactory.getLogger(Migrator.class);

    /** SQL states after which the same statement may well succeed: lock timeout, deadlock, serialization failure. */
    private static final List<String> LOST_RACES = List.of("55P03", "40P01", "40001");

    private final Liquibase liquibase;
    private final Map<String, String> settings;
    private final Patience patience;
    private final Consumer<String> output;

    /**
     * @param settings of PostgreSQL, for the session
     */
    Migrator(Liquibase liquibase, Map<String, String> settings, Patience patience, Consumer<String> output) {
        this.liquibase = liquibase;
        this.settings = settings;
        this.patience = patience;
        this.output = output;
    }

    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * Runs work that applies or takes back changesets.
     *
     * @return how many changesets were dealt with
     * @throws MigrationException when it cannot go on; what was done until then stays done and is recorded
     */
    int run(Work work) {
        Progress progress = new Progress(output);
        liquibase.setChangeExecListener(progress);
        liquibase.setShowSummary(UpdateSummaryEnum.OFF);
        try {
            quietly(() -> {
                prepareSession();
                for (int attempt = 1; !attempted(work, progress, attempt); attempt++) {
                    patience.pause(patience.between());
                }
            });
        } catch (MigrationException e) {
            throw e;
        } catch (Exception e) {
            throw new MigrationException(e.getMessage(), e);
        }
        return progress.count;
    }

    private void prepareSession() throws SQLException {
        Connection connection = idleConnection();
        Catalog catalog = new Catalog(connection);
        catalog.execute("set application_name = '" + Migrations.APPLICATION_NAME + "'");
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            catalog.execute("set " + setting.getKey() + " = '" + setting.getValue() + "'");
        }
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    /** Runs Liquibase without its banner, its own chatter on the console, and its reports to its makers. */
    void quietly(Work work) throws Exception {
        Map<String, Object> scope = new HashMap<>();
        scope.put("liquibase.analytics.enabled", false);
        scope.put("liquibase.showBanner", false);
        scope.put(Scope.Attr.ui.name(), new LoggerUIService());
        scope.put(Scope.Attr.logService.name(), new QuietLogService());
        scope.put(ChangelogLock.PATIENCE, patience);
        scope.put(ChangelogLock.OUTPUT, output);
        Scope.child(scope, work::run);
    }

    private boolean attempted(Work work, Progress progress, int attempt) throws Exception {
        // Both remember what an earlier attempt saw.
        Scope.getCurrentScope()
                .getSingleton(ChangeLogHistoryServiceFactory.class)
                .resetAll();
        Scope.getCurrentScope().getSingleton(FastCheckService.class).clearCache();
        try {
            work.run();
            return true;
        } catch (Exception e) {
            Optional<SQLException> lostRace =
                    cause(e, SQLException.class).filter(sql -> LOST_RACES.contains(String.valueOf(sql.getSQLState())));
            if (lostRace.isEmpty()) {
                throw explained(e, progress);
            }
            String blockers = blockers();
            LOGGER.warn(
                    "a lock was not free in time: changeset={} attempt={} sqlstate={} blockers=\"{}\"",
                    progress.current,
                    attempt,
                    lostRace.get().getSQLState(),
                    blockers);
            if (attempt >= patience.attempts()) {
                throw new MigrationException(
                        "The migration stopped at " + progress.current + ": a lock was not free in " + attempt
                                + " attempts. In the way: " + blockers
                                + ". What was applied before it stays applied. End"
                                + " these sessions (select pg_terminate_backend(pid)) or wait for them, then migrate"
                                + " again.",
                        e);
            }
            output.accept("retrying " + progress.current + ": a lock was not free (attempt " + attempt + " of "
                    + patience.attempts() + "); in the way: " + blockers);
            return false;
        }
    }

    private MigrationException explained(Exception e, Progress progress) {
        Optional<MigrationException> ours = cause(e, MigrationException.class);
        if (ours.isPresent()) {
            return ours.get();
        }
        Optional<LockException> lock = cause(e, LockException.class);
        if (lock.isPresent()) {
            return new MigrationException(lock.get().getMessage(), e);
        }
        Optional<SQLException> sql = cause(e, SQLException.class);
        if (sql.isEmpty()) {
            return new MigrationException(e.getMessage(), e);
        }
        String message = "The migration stopped at " + progress.current + ": "
                + sql.get().getMessage()
                + "\nWhat was applied before it stays applied; mend the cause and migrate again.";
        // Rows can have been written after the first look at them.
        if (String.valueOf(sql.get().getSQLState()).startsWith("23")) {
            message += "\n" + String.join("\n", findings());
        }
        return new MigrationException(message, e);
    }

    private String blockers() {
        try {
            List<String> sessions = Sessions.outlastingALockWait(idleConnection());
            return sessions.isEmpty() ? "no session that this user may see" : String.join("; ", sessions);
        } catch (SQLException e) {
            return "unknown (" + e.getMessage() + ")";
        }
    }

    private List<String> findings() {
        try {
            return ExistingRowsCheck.findings(idleConnection());
        } catch (SQLException e) {
            LOGGER.warn("cannot read which rows break a rule: error=\"{}\"", e.getMessage());
            return List.of();
        }
    }

    private Connection idleConnection() throws SQLException {
        Connection connection = ((JdbcConnection) liquibase.getDatabase().getConnection()).getUnderlyingConnection();
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
        return connection;
    }

    private static <T> Optional<T> cause(Throwable thrown, Class<T> type) {
        Optional<T> deepest = Optional.empty();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                deepest = Optional.of(type.cast(t));
            }
        }
        return deepest;
    }

    /** The name of a changeset as it is printed everywhere. */
    static String name(ChangeSet changeSet) {
        return changeSet.getFilePath() + "::" + changeSet.getId();
    }

    private static final class Progress extends AbstractChangeExecListener {
        private final Consumer<String> output;
        private String current = "the start";
        private long begun;
        private int count;

        Progress(Consumer<String> output) {
            this.output = output;
        }

        @Override
        public void willRun(
                ChangeSet changeSet, DatabaseChangeLog changeLog, Database database, ChangeSet.RunStatus status) {
            begin(changeSet);
        }

        @Override
        public void ran(
                ChangeSet changeSet, DatabaseChangeLog changeLog, Database database, ChangeSet.ExecType execType) {
            count++;
            if (execType == ChangeSet.ExecType.MARK_RAN) {
                output.accept("kept     " + name(changeSet) + "  (it is there already)");
            } else {
                done("applied  ", changeSet);
            }
        }

        @Override
        public void willRollback(ChangeSet changeSet, DatabaseChangeLog changeLog, Database database) {
            begin(changeSet);
        }

        @Override
        public void rolledBack(ChangeSet changeSet, DatabaseChangeLog changeLog, Database database) {
            count++;
            done("undone   ", changeSet);
        }

        private void begin(ChangeSet changeSet) {
            current = name(changeSet);
            begun = System.nanoTime();
        }

        private void done(String what, ChangeSet changeSet) {
            double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
            output.accept(String.format(Locale.ROOT, "%s%s  (%.1f s)", what, name(changeSet), seconds));
        }
    }
}
