package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.annotation.Nullable;
import java.time.LocalDate;

/**
 * What happened on a day of UTC, whatever became of it later. In sums over posts, a draft that is copied on Friday counts
 * for the day of its post; here it counts for Friday, so that two days can be compared however long ago they are.
 *
 * @param matched posts that were matched
 * @param drafted drafts that were written
 * @param copied drafts that somebody copied, each once
 * @param reviewed posts that somebody marked reviewed, each once
 * @param flagged posts that somebody flagged, each once
 * @param averageScore of the drafts that were written and have a score; null when there is none
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DayMetrics(
        @JsonProperty("date") LocalDate day,
        long matched,
        long drafted,
        long copied,
        long reviewed,
        long flagged,
        @Nullable Double averageScore) {
    static DayMetrics nothing(LocalDate day) {
        return new DayMetrics(day, 0, 0, 0, 0, 0, null);
    }
}
