package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import liquibase.Liquibase;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.exception.DatabaseException;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.slf4j.LoggerFactory;

/** Brings a database to this version's schema, and says what a database lacks of it. Safe for use by many threads. */
public final class Migrations {
    /** The root changelog on the class path. */
    public static final String CHANGELOG = "migrations/changelog.yaml";

    /** What a session that migrates is called in {@code pg_stat_activity}. */
    public static final String APPLICATION_NAME = "harken-migrate";

    /**
     * PostgreSQL's settings for a session that migrates: an index may take an hour to build; a lock is waited for only
     * so long, because writers queue up behind whoever waits; and the server looks every two seconds whether the client
     * is still there, so that a killed migration frees its locks even in the midst of an index.
     */
    public static final Map<String, String> SESSION_SETTINGS = settings();

    private Migrations() {}

    private static Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("statement_timeout", "1h");
        settings.put("lock_timeout", "10s");
        settings.put("client_connection_check_interval", "2s");
        return Map.copyOf(settings);
    }

    /** {@link #SESSION_SETTINGS} in the form of the driver's {@code options} property. */
    public static String driverOptions() {
        return SESSION_SETTINGS.entrySet().stream()
                .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
                .sorted()
                .collect(Collectors.joining(" "));
    }

    /**
     * Applies every changeset that the database lacks, and logs them.
     *
     * @throws MigrationException when it cannot go on
     */
    public static void apply(DataSource database) {
        apply(database, LoggerFactory.getLogger(Migrations.class)::info);
    }

    /**
     * Applies every changeset that the database lacks.
     *
     * @param output takes a line for the operator about each
     * @return how many were applied
     * @throws MigrationException when it cannot go on
     */
    public static int apply(DataSource database, Consumer<String> output) {
        return apply(database, SESSION_SETTINGS, Patience.STANDARD, output);
    }

    static int apply(DataSource database, Map<String, String> settings, Patience patience, Consumer<String> output) {
        try (Connection connection = database.getConnection()) {
            try {
                Liquibase liquibase = liquibase(connection);
                return new Migrator(liquibase, settings, patience, output).run(() -> liquibase.update(""));
            } finally {
                giveBack(connection, settings);
            }
        } catch (SQLException | DatabaseException e) {
            throw new MigrationException("Cannot migrate the database: " + e.getMessage(), e);
        }
    }

    private static Liquibase liquibase(Connection connection) throws DatabaseException {
        Database database =
                DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
        return new Liquibase(CHANGELOG, new ClassLoaderResourceAccessor(), database);
    }

    /** The connection may belong to a pool: the next who borrows it must find it as it was. */
    private static void giveBack(Connection connection, Map<String, String> settings) throws SQLException {
        if (connection.isClosed()) {
            return;
        }
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        Catalog catalog = new Catalog(connection);
        for (String name : settings.keySet()) {
            catalog.execute("reset " + name);
        }
        catalog.execute("reset application_name");
    }

    /**
     * The changesets that a database lacks, as {@code file::id} in the order in which they would be applied: all of them
     * for a database that was never migrated. One statement; does not start Liquibase.
     */
    public static List<String> pending(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return Changelog.pending(connection);
        }
    }

    /** As {@link #pending(DataSource)}, over a connection that stays open. */
    public static List<String> pending(Connection database) throws SQLException {
        return Changelog.pending(database);
    }

    /** The changesets that were applied to a database, the latest first; none when it was never migrated. */
    public static List<Applied> applied(Connection database) throws SQLException {
        return Changelog.history(database);
    }

    /**
     * A changeset that was applied.
     *
     * @param at as Liquibase wrote it, in the time zone that the migrating machine had
     * @param state {@code EXECUTED}, or {@code MARK_RAN} when the database had it already
     */
    public record Applied(String file, String id, String author, LocalDateTime at, String state, String liquibase) {}
}
