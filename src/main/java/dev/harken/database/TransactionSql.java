package dev.harken.database;

import java.util.function.Consumer;
import org.hibernate.Session;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlLogger;

/**
 * Writes with SQL of their own inside a transaction: on its connection, and timed as {@link TenantReads} are. Safe for
 * use by several threads.
 */
public final class TransactionSql {
    private final SqlLogger timing;

    TransactionSql(SqlLogger timing) {
        this.timing = timing;
    }

    /**
     * Sends a statement once for each row that is added to it, together.
     *
     * @param name of the statement, for its metric, such as {@code analytics.record}
     */
    public void batch(Session session, String name, String sql, Consumer<PreparedBatch> rows) {
        session.doWork(connection -> {
            // It leaves the connection open, which is the session's.
            Jdbi jdbi = Jdbi.create(connection).setSqlLogger(timing);
            try (Handle handle = jdbi.open();
                    PreparedBatch batch = handle.prepareBatch(sql)) {
                batch.define(TenantReads.NAME, name);
                rows.accept(batch);
                batch.execute();
            }
        });
    }
}
