package dev.harken.monitoring.reddit;

import dev.harken.monitoring.reddit.Listing.Unreached;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    /** Calls of one reading; Reddit allows about a hundred a minute. */
    static final int MOST_CALLS = 60;

    /** After so much text of one reading no further group is begun, so that a reading has room on a small heap. */
    static final int MOST_CHARACTERS = 8_000_000;

    /** So many posts of a listing Reddit shows, or nearly; what is older is out of reach. */
    static final int WINDOW = 1000;

    /** Calls of one reading that go into finding unreadable subreddits; what is not found is found the next time. */
    static final int MOST_SEARCH_CALLS = 30;

    private static final Unreached UNSEARCHED = new Unreached(
            SourceException.Kind.BLOCKED,
            "was asked for together with one that can't be read; the next scan looks further");

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
     * Asks Reddit for at least 100 posts, or all there are, of each 50 subreddits, and for more until it comes to what
     * is older than asked for, or to the end of Reddit's list. A failure after something has been read doesn't lose that:
     * the subreddits that were still to come are then unreached.
     */
    @Override
    public Listing read(Map<String, Instant> since) throws SourceException, InterruptedException {
        Reading reading = new Reading();
        List<Target> readable = readable(since, reading);
        List<Target> wide = readable.stream()
                .filter(target -> EVERYWHERE.contains(key(target.name())))
                .toList();
        readable.removeAll(wide);
        for (Target target : wide) {
            reading.read(List.of(target));
        }
        for (int from = 0; from < readable.size(); from += MOST_IN_A_CALL) {
            reading.read(readable.subList(from, Math.min(from + MOST_IN_A_CALL, readable.size())));
        }
        return reading.listing();
    }

    /** The names worth a call, each once whatever its case; those that must be read back as far stand together. */
    private List<Target> readable(Map<String, Instant> since, Reading reading) {
        Map<String, Target> distinct = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        since.forEach((name, time) -> distinct.merge(name.strip(), new Target(name.strip(), time), Target::earlier));
        List<Target> readable = new ArrayList<>();
        Instant now = clock.instant();
        for (Target target : distinct.values()) {
            String name = target.name();
            LeftOut known = leftOut.get(key(name));
            if (!NAME.test(name)) {
                reading.unreadable.put(name, "is not the name of a subreddit");
            } else if (known != null && now.isBefore(known.until())) {
                reading.unreadable.put(name, known.why());
            } else {
                readable.add(target);
            }
        }
        readable.sort(Comparator.comparing(Target::since));
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

    /** @param since back to when to read it */
    private record Target(String name, Instant since) {
        Target earlier(Target other) {
            return since.isBefore(other.since) ? this : new Target(name, other.since);
        }
    }

    /** One listing in the making. */
    private final class Reading {
        private final Map<String, Post> posts = new LinkedHashMap<>();
        private final Map<String, String> unreadable = new LinkedHashMap<>();
        private final Map<String, Unreached> unreached = new LinkedHashMap<>();
        private final Map<String, Instant> gaps = new LinkedHashMap<>();
        private boolean somethingRead;
        private int calls;
        private long characters;
        private int searchCalls;
        private SourceException failure;

        void read(List<Target> group) throws SourceException, InterruptedException {
            if (failure != null) {
                failed(group);
                return;
            }
            try {
                if (characters > MOST_CHARACTERS) {
                    throw enough();
                }
                Optional<Instant> end = readBack(group);
                if (end.isPresent() && group.size() > 1) {
                    // The end of Reddit's list of them all: it has one as long of each.
                    for (Target target : group) {
                        read(List.of(target));
                    }
                } else {
                    end.ifPresent(oldest -> gaps.put(group.get(0).name(), oldest));
                }
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

        /**
         * Reads pages until what follows is older than asked for.
         *
         * @return the time of the oldest post, when Reddit's list ended before that
         */
        private Optional<Instant> readBack(List<Target> group)
                throws SourceException, RefusedException, InterruptedException {
            List<String> names = group.stream().map(Target::name).toList();
            Instant since = group.get(0).since();
            Instant oldest = Instant.MAX;
            List<String> anchors = List.of();
            String after = "";
            int listed = 0;
            while (true) {
                ListingPage page = page(names, after);
                listed += page.names().size();
                oldest = page.times().stream().reduce(oldest, (a, b) -> a.isBefore(b) ? a : b);
                if (page.reaches(since)) {
                    return Optional.empty();
                }
                if (page.names().isEmpty() && anchors.size() > 1) {
                    // Nothing follows a post that was deleted meanwhile: the one before it may still be there.
                    after = anchors.get(anchors.size() - 2);
                    anchors = List.of();
                } else if (page.after().isEmpty() || listed >= WINDOW) {
                    return listed >= WINDOW - WINDOW / 10 ? Optional.of(oldest) : Optional.empty();
                } else {
                    after = page.after();
                    anchors = page.names();
                }
            }
        }

        private ListingPage page(List<String> names, String after)
                throws SourceException, RefusedException, InterruptedException {
            if (calls >= MOST_CALLS) {
                throw enough();
            }
            calls++;
            ListingPage page = api.newest(names, after);
            somethingRead = true;
            for (Post post : page.posts()) {
                if (posts.putIfAbsent(post.id(), post) == null) {
                    characters += post.title().length() + post.text().length();
                }
            }
            return page;
        }

        private static SourceException enough() {
            return new SourceException(
                    SourceException.Kind.THROTTLED,
                    "there is more to catch up with than is asked for at once; the next scan goes on");
        }

        private void search(List<Target> refused, String why) throws SourceException, InterruptedException {
            if (refused.size() == 1) {
                String name = refused.get(0).name();
                unreadable.put(name, why);
                leaveOut(name, why);
                // An answer about this name was an answer: what comes later must not lose it.
                somethingRead = true;
                return;
            }
            if (searchCalls + 2 > MOST_SEARCH_CALLS) {
                refused.forEach(target -> unreached.put(target.name(), UNSEARCHED));
                return;
            }
            searchCalls += 2;
            read(refused.subList(0, refused.size() / 2));
            read(refused.subList(refused.size() / 2, refused.size()));
        }

        private void failed(List<Target> group) {
            Unreached why = new Unreached(failure.kind(), "was not reached: " + failure.getMessage());
            group.forEach(target -> unreached.put(target.name(), why));
        }

        Listing listing() {
            return new Listing(List.copyOf(posts.values()), unreadable, unreached, gaps);
        }
    }
}
