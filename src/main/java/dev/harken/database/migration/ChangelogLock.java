package dev.harken.database.migration;

import com.github.blagerweij.sessionlock.PGLockService;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import liquibase.Scope;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.LockException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two migrations of one database apart by an advisory lock of PostgreSQL, which dies with the session that holds
 * it. A lock left by a killed run is therefore free as soon as the server has noticed ({@code
 * client_connection_check_interval}), and a row left in {@code databasechangeloglock} by Liquibase's own kind of lock means
 * nothing. Found by Liquibase through {@code META-INF/services}.
 *
 * <p>The lock is tried for again and again, never waited for inside the server: a waiting statement holds a snapshot, and
 * an index that the other migration builds CONCURRENTLY waits for every older snapshot, so each would wait for the other.
 */
public final class ChangelogLock extends PGLockService {
    /** Under this name the scope holds the {@link Patience}. */
    static final String PATIENCE = "harken.migration.patience";
    /** Under this name the scope holds the {@code Consumer<String>} that takes lines for the operator. */
    static final String OUTPUT = "harken.migration.output";

    private static final Logger LOGGER = LoggerFactory.getLogger(ChangelogLock.class);

    @Override
    public int getPriority() {
        return super.getPriority() + 1;
    }

    @Override
    public void waitForLock() throws LockException {
        Patience patience = Scope.getCurrentScope().get(PATIENCE, Patience.STANDARD);
        Consumer<String> output = Scope.getCurrentScope().get(OUTPUT, LOGGER::info);
        Duration waited = Duration.ZERO;
        while (!acquireLock()) {
            String holder = holder();
            if (waited.compareTo(patience.lockWait()) >= 0) {
                throw new LockException("Another migration of this database is still running after "
                        + patience.lockWait().toSeconds() + " s: " + holder
                        + ". Wait for it to end, or end it (select pg_terminate_backend(pid)), then migrate again.");
            }
            LOGGER.info("waiting for another migration: holder=\"{}\" waited_seconds={}", holder, waited.toSeconds());
            output.accept("waiting  another migration of this database is running: " + holder);
            patience.pause(patience.lockRecheck());
            waited = waited.plus(patience.lockRecheck());
        }
    }

    private String holder() throws LockException {
        Connection connection = ((JdbcConnection) database.getConnection()).getUnderlyingConnection();
        try {
            List<String> holders = Sessions.holdingAdvisoryLock(
                    connection,
                    database.getDatabaseChangeLogLockTableName().hashCode(),
                    database.getDefaultSchemaName().hashCode());
            // Ends the transaction that the driver began: an open one could hold up the other migration.
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            return holders.isEmpty() ? "a session that has just ended" : String.join("; ", holders);
        } catch (SQLException e) {
            throw new LockException(e);
        }
    }
}
