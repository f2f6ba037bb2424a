package dev.harken.database;

/**
 * Whom a unit of work acts for: one client, or the whole installation.
 *
 * <p>A session can only be opened for a tenant, and Hibernate adds the tenant's condition to every entity query and
 * every load by key of that session. Rows of another client therefore do not exist for it.
 *
 * @param clientId the client's id, or 0 for the whole installation
 */
public record Tenant(long clientId) {
    /** The whole installation: administrators and the job. */
    public static final Tenant EVERY = new Tenant(0);

    public Tenant {
        if (clientId < 0) {
            throw new IllegalArgumentException("a client's id is positive, not " + clientId);
        }
    }

    public static Tenant of(long clientId) {
        if (clientId == 0) {
            throw new IllegalArgumentException("0 is not a client's id");
        }
        return new Tenant(clientId);
    }
}
