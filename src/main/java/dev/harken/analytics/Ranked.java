package dev.harken.analytics;

import jakarta.annotation.Nullable;

/**
 * A keyword or a subreddit, with its share of {@link Counts}.
 *
 * @param copyRateLow the lower end of the 95 % interval of the copy rate, by {@link Proportion}; null when none was drafted
 * @param copyRateHigh the upper end
 */
public record Ranked(
        String name,
        long posts,
        long drafted,
        long copied,
        @Nullable Double copyRate,
        @Nullable Double copyRateLow,
        @Nullable Double copyRateHigh,
        @Nullable Double averageScore) {
    static Ranked of(String name, long posts, long drafted, long copied, long scored, long score) {
        Proportion rate = new Proportion(copied, drafted);
        return new Ranked(
                name,
                posts,
                drafted,
                copied,
                Counts.ratio(copied, drafted),
                drafted == 0 ? null : Counts.rounded(rate.lowest()),
                drafted == 0 ? null : Counts.rounded(rate.highest()),
                Counts.ratio(score, scored));
    }

    Keyword asKeyword() {
        return new Keyword(name, posts, drafted, copied, copyRate, copyRateLow, copyRateHigh, averageScore);
    }

    Subreddit asSubreddit() {
        return new Subreddit(name, posts, drafted, copied, copyRate, copyRateLow, copyRateHigh, averageScore);
    }

    /**
     * A keyword, with what came of its posts.
     *
     * @param drafted posts with a draft
     * @param copied posts of which a draft was copied
     * @param copyRate copied by drafted; null when none was drafted
     * @param copyRateLow the lower end of the copy rate's 95 % interval
     * @param copyRateHigh the upper end
     * @param averageScore of the drafts; null when none has a score
     */
    public record Keyword(
            String keyword,
            long posts,
            long drafted,
            long copied,
            @Nullable Double copyRate,
            @Nullable Double copyRateLow,
            @Nullable Double copyRateHigh,
            @Nullable Double averageScore) {}

    /**
     * A subreddit, with what came of its posts.
     *
     * @param drafted posts with a draft
     * @param copied posts of which a draft was copied
     * @param copyRate copied by drafted; null when none was drafted
     * @param copyRateLow the lower end of the copy rate's 95 % interval
     * @param copyRateHigh the upper end
     * @param averageScore of the drafts; null when none has a score
     */
    public record Subreddit(
            String subreddit,
            long posts,
            long drafted,
            long copied,
            @Nullable Double copyRate,
            @Nullable Double copyRateLow,
            @Nullable Double copyRateHigh,
            @Nullable Double averageScore) {}
}
