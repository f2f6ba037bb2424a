package dev.harken.database;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How full the pool is: healthy up to 75 % of its capacity lent, warning above, critical above 90 %. */
public enum PoolLevel {
    HEALTHY,
    WARNING,
    CRITICAL;

    private static final double WARNING_ABOVE = 75;
    private static final double CRITICAL_ABOVE = 90;

    public static PoolLevel of(double utilizationPercent) {
        if (utilizationPercent > CRITICAL_ABOVE) {
            return CRITICAL;
        }
        return utilizationPercent > WARNING_ABOVE ? WARNING : HEALTHY;
    }

    /** The level as answers and logs show it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
