package dev.harken.database;

import org.hibernate.context.spi.CurrentTenantIdentifierResolver;

/** Knows which tenant sees all rows, and lets a session that was opened without naming one see none. */
final class TenantResolver implements CurrentTenantIdentifierResolver<Object> {
    private static final Long NOBODY = -1L;

    @Override
    public Object resolveCurrentTenantIdentifier() {
        return NOBODY;
    }

    @Override
    public boolean validateExistingCurrentSessions() {
        return true;
    }

    @Override
    public boolean isRoot(Object clientId) {
        return clientId.equals(Tenant.EVERY.clientId());
    }
}
