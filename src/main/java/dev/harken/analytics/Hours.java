package dev.harken.analytics;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code /api/analytics/hours}: at which hours of the week posts were matched, of those that are there still.
 *
 * @param timeZone whose weekdays and hours they are
 * @param hours all 168, from Monday's first on
 */
public record Hours(LocalDate startDate, LocalDate endDate, String timeZone, List<Hour> hours) {
    private static final int DAYS = 7;
    private static final int HOURS = 24;

    public Hours {
        hours = List.copyOf(hours);
    }

    /** @param some those in which something was matched */
    static Hours of(Period period, List<Hour> some) {
        Map<Integer, Hour> known = some.stream().collect(Collectors.toMap(Hour::ofWeek, Function.identity()));
        return new Hours(
                period.first(),
                period.last(),
                "UTC",
                IntStream.range(0, DAYS * HOURS)
                        .mapToObj(of -> known.getOrDefault(of, new Hour(of / HOURS + 1, of % HOURS, 0, 0)))
                        .toList());
    }

    /**
     * An hour of the week.
     *
     * @param weekday 1 for Monday to 7 for Sunday
     * @param hour 0 to 23
     * @param copied of these posts, those of which a draft was copied
     */
    public record Hour(int weekday, int hour, long posts, long copied) {
        private int ofWeek() {
            return (weekday - 1) * HOURS + hour;
        }
    }
}
