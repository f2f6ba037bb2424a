package dev.harken.database;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.PooledDataSourceFactory;
import io.dropwizard.hibernate.HibernateBundle;
import io.dropwizard.hibernate.SessionFactoryFactory;
import java.util.List;
import java.util.Map;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.AvailableSettings;

/**
 * Builds Hibernate over the shared pool, through Dropwizard's own factory.
 *
 * <p>Not as a bundle: {@link HibernateBundle} opens a pool of its own, and its health check borrows from the pool, so
 * that exhaustion would read as a database that is down.
 */
public final class Entities {
    private static final Map<String, String> SETTINGS = Map.of(
            // The default holds the connection until the session is closed, after the answer is written.
            AvailableSettings.CONNECTION_HANDLING, "DELAYED_ACQUISITION_AND_RELEASE_AFTER_TRANSACTION",
            AvailableSettings.FAIL_ON_PAGINATION_OVER_COLLECTION_FETCH, "true",
            // Dropwizard turns them on; nobody reads them here, the pool counts statements itself.
            AvailableSettings.GENERATE_STATISTICS, "false",
            AvailableSettings.JDBC_TIME_ZONE, "UTC",
            AvailableSettings.STATEMENT_BATCH_SIZE, "50",
            AvailableSettings.HBM2DDL_AUTO, "none",
            // What Hibernate would ask PostgreSQL at the start, so that it need not wait for a connection.
            AvailableSettings.ALLOW_METADATA_ON_BOOT, "false",
            AvailableSettings.JAKARTA_HBM2DDL_DB_NAME, "PostgreSQL",
            AvailableSettings.JAKARTA_HBM2DDL_DB_MAJOR_VERSION, "15",
            AvailableSettings.USE_GET_GENERATED_KEYS, "true");

    private Entities() {}

    /** The session factory; the environment starts the pool with it and closes it before the pool. */
    public static SessionFactory build(Environment environment, Pool pool, List<Class<?>> entities) {
        DataSourceFactory settings = new DataSourceFactory();
        settings.setProperties(SETTINGS);
        settings.setAutoCommentsEnabled(false);
        SessionFactoryFactory factory = new SessionFactoryFactory();
        return factory.build(new TenantAware(entities, factory), environment, settings, pool, entities);
    }

    private static final class TenantAware extends HibernateBundle<Configuration> {
        TenantAware(List<Class<?>> entities, SessionFactoryFactory factory) {
            super(entities, factory);
        }

        @Override
        protected void configure(org.hibernate.cfg.Configuration configuration) {
            configuration.setCurrentTenantIdentifierResolver(new TenantResolver());
        }

        @Override
        public PooledDataSourceFactory getDataSourceFactory(Configuration configuration) {
            throw new IllegalStateException("the pool is built once, by DatabaseFactory");
        }
    }
}
