package dev.harken.testing;

import java.sql.SQLException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real PostgreSQL for tests. All of a run share one, in which each test class has a database of its own; a test that
 * breaks its server starts one for itself.
 */
public final class PostgresServer implements AutoCloseable {
    private static final String IMAGE_PROPERTY = "harken.test.postgres.image";
    private static final String IMAGE = "postgres:17-alpine";
    private static final String SUPERUSER = "postgres";
    private static final int CONTAINER_PORT = 5432;
    private static final String TEMPLATE = "harken_migrated_";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    /**
     * Connections for every pool that the tests of one run open side by side. Commits that outlive a kill of the server:
     * the embedded launcher's default is off, and with fsync off (both ways) they cost little.
     */
    private static final Map<String, String> SETTINGS = Map.of(
            "max_connections", "200",
            "shared_preload_libraries", "pg_stat_statements",
            "synchronous_commit", "on");

    private final ServerProcess process;
    private final boolean own;
    /** The month that the latest template was made in: its partitions of events begin there. */
    private YearMonth templateMonth;

    private PostgresServer(boolean own) {
        this.own = own;
        this.process = ServerKind.chosen() == ServerKind.CONTAINERS
                ? startContainer()
                : EmbeddedPostgresProcess.start(SETTINGS);
    }

    /** The one that all tests share, started by the first that asks. */
    public static PostgresServer shared() {
        return Holder.SHARED;
    }

    /** Starts another one, for a test that breaks it; close it. */
    public static PostgresServer start() {
        return new PostgresServer(true);
    }

    private static ServerProcess startContainer() {
        DockerImageName image =
                DockerImageName.parse(System.getProperty(IMAGE_PROPERTY, IMAGE)).asCompatibleSubstituteFor("postgres");
        Stream<String> settings = SETTINGS.entrySet().stream()
                .flatMap(setting -> Stream.of("-c", setting.getKey() + "=" + setting.getValue()));
        @SuppressWarnings("resource") // ContainerProcess closes it.
        PostgreSQLContainer container = new PostgreSQLContainer(image)
                .withDatabaseName(SUPERUSER)
                .withUsername(SUPERUSER)
                .withPassword(SUPERUSER)
                .withCommand(Stream.concat(Stream.of("postgres", "-c", "fsync=off"), settings)
                        .toArray(String[]::new));
        return ContainerProcess.start(container, CONTAINER_PORT, () -> new TestDatabase(
                        container.getHost(), container.getMappedPort(CONTAINER_PORT), SUPERUSER, SUPERUSER, SUPERUSER)
                .execute("select 1"));
    }

    /** An empty database, whose owner is the server's superuser. */
    public TestDatabase createDatabase() {
        return create("harken_" + DATABASES.incrementAndGet(), "template1");
    }

    /** A database with Harken's tables: a copy of one that was migrated once in this month. */
    public synchronized TestDatabase createMigratedDatabase() {
        YearMonth month = YearMonth.now(ZoneOffset.UTC);
        String template = TEMPLATE + month.format(DateTimeFormatter.ofPattern("yyyyMM"));
        if (!month.equals(templateMonth)) {
            HarkenService.migrate(create(template, "template1"));
            templateMonth = month;
        }
        return create("harken_" + DATABASES.incrementAndGet(), template);
    }

    private TestDatabase create(String name, String template) {
        try {
            maintenance().execute("create database " + name + " template " + template);
        } catch (SQLException e) {
            throw new IllegalStateException("cannot create database " + name, e);
        }
        return database(name);
    }

    private TestDatabase maintenance() {
        return database(SUPERUSER);
    }

    private TestDatabase database(String name) {
        return new TestDatabase(process.host(), process.port(), name, SUPERUSER, SUPERUSER);
    }

    /** As the server says it, for instance {@code 17.11}. */
    public String version() {
        try {
            return maintenance().scalar("show server_version");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Freezes the server: connections stay open, new ones hang, nothing answers. */
    public void pause() {
        breakable().pause();
    }

    public void resume() {
        breakable().resume();
    }

    /** Ends every process of the server without warning. */
    public void kill() {
        breakable().kill();
    }

    /** Stops the server in order: sessions are ended. */
    public void stop() {
        breakable().stop();
    }

    /** Starts the server again on its port, after a kill or stop, over the same data. */
    public void restart() {
        breakable().restart();
    }

    @Override
    public void close() {
        breakable().close();
    }

    private ServerProcess breakable() {
        if (!own) {
            throw new IllegalStateException("other tests share this server; break one from PostgresServer.start()");
        }
        return process;
    }

    private static final class Holder {
        static final PostgresServer SHARED = new PostgresServer(false);

        static {
            System.out.println("tests use PostgreSQL " + SHARED.version() + ", " + ServerKind.chosen());
        }
    }
}
