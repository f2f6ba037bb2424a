package dev.harken.database;

import com.codahale.metrics.jdbi3.strategies.StatementNameStrategy;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads with SQL of their own, for a tenant: lists and aggregates, for which entities are too dear.
 *
 * <p>Where a table of a client's rows is read, the SQL says {@code {tenant:alias}}, which becomes the condition that the
 * alias's {@code client_id} is the tenant's, or {@code true} for the whole installation. SQL without it is refused, so
 * that none can forget it.
 *
 * <p>One statement, on a connection that is borrowed for it alone: never call this inside a transaction. Safe for use by
 * several threads.
 */
public final class TenantReads {
    private static final Pattern CONDITION = Pattern.compile("\\{tenant:([a-z]+)}");
    private static final String NAME = "statement";

    private final Jdbi jdbi;

    TenantReads(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Times a statement under the name it was given here. */
    static StatementNameStrategy metricNames() {
        return context -> context.getAttribute(NAME) instanceof String name ? "sql." + name : "sql.raw";
    }

    /**
     * Runs a query.
     *
     * @param name of the statement, for its metric, such as {@code posts.page}
     * @param sql with {@code {tenant:alias}} where rows of clients are chosen
     * @throws IllegalArgumentException when the SQL leaves it out
     */
    public <T> T read(Tenant tenant, String name, String sql, Function<Query, T> work) {
        boolean every = tenant.equals(Tenant.EVERY);
        String narrowed = CONDITION.matcher(sql).replaceAll(every ? "true" : "$1.client_id = :tenant");
        if (narrowed.equals(sql)) {
            throw new IllegalArgumentException(
                    "the statement " + name + " does not say {tenant:…}, so it would read" + " rows of every client");
        }
        Work.actFor(tenant);
        try (Handle handle = jdbi.open();
                Query query = handle.createQuery(narrowed)) {
            query.define(NAME, name);
            if (!every) {
                query.bind("tenant", tenant.clientId());
            }
            return work.apply(query);
        } finally {
            Work.actForNobody();
        }
    }
}
