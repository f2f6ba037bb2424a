package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;
import liquibase.Scope;
import liquibase.change.custom.CustomTaskChange;
import liquibase.change.custom.CustomTaskRollback;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.CustomChangeException;
import liquibase.exception.DatabaseException;
import liquibase.exception.ValidationErrors;
import liquibase.executor.Executor;
import liquibase.executor.ExecutorService;
import liquibase.resource.ResourceAccessor;

/**
 * A step of the changelog that reads the catalogue before it decides what is left to do, so that it can be repeated.
 *
 * <p>Liquibase hands over a parameter of the changelog only to a property with both a getter and a setter, and drops any
 * other without a word: hence the getters.
 */
abstract class SchemaChange implements CustomTaskChange, CustomTaskRollback {

    /** Does what is missing; does nothing when it is all there. */
    abstract void apply(Connection connection) throws SQLException;

    /** Takes back what {@link #apply} made. Nothing by default: steps that only mend data leave it mended. */
    void undo(Connection connection) throws SQLException {}

    @Override
    public final void execute(Database database) throws CustomChangeException {
        if (isDryRun(database)) {
            return;
        }
        try {
            apply(connection(database));
        } catch (SQLException e) {
            throw new CustomChangeException(e.getMessage(), e);
        }
    }

    @Override
    public final void rollback(Database database) throws CustomChangeException {
        if (isDryRun(database)) {
            return;
        }
        try {
            undo(connection(database));
        } catch (SQLException e) {
            throw new CustomChangeException(e.getMessage(), e);
        }
    }

    /**
     * Liquibase calls a custom change in a dry run of a rollback as well, and would have it done in earnest. What it does
     * depends on the catalogue, so that the script can only name it.
     */
    private boolean isDryRun(Database database) throws CustomChangeException {
        Executor executor =
                Scope.getCurrentScope().getSingleton(ExecutorService.class).getExecutor("jdbc", database);
        if (executor.updatesDatabase()) {
            return false;
        }
        try {
            executor.comment("A step that looks before it acts: " + getClass().getSimpleName() + " ("
                    + getConfirmationMessage() + ")");
        } catch (DatabaseException e) {
            throw new CustomChangeException(e.getMessage(), e);
        }
        return true;
    }

    private static Connection connection(Database database) {
        return ((JdbcConnection) database.getConnection()).getUnderlyingConnection();
    }

    @Override
    public void setUp() {}

    @Override
    public void setFileOpener(ResourceAccessor resourceAccessor) {}

    @Override
    public ValidationErrors validate(Database database) {
        return new ValidationErrors();
    }
}
