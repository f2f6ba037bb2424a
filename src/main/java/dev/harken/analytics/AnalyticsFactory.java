package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.harken.audit.AuditDao;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MinDuration;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Clock;
import java.time.LocalTime;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** {@code analytics} in config.yml. */
public final class AnalyticsFactory {
    @Valid
    @NotNull
    private Events events = new Events();

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration refresh = Duration.minutes(5);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.SECONDS)
    private Duration maxAge = Duration.minutes(15);

    @NotNull
    @Pattern(regexp = "([01]\\d|2[0-3]):[0-5]\\d", message = "must be a time of the day in UTC such as 00:10")
    private String metricsAt = "00:10";

    /** {@code analytics.events}: how far ahead months are made, and how long events are kept. */
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
    static final class Events {
        @Min(1)
        @Max(120)
        private int monthsAhead = 3;

        @Min(0)
        @Max(1200)
        private int retentionMonths = 24;
    }

    @JsonIgnore
    @ValidationMethod(message = "analytics.maxAge must be longer than analytics.refresh")
    public boolean isMaxAgeLonger() {
        return maxAge.toNanoseconds() > refresh.toNanoseconds();
    }

    /** The job that looks after the partitions of {@code analytics_events}. */
    EventPartitions partitions(DataSource database, AuditDao audit, Clock clock) {
        return new EventPartitions(database, audit, events.monthsAhead, events.retentionMonths, clock);
    }

    /** When the days that are over are recorded. */
    LocalTime metricsTime() {
        return LocalTime.parse(metricsAt);
    }

    /** The same as text, in UTC. */
    public String getMetricsAt() {
        return metricsAt;
    }

    public void setMetricsAt(String metricsAt) {
        this.metricsAt = metricsAt;
    }

    public Events getEvents() {
        return events;
    }

    public void setEvents(Events events) {
        this.events = events;
    }

    /** The pause between two refreshes of the sums by day. */
    public Duration getRefresh() {
        return refresh;
    }

    public void setRefresh(Duration refresh) {
        this.refresh = refresh;
    }

    /** How old the sums by day may be in an answer; when they are older, the rows themselves are read. */
    public Duration getMaxAge() {
        return maxAge;
    }

    public void setMaxAge(Duration maxAge) {
        this.maxAge = maxAge;
    }
}
