package dev.harken.bench;

import dev.harken.database.embedded.EmbeddedFactory;
import dev.harken.database.embedded.EmbeddedServer;
import dev.harken.database.migration.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL of the bench's own over a filled database: the one that Harken brings along, as durable as there. */
final class Stage implements AutoCloseable {
    /** What a directory was filled with, written when that is done. */
    private static final String MARK = "bench.properties";

    /** To be raised with every change of {@link Filling}. */
    private static final String FILLING = "3";

    private static final String DATABASE = "postgresql";

    private final Path directory;
    private final EmbeddedFactory factory;
    private final String administratorPassword = secret();
    private EmbeddedServer server;

    private Stage(Path directory, Map<String, String> settings) {
        this.directory = directory;
        this.factory = new EmbeddedFactory();
        factory.setSettings(settings);
        this.server = factory.start(directory);
    }

    /**
     * Starts the server and fills the database, unless an earlier bench has filled it alike.
     *
     * @param directory the bench's own
     * @throws BenchException if the directory holds a database that no bench filled with this size
     */
    static Stage open(Path directory, Map<String, String> settings, Size size, Progress progress) throws Exception {
        boolean filled = isFilled(directory, size);
        Stage stage = new Stage(directory, settings);
        try {
            stage.prepare(filled, size, progress);
            return stage;
        } catch (Exception e) {
            stage.close();
            throw e;
        }
    }

    private static boolean isFilled(Path directory, Size size) throws IOException {
        if (!Files.exists(directory.resolve(DATABASE))) {
            return false;
        }
        Path mark = directory.resolve(MARK);
        if (!Files.exists(mark)) {
            throw new BenchException("the directory " + directory + " holds a database that no bench has filled to its"
                    + " end; name another by --data or, if it is a bench's, delete it");
        }
        if (!Files.readString(mark).equals(mark(size))) {
            throw new BenchException("the database in " + directory
                    + " was filled with other numbers of rows, or by another Harken; delete it, or name another"
                    + " directory by --data");
        }
        return true;
    }

    private static String mark(Size size) {
        return "filling=" + FILLING + "\nsize=" + size.clients() + "," + size.posts() + "," + size.responses() + ","
                + size.events() + "\n";
    }

    private void prepare(boolean filled, Size size, Progress progress) throws Exception {
        Migrations.apply(source());
        // The administrator of an earlier bench has a password that nobody knows any more. The first service makes
        // another, those after it find it, as a start over an existing database does.
        execute("delete from users");
        if (filled) {
            progress.say("  found filled: %s", directory);
            return;
        }
        try (Connection connection = connect()) {
            new Filling(connection, size, progress).fill();
        }
        // Everything is written out when it stops, so that no checkpoint falls into a measurement.
        server.close();
        server = factory.start(directory);
        Files.writeString(directory.resolve(MARK), mark(size));
    }

    PGSimpleDataSource source() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.jdbcUrl());
        source.setUser(server.user());
        source.setPassword(server.password());
        source.setApplicationName("harken bench");
        source.setReWriteBatchedInserts(true);
        return source;
    }

    Connection connect() throws SQLException {
        return source().getConnection();
    }

    String jdbcUrl() {
        return server.jdbcUrl();
    }

    String user() {
        return server.user();
    }

    String password() {
        return server.password();
    }

    /** Of Harken's administrator here, for every service over this stage. */
    String administratorPassword() {
        return administratorPassword;
    }

    private static String secret() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** A meter of this PostgreSQL alone. */
    Meter meter(Connection connection) {
        return new Meter(connection, server.pid(), OptionalLong.empty());
    }

    /** A meter of this PostgreSQL and the Harken over it. */
    Meter meter(Connection connection, Service service) {
        return new Meter(connection, server.pid(), OptionalLong.of(service.pid()));
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** One value, as text. */
    static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
