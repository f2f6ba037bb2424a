package dev.harken.monitoring.reddit;

import java.time.Instant;

/**
 * What is left of a rate budget.
 *
 * @param remaining calls until the reset; may be a fraction
 * @param resetsAt when the budget is full again; what remains is unknown from then on
 * @param silentUntil until when no call may be made whatever remains, as a 429 asked
 */
public record Budget(double remaining, Instant resetsAt, Instant silentUntil) {
    /** Of a credential that has made no call. */
    public static final Budget UNKNOWN = new Budget(0, Instant.EPOCH, Instant.EPOCH);

    /** When a call may be made: at once, or later than that. */
    Instant nextCall(Instant now) {
        if (now.isBefore(silentUntil)) {
            return silentUntil;
        }
        return isKnown(now) && remaining < 1 ? resetsAt : now;
    }

    /** After a call. */
    Budget spend(Instant now) {
        return isKnown(now) ? new Budget(remaining - 1, resetsAt, silentUntil) : this;
    }

    /** Whether the numbers still count. */
    boolean isKnown(Instant now) {
        return now.isBefore(resetsAt);
    }
}
