package dev.harken.monitoring.reddit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts from Reddit's API: many subreddits in one call, since calls are what is scarce. One subreddit that can't be read
 * spoils such a call, so the group is halved until the guilty one stands alone. That one is then left out for an hour,
 * for finding it cost a dozen calls. Thread-safe.
 */
public final class RedditSource implements PostSource {
    private static final Logger LOG = LoggerFactory.getLogger(RedditSource.class);

    /** Subreddits in one call: fifty of the longest names make a path of about 1,200 characters. */
    static final int MOST_IN_A_CALL = 50;

    /** Calls of one listing that go into finding unreadable subreddits; what is not found is found the next time. */
    static final int MOST_SEARCH_CALLS = 30;

    /** After this an unreadable subreddit is tried again: it may have been opened, or made. */
    static final Duration LEFT_OUT = Duration.ofHours(1);

    /** How many unreadable subreddits are remembered. Past that all are forgotten, and found again. */
    private static final int MOST_LEFT_OUT = 10_000;

    /** Includes {@code u_name}, an account's own. Nothing here needs escaping in a path. */
    private static final Predicate<String> NAME =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,23}").asMatchPredicate();

    private final RedditApi api;
    private final Clock clock;
    private final Map<String, LeftOut> leftOut = new ConcurrentHashMap<>();

    RedditSource(RedditApi api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "reddit";
    }

    /**
     * Asks Reddit for at most 100 posts, or a few more, for each 50 subreddits. A failure after something has been read
     * doesn't lose that: the subreddits that were still to come are then unreadable.
     */
    @Override
    public Listing newest(Collection<String> subreddits) throws SourceException, InterruptedException {
        Reading reading = new Reading();
        List<String> readable = readable(subreddits, reading);
        for (int from = 0; from < readable.size(); from += MOST_IN_A_CALL) {
            reading.read(readable.subList(from, Math.min(from + MOST_IN_A_CALL, readable.size())));
        }
        return reading.listing();
    }

    /** The names worth a call, each once whatever its case. */
    private List<String> readable(Collection<String> subreddits, Reading reading) {
        Map<String, String> distinct = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        subreddits.forEach(name -> distinct.putIfAbsent(name.strip(), name.strip()));
        List<String> readable = new ArrayList<>();
        Instant now = clock.instant();
        for (String name : distinct.values()) {
            LeftOut known = leftOut.get(key(name));
            if (!NAME.test(name)) {
                reading.unreadable.put(name, "is not the name of a subreddit");
            } else if (known != null && now.isBefore(known.until())) {
                reading.unreadable.put(name, known.why());
            } else {
                readable.add(name);
            }
        }
        return readable;
    }

    private void leaveOut(String name, String why) {
        if (leftOut.size() >= MOST_LEFT_OUT) {
            leftOut.clear();
        }
        leftOut.put(key(name), new LeftOut(why, clock.instant().plus(LEFT_OUT)));
        LOG.info("reddit: left out subreddit={} for={}", name, LEFT_OUT);
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private record LeftOut(String why, Instant until) {}

    /** One listing in the making. */
    private final class Reading {
        private final Map<String, Post> posts = new LinkedHashMap<>();
        private final Map<String, String> unreadable = new LinkedHashMap<>();
        private boolean somethingRead;
        private int searchCalls;
        private SourceException failure;

        void read(List<String> group) throws SourceException, InterruptedException {
            if (failure != null) {
                failed(group);
                return;
            }
            try {
                api.newest(group).forEach(post -> posts.putIfAbsent(post.id(), post));
                somethingRead = true;
            } catch (RefusedException e) {
                search(group, e.getMessage());
            } catch (SourceException e) {
                if (!somethingRead) {
                    throw e;
                }
                failure = e;
                LOG.warn("reddit: cut short kind={} why=\"{}\"", e.kind(), e.getMessage());
                failed(group);
            }
        }

        private void search(List<String> refused, String why) throws SourceException, InterruptedException {
            if (refused.size() == 1) {
                unreadable.put(refused.get(0), why);
                leaveOut(refused.get(0), why);
                // An answer about this name was an answer: what comes later must not lose it.
                somethingRead = true;
                return;
            }
            if (searchCalls + 2 > MOST_SEARCH_CALLS) {
                refused.forEach(name -> unreadable.put(
                        name, "was asked for together with one that can't be read; the next scan looks further"));
                return;
            }
            searchCalls += 2;
            read(refused.subList(0, refused.size() / 2));
            read(refused.subList(refused.size() / 2, refused.size()));
        }

        private void failed(List<String> group) {
            group.forEach(name -> unreadable.put(name, "was not reached: " + failure.getMessage()));
        }

        Listing listing() {
            return new Listing(List.copyOf(posts.values()), unreadable);
        }
    }
}
