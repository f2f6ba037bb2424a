package dev.harken.monitoring.reddit;

import java.time.Instant;
import java.util.Comparator;
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

    /**
     * The time that the page comes down to: what follows is older, but for single posts.
     *
     * @throws java.util.NoSuchElementException when the page is empty
     */
    Instant end() {
        return times.stream()
                .skip(Math.max(0, times.size() - CERTAIN))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /**
     * When the newest of them was made.
     *
     * @throws java.util.NoSuchElementException when the page is empty
     */
    Instant newest() {
        return times.stream().max(Comparator.naturalOrder()).orElseThrow();
    }
}
