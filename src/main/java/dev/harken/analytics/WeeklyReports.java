package dev.harken.analytics;

import dev.harken.analytics.AnalyticsDao.Source;
import dev.harken.database.Tenant;
import dev.harken.database.TenantReads;
import java.time.LocalDate;
import java.util.List;
import java.util.function.ToLongFunction;

/** Reads what a weekly report tells. Never call it inside a transaction. Thread-safe. */
public final class WeeklyReports {
    private static final int WEEK = 7;
    private static final int TOP = 5;

    private final DailyMetricsDao metrics;
    private final AnalyticsDao sums;

    public WeeklyReports(TenantReads reads) {
        this.metrics = new DailyMetricsDao(reads);
        this.sums = new AnalyticsDao(reads);
    }

    /**
     * The report of the week that ends with a day.
     *
     * @param last a day that is recorded in the metrics
     */
    public WeeklyReport of(Tenant tenant, LocalDate last) {
        Scope scope = new Scope(tenant, Scope.EVERY_CONFIG);
        Period week = Period.ending(last, WEEK);
        Period before = week.before();
        List<DayMetrics> days = metrics.days(tenant, new Period(before.first(), week.last()));
        return new WeeklyReport(
                week.first(),
                week.last(),
                change(days, week, DayMetrics::matched),
                change(days, week, DayMetrics::drafted),
                change(days, week, DayMetrics::copied),
                change(days, week, DayMetrics::reviewed),
                top(sums.keywords(scope, week, Source.ROWS, TOP)),
                top(sums.subreddits(scope, week, Source.ROWS, TOP)));
    }

    private static CountChange change(List<DayMetrics> days, Period week, ToLongFunction<DayMetrics> count) {
        long before = 0;
        long now = 0;
        for (DayMetrics day : days) {
            if (day.day().isBefore(week.first())) {
                before += count.applyAsLong(day);
            } else {
                now += count.applyAsLong(day);
            }
        }
        return new CountChange(before, now);
    }

    private static List<WeeklyReport.Top> top(List<Ranked> ranked) {
        return ranked.stream()
                .map(one -> new WeeklyReport.Top(one.name(), one.posts()))
                .toList();
    }
}
