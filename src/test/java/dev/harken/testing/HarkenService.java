package dev.harken.testing;

import dev.harken.HarkenApplication;
import dev.harken.HarkenConfiguration;
import dev.harken.database.migration.Migrations;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Harken itself, started in this JVM on free ports over a database of its own: everything is real but the process
 * border.
 */
public final class HarkenService implements AutoCloseable {
    public static final String ADMIN_EMAIL = "admin@harken.test";
    public static final String ADMIN_PASSWORD = "an-administrators-password";

    private final TestDatabase database;
    private final DropwizardTestSupport<HarkenConfiguration> support;

    private HarkenService(TestDatabase database, DropwizardTestSupport<HarkenConfiguration> support) {
        this.database = database;
        this.support = support;
    }

    /** A service over a new database that is migrated. */
    public static HarkenService start(String... settings) {
        return over(PostgresServer.shared().createMigratedDatabase(), settings);
    }

    /**
     * A service over a database that is there already.
     *
     * @param settings as {@code name=value}, by their names in config.yml
     */
    public static HarkenService over(TestDatabase database, String... settings) {
        List<ConfigOverride> overrides = new ArrayList<>();
        overrides.add(ConfigOverride.config("data", temporaryDirectory().toString()));
        overrides.add(ConfigOverride.config("database.url", database.jdbcUrl()));
        overrides.add(ConfigOverride.config("database.user", database.user()));
        overrides.add(ConfigOverride.config("database.password", database.password()));
        overrides.add(ConfigOverride.config("auth.adminEmail", ADMIN_EMAIL));
        overrides.add(ConfigOverride.config("auth.adminPassword", ADMIN_PASSWORD));
        overrides.add(ConfigOverride.config("auth.bcryptCost", "4"));
        overrides.add(ConfigOverride.config("server.applicationConnectors[0].port", "0"));
        overrides.add(ConfigOverride.config("server.adminConnectors[0].port", "0"));
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            overrides.add(ConfigOverride.config(parts[0], parts[1]));
        }
        DropwizardTestSupport<HarkenConfiguration> support = new DropwizardTestSupport<>(
                HarkenApplication.class, "config.yml", overrides.toArray(ConfigOverride[]::new));
        try {
            support.before();
        } catch (Exception e) {
            throw new IllegalStateException("the service did not start", e);
        }
        return new HarkenService(database, support);
    }

    public static void migrate(TestDatabase database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.user());
        source.setPassword(database.password());
        Migrations.apply(source);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("harken-data");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public TestDatabase database() {
        return database;
    }

    public DropwizardTestSupport<HarkenConfiguration> support() {
        return support;
    }

    public ApiClient anonymous() {
        return new ApiClient("http://localhost:" + support.getLocalPort(), "");
    }

    /** The admin port. */
    public ApiClient adminPort() {
        return new ApiClient("http://localhost:" + support.getAdminPort(), "");
    }

    /** Signed in as the administrator. */
    public ApiClient admin() {
        return anonymous().signIn(ADMIN_EMAIL, ADMIN_PASSWORD);
    }

    @Override
    public void close() {
        support.after();
    }
}
