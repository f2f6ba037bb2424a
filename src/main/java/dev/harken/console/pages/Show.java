package dev.harken.console.pages;

import dev.harken.database.alerts.Signal;
import dev.harken.database.insight.Wording;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Numbers and times as the templates write them. Public for the template engine. */
public final class Show {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Clock clock;

    Show(Clock clock) {
        this.clock = clock;
    }

    public String bytes(long bytes) {
        return Wording.bytes(bytes);
    }

    public String millis(double millis) {
        return millis < 1000 ? Wording.decimal(millis) + " ms" : Wording.millis(Math.round(millis));
    }

    public String count(long count) {
        return Wording.count(count);
    }

    public String counted(long count, String noun) {
        return Wording.counted(count, noun);
    }

    public String percent(double percent) {
        return percent > 0 && percent < 0.01 ? "under 0.01 %" : Wording.percent(percent);
    }

    public String decimal(double number) {
        return Wording.decimal(number);
    }

    /** A signal's value with its unit. */
    public String value(Signal signal, double value) {
        return switch (signal.unit()) {
            case MILLISECONDS -> millis(value);
            case SECONDS -> Wording.millis(Math.round(1000 * value));
            default -> Wording.decimal(value) + signal.unit().suffix();
        };
    }

    /** {@code 2026-01-31 17:00:00}, in UTC, as the pages' foot says. */
    public String time(Instant at) {
        return TIME.format(at);
    }

    /** For the {@code datetime} attribute. */
    public String iso(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** {@code 3 min 20 s ago}, or {@code in 5 s}. */
    public String ago(Instant at) {
        Duration passed = Duration.between(at, clock.instant());
        return passed.isNegative()
                ? "in "
                        + Wording.millis(
                                passed.negated().truncatedTo(ChronoUnit.SECONDS).toMillis())
                : age(at) + " ago";
    }

    /** {@code 3 min 20 s}. */
    public String age(Instant since) {
        long millis = Duration.between(since, clock.instant()).toMillis();
        return Wording.millis(millis < 1000 ? millis : millis / 1000 * 1000);
    }
}
