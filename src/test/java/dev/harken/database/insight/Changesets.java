package dev.harken.database.insight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.CompositeResourceAccessor;
import liquibase.resource.DirectoryResourceAccessor;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Does what a finding's changeset says, as an operator would, and reads plans to see whether it helped. */
final class Changesets {
    private Changesets() {}

    /** Saves the changeset as a changelog and lets Liquibase apply it. */
    static void run(TestDatabase database, String yaml) throws Exception {
        Path directory = Files.createTempDirectory("harken-changeset");
        Path changelog = Files.writeString(directory.resolve("mend.yaml"), yaml);
        try (Connection connection = database.connect();
                var files = new CompositeResourceAccessor(
                        new DirectoryResourceAccessor(directory), new ClassLoaderResourceAccessor())) {
            var target =
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
            new Liquibase("mend.yaml", files, target).update("");
        } finally {
            Files.delete(changelog);
            Files.delete(directory);
        }
    }

    /** The generic plan of a statement, as JSON. */
    static String plan(TestDatabase database, String statement) throws Exception {
        return node(database, statement).toString();
    }

    /** The planner's cost of a statement. */
    static double cost(TestDatabase database, String statement) throws Exception {
        return node(database, statement).path("Total Cost").asDouble();
    }

    private static JsonNode node(TestDatabase database, String statement) throws Exception {
        try (Connection connection = database.connect();
                Handle handle = Jdbi.create(connection).open()) {
            return GenericPlan.of(handle, statement);
        }
    }
}
