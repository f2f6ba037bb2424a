package dev.harken.monitoring.sample;

import dev.harken.monitoring.reddit.Listing;
import dev.harken.monitoring.reddit.ListingName;
import dev.harken.monitoring.reddit.Post;
import dev.harken.monitoring.reddit.PostSource;
import dev.harken.monitoring.reddit.Presence;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The fictional posts that come with the program, for a first look without Reddit's credentials. Their ages count from
 * when the source was made, so that they look new then and stay the same afterwards. Thread-safe.
 */
public final class SampleSource implements PostSource {
    private final List<Post> posts;
    private final Set<String> known;

    public SampleSource(Clock clock) {
        Instant now = clock.instant();
        posts = Samples.read("posts.json", Sample[].class).stream()
                .map(sample -> sample.post(now))
                .toList();
        known = posts.stream().map(post -> folded(post.subreddit())).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String name() {
        return "sample";
    }

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public Listing read(Map<String, Instant> since) {
        Set<String> wanted = new HashSet<>();
        Map<String, String> unreadable = new LinkedHashMap<>();
        for (String subreddit : since.keySet()) {
            if (known.contains(folded(ListingName.subreddit(subreddit)))) {
                wanted.add(folded(subreddit));
            } else {
                unreadable.put(
                        subreddit,
                        "is not among the sample posts: set REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET to read it");
            }
        }
        return Listing.whole(
                posts.stream()
                        .filter(post -> wanted.contains(folded(post.subreddit())))
                        .toList(),
                unreadable);
    }

    /** Sample subreddits have none. */
    @Override
    public Optional<String> rules(String subreddit) {
        return Optional.of("");
    }

    /** Sample posts are never deleted. */
    @Override
    public Presence check(Collection<String> ids) {
        return Presence.unchanged();
    }

    private static String folded(String subreddit) {
        return subreddit.toLowerCase(Locale.ROOT);
    }

    private record Sample(
            String id,
            String subreddit,
            String title,
            String text,
            String author,
            int minutesAgo,
            int score,
            int comments,
            String url,
            String permalink) {
        Post post(Instant now) {
            return new Post(
                    id,
                    subreddit,
                    title,
                    text,
                    "",
                    author,
                    now.minus(Duration.ofMinutes(minutesAgo)),
                    score,
                    comments,
                    false,
                    url,
                    permalink,
                    null);
        }
    }
}
