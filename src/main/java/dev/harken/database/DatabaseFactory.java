package dev.harken.database;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.harken.database.embedded.EmbeddedFactory;
import dev.harken.database.insight.InsightFactory;
import dev.harken.database.migration.Migrations;
import dev.harken.database.pgbouncer.PgBouncer;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.PooledDataSourceFactory;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** {@code database} in config.yml. */
public final class DatabaseFactory {
    private static final int CONNECT_SECONDS = 5;
    private static final int LOOKS_AT_A_LOCK = 5;
    private static final int REPLICA_CONNECTIONS = 5;
    private static final int REPLICA_PATIENCE_SECONDS = 2;

    @NotNull
    private String url = "";

    @NotNull
    private String directUrl = "";

    @NotNull
    private String user = "";

    @NotNull
    private String password = "";

    @NotNull
    private String readUrl = "";

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration readMaxLag = Duration.seconds(10);

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
        return DatabaseUrl.parse(url).toString();
    }

    /** Where PostgreSQL itself is, without credentials: what lies behind PgBouncer when there is one. */
    public String directAddress() {
        return direct().toString();
    }

    /** Every address that is set, by its setting's name, without credentials. */
    public Map<String, String> addresses() {
        Map<String, String> addresses = new HashMap<>();
        addresses.put("database.url", address());
        if (isBounced()) {
            addresses.put("database.directUrl", directAddress());
        }
        if (!readUrl.isBlank()) {
            addresses.put("database.readUrl", DatabaseUrl.parse(readUrl).toString());
        }
        return addresses;
    }

    /** Without an address for the service, the one for everything else is of no use. */
    @JsonIgnore
    @ValidationMethod(
            message =
                    "database.directUrl (DATABASE_DIRECT_URL) is set, but database.url (DATABASE_URL) is not: the one is"
                            + " PostgreSQL's own address, the other PgBouncer's in front of it")
    public boolean isDirectUrlBesideUrl() {
        return directUrl.isBlank() || !url.isBlank();
    }

    /** True when the service's pool is to go through PgBouncer. */
    private boolean isBounced() {
        return !directUrl.isBlank();
    }

    private DatabaseUrl direct() {
        return DatabaseUrl.parse(isBounced() ? directUrl : url);
    }

    /**
     * Why these addresses cannot be used, if so: a pooler stands where none may be, or none where one is said to be, or
     * it is not set up as it has to be.
     *
     * @throws SQLException when PostgreSQL itself cannot be reached
     */
    public Optional<String> refusal(DataSource direct) throws SQLException {
        Optional<String> refusal = directRefusal(direct);
        return refusal.isPresent() || !isBounced() ? refusal : bouncedRefusal();
    }

    /**
     * As {@link #refusal}, of the one address that migrations need.
     *
     * @throws SQLException when PostgreSQL itself cannot be reached
     */
    public Optional<String> directRefusal(DataSource direct) throws SQLException {
        String setting = isBounced() ? "database.directUrl (DATABASE_DIRECT_URL)" : "database.url (DATABASE_URL)";
        String remedy =
                " Migrations and the operator's looks need sessions of their own, which PgBouncer does not give:"
                        + " set database.directUrl (DATABASE_DIRECT_URL) to PostgreSQL's own address, and leave"
                        + " database.url at PgBouncer's.";
        try (Connection connection = direct.getConnection()) {
            return PgBouncer.isBetween(connection)
                    ? Optional.of(
                            setting + " leads to PgBouncer or another pooler, at " + directAddress() + "." + remedy)
                    : Optional.empty();
        } catch (SQLException e) {
            if (PgBouncer.refusedSettings(e)) {
                return Optional.of(setting + " seems to lead to PgBouncer, at " + directAddress() + ", which says: "
                        + e.getMessage() + "." + remedy);
            }
            throw e;
        }
    }

    private Optional<String> bouncedRefusal() {
        DatabaseUrl address = DatabaseUrl.parse(url);
        Properties driver = serviceSettings();
        driver.put("user", Objects.requireNonNullElse(owner(address), ""));
        driver.put("password", Objects.requireNonNullElse(secret(address), ""));
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), driver)) {
            if (!PgBouncer.isBetween(connection)) {
                return Optional.of(
                        "database.directUrl (DATABASE_DIRECT_URL) is set, but database.url leads to PostgreSQL"
                                + " itself, at " + address() + ". Set database.url to PgBouncer's address, or leave"
                                + " database.directUrl empty.");
            }
            return PgBouncer.refusal(connection, timeouts())
                    .map(what -> "PgBouncer at " + address() + " is not set up for Harken: " + what);
        } catch (SQLException e) {
            return Optional.of("PgBouncer at " + address() + " cannot be used: " + e.getMessage()
                    + " Check database.url (DATABASE_URL), and the user and password with it.");
        }
    }

    /** The memory in bytes of the host that PostgreSQL runs on: as stated, or this one's if it is that; otherwise 0. */
    public long hostMemory(Host thisOne) {
        long stated = insight.hostMemory().toBytes();
        if (stated > 0) {
            return stated;
        }
        return direct().isLoopback() ? thisOne.memoryBytes() : 0;
    }

    /** Builds the service's pool, not started yet. */
    public Pool build(MetricRegistry metrics, Clock clock) {
        DatabaseUrl address = DatabaseUrl.parse(url);
        return pool.build(address, owner(address), secret(address), serviceSettings(), metrics, clock);
    }

    private Properties serviceSettings() {
        Properties driver = new Properties();
        driver.putAll(driverSettings("harken"));
        driver.put("socketTimeout", Long.toString(statementTimeout.toSeconds() + CONNECT_SECONDS));
        if (isBounced()) {
            // A statement prepared by name is unknown to the session of the next transaction. An address that says
            // ?prepareThreshold=5 prevails: PgBouncer follows names when its max_prepared_statements is set.
            driver.put("prepareThreshold", "0");
        } else {
            driver.put(
                    "options",
                    timeouts().entrySet().stream()
                            .map(timeout -> "-c " + timeout.getKey() + "=" + timeout.getValue())
                            .collect(Collectors.joining(" ")));
        }
        return driver;
    }

    private Map<String, Long> timeouts() {
        return PgBouncer.timeouts(statementTimeout.toJavaDuration(), lockTimeout.toJavaDuration());
    }

    /**
     * Connections outside the pool, each opened anew and closed with {@code close}: for what takes minutes, such as the
     * build of an index. They have no limits on time.
     */
    public DataSource unpooled() {
        DatabaseUrl address = direct();
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

    /** A few connections to the replica, none while it is not used; empty when no address of one is set. */
    Optional<PooledDataSourceFactory> replica() {
        if (readUrl.isBlank()) {
            return Optional.empty();
        }
        DatabaseUrl address = DatabaseUrl.parse(readUrl);
        DataSourceFactory factory = new DataSourceFactory();
        factory.setDriverClass("org.postgresql.Driver");
        factory.setUrl(address.jdbcUrl());
        factory.setUser(owner(address));
        factory.setPassword(secret(address));
        Map<String, String> driver = driverSettings("harken analytics");
        driver.put("socketTimeout", Long.toString(statementTimeout.toSeconds() + CONNECT_SECONDS));
        driver.put("options", "-c statement_timeout=" + statementTimeout.toMilliseconds());
        factory.setProperties(driver);
        factory.setMinSize(0);
        factory.setInitialSize(0);
        factory.setMaxSize(REPLICA_CONNECTIONS);
        factory.setMaxWaitForConnection(Duration.seconds(REPLICA_PATIENCE_SECONDS));
        factory.setCheckConnectionOnBorrow(true);
        factory.setUseFairQueue(true);
        return Optional.of(factory);
    }

    private DataSourceFactory single(String applicationName, String options) {
        DatabaseUrl address = direct();
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

    public String getDirectUrl() {
        return directUrl;
    }

    public void setDirectUrl(String directUrl) {
        this.directUrl = directUrl;
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

    /** Where a streaming replica is, for analytics and exports; empty for none. */
    public String getReadUrl() {
        return readUrl;
    }

    public void setReadUrl(String readUrl) {
        this.readUrl = readUrl;
    }

    /** How far the replica may be behind. */
    public Duration getReadMaxLag() {
        return readMaxLag;
    }

    public void setReadMaxLag(Duration readMaxLag) {
        this.readMaxLag = readMaxLag;
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
