package dev.harken.monitoring.reddit;

import java.time.Instant;

/**
 * What is left of a rate budget.
 *
 * @param remaining calls until the reset; may be a fraction
 * @param reset when the budget is full again; what remains is unknown from then on
 * @param silentUntil until when no call may be made whatever remains, as a 429 asked
 */
public record Budget(double remaining, Instant reset, Instant silentUntil) {
    /** Of a credential that has made no call. */
    public static final Budget UNKNOWN = new Budget(0, Instant.EPOCH, Instant.EPOCH);
}
