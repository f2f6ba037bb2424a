package dev.harken.database;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.jdbc.pool.PoolProperties;

/** {@code database.pool} in config.yml: how many connections there are and how long anything may take. */
public final class PoolFactory {
    private static final int CLEANING_INTERVAL_MS = 5_000;

    @Min(1)
    @Max(500)
    private int size = 5;

    @Min(0)
    @Max(500)
    private int maxOverflow = 15;

    @Valid
    @NotNull
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
    private Duration timeout = Duration.seconds(30);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration recycle = Duration.hours(1);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration validationTimeout = Duration.seconds(3);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration rush = Duration.seconds(60);

    @Valid
    @NotNull
    @MinDuration(value = 10, unit = TimeUnit.MILLISECONDS)
    private Duration longLease = Duration.seconds(10);

    /**
     * Builds the pool over a driver's address. Every property below differs from Dropwizard's or Tomcat's default on
     * purpose.
     */
    Pool build(DatabaseUrl url, String user, String password, Properties driver, MetricRegistry metrics, Clock clock) {
        PoolProperties properties = new PoolProperties();
        properties.setName("harken");
        properties.setDriverClassName("org.postgresql.Driver");
        properties.setUrl(url.jdbcUrl());
        properties.setUsername(user);
        properties.setPassword(password);
        properties.setDbProperties(driver);

        properties.setInitialSize(size);
        properties.setMinIdle(size);
        properties.setMaxActive(size + maxOverflow);
        properties.setMaxIdle(size + maxOverflow);
        properties.setMaxWait((int) timeout.toMilliseconds());
        properties.setFairQueue(true);

        // Asked at every loan (0 ms of trust): a restarted PostgreSQL costs one round trip, never a failed request.
        properties.setTestOnBorrow(true);
        properties.setValidationInterval(0);
        properties.setValidationQueryTimeout((int) validationTimeout.toSeconds());
        properties.setMaxAge(recycle.toMilliseconds());
        properties.setRollbackOnReturn(true);

        properties.setTimeBetweenEvictionRunsMillis(CLEANING_INTERVAL_MS);
        properties.setMinEvictableIdleTimeMillis((int) rush.toMilliseconds());
        properties.setJdbcInterceptors(StatementInterceptor.class.getName());
        // Its facade answers every read of a column by reflection, a third of what a list of posts cost.
        properties.setUseStatementFacade(false);
        properties.setJmxEnabled(false);
        return new Pool(properties, size, longLease.toJavaDuration(), rush.toJavaDuration(), metrics, clock);
    }

    /** The most connections that the pool opens. */
    public int capacity() {
        return size + maxOverflow;
    }

    public int getSize() {
        return size;
    }

    public void setSize(int size) {
        this.size = size;
    }

    public int getMaxOverflow() {
        return maxOverflow;
    }

    public void setMaxOverflow(int maxOverflow) {
        this.maxOverflow = maxOverflow;
    }

    public Duration getTimeout() {
        return timeout;
    }

    public void setTimeout(Duration timeout) {
        this.timeout = timeout;
    }

    public Duration getRecycle() {
        return recycle;
    }

    public void setRecycle(Duration recycle) {
        this.recycle = recycle;
    }

    public Duration getValidationTimeout() {
        return validationTimeout;
    }

    public void setValidationTimeout(Duration validationTimeout) {
        this.validationTimeout = validationTimeout;
    }

    public Duration getRush() {
        return rush;
    }

    public void setRush(Duration rush) {
        this.rush = rush;
    }

    public Duration getLongLease() {
        return longLease;
    }

    public void setLongLease(Duration longLease) {
        this.longLease = longLease;
    }
}
