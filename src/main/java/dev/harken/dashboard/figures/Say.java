package dev.harken.dashboard.figures;

import dev.harken.analytics.CopyTimes;
import dev.harken.analytics.Counts;
import dev.harken.analytics.Ranked;
import dev.harken.analytics.Weeks;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers as people read them. Public for the template engine. */
public final class Say {
    private static final String NONE = "–";
    private static final char SPACE = '\u00a0';
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH);
    private static final long MINUTE = 60;
    private static final long HOUR = 3_600;
    private static final long DAY_SECONDS = 86_400;
    private static final double PERCENT = 100;

    /** A count, with its thousands apart. */
    public String count(long count) {
        return String.format(Locale.ENGLISH, "%,d", count);
    }

    public String day(LocalDate day) {
        return DAY.format(day);
    }

    /** The beginning of a day of UTC, in seconds since 1970. */
    public long seconds(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    }

    /** A share of 0 to 1. */
    public String percent(double share) {
        return Math.round(share * PERCENT) + "" + SPACE + "%";
    }

    /** Two ends of shares. */
    public String range(double low, double high) {
        return Math.round(low * PERCENT) + NONE + percent(high);
    }

    /** The copy rate, if there is one. */
    public String rate(Ranked of) {
        return of.copyRate() == null ? NONE : percent(of.copyRate());
    }

    /** The range of the copy rate, if there is one. */
    public String rateRange(Ranked of) {
        return of.copyRate() == null ? NONE : range(of.copyRateLow(), of.copyRateHigh());
    }

    /** The mean score, if there is one. */
    public String score(Ranked of) {
        return score(of.averageScore());
    }

    /** The mean score, if there is one. */
    public String score(Counts of) {
        return score(of.averageScore());
    }

    private static String score(Double mean) {
        return mean == null ? NONE : String.format(Locale.ENGLISH, "%.1f", mean);
    }

    /** A time in its two largest units. */
    public String time(long seconds) {
        if (seconds < MINUTE) {
            return unit(seconds, "s");
        }
        if (seconds < HOUR) {
            return unit(Math.round((double) seconds / MINUTE), "min");
        }
        if (seconds < DAY_SECONDS) {
            return units(seconds, HOUR, "h", MINUTE, "min");
        }
        return units(seconds, DAY_SECONDS, "d", HOUR, "h");
    }

    private static String units(long seconds, long large, String largeName, long small, String smallName) {
        long rest = seconds % large / small;
        return unit(seconds / large, largeName) + (rest == 0 ? "" : " " + unit(rest, smallName));
    }

    private static String unit(long number, String name) {
        return number + "" + SPACE + name;
    }

    /** A class of times. */
    public String within(CopyTimes.Within within) {
        if (within.until() == null) {
            return time(within.from()) + " or more";
        }
        return within.from() == 0
                ? "under " + time(within.until())
                : time(within.from()) + " to " + time(within.until());
    }

    /** What is known of a change from one week to the next. */
    public String verdict(Weeks.Change change) {
        return switch (change.verdict()) {
            case "more" -> "more";
            case "fewer" -> "fewer";
            case "unclear" -> "no clear change";
            default -> "too few to say";
        };
    }

    /** The interval of a change. */
    public String range(Weeks.Change change) {
        if (change.before() + change.now() == 0) {
            return NONE;
        }
        String low = growth(change.lowest());
        return change.highest() == null ? low + " or more" : low + " to " + growth(change.highest());
    }

    private static String growth(double growth) {
        long percent = Math.round(growth * PERCENT);
        return (percent > 0 ? "+" : percent < 0 ? "−" : "±") + Math.abs(percent) + SPACE + "%";
    }
}
