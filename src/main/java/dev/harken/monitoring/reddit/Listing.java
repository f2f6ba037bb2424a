package dev.harken.monitoring.reddit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a source had.
 *
 * @param posts each post once
 * @param unreadable why a subreddit could not be read, by its name without {@code r/}; the reason continues a sentence
 *     that starts with the name: {@code is private}
 */
public record Listing(List<Post> posts, Map<String, String> unreadable) {
    public Listing {
        posts = List.copyOf(posts);
        unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
    }
}
