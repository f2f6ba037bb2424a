package dev.harken.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import redis.clients.jedis.Jedis;

/** Redis from the class path; it keeps nothing on disk. */
final class EmbeddedRedisProcess implements ServerProcess {
    private final int port;
    private redis.embedded.RedisServer server;
    private long pid;

    private EmbeddedRedisProcess(int port) {
        this.port = port;
        launch();
    }

    static EmbeddedRedisProcess start() {
        return new EmbeddedRedisProcess(FreePort.next());
    }

    private void launch() {
        try {
            server = redis.embedded.RedisServer.newRedisServer()
                    .bind("127.0.0.1")
                    .port(port)
                    .setting("save \"\"")
                    .build();
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pid = askPid();
    }

    private long askPid() {
        try (Jedis client = new Jedis(host(), port)) {
            return client.info("server")
                    .lines()
                    .filter(line -> line.startsWith("process_id:"))
                    .map(line -> Long.parseLong(
                            line.substring("process_id:".length()).strip()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void pause() {
        Signals.send("STOP", List.of(pid));
    }

    @Override
    public void resume() {
        Signals.send("CONT", List.of(pid));
    }

    @Override
    public void kill() {
        Signals.send("KILL", List.of(pid));
        stop();
    }

    @Override
    public void stop() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void restart() {
        stop();
        launch();
    }

    @Override
    public void close() {
        resume();
        stop();
    }
}
