package dev.harken.analytics;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Some days of UTC, the first and the last included. */
public record Period(LocalDate first, LocalDate last) {
    public Period {
        if (last.isBefore(first)) {
            throw new IllegalArgumentException("the last day " + last + " is before the first, " + first);
        }
    }

    /** So many days that end with this one. */
    public static Period ending(LocalDate last, int days) {
        return new Period(last.minusDays(days - 1L), last);
    }

    /** How many. */
    public long days() {
        return ChronoUnit.DAYS.between(first, last) + 1;
    }

    /** As many days before this period. */
    Period before() {
        return new Period(first.minusDays(days()), first.minusDays(1));
    }

    Instant from() {
        return first.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The end, excluded. */
    Instant until() {
        return last.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
