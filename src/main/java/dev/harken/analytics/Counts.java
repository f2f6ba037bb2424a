package dev.harken.analytics;

import jakarta.annotation.Nullable;

/**
 * Sums as the API shows them.
 *
 * @param copyRate copied posts of those drafted, 0 to 1; null when none was drafted
 * @param averageScore of the drafts of these posts that have a score, 0 to 100; null when none has
 */
public record Counts(
        long posts,
        long reviewed,
        long flagged,
        long drafted,
        long copied,
        long responses,
        @Nullable Double copyRate,
        @Nullable Double averageScore) {
    static Counts of(Sums sums) {
        return new Counts(
                sums.posts(),
                sums.reviewed(),
                sums.flagged(),
                sums.drafted(),
                sums.copied(),
                sums.responses(),
                ratio(sums.copied(), sums.drafted()),
                ratio(sums.score(), sums.scored()));
    }

    /** Rounded to four digits after the point; null when there is nothing to divide by. */
    static Double ratio(long part, long whole) {
        return whole == 0 ? null : rounded((double) part / whole);
    }

    /** To four digits after the point. */
    static double rounded(double number) {
        return Math.round(10_000.0 * number) / 10_000.0;
    }
}
