package dev.harken.monitoring.reddit;

import dev.harken.monitoring.reddit.SourceException.Kind;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How many calls Reddit still allows one credential, as its {@code x-ratelimit-*} headers say. It never waits: a call
 * that may not be made now is refused with the time to come back. Thread-safe.
 */
final class RateBudget {
    /** A 429 that says nothing else. Reddit's windows are ten minutes, its bursts are counted by the minute. */
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** A wait longer than this is taken for a mistake, so that none silences the process for days. */
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** Answers of one window compute its end a little differently. */
    private static final Duration SAME_WINDOW = Duration.ofSeconds(5);

    private final BudgetKeeper keeper;
    private final Clock clock;
    /** As this process saw it last. */
    private volatile Budget seen = Budget.UNKNOWN;

    RateBudget(BudgetKeeper keeper, Clock clock) {
        this.keeper = keeper;
        this.clock = clock;
    }

    /** Takes one call off the budget. */
    void take() throws SourceException {
        Instant now = clock.instant();
        Budget before = change(budget -> budget.nextCall(now).isAfter(now) ? budget : budget.spend(now));
        Instant next = before.nextCall(now);
        if (next.isAfter(now)) {
            throw spent(Duration.between(now, next));
        }
    }

    /** Learns from an answer's headers, and says how long to be silent when it is a 429. */
    Optional<SourceException> learn(Answer answer) {
        Instant now = clock.instant();
        Optional<Double> left = number(answer, "x-ratelimit-remaining");
        Optional<Duration> window = number(answer, "x-ratelimit-reset").map(RateBudget::pause);
        Optional<Duration> silence = answer.status() == 429
                ? Optional.of(retryAfter(answer, now).or(() -> window).orElse(PAUSE))
                : Optional.empty();
        boolean told = left.isPresent() && window.isPresent();
        if (told || silence.isPresent()) {
            change(budget -> {
                Budget learnt = told ? learn(budget, left.get(), now, now.plus(window.get())) : budget;
                return silence.isEmpty()
                        ? learnt
                        : new Budget(learnt.remaining(), learnt.resetsAt(), now.plus(silence.get()));
            });
        }
        return silence.map(RateBudget::spent);
    }

    private static Budget learn(Budget budget, double left, Instant now, Instant end) {
        boolean sameWindow = budget.isKnown(now)
                && Duration.between(budget.resetsAt(), end).abs().compareTo(SAME_WINDOW) <= 0;
        // Calls under way at the same time answer in any order: the smaller number is the later one.
        return new Budget(sameWindow ? Math.min(budget.remaining(), left) : left, end, budget.silentUntil());
    }

    private Budget change(UnaryOperator<Budget> change) {
        Budget before = keeper.change(change);
        seen = change.apply(before);
        return before;
    }

    /** Calls left in this window, as this process knows; infinite while unknown. */
    double remaining() {
        Budget budget = seen;
        return budget.isKnown(clock.instant()) ? budget.remaining() : Double.POSITIVE_INFINITY;
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
