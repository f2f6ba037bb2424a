package dev.harken.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** The PostgreSQL that the tests of one run share; each test class takes a database of its own from it. */
public final class PostgresServer {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final TestDatabase maintenance;

    private PostgresServer(TestDatabase maintenance) {
        this.maintenance = maintenance;
    }

    public static PostgresServer shared() {
        return Holder.SHARED;
    }

    public TestDatabase createDatabase() {
        String name = "harken_" + DATABASES.incrementAndGet();
        try {
            maintenance.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create database " + name, e);
        }
        return new TestDatabase(
                maintenance.host(), maintenance.port(), name, maintenance.user(), maintenance.password());
    }

    private static PostgresServer start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements")
                    .start();
            return new PostgresServer(
                    new TestDatabase("localhost", server.getPort(), "postgres", "postgres", "postgres"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Holder {
        static final PostgresServer SHARED = start();
    }
}
