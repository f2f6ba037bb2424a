package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.harken.audit.AuditDao;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Clock;
import javax.sql.DataSource;

/** {@code analytics} in config.yml. */
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public final class AnalyticsFactory {
    @Valid
    @NotNull
    private Events events = new Events();

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

    /** The job that looks after the table's partitions. */
    public EventPartitions partitions(DataSource database, AuditDao audit, Clock clock) {
        return new EventPartitions(database, audit, events.monthsAhead, events.retentionMonths, clock);
    }
}
