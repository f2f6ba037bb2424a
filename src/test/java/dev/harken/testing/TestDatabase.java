package dev.harken.testing;

import dev.harken.database.CommitListener;
import dev.harken.database.Database;
import dev.harken.database.DatabaseFactory;
import dev.harken.database.KnownCommits;
import io.dropwizard.core.setup.Environment;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/** A database made for one test class, empty until somebody migrates it. */
public record TestDatabase(String host, int port, String name, String user, String password) {

    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + name;
    }

    /** A connection outside every pool, as the database's owner. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user, password);
    }

    /** Harken's own way to it, as {@link #open(List, CommitListener, Clock)}, with nobody who listens to commits. */
    public Database open(List<Class<?>> entities, Clock clock) {
        return open(entities, tenant -> {}, clock);
    }

    /** Harken's own way to it; whoever opens it stops the pool. */
    public Database open(List<Class<?>> entities, CommitListener commits, Clock clock) {
        DatabaseFactory settings = new DatabaseFactory();
        settings.pointTo(jdbcUrl(), user, password);
        Environment environment = new Environment(name);
        return Database.open(
                environment,
                settings,
                settings.build(environment.metrics(), clock),
                entities,
                new KnownCommits(),
                commits,
                clock);
    }

    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of the first row, as text. */
    public String scalar(String sql) throws SQLException {
        try (Connection connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            if (!row.next()) {
                throw new AssertionError("no row: " + sql);
            }
            return row.getString(1);
        }
    }
}
