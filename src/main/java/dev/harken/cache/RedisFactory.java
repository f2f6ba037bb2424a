package dev.harken.cache;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisURIHelper;

/** {@code redis} in config.yml. */
public final class RedisFactory {
    private static final int MOST_CONNECTIONS = 16;

    @NotNull
    private String url = "";

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration timeout = Duration.milliseconds(500);

    /**
     * The client, connecting when it is first used; empty when no address is set.
     *
     * @throws IllegalArgumentException for an address that is not one of Redis; the message does not repeat it, since it
     *     may hold a password
     */
    public Optional<UnifiedJedis> build(Environment environment) {
        return connect(environment, timeout).map(UnifiedJedis.class::cast);
    }

    /**
     * As {@link #build(Environment)}, but it gives up sooner: after this time for each of waiting for a connection,
     * making one, and an answer.
     */
    Optional<RedisClient> connect(Environment environment, Duration patience) {
        if (url.isBlank()) {
            return Optional.empty();
        }
        URI address;
        try {
            address = URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("redis.url (REDIS_URL) cannot be read as an address");
        }
        if (!JedisURIHelper.isValid(address)) {
            throw new IllegalArgumentException("redis.url (REDIS_URL) must be redis://host:port or rediss://host:port");
        }
        int millis = (int) patience.toMilliseconds();
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(MOST_CONNECTIONS);
        pool.setMaxIdle(MOST_CONNECTIONS);
        pool.setMaxWait(patience.toJavaDuration());
        RedisClient redis = RedisClient.builder()
                .poolConfig(pool)
                .hostAndPort(JedisURIHelper.getHostAndPort(address))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .user(JedisURIHelper.getUser(address))
                        .password(JedisURIHelper.getPassword(address))
                        .database(JedisURIHelper.getDBIndex(address))
                        .sslOptions(JedisURIHelper.isRedisSSLScheme(address) ? SslOptions.defaults() : null)
                        .connectionTimeoutMillis(millis)
                        .socketTimeoutMillis(millis)
                        .build())
                .build();
        environment.lifecycle().manage(new AutoCloseableManager(redis));
        return Optional.of(redis);
    }

    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    public Duration getTimeout() {
        return timeout;
    }

    public void setTimeout(Duration timeout) {
        this.timeout = timeout;
    }
}
