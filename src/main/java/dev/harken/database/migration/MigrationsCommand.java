package dev.harken.database.migration;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.db.DatabaseConfiguration;
import io.dropwizard.migrations.DbCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import liquibase.Liquibase;
import liquibase.database.jvm.JdbcConnection;
import net.sourceforge.argparse4j.inf.Namespace;

/**
 * {@code db migrate}, {@code db status}, {@code db rollback} and Liquibase's other subcommands, told so that an operator can
 * follow them.
 */
public class MigrationsCommand<C extends Configuration> extends DbCommand<C> {
    private static final String SUBCOMMAND = "subcommand";

    private final PrintWriter out;

    /**
     * @param database how to reach the database as one who migrates it; see {@link Migrations#SESSION_SETTINGS} and {@link
     *     Migrations#APPLICATION_NAME}, which hold from the start of the session when the driver is told of them, and from
     *     the start of the migration in any case
     * @param configuration the class that {@code config.yml} is read into
     */
    public MigrationsCommand(DatabaseConfiguration<C> database, Class<C> configuration) {
        this(database, configuration, new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    }

    MigrationsCommand(DatabaseConfiguration<C> database, Class<C> configuration, PrintWriter out) {
        super("db", database, configuration, Migrations.CHANGELOG);
        this.out = out;
    }

    /** Work that may fail in any way. */
    @FunctionalInterface
    protected interface Work {
        void run() throws Exception;
    }

    /** Runs the command; override it to have a database there while it runs. */
    protected void around(C configuration, Work command) throws Exception {
        command.run();
    }

    @Override
    protected void run(Bootstrap<C> bootstrap, Namespace namespace, C configuration) throws Exception {
        around(configuration, () -> super.run(bootstrap, namespace, configuration));
    }

    @Override
    public void run(Namespace namespace, Liquibase liquibase) throws Exception {
        Migrator migrator = new Migrator(liquibase, Migrations.SESSION_SETTINGS, Patience.STANDARD, out::println);
        String subcommand = Objects.requireNonNullElse(namespace.getString(SUBCOMMAND), "");
        boolean dryRun = Boolean.TRUE.equals(namespace.getBoolean("dry-run"));
        if (subcommand.equals("status")) {
            printStatus(connection(liquibase));
        } else if (subcommand.equals("migrate") && !dryRun) {
            if (migrator.run(() -> super.run(namespace, liquibase)) == 0) {
                out.println("nothing to do: all " + Changelog.changeSets().size() + " changesets are applied");
            }
        } else if (subcommand.equals("rollback") && !dryRun) {
            if (migrator.run(() -> super.run(namespace, liquibase)) == 0) {
                out.println("nothing to undo");
            }
        } else {
            migrator.quietly(() -> super.run(namespace, liquibase));
        }
    }

    private void printStatus(Connection connection) throws SQLException {
        Map<String, String> applied = Changelog.applied(connection);
        List<String> known = Changelog.changeSets();
        for (String name : known) {
            out.println(
                    applied.containsKey(name)
                            ? "applied  " + name + "  (" + applied.get(name) + ")"
                            : "pending  " + name);
        }
        Set<String> unknown = new LinkedHashSet<>(applied.keySet());
        unknown.removeAll(known);
        for (String name : unknown) {
            out.println("unknown  " + name + "  (" + applied.get(name) + "; by another version of Harken)");
        }
        long pending = known.stream().filter(name -> !applied.containsKey(name)).count();
        out.println(
                pending == 0
                        ? "up to date: all " + known.size() + " changesets are applied"
                        : pending + " of " + known.size() + " changesets are pending: apply them with db migrate");
    }

    private static Connection connection(Liquibase liquibase) {
        return ((JdbcConnection) liquibase.getDatabase().getConnection()).getUnderlyingConnection();
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        if (e instanceof MigrationException) {
            cli.getStdErr().println(e.getMessage());
        } else {
            super.onError(cli, namespace, e);
        }
    }
}
