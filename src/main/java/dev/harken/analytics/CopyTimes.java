package dev.harken.analytics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import jakarta.annotation.Nullable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code /api/analytics/copy-times}: how long it took from a post to the first copy of a draft of it. The copies are those
 * of the period, whenever the post was, so that the last days are not judged by quick copies alone. A post's time is
 * Reddit's, or where that is not known Harken's. Posts that retention removed are left out.
 *
 * @param within how many took so long, the shortest first
 * @param weeks from Monday to Sunday in UTC, in which there were copies; the first and the last may be cut by the period
 */
public record CopyTimes(LocalDate startDate, LocalDate endDate, Waits total, List<Within> within, List<Week> weeks) {
    /** The ends of the classes in seconds; the last class has none. As in the SQL. */
    private static final List<Long> ENDS = List.of(900L, 3_600L, 14_400L, 43_200L, 86_400L, 259_200L);

    public CopyTimes {
        within = List.copyOf(within);
        weeks = List.copyOf(weeks);
    }

    static CopyTimes of(Period period, Waits total, List<Long> within, List<Week> weeks) {
        List<Within> classes = new ArrayList<>();
        for (int i = 0; i < within.size(); i++) {
            classes.add(new Within(i == 0 ? 0 : ENDS.get(i - 1), i < ENDS.size() ? ENDS.get(i) : null, within.get(i)));
        }
        return new CopyTimes(period.first(), period.last(), total, classes, weeks);
    }

    /**
     * Times in seconds; null when there were none.
     *
     * @param posts of which a draft was copied
     * @param quarter a quarter of them took no longer
     * @param median half of them took no longer
     * @param threeQuarters three quarters of them took no longer
     * @param ninetyPercent nine of ten took no longer
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Waits(
            long posts,
            @Nullable Long quarter,
            @Nullable Long median,
            @Nullable Long threeQuarters,
            @Nullable Long ninetyPercent) {}

    /**
     * A class of times.
     *
     * @param from in seconds, included
     * @param until in seconds, excluded; null for the longest
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Within(long from, @Nullable Long until, long posts) {}

    /**
     * A week of copies.
     *
     * @param week its Monday
     */
    public record Week(LocalDate week, @JsonUnwrapped Waits waits) {}
}
