package dev.harken.database.insight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.jdbi.v3.core.Handle;

/**
 * How PostgreSQL would run a statement whose values it does not know. The statement is planned, never run.
 *
 * <p>It is prepared and its generic plan is explained, because {@code explain (generic_plan)} came with PostgreSQL 16
 * only. Everything happens within a savepoint that is rolled back: whatever PostgreSQL refuses, the transaction goes on,
 * and no setting stays behind. Planning may evaluate immutable functions; so only statements that this same user ran
 * before, or our own, may be handed in.
 */
final class GenericPlan {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private GenericPlan() {}

    /**
     * The outermost node of a statement's plan, without parallel workers, so that costs can be compared.
     *
     * @param statement with {@code $1}, {@code $2} for its values
     * @throws SQLException when PostgreSQL cannot plan it: a right is missing, a table is gone, a type is unknown
     */
    static JsonNode of(Handle handle, String statement) throws SQLException {
        if (!handle.isInTransaction()) {
            return handle.inTransaction(inside -> of(inside, statement));
        }
        Connection connection = handle.getConnection();
        Savepoint before = connection.setSavepoint();
        try (Statement session = connection.createStatement()) {
            // The text is PostgreSQL's, not JDBC's.
            session.setEscapeProcessing(false);
            try {
                return explain(session, statement);
            } finally {
                connection.rollback(before);
                forget(session);
            }
        }
    }

    private static JsonNode explain(Statement session, String statement) throws SQLException {
        session.execute("set local plan_cache_mode = force_generic_plan");
        session.execute("set local max_parallel_workers_per_gather = 0");
        // Planning waits for whoever holds a table exclusively: rather not.
        session.execute("set local lock_timeout = '250ms'");
        session.execute("prepare harken_plan as " + statement);
        int parameters = number(
                session,
                """
                select cardinality(parameter_types)
                from pg_prepared_statements
                where name = 'harken_plan'
                """);
        String values = parameters == 0 ? "" : "(null" + ", null".repeat(parameters - 1) + ")";
        try (ResultSet row = session.executeQuery("explain (format json, verbose) execute harken_plan" + values)) {
            row.next();
            return MAPPER.readTree(row.getString(1)).path(0).path("Plan");
        } catch (JsonProcessingException e) {
            throw new SQLException("the plan is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** A prepared statement outlives a rollback. */
    private static void forget(Statement session) throws SQLException {
        if (number(session, "select count(*) from pg_prepared_statements where name = 'harken_plan'") > 0) {
            session.execute("deallocate harken_plan");
        }
    }

    private static int number(Statement session, String query) throws SQLException {
        try (ResultSet row = session.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        }
    }
}
