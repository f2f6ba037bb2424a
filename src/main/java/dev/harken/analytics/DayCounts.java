package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** A day of a series. */
public record DayCounts(LocalDate date, @JsonUnwrapped Counts counts) {
    /** Every day of a period, those on which nothing happened as well. */
    static List<DayCounts> of(Period period, Map<LocalDate, Sums> days) {
        return period.first()
                .datesUntil(period.last().plusDays(1))
                .map(day -> new DayCounts(day, Counts.of(days.getOrDefault(day, Sums.NONE))))
                .toList();
    }
}
