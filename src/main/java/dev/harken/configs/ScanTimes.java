package dev.harken.configs;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Set;

/**
 * When a config is scanned, in UTC.
 *
 * @param interval the pause between two scans, a minute at least
 * @param startHour the first hour of the day, 0 to 23
 * @param endHour the last hour of the day, 0 to 23, itself included; before the start hour, the time runs over midnight
 * @param days the days on which the time begins
 */
public record ScanTimes(Duration interval, int startHour, int endHour, Set<DayOfWeek> days) {
    private static final int DAYS_AHEAD = 8;

    public ScanTimes {
        days = Set.copyOf(days);
    }

    /** Reads the stored form: minutes, hours, and days as {@code 1,2,3} with 1 for Monday. */
    static ScanTimes of(int intervalMinutes, int startHour, int endHour, String days) {
        Set<DayOfWeek> read = EnumSet.noneOf(DayOfWeek.class);
        for (String day : days.split(",", -1)) {
            String digit = day.strip();
            if (digit.matches("[1-7]")) {
                read.add(DayOfWeek.of(Integer.parseInt(digit)));
            }
        }
        return new ScanTimes(
                Duration.ofMinutes(Math.max(1, intervalMinutes)),
                Math.floorMod(startHour, 24),
                Math.floorMod(endHour, 24),
                read.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : read);
    }

    /** True when the moment lies within the hours of a wanted day. */
    public boolean includes(Instant moment) {
        ZonedDateTime time = moment.atZone(ZoneOffset.UTC);
        int hour = time.getHour();
        if (startHour <= endHour) {
            return hour >= startHour && hour <= endHour && days.contains(time.getDayOfWeek());
        }
        // Over midnight: the small hours belong to the day before.
        return (hour >= startHour && days.contains(time.getDayOfWeek()))
                || (hour <= endHour && days.contains(time.getDayOfWeek().minus(1)));
    }

    /** The next moment to scan after one that ended now: an interval later, or when the hours begin again. */
    public Instant nextAfter(Instant now) {
        Instant next = now.plus(interval);
        if (includes(next)) {
            return next;
        }
        Instant hour = next.truncatedTo(ChronoUnit.HOURS);
        Instant last = next.plus(Duration.ofDays(DAYS_AHEAD));
        while (hour.isBefore(last)) {
            hour = hour.plus(1, ChronoUnit.HOURS);
            if (includes(hour)) {
                return hour;
            }
        }
        throw new IllegalStateException("a week holds every hour of every day");
    }
}
