package dev.harken.database;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.postgresql.PGStatement;

/**
 * Has PostgreSQL plan a statement for the values of each call. After some calls it otherwise may settle on one plan for
 * any values, which reads far too much for some where they differ much in how many rows have them.
 *
 * <p>Costs the parsing and planning, so it is for what is asked by people. Safe for use by several threads.
 */
public final class PlannedForValues implements StatementCustomizer {
    public static final PlannedForValues INSTANCE = new PlannedForValues();

    private PlannedForValues() {}

    @Override
    public void beforeExecution(PreparedStatement statement, StatementContext context) throws SQLException {
        // Never prepared by a name, which is what PostgreSQL would keep a plan for.
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
    }
}
