package dev.harken.monitoring.reddit;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a source had. A subreddit that was asked for and is in none of the maps was read back to where it was asked for.
 *
 * @param posts each post once
 * @param unreadable why a subreddit may not be read, by its name as it was asked for; the reason continues a sentence
 *     that starts with the name: {@code is private}
 * @param unreached the subreddits that the source did not come to; what it has of them may have holes
 * @param gaps the subreddits whose posts do not reach back to where they were asked for, with the time from which on they are whole
 * @param newest when the newest post was made that stood in the same list as a subreddit's: all that was listed by then is
 *     here; without those that had no post at all
 */
public record Listing(
        List<Post> posts,
        Map<String, String> unreadable,
        Map<String, Unreached> unreached,
        Map<String, Instant> gaps,
        Map<String, Instant> newest) {
    public Listing {
        posts = List.copyOf(posts);
        unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
        unreached = Collections.unmodifiableMap(new LinkedHashMap<>(unreached));
        gaps = Collections.unmodifiableMap(new LinkedHashMap<>(gaps));
        newest = Map.copyOf(newest);
    }

    /** Of a source that has all of what it may read. */
    public static Listing whole(List<Post> posts, Map<String, String> unreadable) {
        return new Listing(posts, unreadable, Map.of(), Map.of(), Map.of());
    }

    /**
     * Why the source did not come to a subreddit.
     *
     * @param why continues a sentence that starts with the name, as of those that may not be read
     * @param failed whether the source failed, rather than that enough was asked of it at once
     */
    public record Unreached(SourceException.Kind kind, String why, boolean failed) {}
}
