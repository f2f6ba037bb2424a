package dev.harken.monitoring.reddit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

    @Override
    public boolean isLive() {
        return true;
    }

    /**
     * Asks Reddit for at least 100 posts or comments, or all there are, of each 50 subreddits, and for more until it comes to what
     * is older than asked for, or to the end of Reddit's list. A failure after something has been read doesn't lose that:
     * the subreddits that were still to come are then unreached.
     */
    @Override
    public Listing read(Map<String, Instant> since) throws SourceException, InterruptedException {
        Reading reading = new Reading(api, this::leaveOut);
        List<Target> readable = readable(since, reading);
        List<Target> wide = readable.stream()
                .filter(target -> ListingName.isEverywhere(key(target.name())))
                .toList();
        readable.removeAll(wide);
        for (Target target : wide) {
            reading.read(List.of(target));
        }
        // Posts first: comments are many, and what a reading has no room for is left to the next.
        Map<Boolean, List<Target>> byKind =
                readable.stream().collect(Collectors.partitioningBy(target -> ListingName.isOfComments(target.name())));
        for (List<Target> kind : List.of(byKind.get(false), byKind.get(true))) {
            for (int from = 0; from < kind.size(); from += MOST_IN_A_CALL) {
                reading.read(kind.subList(from, Math.min(from + MOST_IN_A_CALL, kind.size())));
            }
        }
        return reading.listing();
    }

    /** One call. A subreddit that cannot be read, or a profile, shows none. */
    @Override
    public Optional<String> rules(String subreddit) throws SourceException, InterruptedException {
        return NAME.test(subreddit) ? api.rules(subreddit) : Optional.empty();
    }

    /** One call, which asks for no more than whether they are there. */
    @Override
    public Presence check(Collection<String> ids) throws SourceException, InterruptedException {
        return ids.isEmpty() ? Presence.unchanged() : Presence.of(ids, api.info(ids));
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
            if (!NAME.test(ListingName.subreddit(name))) {
                reading.refuse(name, "is not the name of a subreddit");
            } else if (known != null && now.isBefore(known.until())) {
                reading.refuse(name, known.why());
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
}
