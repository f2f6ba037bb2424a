package dev.harken.dashboard.figures;

import dev.harken.analytics.Analytics;
import dev.harken.analytics.CopyTimes;
import dev.harken.analytics.Proportion;
import dev.harken.analytics.Ranked;
import dev.harken.analytics.Weeks;
import java.util.List;

/** What the page shows. Public for the template engine. */
public record Figures(
        Analytics.Dashboard dashboard,
        Weeks weeks,
        CopyTimes copyTimes,
        Heat heat,
        Filters filters,
        List<Choice> clients,
        List<Choice> configs,
        Say say) {
    /** Whether there is anything to draw of the period. */
    public boolean isEmpty() {
        return dashboard.totals().posts() == 0
                && dashboard.totals().responses() == 0
                && copyTimes.total().posts() == 0;
    }

    /** The copied posts of those that were drafted. */
    public Proportion copied() {
        return new Proportion(dashboard.totals().copied(), dashboard.totals().drafted());
    }

    /** The keywords and the subreddits. */
    public List<Ranking> rankings() {
        return List.of(
                new Ranking(
                        "keywords",
                        "Keyword",
                        dashboard.keywords().stream()
                                .map(one -> new Ranked(
                                        one.keyword(),
                                        one.posts(),
                                        one.drafted(),
                                        one.copied(),
                                        one.copyRate(),
                                        one.copyRateLow(),
                                        one.copyRateHigh(),
                                        one.averageScore()))
                                .toList()),
                new Ranking(
                        "subreddits",
                        "Subreddit",
                        dashboard.subreddits().stream()
                                .map(one -> new Ranked(
                                        "r/" + one.subreddit(),
                                        one.posts(),
                                        one.drafted(),
                                        one.copied(),
                                        one.copyRate(),
                                        one.copyRateLow(),
                                        one.copyRateHigh(),
                                        one.averageScore()))
                                .toList()));
    }

    /** The most posts of a class of times, to draw the others beside it. */
    public long longestWait() {
        return copyTimes.within().stream()
                .mapToLong(CopyTimes.Within::posts)
                .max()
                .orElse(0);
    }

    /**
     * Those with the most posts.
     *
     * @param id for addresses within the page
     * @param kind what they are, in the singular
     */
    public record Ranking(String id, String kind, List<Ranked> rows) {
        /** The most posts of one. */
        public long most() {
            return rows.stream().mapToLong(Ranked::posts).max().orElse(0);
        }
    }
}
