package dev.harken.bench;

import dev.harken.database.insight.ManagedIndexes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** What Harken promises, as ratios within one run. */
final class Targets {
    private static final int SEVERAL = 8;

    private Targets() {}

    /** Those that belong to the groups. */
    static List<Target> of(Results results, Set<Group> groups) {
        List<Target> targets = new ArrayList<>();
        for (Group group : EnumSet.copyOf(groups)) {
            targets.addAll(
                    switch (group) {
                        case LIST -> list(results);
                        case POOL ->
                            List.of(
                                    Target.atMost(
                                            "the pool's use at " + PoolUse.CALLERS + " callers, mean",
                                            "%",
                                            results.poolMeanPercent(),
                                            50),
                                    Target.told(
                                            "the use of one as large by lazy loading, mean",
                                            "%",
                                            results.lazyPoolMeanPercent()));
                        case DEPTH ->
                            List.of(Target.atMost(
                                    "time of the page far down, by that of the first",
                                    "times",
                                    results.timesAsFast(Group.DEPTH, PageDepth.FIRST, PageDepth.DEEP, 1),
                                    1.2));
                        case ANALYTICS ->
                            List.of(
                                    Target.told(
                                            "a client's dashboard from the views, by that from the rows",
                                            "times",
                                            results.timesAsFast(
                                                    Group.ANALYTICS, AnalyticsReading.VIEWS, AnalyticsReading.ROWS, 1)),
                                    Target.told(
                                            "all clients' dashboard from the views, by that from the rows",
                                            "times",
                                            results.timesAsFast(
                                                    Group.ANALYTICS,
                                                    AnalyticsReading.ALL_VIEWS,
                                                    AnalyticsReading.ALL_ROWS,
                                                    1)));
                        case GROWTH ->
                            List.of(Target.atMost(
                                    "time of the list over ten times the posts",
                                    "times",
                                    results.timesAsFast(Group.GROWTH, Growth.TENTH, Growth.ALL, 1),
                                    1.1));
                        case INDEXES -> indexes(results);
                        case INGESTION -> ingestion(results);
                    });
        }
        if (results.startSeconds().isPresent()) {
            targets.add(Target.atMost("start to ready, median of five", "s", results.startSeconds(), 4));
            targets.add(Target.told(
                    "start to ready, with no archive of classes", "s", results.startWithoutArchiveSeconds()));
            targets.add(Target.atMost(
                    "Harken's resident memory, peak", "MB", Numbers.megabytes(results.residentBytes()), 350));
        }
        return targets;
    }

    private static List<Target> list(Results results) {
        return List.of(
                Target.atLeast(
                        "uncached list at 8 callers, by pgbench with the same SQL",
                        "times",
                        results.timesAsFast(Group.LIST, ListReading.UNCACHED, ListReading.PGBENCH, SEVERAL),
                        0.5),
                Target.told(
                        "uncached list at 8 callers, by the same SQL over bare JDBC",
                        "times",
                        results.timesAsFast(Group.LIST, ListReading.UNCACHED, ListReading.LIMIT, SEVERAL)),
                Target.told(
                        "uncached list at 8 callers, by lazy loading over HTTP",
                        "times",
                        results.timesAsFast(Group.LIST, ListReading.UNCACHED, ListReading.LAZY_HTTP, SEVERAL)),
                Target.atMost(
                        "uncached list at 8 callers, p95",
                        "ms",
                        results.find(Group.LIST, ListReading.UNCACHED, SEVERAL)
                                .map(measurement -> measurement.millis(95))
                                .orElse(OptionalDouble.empty()),
                        100),
                Target.atLeast(
                        "cached list at 8 callers, by the uncached",
                        "times",
                        results.timesAsFast(Group.LIST, ListReading.CACHED, ListReading.UNCACHED, SEVERAL),
                        4),
                Target.atLeast(
                        "304 at 8 callers, by the uncached list",
                        "times",
                        results.timesAsFast(Group.LIST, ListReading.UNCHANGED, ListReading.UNCACHED, SEVERAL),
                        20));
    }

    private static List<Target> indexes(Results results) {
        List<Target> targets = new ArrayList<>();
        for (ManagedIndexes.Definition index : ManagedIndexes.DEFINITIONS) {
            targets.add(Target.atLeast(
                    index.index() + ", by the same without any index",
                    "times",
                    results.timesAsFast(Group.INDEXES, IndexGain.with(index), IndexGain.withoutAny(index), 1),
                    10));
            targets.add(Target.told(
                    index.index() + ", by the same without this one",
                    "times",
                    results.timesAsFast(Group.INDEXES, IndexGain.with(index), IndexGain.without(index), 1)));
        }
        return targets;
    }

    private static List<Target> ingestion(Results results) {
        List<Target> targets = new ArrayList<>();
        for (Ingestion.Kind kind : Ingestion.Kind.values()) {
            OptionalDouble times = results.timesAsFast(Group.INGESTION, kind.with(), kind.without(), 1);
            targets.add(Target.told(
                    "the nine indexes' cost when storing " + kind.described(),
                    "%",
                    times.isPresent() ? OptionalDouble.of(100 * (1 - times.getAsDouble())) : times));
        }
        return targets;
    }
}
