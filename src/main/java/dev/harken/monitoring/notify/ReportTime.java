package dev.harken.monitoring.notify;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/**
 * When the report of a week is due. Where the clocks are put forward over its hour, it is due when they are; where they
 * are put back over it, at the first of the two.
 *
 * @param hour 0 to 23, by the zone's clocks
 */
record ReportTime(DayOfWeek weekday, int hour, ZoneId zone) {
    /** The first moment after one. */
    Instant nextAfter(Instant now) {
        LocalDate day = LocalDate.ofInstant(now, zone).with(TemporalAdjusters.nextOrSame(weekday));
        Instant moment = on(day);
        return moment.isAfter(now) ? moment : on(day.plusWeeks(1));
    }

    /** The last moment that was, this one included. */
    Instant lastUntil(Instant now) {
        LocalDate day = LocalDate.ofInstant(now, zone).with(TemporalAdjusters.previousOrSame(weekday));
        Instant moment = on(day);
        return moment.isAfter(now) ? on(day.minusWeeks(1)) : moment;
    }

    private Instant on(LocalDate day) {
        return day.atTime(hour, 0).atZone(zone).toInstant();
    }

    /** The week of a moment by the zone's calendar, as ISO 8601 writes it: 2026-W53. */
    String week(Instant moment) {
        LocalDate day = LocalDate.ofInstant(moment, zone);
        return String.format(
                Locale.ROOT,
                "%d-W%02d",
                day.get(IsoFields.WEEK_BASED_YEAR),
                day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    }
}
