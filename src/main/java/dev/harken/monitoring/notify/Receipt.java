package dev.harken.monitoring.notify;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What came of an attempt.
 *
 * @param status the receiver's HTTP status, if it gave one
 * @param error why it was not taken; empty when it was
 * @param retryAfter how long the receiver asks to be left alone
 */
record Receipt(OptionalInt status, Optional<String> error, Optional<Duration> retryAfter) {
    static Receipt taken() {
        return new Receipt(OptionalInt.empty(), Optional.empty(), Optional.empty());
    }

    static Receipt failed(String why) {
        return new Receipt(OptionalInt.empty(), Optional.of(why), Optional.empty());
    }

    /** Any status of the class 200 is taken for received. */
    static Receipt answered(int status, Optional<Duration> retryAfter) {
        boolean taken = status / 100 == 2;
        return new Receipt(
                OptionalInt.of(status),
                taken ? Optional.empty() : Optional.of("answered with status " + status),
                retryAfter);
    }

    boolean isTaken() {
        return error.isEmpty();
    }
}
