package dev.harken.database.alerts;

import dev.harken.database.Level;
import dev.harken.database.alerts.Samples.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;

/**
 * The level of one signal, once it lasted.
 *
 * <p>A level begins when nine in ten samples of its whole window were above its threshold (it lasts) and all of the
 * window's last tenth (it still does). It ends likewise: when nine in ten were at or below the threshold less a margin,
 * and all of the last tenth. The two windows are those of the multi-window alerts in Google's SRE workbook. A window with
 * too few samples proves nothing: the level stays what it was. Not thread-safe.
 */
final class SustainedLevel {
    private static final double MOST = 0.9;
    private static final int SHORT_PART = 10;

    private final Signal signal;
    private final AlertRule rule;
    private final Duration interval;
    private final double margin;
    private Level level = Level.HEALTHY;

    /**
     * Starts healthy.
     *
     * @param interval between two samples
     * @param marginPercent how far below a threshold the signal has to fall, in percent of it, before the level ends
     */
    SustainedLevel(Signal signal, AlertRule rule, Duration interval, double marginPercent) {
        this.signal = signal;
        this.rule = rule;
        this.interval = interval;
        this.margin = marginPercent / 100;
    }

    Level level() {
        return level;
    }

    /** Judges the samples up to now; to be called after each sample. */
    Level judge(Samples samples, Instant now) {
        if (lasted(Level.CRITICAL, samples, now)) {
            level = Level.CRITICAL;
        } else if (level == Level.CRITICAL && ended(Level.CRITICAL, samples, now)) {
            level = ended(Level.WARNING, samples, now) ? Level.HEALTHY : Level.WARNING;
        } else if (level == Level.HEALTHY && lasted(Level.WARNING, samples, now)) {
            level = Level.WARNING;
        } else if (level == Level.WARNING && ended(Level.WARNING, samples, now)) {
            level = Level.HEALTHY;
        }
        return level;
    }

    /** Since when the signal has been above the level's threshold, within its window. */
    Instant began(Level reached, Samples samples, Instant now) {
        return window(reached, samples, now).stream()
                .filter(sample -> sample.value() > rule.threshold(reached))
                .findFirst()
                .map(Sample::at)
                .orElse(now);
    }

    /** Why the level was reached, in a sentence with its numbers. */
    String reason(Level reached, Samples samples, Instant now) {
        List<Sample> window = window(reached, samples, now);
        double threshold = rule.threshold(reached);
        String unit = signal.unit().suffix();
        return "%s was above %s%s in %d of %d samples over %s (highest %s%s), and in all of the last %s"
                .formatted(
                        signal.title(),
                        number(threshold),
                        unit,
                        Sample.count(window, value -> value > threshold),
                        window.size(),
                        words(rule.window(reached)),
                        number(window.stream().mapToDouble(Sample::value).max().orElse(threshold)),
                        unit,
                        words(shortWindow(reached)));
    }

    private boolean lasted(Level reached, Samples samples, Instant now) {
        double threshold = rule.threshold(reached);
        return proves(reached, samples, now, value -> value > threshold);
    }

    private boolean ended(Level left, Samples samples, Instant now) {
        double threshold = rule.threshold(left) * (1 - margin);
        return proves(left, samples, now, value -> value <= threshold);
    }

    private boolean proves(Level about, Samples samples, Instant now, DoublePredicate condition) {
        List<Sample> window = window(about, samples, now);
        long expected = rule.window(about).dividedBy(interval);
        if (window.size() < MOST * expected || Sample.count(window, condition) < MOST * window.size()) {
            return false;
        }
        List<Sample> last = samples.after(now.minus(shortWindow(about)));
        // While nothing is measured the windows move on over what is old, which proves nothing new.
        boolean measuredNow = !last.isEmpty() && last.get(last.size() - 1).at().equals(now);
        return measuredNow && Sample.count(last, condition) == last.size();
    }

    private List<Sample> window(Level about, Samples samples, Instant now) {
        return samples.after(now.minus(rule.window(about)));
    }

    private Duration shortWindow(Level about) {
        Duration tenth = rule.window(about).dividedBy(SHORT_PART);
        Duration least = interval.multipliedBy(2);
        return tenth.compareTo(least) < 0 ? least : tenth;
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString(Math.round(value)) : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String words(Duration duration) {
        return duration.toSeconds() % 60 == 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
}
