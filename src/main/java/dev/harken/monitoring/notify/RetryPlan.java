package dev.harken.monitoring.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When a delivery that failed is tried again: after pauses that grow, up to a tenth longer, so that many do not meet. */
final class RetryPlan {
    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(6),
            Duration.ofHours(12));

    /** A receiver that asks for more does not get it. */
    private static final Duration LONGEST = PAUSES.get(PAUSES.size() - 1);

    /** A channel that fails is left alone for so long at most, unless it asks for more. */
    private static final Duration LONGEST_HOLD = Duration.ofMinutes(5);

    private static final double JITTER = 0.1;

    private final RandomGenerator random;

    RetryPlan(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The time of the next attempt.
     *
     * @param failed the attempts that failed, at least 1
     * @param asked how long the receiver asks to be left alone
     * @param until the end of all attempts
     * @return empty when that would be after the end
     */
    Optional<Instant> next(int failed, Optional<Duration> asked, Instant now, Instant until) {
        Duration pause = pause(failed, asked);
        Instant next = now.plus(pause).plusMillis((long) (pause.toMillis() * JITTER * random.nextDouble()));
        return next.isAfter(until) ? Optional.empty() : Optional.of(next);
    }

    /** The pause without its random part. */
    private static Duration pause(int failed, Optional<Duration> asked) {
        return longer(planned(failed), asked);
    }

    /**
     * How long a channel is left alone: as long as planned, up to 5 minutes, or as long as it asks for, up to 12 hours,
     * whichever is longer.
     *
     * @param failed the attempts that failed since the last that did not, at least 1
     */
    static Duration hold(int failed, Optional<Duration> asked) {
        return longer(shorter(planned(failed), LONGEST_HOLD), asked);
    }

    private static Duration planned(int failed) {
        return PAUSES.get(Math.min(failed, PAUSES.size()) - 1);
    }

    private static Duration longer(Duration planned, Optional<Duration> asked) {
        return asked.map(pause -> shorter(pause, LONGEST))
                .filter(pause -> pause.compareTo(planned) > 0)
                .orElse(planned);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
