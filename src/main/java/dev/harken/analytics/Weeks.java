package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.annotation.Nullable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * {@code /api/analytics/weeks}: what happened in each of the last weeks that are recorded, beside the week before it. All
 * configs together: the days are recorded by client.
 *
 * @param recordedUntil the latest day that is recorded; null when none is
 * @param weeks seven days each, the latest first; empty when none is recorded
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Weeks(@Nullable LocalDate recordedUntil, List<Week> weeks) {
    static final int DAYS = 7;

    public Weeks {
        weeks = List.copyOf(weeks);
    }

    /** The days that so many weeks are made of, and those of the week before them. */
    static Period days(LocalDate last, int weeks) {
        return Period.ending(last, (weeks + 1) * DAYS);
    }

    /** @param days those of {@link #days} on which something happened */
    static Weeks of(LocalDate last, int weeks, List<DayMetrics> days) {
        List<Week> all = new ArrayList<>();
        Period week = Period.ending(last, DAYS);
        for (int i = 0; i < weeks; i++) {
            all.add(Week.of(week, days));
            week = week.before();
        }
        return new Weeks(last, all);
    }

    /** Seven days, with what happened in them. */
    public record Week(
            LocalDate startDate, LocalDate endDate, Change matched, Change drafted, Change copied, Change reviewed) {
        private static Week of(Period week, List<DayMetrics> days) {
            return new Week(
                    week.first(),
                    week.last(),
                    change(week, days, DayMetrics::matched),
                    change(week, days, DayMetrics::drafted),
                    change(week, days, DayMetrics::copied),
                    change(week, days, DayMetrics::reviewed));
        }

        private static Change change(Period week, List<DayMetrics> days, ToLongFunction<DayMetrics> count) {
            return Change.of(new CountChange(sum(week.before(), days, count), sum(week, days, count)));
        }

        private static long sum(Period week, List<DayMetrics> days, ToLongFunction<DayMetrics> count) {
            return days.stream()
                    .filter(day ->
                            !day.day().isBefore(week.first()) && !day.day().isAfter(week.last()))
                    .mapToLong(count)
                    .sum();
        }
    }

    /**
     * A count, and what may be said of its change.
     *
     * @param growth 0.5 for half as much again; null when there was nothing before
     * @param lowest the lower end of the growth's 95 % interval, -1 at the lowest
     * @param highest the upper end; null when there was nothing before, so that there is none
     * @param verdict {@code more}, {@code fewer}, {@code unclear} when the interval holds no change, {@code too_few}
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Change(
            long before, long now, @Nullable Double growth, double lowest, @Nullable Double highest, String verdict) {
        static Change of(CountChange change) {
            double highest = change.highest();
            return new Change(
                    change.before(),
                    change.now(),
                    Counts.ratio(change.now() - change.before(), change.before()),
                    Counts.rounded(change.lowest()),
                    Double.isInfinite(highest) ? null : Counts.rounded(highest),
                    change.verdict().name().toLowerCase(Locale.ROOT));
        }
    }
}
