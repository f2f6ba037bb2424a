package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.harken.analytics.AnalyticsDao.Source;
import dev.harken.database.Tenant;
import dev.harken.http.Dated;
import jakarta.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a client's posts and drafts came to. Days are UTC's. Never call it inside a transaction. Thread-safe.
 */
public final class Analytics {
    private static final LocalDate BEGINNING = LocalDate.of(2000, 1, 1);
    private static final int WEEK = 7;
    private static final int MONTH = 30;

    private final AnalyticsDao sums;
    private final DailyMetricsDao metrics;
    private final AggregateAges ages;
    private final Duration oldest;

    /**
     * @param oldest how old the views may be to be answered from
     */
    Analytics(AnalyticsDao sums, DailyMetricsDao metrics, AggregateAges ages, Duration oldest) {
        this.sums = sums;
        this.metrics = metrics;
        this.ages = ages;
        this.oldest = oldest;
    }

    /** Today, the last week and month, and all there is. */
    Summary summary(Tenant tenant) {
        Reading reading = begin();
        LocalDate today = LocalDate.ofInstant(reading.now(), ZoneOffset.UTC);
        SortedMap<LocalDate, Sums> days = sums.days(all(tenant), new Period(BEGINNING, today), reading.source());
        return new Summary(
                reading.asOf(),
                Counts.of(sum(days.tailMap(today))),
                Counts.of(sum(days.tailMap(Period.ending(today, WEEK).first()))),
                Counts.of(sum(days.tailMap(Period.ending(today, MONTH).first()))),
                Counts.of(sum(days)));
    }

    /**
     * A period day by day, and what stood out in it.
     *
     * @param top how many keywords and subreddits, at most
     */
    public Dashboard dashboard(Scope scope, Period period, int top) {
        Reading reading = begin(scope);
        SortedMap<LocalDate, Sums> days = sums.days(scope, period, reading.source());
        return new Dashboard(
                reading.asOf(),
                period.first(),
                period.last(),
                Counts.of(sum(days)),
                DayCounts.of(period, days),
                sums.events(scope, period, reading.source()),
                sums.keywords(scope, period, reading.source(), top).stream()
                        .map(Ranked::asKeyword)
                        .toList(),
                sums.subreddits(scope, period, reading.source(), top).stream()
                        .map(Ranked::asSubreddit)
                        .toList());
    }

    /** The last days beside as many before them. */
    Trends trends(Tenant tenant, int length) {
        Reading reading = begin();
        Period current = Period.ending(LocalDate.ofInstant(reading.now(), ZoneOffset.UTC), length);
        Period previous = current.before();
        SortedMap<LocalDate, Sums> days =
                sums.days(all(tenant), new Period(previous.first(), current.last()), reading.source());
        Sums now = sum(days.tailMap(current.first()));
        Sums before = sum(days.headMap(current.first()));
        return new Trends(
                reading.asOf(),
                length,
                Counts.of(now),
                Counts.of(before),
                Change.between(before, now),
                DayCounts.of(current, days));
    }

    /**
     * What happened on each day of a period, whatever became of it later.
     */
    Daily daily(Tenant tenant, Period period) {
        Optional<LocalDate> recordedUntil = metrics.recordedUntil(tenant);
        Map<LocalDate, DayMetrics> recorded =
                metrics.days(tenant, period).stream().collect(Collectors.toMap(DayMetrics::day, Function.identity()));
        LocalDate last = recordedUntil
                .map(day -> day.isBefore(period.last()) ? day : period.last())
                .filter(day -> !day.isBefore(period.first()))
                .orElse(period.first().minusDays(1));
        List<DayMetrics> days = period.first()
                .datesUntil(last.plusDays(1))
                .map(day -> recorded.getOrDefault(day, DayMetrics.nothing(day)))
                .toList();
        return new Daily(recordedUntil.orElse(null), days);
    }

    /** The keywords with the most posts, at most so many. */
    public Dated<List<Ranked>> keywords(Scope scope, Period period, int most) {
        Reading reading = begin(scope);
        return new Dated<>(reading.asOf(), sums.keywords(scope, period, reading.source(), most));
    }

    /** The subreddits with the most posts, at most so many. */
    public Dated<List<Ranked>> subreddits(Scope scope, Period period, int most) {
        Reading reading = begin(scope);
        return new Dated<>(reading.asOf(), sums.subreddits(scope, period, reading.source(), most));
    }

    /** At which hours of the week posts were matched. */
    public Hours hours(Scope scope, Period period) {
        return Hours.of(period, sums.hours(scope, period));
    }

    /** How long it took from a post to the copy of a draft. */
    public CopyTimes copyTimes(Scope scope, Period period) {
        return sums.copyTimes(scope, period);
    }

    /** The last weeks that are recorded, each beside the one before it. */
    public Weeks weeks(Tenant tenant, int weeks) {
        return metrics.recordedUntil(tenant)
                .map(last -> Weeks.of(last, weeks, metrics.days(tenant, Weeks.days(last, weeks))))
                .orElseGet(() -> new Weeks(null, List.of()));
    }

    private static Scope all(Tenant tenant) {
        return new Scope(tenant, Scope.EVERY_CONFIG);
    }

    /** One config is read from the rows, which are true as of now. */
    private Reading begin(Scope scope) {
        Reading reading = begin();
        return scope.isOneConfig() ? new Reading(Source.ROWS, reading.now(), reading.now()) : reading;
    }

    private Reading begin() {
        AggregateAges.Age age = ages.oldest();
        return age.duration().compareTo(oldest) <= 0
                ? new Reading(Source.VIEWS, age.now(), age.asOf())
                : new Reading(Source.ROWS, age.now(), age.now());
    }

    private static Sums sum(SortedMap<LocalDate, Sums> days) {
        return days.values().stream().reduce(Sums.NONE, Sums::plus);
    }

    private record Reading(Source source, Instant now, Instant asOf) {}

    /** {@code /api/analytics/summary}. */
    record Summary(
            Instant asOf,
            Counts today,
            @JsonProperty("last_7_days") Counts lastWeek,
            @JsonProperty("last_30_days") Counts lastMonth,
            Counts total) {}

    /** {@code /api/analytics/dashboard}. */
    public record Dashboard(
            Instant asOf,
            LocalDate startDate,
            LocalDate endDate,
            Counts totals,
            List<DayCounts> daily,
            SortedMap<String, Long> events,
            List<Ranked.Keyword> keywords,
            List<Ranked.Subreddit> subreddits) {
        public Dashboard {
            daily = List.copyOf(daily);
            events = Collections.unmodifiableSortedMap(events);
            keywords = List.copyOf(keywords);
            subreddits = List.copyOf(subreddits);
        }
    }

    /**
     * {@code /api/analytics/daily}.
     *
     * @param recordedUntil the latest day that is recorded; null when none is
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Daily(@Nullable LocalDate recordedUntil, List<DayMetrics> days) {}

    /** {@code /api/analytics/trends}. */
    record Trends(Instant asOf, int days, Counts current, Counts previous, Change change, List<DayCounts> daily) {}

    /** By how much a count grew, 0.5 for half as much again; null when there was nothing before. */
    record Change(
            @Nullable Double posts, @Nullable Double drafted, @Nullable Double copied, @Nullable Double responses) {
        static Change between(Sums before, Sums now) {
            return new Change(
                    growth(before.posts(), now.posts()),
                    growth(before.drafted(), now.drafted()),
                    growth(before.copied(), now.copied()),
                    growth(before.responses(), now.responses()));
        }

        private static Double growth(long before, long now) {
            return Counts.ratio(now - before, before);
        }
    }
}
