package dev.harken.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** A run of the bench, from the filling to the report. */
public final class Bench {
    /** Over the filled database; growth has services of its own. */
    private static final Set<Group> OVER_HTTP = EnumSet.of(Group.LIST, Group.POOL, Group.DEPTH, Group.ANALYTICS);

    private static final int WARM_UP_CALLERS = 8;
    private static final int WARM_UP_STEPS = 32;

    private static final int STARTS = 5;

    private Options options;
    private final Progress progress;
    private final List<Measurement> measurements = new ArrayList<>();
    private OptionalDouble startSeconds = OptionalDouble.empty();
    private OptionalDouble startWithoutArchiveSeconds = OptionalDouble.empty();
    private OptionalLong residentBytes = OptionalLong.empty();
    private OptionalDouble poolMeanPercent = OptionalDouble.empty();
    private OptionalDouble lazyPoolMeanPercent = OptionalDouble.empty();

    /**
     * A run.
     *
     * @param progress told what is being done
     */
    public Bench(Options options, PrintStream progress) {
        this.options = options;
        this.progress = new Progress(progress);
    }

    /**
     * Measures, writes the files of the report, and prints it.
     *
     * @throws BenchException if it cannot be measured
     */
    public void run(PrintWriter out) throws Exception {
        // Found out before, not after minutes of work.
        Files.createDirectories(options.out());
        Path directory = options.data().isPresent()
                ? Files.createDirectories(options.data().get())
                : Files.createTempDirectory("harken-bench");
        try {
            Report report = measure(directory);
            report.write(options.out());
            out.print(report.text());
            out.flush();
            progress.say("written to %s", options.out());
        } finally {
            if (options.data().isEmpty()) {
                delete(directory);
            }
        }
    }

    private Report measure(Path directory) throws Exception {
        progress.say("filling: %s", options.size());
        try (Stage all = Stage.open(directory.resolve("all"), options.serverSettings(), options.size(), progress);
                Load load = new Load()) {
            Alternation alternation = new Alternation(load, options.measured(), progress);
            Machine machine;
            try (Connection connection = all.connect()) {
                machine = Machine.describe(connection, options.size(), options.javaOptions());
            }
            if (options.groups().stream().anyMatch(OVER_HTTP::contains)) {
                starts(all, directory);
                overHttp(all, directory, alternation);
            }
            if (options.groups().contains(Group.GROWTH)) {
                growth(all, directory, alternation);
            }
            // No service runs any more: it would have to wait for the tables whose indexes are dropped.
            if (options.groups().contains(Group.INDEXES)) {
                measurements.addAll(IndexGain.measure(all, options.size(), alternation));
            }
            if (options.groups().contains(Group.INGESTION)) {
                measurements.addAll(Ingestion.measure(all, options.size(), alternation));
            }
            return new Report(
                    machine,
                    new Results(
                            measurements,
                            startSeconds,
                            startWithoutArchiveSeconds,
                            residentBytes,
                            poolMeanPercent,
                            lazyPoolMeanPercent),
                    options.groups());
        }
    }

    private void overHttp(Stage all, Path directory, Alternation alternation) throws Exception {
        try (Service service = start(all, directory)) {
            Scene scene = new Scene(all, service, options.size(), alternation);
            progress.say("warming up");
            alternation.warmUp(warmUps(service.api()), WARM_UP_STEPS);
            if (options.groups().contains(Group.LIST)) {
                measurements.addAll(ListReading.measure(scene));
            }
            if (options.groups().contains(Group.POOL)) {
                List<PoolUse.Result> pools = PoolUse.measure(scene);
                pools.forEach(pool -> measurements.add(pool.measurement()));
                poolMeanPercent = OptionalDouble.of(pools.get(0).meanPercent());
                lazyPoolMeanPercent = OptionalDouble.of(pools.get(1).meanPercent());
            }
            if (options.groups().contains(Group.DEPTH)) {
                measurements.addAll(PageDepth.measure(scene));
            }
            if (options.groups().contains(Group.ANALYTICS)) {
                measurements.addAll(AnalyticsReading.measure(scene));
            }
            residentBytes = OptionalLong.of(ProcessTimes.peakResidentBytes(service.pid()));
        }
    }

    /** The list in the ways that are measured, that from the database as often as the two others. */
    private List<Work> warmUps(Api api) {
        Rotation clients = new Rotation(options.size());
        Work uncached =
                new Calling(ListRequest.reading(api, clients, ListReading.PAGE, ListRequest.NO_CACHE, WARM_UP_CALLERS));
        Work cached = new Calling(ListRequest.reading(api, clients, ListReading.PAGE, Map.of(), WARM_UP_CALLERS));
        Work unchanged = new Calling(ListRequest.revalidating(api, clients, ListReading.PAGE, WARM_UP_CALLERS));
        return List.of(uncached, cached, uncached, unchanged);
    }

    /**
     * Rehearses a start, as a rollout does for each release, which leaves an archive of classes, then starts Harken with
     * it and without, in turn. Where there can be none, with directories on the class path, only without.
     */
    private void starts(Stage all, Path directory) throws Exception {
        List<String> without = options.javaOptions();
        List<String> with = without;
        if (ClassArchive.isPossible()) {
            ClassArchive archive = new ClassArchive(directory.resolve("harken.jsa"));
            Files.deleteIfExists(archive.file());
            progress.say("rehearsing a start");
            Service.rehearse(all, directory, options.withJavaOptions(archive.writing(without)));
            with = archive.reading(without);
        }
        List<Double> secondsWith = new ArrayList<>();
        List<Double> secondsWithout = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            secondsWith.add(secondsOfAStart(all, directory, with));
            if (ClassArchive.isPossible()) {
                secondsWithout.add(secondsOfAStart(all, directory, without));
            }
        }
        startSeconds = Median.of(secondsWith.stream().mapToDouble(Double::doubleValue));
        startWithoutArchiveSeconds = Median.of(secondsWithout.stream().mapToDouble(Double::doubleValue));
        options = options.withJavaOptions(with);
    }

    private double secondsOfAStart(Stage all, Path directory, List<String> javaOptions) throws Exception {
        try (Service service = start(all, directory, javaOptions)) {
            return service.startToReady().toMillis() / 1000.0;
        }
    }

    private void growth(Stage all, Path directory, Alternation alternation) throws Exception {
        Size tenth = options.size().tenth();
        progress.say("filling another: %s", tenth);
        try (Stage small = Stage.open(directory.resolve("tenth"), options.serverSettings(), tenth, progress);
                Service ofSmall = start(small, directory);
                Service ofAll = start(all, directory)) {
            measurements.addAll(Growth.measure(
                    new Scene(small, ofSmall, tenth, alternation), new Scene(all, ofAll, options.size(), alternation)));
        }
    }

    private Service start(Stage stage, Path directory) throws Exception {
        return start(stage, directory, options.javaOptions());
    }

    private Service start(Stage stage, Path directory, List<String> javaOptions) throws Exception {
        progress.say("starting Harken");
        return Service.start(
                stage, Files.createTempDirectory(directory, "service"), options.withJavaOptions(javaOptions));
    }

    static void delete(Path directory) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> paths = Files.walk(directory)) {
            deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
