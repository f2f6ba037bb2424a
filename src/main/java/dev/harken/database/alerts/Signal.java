package dev.harken.database.alerts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What is sampled. The label is the name in config.yml, in JSON, in the database and on the pages. */
public enum Signal {
    POOL_UTILIZATION("Pool utilization", Unit.PERCENT),
    POOL_WAITERS("Callers that wait for a connection", Unit.COUNT),
    STATEMENT_P50("Statement time p50", Unit.MILLISECONDS),
    STATEMENT_P95("Statement time p95", Unit.MILLISECONDS),
    STATEMENT_P99("Statement time p99", Unit.MILLISECONDS),
    REQUEST_RATE("Requests", Unit.PER_SECOND),
    REQUEST_P95("Request time p95", Unit.MILLISECONDS),
    DATABASE_CPU("Database CPU", Unit.PERCENT),
    HOST_MEMORY("Host memory", Unit.PERCENT),
    HEAP_MEMORY("Heap", Unit.PERCENT),
    DISK("Disk", Unit.PERCENT),
    REPLICATION_LAG("Replication lag", Unit.SECONDS),
    JOB_LAG("Job lag", Unit.SECONDS),
    SUBREDDITS_SILENT("Unusually silent subreddits", Unit.COUNT),
    SUBREDDITS_UNREAD("Subreddits that cannot be read", Unit.COUNT),
    DELETION_LAG("Time since posts were seen on Reddit", Unit.SECONDS);

    private final String title;
    private final Unit unit;

    Signal(String title, Unit unit) {
        this.title = title;
        this.unit = unit;
    }

    /** The signal in words. */
    public String title() {
        return title;
    }

    public Unit unit() {
        return unit;
    }

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The signal of a label.
     *
     * @throws IllegalArgumentException when there is none
     */
    @JsonCreator
    public static Signal of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    /** What a signal's values count. */
    public enum Unit {
        PERCENT(" %", 0.01),
        MILLISECONDS(" ms", 0.001),
        SECONDS(" s", 1),
        PER_SECOND(" /s", 1),
        COUNT("", 1);

        private final String suffix;
        private final double base;

        Unit(String suffix, double base) {
            this.suffix = suffix;
            this.base = base;
        }

        /** What stands behind a number. */
        public String suffix() {
            return suffix;
        }

        /** A value in the unit that Prometheus has for such: a share as a ratio, a time in seconds. */
        public double toBase(double value) {
            return value * base;
        }
    }
}
