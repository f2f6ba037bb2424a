package dev.harken.monitoring.reddit;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where posts come from. Implementations are thread-safe. */
public interface PostSource {
    /** Names, in lower case, that stand for all subreddits or many. */
    Set<String> EVERYWHERE = Set.of("all", "popular");

    /** Posts that are checked at once. */
    int MOST_CHECKED = 100;

    /** What it is called in logs and answers: {@code reddit} or {@code sample}. */
    String name();

    /** Whether new posts come all the time, so that it means something when none do. */
    boolean isLive();

    /**
     * The newest posts of subreddits, in no order that may be relied on.
     *
     * @param since back to when, by the name of the listing as {@link ListingName} says, in any case; {@link Instant#MAX} asks
     *     for the newest only
     * @return the posts, older ones among them too, and which subreddits could not be read
     * @throws SourceException when nothing could be read at all, or may not be read now
     * @throws InterruptedException when the thread was interrupted while it waited for the source
     */
    Listing read(Map<String, Instant> since) throws SourceException, InterruptedException;

    /**
     * What a subreddit asks of who writes there, in its moderators' words.
     *
     * @param subreddit its name without {@code r/}
     * @return one rule a line, an empty text when it has none; empty when it does not show them
     * @throws SourceException when they are not known now
     * @throws InterruptedException when the thread was interrupted while it waited for the source
     */
    Optional<String> rules(String subreddit) throws SourceException, InterruptedException;

    /**
     * Whether posts are still there.
     *
     * @param ids at most {@value #MOST_CHECKED}, as {@link Post#id()} has them
     * @throws SourceException when that is not known now
     * @throws InterruptedException when the thread was interrupted while it waited for the source
     */
    Presence check(Collection<String> ids) throws SourceException, InterruptedException;
}
