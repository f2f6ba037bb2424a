package dev.harken.database.alerts;

import dev.harken.database.Level;
import dev.harken.database.alerts.Samples.Sample;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals of this process: the last hour of each, its level, and the alerts that fired. All in bounded memory.
 * Thread-safe.
 */
public final class SignalBoard {
    private static final Logger LOG = LoggerFactory.getLogger(SignalBoard.class);
    private static final int REMEMBERED = 100;

    private final String process;
    private final Map<Signal, Supplier<Reading>> sources;
    private final Clock clock;
    private final Consumer<Alert> changes;
    private final Map<Signal, AlertRule> rules;
    private final Map<Signal, Track> tracks = new EnumMap<>(Signal.class);
    private final Deque<Alert> ended = new ArrayDeque<>();
    private final Set<Signal> failing = ConcurrentHashMap.newKeySet();

    /**
     * A board without samples.
     *
     * @param process the name of this process, for its alerts
     * @param changes is told each alert that fires, changes its level or is resolved, while the board is locked: it
     *     must not take long
     */
    public SignalBoard(
            String process,
            Map<Signal, Supplier<Reading>> sources,
            AlertsFactory settings,
            Clock clock,
            Consumer<Alert> changes) {
        this.process = process;
        this.sources = Map.copyOf(sources);
        this.rules = settings.rules();
        this.clock = clock;
        this.changes = changes;
        for (Signal signal : Signal.values()) {
            tracks.put(signal, new Track(signal, settings));
        }
    }

    /** Reads every source once and judges what it means; to be called once every interval. Never throws. */
    public void sample() {
        Map<Signal, Reading> readings = new EnumMap<>(Signal.class);
        // Outside the lock: a source may be slow.
        for (Signal signal : Signal.values()) {
            readings.put(signal, read(signal));
        }
        record(clock.instant(), readings);
    }

    /** What a source throws is no secret's way out, and must not end the sampling: it is named by its class alone. */
    private Reading read(Signal signal) {
        Supplier<Reading> source = sources.get(signal);
        if (source == null) {
            return Reading.missing("not measured here");
        }
        try {
            Reading reading = Objects.requireNonNull(source.get());
            failing.remove(signal);
            return reading;
        } catch (RuntimeException | LinkageError e) {
            String failure = e.getClass().getSimpleName();
            if (failing.add(signal)) {
                LOG.warn("signal not measured: signal={} reason={}", signal.label(), failure);
            }
            return Reading.missing("its measurement failed: " + failure);
        }
    }

    private synchronized void record(Instant now, Map<Signal, Reading> readings) {
        readings.forEach((signal, reading) -> tracks.get(signal).record(now, reading));
    }

    private void tell(Alert alert) {
        try {
            changes.accept(alert);
        } catch (RuntimeException e) {
            LOG.error("alert not told: signal={} alert={}", alert.signal().label(), alert.id(), e);
        }
    }

    /** Each signal as it is now, in the order of {@link Signal}. */
    public synchronized List<SignalState> states() {
        return tracks.values().stream().map(Track::state).toList();
    }

    /** From where on a signal is too high; empty for one that is only shown. */
    public Optional<AlertRule> rule(Signal signal) {
        return Optional.ofNullable(rules.get(signal));
    }

    /** The samples of the last while, an hour at most, oldest first. */
    public synchronized List<Sample> samples(Signal signal, Duration back) {
        return tracks.get(signal).samples.after(clock.instant().minus(back));
    }

    /** The alerts whose level still lasts. */
    public synchronized List<Alert> active() {
        return tracks.values().stream().flatMap(track -> track.alert().stream()).toList();
    }

    /** The alerts that were resolved since the process started, the newest first, 100 at most. */
    public synchronized List<Alert> ended() {
        return List.copyOf(ended);
    }

    /**
     * A signal now.
     *
     * @param level of the alert, if there is one; healthy does not mean measured
     */
    public record SignalState(Signal signal, Reading latest, Level level) {}

    /** A sample as the pages and the database use it. */
    public record Point(Signal signal, Instant at, double average, double highest) {}

    /** The average and the highest value of each signal that was measured since the given moment. */
    public synchronized List<Point> summary(Instant since, Instant at) {
        List<Point> points = new ArrayList<>();
        tracks.forEach((signal, track) -> {
            var values = track.samples.after(since).stream()
                    .mapToDouble(Sample::value)
                    .summaryStatistics();
            if (values.getCount() > 0) {
                points.add(new Point(signal, at, values.getAverage(), values.getMax()));
            }
        });
        return points;
    }

    /** Every signal's samples of the last while in steps, oldest first; a step in which nothing was measured is left out. */
    public synchronized List<Point> thinned(Duration back, Duration step) {
        List<Point> points = new ArrayList<>();
        Instant since = clock.instant().minus(back);
        tracks.forEach((signal, track) -> {
            Map<Long, DoubleSummaryStatistics> steps = new TreeMap<>();
            for (Sample sample : track.samples.after(since)) {
                steps.computeIfAbsent(
                                sample.at().toEpochMilli() / step.toMillis(), number -> new DoubleSummaryStatistics())
                        .accept(sample.value());
            }
            steps.forEach((number, values) -> points.add(new Point(
                    signal, Instant.ofEpochMilli(number * step.toMillis()), values.getAverage(), values.getMax())));
        });
        return points;
    }

    /** One signal's way through time. */
    private final class Track {
        private final Signal signal;
        private final Samples samples = new Samples();
        private final SustainedLevel sustained;
        private Reading latest = Reading.missing("not measured yet");
        private Alert alert;

        Track(Signal signal, AlertsFactory settings) {
            this.signal = signal;
            AlertRule rule = rules.get(signal);
            this.sustained =
                    rule == null ? null : new SustainedLevel(signal, rule, settings.interval(), settings.margin());
        }

        Optional<Alert> alert() {
            return Optional.ofNullable(alert);
        }

        SignalState state() {
            return new SignalState(signal, latest, alert == null ? Level.HEALTHY : alert.level());
        }

        void record(Instant now, Reading reading) {
            latest = reading;
            samples.forget(now);
            if (reading.isMeasured()) {
                samples.add(now, reading.value());
            }
            if (sustained != null) {
                Level before = sustained.level();
                Level after = sustained.judge(samples, now);
                if (before != after) {
                    change(before, after, now);
                }
            }
        }

        private void change(Level before, Level after, Instant now) {
            if (before == Level.HEALTHY) {
                alert = new Alert(
                        UUID.randomUUID(),
                        process,
                        signal,
                        after,
                        sustained.began(after, samples, now),
                        now,
                        null,
                        sustained.reason(after, samples, now));
                tell(alert);
            } else if (after == Level.HEALTHY) {
                Alert resolved = alert.resolved(now);
                alert = null;
                ended.addFirst(resolved);
                if (ended.size() > REMEMBERED) {
                    ended.removeLast();
                }
                tell(resolved);
            } else {
                String why = after == Level.CRITICAL ? sustained.reason(after, samples, now) : alert.reason();
                alert = alert.at(after, why);
                tell(alert);
            }
        }
    }
}
