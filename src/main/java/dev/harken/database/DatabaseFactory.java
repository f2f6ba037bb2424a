package dev.harken.database;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.harken.database.embedded.EmbeddedFactory;
import dev.harken.database.insight.InsightFactory;
import dev.harken.database.migration.Migrations;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.PooledDataSourceFactory;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** {@code database} in config.yml. */
public final class DatabaseFactory {
    private static final int CONNECT_SECONDS = 5;
    private static final int LOOKS_AT_A_LOCK = 5;

    @NotNull
    private String url = "";

    @NotNull
    private String user = "";

    @NotNull
    private String password = "";

    @Valid
    @NotNull
    private PoolFactory pool = new PoolFactory();

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration statementTimeout = Duration.seconds(15);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration lockTimeout = Duration.seconds(10);

    @Min(0)
    private int hostCores;

    @Valid
    @NotNull
    private EmbeddedFactory embedded = new EmbeddedFactory();

    @Valid
    @NotNull
    private InsightFactory insight = new InsightFactory();

    /** True when no address is set, so that the server that comes along is to be started. */
    @JsonIgnore
    public boolean isEmbedded() {
        return url.isBlank();
    }

    /** Points these settings at a server that was just started. */
    public void pointTo(String jdbcUrl, String owner, String secret) {
        url = jdbcUrl;
        user = owner;
        password = secret;
    }

    /** Where the database is, without credentials. */
    public String address() {
        return DatabaseUrl.parse(url).jdbcUrl();
    }

    /** The memory in bytes of the host that PostgreSQL runs on, if that is this one; otherwise 0. */
    public long hostMemory(Host thisOne) {
        return DatabaseUrl.parse(url).isLoopback() ? thisOne.memoryBytes() : 0;
    }

    /** Builds the service's pool, not started yet. */
    public Pool build(MetricRegistry metrics, Clock clock) {
        DatabaseUrl address = DatabaseUrl.parse(url);
        Properties driver = new Properties();
        driver.putAll(driverSettings("harken"));
        driver.put("socketTimeout", Long.toString(statementTimeout.toSeconds() + CONNECT_SECONDS));
        driver.put(
                "options",
                "-c statement_timeout=" + statementTimeout.toMilliseconds()
                        + " -c lock_timeout=" + lockTimeout.toMilliseconds()
                        + " -c idle_in_transaction_session_timeout=" + 2 * statementTimeout.toMilliseconds());
        return pool.build(address, owner(address), secret(address), driver, metrics, clock);
    }

    /**
     * Connections outside the pool, each opened anew and closed with {@code close}: for what takes minutes, such as the
     * build of an index. They have no limits on time.
     */
    public DataSource unpooled() {
        DatabaseUrl address = DatabaseUrl.parse(url);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(address.jdbcUrl());
        source.setUser(owner(address));
        source.setPassword(secret(address));
        try {
            for (Map.Entry<String, String> setting :
                    driverSettings("harken maintenance").entrySet()) {
                source.setProperty(setting.getKey(), setting.getValue());
            }
            source.setProperty("options", "-c statement_timeout=0 -c lock_timeout=0");
        } catch (SQLException e) {
            throw new IllegalStateException("the driver does not know one of its own settings", e);
        }
        return source;
    }

    /** One connection beside the pool, open only while it is used now and then, whose statements are cancelled early. */
    public PooledDataSourceFactory beside() {
        long statementMillis = insight.statementTimeout().toMilliseconds();
        // Many looks may meet the same lock, one after the other.
        long lockMillis = Math.max(1, statementMillis / LOOKS_AT_A_LOCK);
        DataSourceFactory factory =
                single("harken operator", "-c statement_timeout=" + statementMillis + " -c lock_timeout=" + lockMillis);
        factory.setMinSize(0);
        factory.setInitialSize(0);
        factory.setMaxWaitForConnection(Duration.seconds(10));
        factory.setMinIdleTime(Duration.minutes(1));
        factory.setEvictionInterval(Duration.seconds(30));
        factory.setRollbackOnReturn(true);
        factory.getProperties()
                .put("socketTimeout", Long.toString(insight.statementTimeout().toSeconds() + CONNECT_SECONDS));
        return factory;
    }

    private DataSourceFactory single(String applicationName, String options) {
        DatabaseUrl address = DatabaseUrl.parse(url);
        DataSourceFactory factory = new DataSourceFactory();
        factory.setDriverClass("org.postgresql.Driver");
        factory.setUrl(address.jdbcUrl());
        factory.setUser(owner(address));
        factory.setPassword(secret(address));
        Map<String, String> driver = driverSettings(applicationName);
        driver.put("options", options);
        factory.setProperties(driver);
        factory.asSingleConnectionPool();
        return factory;
    }

    private static Map<String, String> driverSettings(String applicationName) {
        Map<String, String> settings = new HashMap<>();
        settings.put("ApplicationName", applicationName);
        settings.put("connectTimeout", Integer.toString(CONNECT_SECONDS));
        settings.put("loginTimeout", Integer.toString(CONNECT_SECONDS));
        settings.put("tcpKeepAlive", "true");
        settings.put("reWriteBatchedInserts", "true");
        return settings;
    }

    private String owner(DatabaseUrl address) {
        return Optional.of(user)
                .filter(name -> !name.isBlank())
                .or(address::user)
                .orElse(null);
    }

    private String secret(DatabaseUrl address) {
        return Optional.of(password)
                .filter(text -> !text.isEmpty())
                .or(address::password)
                .orElse(null);
    }

    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    public String getUser() {
        return user;
    }

    public void setUser(String user) {
        this.user = user;
    }

    public String getPassword() {
        return password;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    public PoolFactory getPool() {
        return pool;
    }

    public void setPool(PoolFactory pool) {
        this.pool = pool;
    }

    public Duration getStatementTimeout() {
        return statementTimeout;
    }

    public void setStatementTimeout(Duration statementTimeout) {
        this.statementTimeout = statementTimeout;
    }

    public Duration getLockTimeout() {
        return lockTimeout;
    }

    public void setLockTimeout(Duration lockTimeout) {
        this.lockTimeout = lockTimeout;
    }

    public int getHostCores() {
        return hostCores;
    }

    public void setHostCores(int hostCores) {
        this.hostCores = hostCores;
    }

    public EmbeddedFactory getEmbedded() {
        return embedded;
    }

    public void setEmbedded(EmbeddedFactory embedded) {
        this.embedded = embedded;
    }

    public InsightFactory getInsight() {
        return insight;
    }

    public void setInsight(InsightFactory insight) {
        this.insight = insight;
    }

    /** One connection for {@code db} commands, with time for long index builds. */
    public PooledDataSourceFactory migrations() {
        return single(Migrations.APPLICATION_NAME, Migrations.driverOptions());
    }
}
