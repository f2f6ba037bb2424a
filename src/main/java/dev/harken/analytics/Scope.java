package dev.harken.analytics;

import dev.harken.database.Tenant;
import org.jdbi.v3.core.statement.Query;

/**
 * Whose posts and drafts are counted.
 *
 * @param config the one whose posts are, or {@link #EVERY_CONFIG}
 */
public record Scope(Tenant tenant, long config) {
    /** All of the tenant's posts, those of no config as well. */
    public static final long EVERY_CONFIG = 0;

    boolean isOneConfig() {
        return config != EVERY_CONFIG;
    }

    /** Binds the config where {@link Aggregate#narrowed} made the statement ask for it. */
    Query bind(Query query) {
        return isOneConfig() ? query.bind("config", config) : query;
    }
}
