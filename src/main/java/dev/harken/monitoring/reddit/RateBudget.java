package dev.harken.monitoring.reddit;

import dev.harken.monitoring.reddit.SourceException.Kind;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How many calls one of Reddit's servers still allows this process, as its {@code x-ratelimit-*} headers say. It never
 * waits: a call that may not be made now is refused with the time to come back. Thread-safe.
 */
final class RateBudget {
    /** A 429 that says nothing else. Reddit's windows are ten minutes, its bursts are counted by the minute. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** A wait longer than this is taken for a mistake, so that none silences the process for days. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** Answers of one window compute its end a little differently. */
    private static final Duration SAME_WINDOW = Duration.ofSeconds(5);

    private final Clock clock;
    private double remaining = Double.POSITIVE_INFINITY;
    private Instant reset = Instant.MIN;
    private Instant silentUntil = Instant.MIN;

    RateBudget(Clock clock) {
        this.clock = clock;
    }

    /** Takes one call off the budget. */
    synchronized void take() throws SourceException {
        Instant now = clock.instant();
        if (now.isBefore(silentUntil)) {
            throw spent(Duration.between(now, silentUntil));
        }
        if (now.isBefore(reset)) {
            if (remaining < 1) {
                throw spent(Duration.between(now, reset));
            }
            remaining -= 1;
        }
    }

    /** Learns from an answer's headers, and says how long to be silent when it is a 429. */
    synchronized Optional<SourceException> learn(Answer answer) {
        Instant now = clock.instant();
        Optional<Double> left = number(answer, "x-ratelimit-remaining");
        Optional<Duration> window = number(answer, "x-ratelimit-reset").map(RateBudget::pause);
        if (left.isPresent() && window.isPresent()) {
            Instant end = now.plus(window.get());
            boolean sameWindow =
                    now.isBefore(reset) && Duration.between(reset, end).abs().compareTo(SAME_WINDOW) <= 0;
            // Calls under way at the same time answer in any order: the smaller number is the later one.
            remaining = sameWindow ? Math.min(remaining, left.get()) : left.get();
            reset = end;
        }
        if (answer.status() != 429) {
            return Optional.empty();
        }
        Duration pause = retryAfter(answer, now).or(() -> window).orElse(PAUSE);
        silentUntil = now.plus(pause);
        return Optional.of(spent(pause));
    }

    /** Calls left in this window; infinite while unknown. */
    synchronized double remaining() {
        return clock.instant().isBefore(reset) ? remaining : Double.POSITIVE_INFINITY;
    }

    /** What {@code Retry-After} asks for: seconds, or a date. */
    static Optional<Duration> retryAfter(Answer answer, Instant now) {
        Optional<Duration> seconds = number(answer, "retry-after").map(RateBudget::pause);
        if (seconds.isPresent()) {
            return seconds;
        }
        return answer.header("retry-after").flatMap(text -> {
            try {
                Instant date = ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                return Optional.of(pause((double) Duration.between(now, date).toSeconds()));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    private static SourceException spent(Duration pause) {
        long seconds = pause.plusMillis(999).toSeconds();
        return new SourceException(
                Kind.THROTTLED,
                "Reddit allows no further call for " + seconds + " s; the next scan tries again",
                pause);
    }

    private static Optional<Double> number(Answer answer, String header) {
        return answer.header(header).flatMap(text -> {
            try {
                double number = Double.parseDouble(text.strip());
                return Double.isFinite(number) && number >= 0 ? Optional.of(number) : Optional.empty();
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        });
    }

    private static Duration pause(double seconds) {
        double bounded = Math.min(Math.max(seconds, 0), (double) LONGEST_PAUSE.toSeconds());
        return Duration.ofMillis(Math.round(bounded * 1000));
    }
}
