package dev.harken.console.pages;

import dev.harken.database.alerts.Signal;
import dev.harken.database.alerts.SignalBoard;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A chart, and the table with the same numbers. Public for the template engine.
 *
 * @param unit of all its lines
 */
public record Chart(String id, String title, String unit, List<Signal> lines, List<Row> rows) {
    /** The values at a moment, one for each line; null where there is none. */
    public record Row(Instant at, List<Double> values) {}

    /** A chart of some signals, which all have the same unit. */
    static Chart of(String id, String title, List<Signal> signals, List<SignalBoard.Point> points) {
        Map<Instant, Double[]> rows = new TreeMap<>(Comparator.reverseOrder());
        for (SignalBoard.Point point : points) {
            int line = signals.indexOf(point.signal());
            if (line >= 0) {
                rows.computeIfAbsent(point.at(), at -> new Double[signals.size()])[line] = point.average();
            }
        }
        return new Chart(
                id,
                title,
                signals.get(0).unit().suffix().strip(),
                signals,
                rows.entrySet().stream()
                        .map(row -> new Row(row.getKey(), Arrays.asList(row.getValue())))
                        .toList());
    }

    /** How far back charts show. The labels are those of the address. */
    enum Range {
        HOUR("1h", "the last hour", Duration.ofHours(1), Duration.ofMinutes(1)),
        DAY("1d", "the last day", Duration.ofDays(1), Duration.ofMinutes(10)),
        MONTH("30d", "the last 30 days", Duration.ofDays(30), Duration.ofHours(6));

        private final String label;
        private final String title;
        private final Duration back;
        private final Duration step;

        Range(String label, String title, Duration back, Duration step) {
            this.label = label;
            this.title = title;
            this.back = back;
            this.step = step;
        }

        /** The range with a label, or the last hour. */
        static Range of(String label) {
            return Arrays.stream(values())
                    .filter(range -> range.label.equals(label))
                    .findFirst()
                    .orElse(HOUR);
        }

        String label() {
            return label;
        }

        String title() {
            return title;
        }

        Duration back() {
            return back;
        }

        Duration step() {
            return step;
        }
    }
}
