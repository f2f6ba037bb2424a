package dev.harken.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;

/** The measurements as one SVG that needs nothing else: a bar for each, its length by the logarithm. */
final class Chart {
    private static final int WIDTH = 1000;
    private static final int BAR_LEFT = 330;
    private static final int BAR_MOST = 560;
    private static final int LINE = 20;
    private static final int BAR = 14;
    private static final int MARGIN = 24;
    private static final List<String> COLORS = List.of("#9ecae1", "#4292c6", "#084594");

    private final StringBuilder body = new StringBuilder();
    private int y = MARGIN;

    private Chart() {}

    static String of(Machine machine, Results results, Set<Group> groups) {
        Chart chart = new Chart();
        chart.text(MARGIN, "Harken's bench: requests per second (logarithmic)", "bold");
        for (Group group : groups) {
            chart.group(group, results);
        }
        chart.y += LINE;
        machine.lines().forEach(line -> chart.text(MARGIN, line, "normal"));
        return chart.document();
    }

    private void group(Group group, Results results) {
        List<Measurement> measured = results.measurements().stream()
                .filter(measurement -> measurement.group() == group)
                .filter(measurement -> measurement.perSecond().isPresent())
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        y += LINE;
        text(MARGIN, group.title(), "bold");
        List<Double> rates = new ArrayList<>();
        measured.forEach(measurement -> rates.add(measurement.perSecond().orElse(0)));
        // Whole powers of ten around all values.
        double low = Math.floor(log(rates.stream().min(Double::compare).orElse(1.0)));
        double high = Math.max(
                low + 1, Math.ceil(log(rates.stream().max(Double::compare).orElse(1.0))));
        measured.forEach(measurement -> bar(measurement, low, high));
    }

    private void bar(Measurement measurement, double low, double high) {
        double rate = measurement.perSecond().orElse(0);
        double length = Math.max(1, BAR_MOST * (log(rate) - low) / (high - low));
        String callers = measurement.callers() == 1 ? "" : " × " + measurement.callers();
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                BAR_LEFT - 8,
                y,
                escaped(measurement.name() + callers)));
        body.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                BAR_LEFT,
                y - BAR + 3,
                length,
                BAR,
                color(measurement.callers())));
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
                BAR_LEFT + length + 6,
                y,
                Numbers.of(OptionalDouble.of(rate))));
        y += LINE;
    }

    private static String color(int callers) {
        int index = ListReading.CALLERS.indexOf(callers);
        return COLORS.get(Math.max(0, index));
    }

    private static double log(double value) {
        return Math.log10(Math.max(value, 1e-3));
    }

    private void text(int x, String text, String weight) {
        body.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" font-weight=\"%s\">%s</text>%n", x, y, weight, escaped(text)));
        y += LINE;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private String document() {
        return String.format(
                Locale.ROOT,
                """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" \
                font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="#fff"/>
                %3$s</svg>
                """,
                WIDTH,
                y + MARGIN,
                body);
    }
}
