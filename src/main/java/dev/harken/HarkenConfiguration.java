package dev.harken;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;
import dev.harken.analytics.AnalyticsFactory;
import dev.harken.auth.AuthFactory;
import dev.harken.cache.CacheFactory;
import dev.harken.cache.RedisFactory;
import dev.harken.console.ConsoleFactory;
import dev.harken.database.DatabaseFactory;
import dev.harken.database.alerts.AlertsFactory;
import dev.harken.housekeeping.HousekeepingFactory;
import dev.harken.live.LiveFactory;
import dev.harken.mail.MailFactory;
import dev.harken.monitoring.MonitoringFactory;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jackson.FuzzyEnumModule;
import io.dropwizard.jackson.Jackson;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;

/** config.yml: every setting, each with a default that works. */
public class HarkenConfiguration extends Configuration {
    /**
     * What reads and writes these settings: as Dropwizard's mapper does, with those of its modules that a setting can
     * need. Blackbird, which makes code for each property, is left out, since these are read once, at the start. The
     * API's mapper would rename them.
     */
    public static ObjectMapper mapper() {
        return Jackson.newMinimalObjectMapper()
                .registerModules(
                        new FuzzyEnumModule(), new ParameterNamesModule(), new Jdk8Module(), new JavaTimeModule());
    }

    @NotBlank
    private String data = "data";

    @NotBlank
    private String environment = "production";

    @Valid
    @NotNull
    private DatabaseFactory database = new DatabaseFactory();

    @Valid
    @NotNull
    private RedisFactory redis = new RedisFactory();

    @Valid
    @NotNull
    private CacheFactory cache = new CacheFactory();

    @Valid
    @NotNull
    private AuthFactory auth = new AuthFactory();

    @Valid
    @NotNull
    private MonitoringFactory monitoring = new MonitoringFactory();

    @Valid
    @NotNull
    private AnalyticsFactory analytics = new AnalyticsFactory();

    @Valid
    @NotNull
    private HousekeepingFactory housekeeping = new HousekeepingFactory();

    @Valid
    @NotNull
    private AlertsFactory alerts = new AlertsFactory();

    @Valid
    @NotNull
    private MailFactory mail = new MailFactory();

    @Valid
    @NotNull
    private LiveFactory live = new LiveFactory();

    @Valid
    @NotNull
    private ConsoleFactory console = new ConsoleFactory();

    /** Where the embedded database and generated secrets are kept. */
    public Path dataDirectory() {
        return Path.of(data).toAbsolutePath().normalize();
    }

    @JsonIgnore
    @ValidationMethod(message = "needs mail.url (SMTP_URL) for alerts.mailTo (ALERT_MAIL_TO)")
    public boolean isMailServed() {
        return !alerts.isMailed() || mail.isConfigured();
    }

    /** As Dropwizard's, but errors are answered as problem documents only, so its own mappers stay out. */
    @Override
    @JsonProperty("server")
    public void setServerFactory(ServerFactory factory) {
        if (factory instanceof AbstractServerFactory server) {
            server.setRegisterDefaultExceptionMappers(false);
        }
        super.setServerFactory(factory);
    }

    public String getData() {
        return data;
    }

    public void setData(String data) {
        this.data = data;
    }

    public String getEnvironment() {
        return environment;
    }

    public void setEnvironment(String environment) {
        this.environment = environment;
    }

    public DatabaseFactory getDatabase() {
        return database;
    }

    public void setDatabase(DatabaseFactory database) {
        this.database = database;
    }

    public RedisFactory getRedis() {
        return redis;
    }

    public void setRedis(RedisFactory redis) {
        this.redis = redis;
    }

    public AuthFactory getAuth() {
        return auth;
    }

    public void setAuth(AuthFactory auth) {
        this.auth = auth;
    }

    public MonitoringFactory getMonitoring() {
        return monitoring;
    }

    public void setMonitoring(MonitoringFactory monitoring) {
        this.monitoring = monitoring;
    }

    public AnalyticsFactory getAnalytics() {
        return analytics;
    }

    public void setAnalytics(AnalyticsFactory analytics) {
        this.analytics = analytics;
    }

    public HousekeepingFactory getHousekeeping() {
        return housekeeping;
    }

    public void setHousekeeping(HousekeepingFactory housekeeping) {
        this.housekeeping = housekeeping;
    }

    public AlertsFactory getAlerts() {
        return alerts;
    }

    public void setAlerts(AlertsFactory alerts) {
        this.alerts = alerts;
    }

    public MailFactory getMail() {
        return mail;
    }

    public void setMail(MailFactory mail) {
        this.mail = mail;
    }

    public ConsoleFactory getConsole() {
        return console;
    }

    public void setConsole(ConsoleFactory console) {
        this.console = console;
    }

    public CacheFactory getCache() {
        return cache;
    }

    public void setCache(CacheFactory cache) {
        this.cache = cache;
    }

    public LiveFactory getLive() {
        return live;
    }

    public void setLive(LiveFactory live) {
        this.live = live;
    }
}
