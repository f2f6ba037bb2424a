package dev.harken.database;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a signal stands, from the best. */
public enum Level {
    HEALTHY,
    WARNING,
    CRITICAL;

    private static final double POOL_WARNING_ABOVE = 75;
    private static final double POOL_CRITICAL_ABOVE = 90;

    /** How full the pool is: healthy up to 75 % of its capacity lent, warning above, critical above 90 %. */
    public static Level ofPool(double utilizationPercent) {
        if (utilizationPercent > POOL_CRITICAL_ABOVE) {
            return CRITICAL;
        }
        return utilizationPercent > POOL_WARNING_ABOVE ? WARNING : HEALTHY;
    }

    /** The level as answers and logs show it. */
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
