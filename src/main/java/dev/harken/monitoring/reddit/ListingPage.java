package dev.harken.monitoring.reddit;

import java.time.Instant;
import java.util.List;

/**
 * One answer of a listing.
 *
 * @param posts those that are still there
 * @param names the full names of all children, in the listing's order: the anchors to read on from
 * @param times when each child was made, in the same order
 * @param after the anchor of the next page; empty at the end
 */
record ListingPage(List<Post> posts, List<String> names, List<Instant> times, String after) {
    /** A listing is not strictly in order: an old post among new ones must not end the reading. */
    private static final int CERTAIN = 10;

    ListingPage {
        posts = List.copyOf(posts);
        names = List.copyOf(names);
        times = List.copyOf(times);
    }

    /** Whether what follows is older than that. */
    boolean reaches(Instant since) {
        int certain = Math.min(CERTAIN, times.size());
        return certain > 0
                && times.subList(times.size() - certain, times.size()).stream().allMatch(time -> time.isBefore(since));
    }
}
