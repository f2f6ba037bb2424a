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
    static final Duration LONGEST = PAUSES.get(PAUSES.size() - 1);

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

    /** The pause after so many failed attempts, without its random part. */
    static Duration pause(int failed, Optional<Duration> asked) {
        Duration planned = PAUSES.get(Math.min(failed, PAUSES.size()) - 1);
        return asked.filter(longer -> longer.compareTo(planned) > 0)
                .map(longer -> longer.compareTo(LONGEST) > 0 ? LONGEST : longer)
                .orElse(planned);
    }
}
