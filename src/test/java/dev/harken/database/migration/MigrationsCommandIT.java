package dev.harken.database.migration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.TestDatabase;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.PooledDataSourceFactory;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationsCommandIT {
    @TempDir
    Path directory;

    private String configuration = "";

    @BeforeEach
    void writeConfiguration() throws Exception {
        Path file = directory.resolve("config.yml");
        Files.writeString(file, "logging:\n  level: WARN\n");
        configuration = file.toString();
    }

    @Test
    void migrateTellsEachChangesetAndThenThatThereIsNothingToDo() throws Exception {
        TestDatabase database = Databases.empty();
        int all = Changelog.changeSets().size();

        assertThat(run(database, "db", "migrate", configuration).lines())
                .hasSize(all)
                .allMatch(line -> line.matches("applied {2}\\d{3}-\\w+::\\S+ {2}\\(\\d+\\.\\d s\\)"));
        assertThat(run(database, "db", "migrate", configuration))
                .isEqualTo("nothing to do: all " + all + " changesets are applied\n");
    }

    @Test
    void statusListsWhatIsPendingAndChangesNothing() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(10);
        database.execute("update ai_responses set client_id = 4 where id = 7");
        String before = Databases.catalog(database);

        assertThat(run(database, "db", "status", configuration))
                .contains("pending  003-indexes::idx_client_created\n")
                .endsWith("changesets are pending: apply them with db migrate\n");

        assertThat(Databases.catalog(database)).isEqualTo(before);
        assertThat(database.scalar("select to_regclass('databasechangelog') is null"))
                .isEqualTo("t");
    }

    @Test
    void theTablesThatWereThereAreToldAsKept() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(10);

        assertThat(run(database, "db", "migrate", configuration))
                .contains("kept     001-tables::matched_posts  (it is there already)\n");
        assertThat(run(database, "db", "status", configuration))
                .contains("was there already)")
                .endsWith("up to date: all " + Changelog.changeSets().size() + " changesets are applied\n");
    }

    @Test
    void aRefusalIsOneMessageWithoutAStackTrace() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(10);
        database.execute("update ai_responses set client_id = 4 where id = 7");

        assertThat(run(database, "db", "migrate", configuration))
                .startsWith("FAILED: The database was not changed")
                .contains("with id 7")
                .doesNotContain("\tat ", "Exception");
    }

    @Test
    void rollbackTellsWhatItUndid() throws Exception {
        TestDatabase database = Databases.migrated();

        assertThat(run(database, "db", "rollback", "-c", "2", configuration).lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("undone   "));
        assertThat(run(database, "db", "status", configuration))
                .endsWith("2 of " + Changelog.changeSets().size()
                        + " changesets are pending: apply them with db migrate\n");
    }

    @Test
    void aDryRunPrintsStatementsAndChangesNothing() throws Exception {
        TestDatabase database = Databases.migrated();
        String before = Databases.catalog(database);

        run(database, "db", "rollback", "-n", "-c", "3", configuration);

        assertThat(Databases.catalog(database)).isEqualTo(before);
        assertThat(Migrations.pending(Databases.source(database))).isEmpty();
    }

    /** What the command printed; where it failed, {@code FAILED: } and what it printed as its error. */
    private static String run(TestDatabase database, String... arguments) {
        StringWriter out = new StringWriter();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        Bootstrap<Configuration> bootstrap = new Bootstrap<>(new Application<Configuration>() {
            @Override
            public void run(Configuration configuration, Environment environment) {}
        });
        bootstrap.addCommand(new MigrationsCommand<>(
                configuration -> pool(database), Configuration.class, new PrintWriter(out, true)));
        boolean failed = new Cli(new JarLocation(MigrationsCommandIT.class), bootstrap, error, error)
                .run(arguments)
                .isPresent();
        return failed ? "FAILED: " + error.toString(StandardCharsets.UTF_8) : out.toString();
    }

    private static PooledDataSourceFactory pool(TestDatabase database) {
        DataSourceFactory factory = new DataSourceFactory();
        factory.setDriverClass("org.postgresql.Driver");
        factory.setUrl(database.jdbcUrl());
        factory.setUser(database.user());
        factory.setPassword(database.password());
        factory.setProperties(
                Map.of("options", Migrations.driverOptions(), "ApplicationName", Migrations.APPLICATION_NAME));
        return factory;
    }
}
