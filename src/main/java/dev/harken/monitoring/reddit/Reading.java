package dev.harken.monitoring.reddit;

import dev.harken.monitoring.reddit.Listing.Unreached;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listing in the making: pages of groups, bounded in calls and in text. For one thread. */
final class Reading {
    private static final Logger LOG = LoggerFactory.getLogger(Reading.class);

    /** Calls of one reading; Reddit allows about a hundred a minute. */
    static final int MOST_CALLS = 60;

    /** After so much text of one reading no further group is begun, so that a reading has room on a small heap. */
    static final int MOST_CHARACTERS = 8_000_000;

    /** So many posts of a listing Reddit shows, or nearly; what is older is out of reach. */
    static final int WINDOW = 1000;

    /** Anchors that are tried, each further from the end of its page, before what follows is taken for missing. */
    private static final int MOST_LOST = 5;

    /** Calls of one reading that go into finding unreadable subreddits; what is not found is found the next time. */
    static final int MOST_SEARCH_CALLS = 30;

    private static final Unreached UNSEARCHED = new Unreached(
            SourceException.Kind.UNAVAILABLE,
            "was asked for together with one that can't be read; the next scan looks further",
            false);

    private final RedditApi api;
    private final BiConsumer<String, String> leaveOut;
    private final Map<String, Post> posts = new LinkedHashMap<>();
    private final Map<String, String> unreadable = new LinkedHashMap<>();
    private final Map<String, Unreached> unreached = new LinkedHashMap<>();
    private final Map<String, Instant> gaps = new LinkedHashMap<>();
    private final Map<String, Instant> newest = new HashMap<>();
    private boolean somethingRead;
    private int calls;
    private long characters;
    private int searchCalls;
    private SourceException failure;

    /** @param leaveOut is told which subreddit may not be read, and why */
    Reading(RedditApi api, BiConsumer<String, String> leaveOut) {
        this.api = api;
        this.leaveOut = leaveOut;
    }

    /** Notes that a subreddit may not be read, without asking for it. */
    void refuse(String name, String why) {
        unreadable.put(name, why);
    }

    /** Reads a group that one call may ask for, and its parts where that is needed. */
    void read(List<Target> group) throws SourceException, InterruptedException {
        if (failure != null) {
            failed(group);
            return;
        }
        try {
            if (characters > MOST_CHARACTERS) {
                throw enough();
            }
            Optional<Instant> ended = readBack(group);
            if (ended.isPresent() && group.size() > 1) {
                // The end of Reddit's list of them all: it has one as long of each.
                for (Target target : group) {
                    read(List.of(target));
                }
            } else {
                ended.ifPresent(at -> gaps.put(group.get(0).name(), at));
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
     * @return where the list ended, when that was before it came so far
     */
    private Optional<Instant> readBack(List<Target> group)
            throws SourceException, RefusedException, InterruptedException {
        List<String> names = group.stream().map(Target::name).toList();
        Instant since = group.get(0).since();
        Instant end = since;
        List<String> anchors = List.of();
        Set<String> listed = new HashSet<>();
        String after = "";
        int lost = 0;
        while (true) {
            ListingPage page = page(names, after);
            if (page.names().isEmpty()) {
                if (after.isEmpty()) {
                    return Optional.empty();
                }
                // Nothing follows a post that was deleted meanwhile: one before it may still be there.
                lost++;
                if (lost > MOST_LOST) {
                    return Optional.of(end);
                }
                after = anchors.get(Math.max(0, anchors.size() - (1 << lost)));
                continue;
            }
            if (after.isEmpty()) {
                Instant first = page.newest();
                names.forEach(name -> newest.merge(name, first, (one, other) -> one.isAfter(other) ? one : other));
            }
            listed.addAll(page.names());
            end = page.end();
            if (end.isBefore(since)) {
                return Optional.empty();
            }
            if (page.after().isEmpty() || listed.size() >= WINDOW) {
                return listed.size() >= WINDOW - WINDOW / 10 ? Optional.of(end) : Optional.empty();
            }
            after = page.after();
            anchors = page.names();
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
            leaveOut.accept(name, why);
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
        boolean isReddits = failure.kind() != SourceException.Kind.THROTTLED;
        Unreached why = new Unreached(failure.kind(), "was not reached: " + failure.getMessage(), isReddits);
        group.forEach(target -> unreached.put(target.name(), why));
    }

    Listing listing() {
        return new Listing(List.copyOf(posts.values()), unreadable, unreached, gaps, newest);
    }
}
