package dev.harken.database;

import com.codahale.metrics.jdbi3.strategies.StatementNameStrategy;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
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
    /** The attribute that a statement has its name in. */
    static final String NAME = "statement";

    private final Jdbi primary;
    private final Replica replica;

    /** Reads from the main database. */
    TenantReads(Jdbi primary) {
        this(primary, null);
    }

    /**
     * Reads from a replica while that shows the tenant all that was written for it here, and else from the main
     * database.
     */
    TenantReads(Jdbi primary, Replica replica) {
        this.primary = primary;
        this.replica = replica;
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
        return send(tenant, name, narrowed, query -> {
            if (!every) {
                query.bind("tenant", tenant.clientId());
            }
            return work.apply(query);
        });
    }

    /** As {@link #read(Tenant, String, String, Function)}, of a table whose rows belong to no client. */
    public <T> T readUnowned(String name, String sql, Function<Query, T> work) {
        return readUnowned(Tenant.EVERY, name, sql, work);
    }

    /** As {@link #readUnowned(String, String, Function)}, from where the rows of a tenant are read that it is to fit. */
    public <T> T readUnowned(Tenant tenant, String name, String sql, Function<Query, T> work) {
        return send(tenant, name, sql, work);
    }

    private <T> T send(Tenant tenant, String name, String sql, Function<Query, T> work) {
        Work.actFor(tenant);
        try {
            if (replica != null && replica.shows(tenant)) {
                try {
                    return send(replica.jdbi(), name, sql, work);
                } catch (JdbiException e) {
                    replica.failed(e);
                }
            }
            return send(primary, name, sql, work);
        } finally {
            Work.actForNobody();
        }
    }

    private static <T> T send(Jdbi jdbi, String name, String sql, Function<Query, T> work) {
        try (Handle handle = jdbi.open();
                Query query = handle.createQuery(sql)) {
            query.define(NAME, name);
            return work.apply(query);
        }
    }
}
