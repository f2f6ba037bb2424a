package dev.harken.database.alerts;

/**
 * A signal's value at a moment, or why there is none. A value is never made up.
 *
 * @param value in the signal's unit; not a number when it is missing
 * @param reason why it is missing; empty when it is not
 */
public record Reading(double value, String reason) {
    /** Whatever is not a number is missing. */
    public Reading {
        if (reason.isEmpty() && !Double.isFinite(value)) {
            reason = "what was measured is not a number";
        }
    }

    public static Reading of(double value) {
        return new Reading(value, "");
    }

    public static Reading missing(String reason) {
        return new Reading(Double.NaN, reason);
    }

    public boolean isMeasured() {
        return reason.isEmpty();
    }
}
