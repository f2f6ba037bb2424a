package dev.harken.database;

import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.hibernate.bytecode.internal.none.BytecodeProviderImpl;
import org.hibernate.bytecode.spi.BytecodeProvider;
import org.hibernate.service.spi.ServiceContributor;

/**
 * Keeps Hibernate from making classes at the start, two for each entity: proxies, of which there would be none, since no
 * row is read later than the one that it belongs to, and accessors, which pay only where many rows are read as entities.
 * Found by Hibernate through {@code META-INF/services}.
 */
public final class NoProxies implements ServiceContributor {
    @Override
    public void contribute(StandardServiceRegistryBuilder services) {
        services.addService(BytecodeProvider.class, new BytecodeProviderImpl());
    }
}
