package dev.harken.analytics;

import java.time.LocalDate;
import java.util.List;

/**
 * What happened in seven days of UTC, beside the seven before them.
 *
 * @param matched posts that were matched
 * @param drafted drafts that were written
 * @param copied drafts that somebody copied
 * @param reviewed posts that somebody reviewed
 * @param keywords those with the most posts of the week, the most first
 * @param subreddits as the keywords
 */
public record WeeklyReport(
        LocalDate first,
        LocalDate last,
        CountChange matched,
        CountChange drafted,
        CountChange copied,
        CountChange reviewed,
        List<Top> keywords,
        List<Top> subreddits) {
    public WeeklyReport {
        keywords = List.copyOf(keywords);
        subreddits = List.copyOf(subreddits);
    }

    /** A keyword or subreddit with its posts. */
    public record Top(String name, long posts) {}
}
