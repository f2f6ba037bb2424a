package dev.harken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

class ServersIT {
    private static final int TIMEOUT_MILLIS = 1000;

    @Test
    void eachTestClassHasADatabaseOfItsOwn() throws SQLException {
        TestDatabase one = PostgresServer.shared().createDatabase();
        TestDatabase other = PostgresServer.shared().createDatabase();
        one.execute("create table mine (id int)");
        assertThat(other.scalar("select to_regclass('mine') is null")).isEqualTo("t");
    }

    @Test
    void sharedServersCannotBeBroken() {
        assertThatThrownBy(PostgresServer.shared()::kill).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(RedisServer.shared()::kill).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPostgresOfOnesOwnCanBePausedKilledAndStartedAgainWhereItWas() throws SQLException {
        try (PostgresServer server = PostgresServer.start()) {
            TestDatabase database = server.createDatabase();
            database.execute("create table kept as select 42 as n");

            server.pause();
            String impatient = database.jdbcUrl() + "?connectTimeout=1&socketTimeout=1";
            assertThatThrownBy(() -> DriverManager.getConnection(impatient, database.user(), database.password())
                            .close())
                    .isInstanceOf(SQLException.class);
            server.resume();
            assertThat(database.scalar("select n from kept")).isEqualTo("42");

            server.kill();
            assertThatThrownBy(() -> database.scalar("select 1")).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(database.scalar("select n from kept")).isEqualTo("42");

            server.stop();
            assertThatThrownBy(() -> database.scalar("select 1")).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(database.scalar("select n from kept")).isEqualTo("42");
        }
    }

    @Test
    void aRedisOfOnesOwnCanBePausedKilledAndStartedAgainWhereItWas() {
        try (RedisServer server = RedisServer.start()) {
            assertThat(ping(server)).isEqualTo("PONG");
            assertThat(server.url()).isEqualTo("redis://" + server.host() + ":" + server.port());

            server.pause();
            assertThatThrownBy(() -> ping(server)).isInstanceOf(JedisConnectionException.class);
            server.resume();
            assertThat(ping(server)).isEqualTo("PONG");

            server.kill();
            assertThatThrownBy(() -> ping(server)).isInstanceOf(JedisConnectionException.class);
            server.restart();
            assertThat(ping(server)).isEqualTo("PONG");

            server.stop();
            assertThatThrownBy(() -> ping(server)).isInstanceOf(JedisConnectionException.class);
            server.restart();
            assertThat(ping(server)).isEqualTo("PONG");
        }
    }

    private static String ping(RedisServer server) {
        try (Jedis client = new Jedis(server.host(), server.port(), TIMEOUT_MILLIS)) {
            return client.ping();
        }
    }
}
