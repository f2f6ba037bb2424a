package dev.harken.testing;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import redis.clients.jedis.Jedis;

/** A real Redis for tests; see {@link PostgresServer}. Tests that share it keep to keys of their own. */
public final class RedisServer implements AutoCloseable {
    private static final String IMAGE_PROPERTY = "harken.test.redis.image";
    private static final String IMAGE = "redis:7-alpine";
    private static final int CONTAINER_PORT = 6379;

    private final ServerProcess process;
    private final boolean own;

    private RedisServer(boolean own) {
        this.own = own;
        this.process = ServerKind.chosen() == ServerKind.CONTAINERS ? startContainer() : EmbeddedRedisProcess.start();
    }

    /** The one that all tests share, started by the first that asks. */
    public static RedisServer shared() {
        return Holder.SHARED;
    }

    /** Starts another one, for a test that breaks it; close it. */
    public static RedisServer start() {
        return new RedisServer(true);
    }

    private static ServerProcess startContainer() {
        @SuppressWarnings("resource") // ContainerProcess closes it.
        GenericContainer<?> container = new GenericContainer<>(
                        DockerImageName.parse(System.getProperty(IMAGE_PROPERTY, IMAGE)))
                .withExposedPorts(CONTAINER_PORT);
        return ContainerProcess.start(container, CONTAINER_PORT, () -> {
            try (Jedis client = new Jedis(container.getHost(), container.getMappedPort(CONTAINER_PORT))) {
                client.ping();
            }
        });
    }

    public String host() {
        return process.host();
    }

    public int port() {
        return process.port();
    }

    public String url() {
        return "redis://" + host() + ":" + port();
    }

    /** As the server says it, for instance {@code 6.2.6}. */
    public String version() {
        return fact("server", "redis_version");
    }

    /** What the server's {@code INFO} says of something, in a section. */
    public String fact(String section, String name) {
        try (Jedis client = new Jedis(host(), port())) {
            return client.info(section)
                    .lines()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Freezes the server: connections stay open, nothing answers. */
    public void pause() {
        breakable().pause();
    }

    public void resume() {
        breakable().resume();
    }

    public void kill() {
        breakable().kill();
    }

    public void stop() {
        breakable().stop();
    }

    /** Starts the server again on its port, empty. */
    public void restart() {
        breakable().restart();
    }

    @Override
    public void close() {
        breakable().close();
    }

    private ServerProcess breakable() {
        if (!own) {
            throw new IllegalStateException("other tests share this server; break one from RedisServer.start()");
        }
        return process;
    }

    private static final class Holder {
        static final RedisServer SHARED = new RedisServer(false);

        static {
            System.out.println("tests use Redis " + SHARED.version() + ", " + ServerKind.chosen());
        }
    }
}
