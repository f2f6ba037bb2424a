package dev.harken.database.alerts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.harken.database.Level;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.ValidationMethod;

/**
 * From where on, and for how long, a signal must be too high to be an alert. All parts have to be given.
 *
 * @param warning in the signal's unit, 0 or more; above it counts
 * @param warningFor how long it has to last
 * @param critical in the signal's unit, not below warning
 * @param criticalFor how long it has to last
 */
public record AlertRule(
        @JsonProperty(required = true) double warning,
        @JsonProperty(required = true) Duration warningFor,
        @JsonProperty(required = true) double critical,
        @JsonProperty(required = true) Duration criticalFor) {
    @JsonIgnore
    @ValidationMethod(
            message =
                    "needs warningFor and criticalFor between 10 s and 1 h, warning not below 0 and critical not below warning")
    public boolean isSensible() {
        return isWindow(warningFor) && isWindow(criticalFor) && warning >= 0 && critical >= warning;
    }

    private static boolean isWindow(Duration window) {
        return window != null && window.toSeconds() >= 10 && window.toSeconds() <= 3600;
    }

    /** The level that a value would have, did it last. */
    public Level level(double value) {
        if (value > critical) {
            return Level.CRITICAL;
        }
        return value > warning ? Level.WARNING : Level.HEALTHY;
    }

    double threshold(Level level) {
        return level == Level.CRITICAL ? critical : warning;
    }

    java.time.Duration window(Level level) {
        return (level == Level.CRITICAL ? criticalFor : warningFor).toJavaDuration();
    }
}
