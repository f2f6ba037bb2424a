package dev.harken.analytics;

/** A keyword or a subreddit, with its share of {@link Counts}. */
record Ranked(String name, long posts, long drafted, long copied, Double copyRate, Double averageScore) {
    Keyword asKeyword() {
        return new Keyword(name, posts, drafted, copied, copyRate, averageScore);
    }

    Subreddit asSubreddit() {
        return new Subreddit(name, posts, drafted, copied, copyRate, averageScore);
    }

    /** A row of {@code /api/analytics/keywords}. */
    record Keyword(String keyword, long posts, long drafted, long copied, Double copyRate, Double averageScore) {}

    /** A row of {@code /api/analytics/subreddits}. */
    record Subreddit(String subreddit, long posts, long drafted, long copied, Double copyRate, Double averageScore) {}
}
