package dev.harken.dashboard.figures;

import dev.harken.analytics.Hours;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of the hours of a week. Public for the template engine.
 *
 * @param rows by the hour, each with the days from Monday on
 * @param timeZone whose hours they are
 */
public record Heat(List<Row> rows, String timeZone) {
    private static final int LEVELS = 5;
    private static final int HOURS = 24;

    static Heat of(Hours hours) {
        long most = hours.hours().stream().mapToLong(Hours.Hour::posts).max().orElse(0);
        return new Heat(
                IntStream.range(0, HOURS)
                        .mapToObj(hour -> new Row(
                                hour,
                                hours.hours().stream()
                                        .filter(one -> one.hour() == hour)
                                        .map(one -> new Cell(one.posts(), one.copied(), level(one.posts(), most)))
                                        .toList()))
                        .toList(),
                hours.timeZone());
    }

    /** 0 for none, and 5 for the most. */
    private static int level(long posts, long most) {
        return most == 0 ? 0 : (int) ((posts * LEVELS + most - 1) / most);
    }

    /** An hour of the day on seven days. */
    public record Row(int hour, List<Cell> cells) {}

    /** An hour of a day. */
    public record Cell(long posts, long copied, int level) {}
}
