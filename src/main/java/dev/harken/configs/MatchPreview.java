package dev.harken.configs;

import dev.harken.http.ProblemException;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.FeedPost;
import dev.harken.monitoring.matching.Folds;
import dev.harken.monitoring.matching.Keywords;
import dev.harken.monitoring.matching.Match;
import dev.harken.monitoring.matching.MatchFilter;
import dev.harken.monitoring.matching.PostKeys;
import dev.harken.monitoring.matching.SearchedPost;
import dev.harken.monitoring.matching.SkippedPosts;
import dev.harken.monitoring.reddit.Listing;
import dev.harken.monitoring.reddit.ListingName;
import dev.harken.monitoring.reddit.Post;
import dev.harken.monitoring.reddit.SourceException;
import io.github.bucket4j.Bucket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;

/**
 * Tries keywords on the posts of the last week before they are saved. Subreddits that nobody has listened to are sampled:
 * their newest posts are read for this and not kept. Thread-safe; bounded in posts and in time.
 */
public final class MatchPreview {
    /** Posts in an answer. */
    static final int MOST_SHOWN = 50;

    /** Characters of a shown post's text. */
    static final int SHOWN_TEXT = 500;

    private static final int MOST_SEARCHED = 5_000;
    private static final int BATCH = 200;
    private static final Duration LONGEST = Duration.ofSeconds(3);

    /** At once, so that previews leave a core to everything else. */
    private static final int MOST_AT_ONCE = 2;

    /** Subreddits that are sampled for one preview. */
    private static final int MOST_SAMPLED = 10;

    private static final int SAMPLES_A_MINUTE = 6;

    private final Feed feed;
    private final Bucket samples;
    private final Clock clock;
    private final Semaphore running = new Semaphore(MOST_AT_ONCE);

    public MatchPreview(Feed feed, Clock clock) {
        this(
                feed,
                Bucket.builder()
                        .addLimit(limit ->
                                limit.capacity(SAMPLES_A_MINUTE).refillGreedy(SAMPLES_A_MINUTE, Duration.ofMinutes(1)))
                        .build(),
                clock);
    }

    /** @param samples one is taken for each time that Reddit is asked, for its budget is the scans' */
    MatchPreview(Feed feed, Bucket samples, Clock clock) {
        this.feed = feed;
        this.samples = samples;
        this.clock = clock;
    }

    /**
     * What keywords would have matched.
     *
     * @throws ProblemException 429 when others are trying theirs
     */
    Preview preview(Set<String> subreddits, Keywords keywords, MatchFilter filter) {
        if (!running.tryAcquire()) {
            throw ProblemException.tooMany("Other previews are being made. Try again in a few seconds.", 5);
        }
        try {
            Search search = new Search(subreddits, keywords, filter);
            search.all(search.sample(feed.unread(subreddits)));
            return search.preview();
        } finally {
            running.release();
        }
    }

    /** One preview in the making. */
    private final class Search {
        private final Set<String> subreddits;
        private final Keywords keywords;
        private final MatchFilter filter;
        private final SkippedPosts skipped = new SkippedPosts();
        private final Set<String> seen = new HashSet<>();
        private final Map<String, Integer> searched = new TreeMap<>();
        private final Map<String, String> details = new TreeMap<>();
        private final Map<String, Integer> counts = new LinkedHashMap<>();
        private final List<Candidate> matches = new ArrayList<>();
        private boolean complete = true;
        private Instant since = Instant.MAX;

        private Search(Set<String> subreddits, Keywords keywords, MatchFilter filter) {
            this.filter = filter;
            this.subreddits = subreddits;
            this.keywords = keywords;
            keywords.wanted().forEach(keyword -> counts.put(keyword, 0));
        }

        private List<Post> sample(Set<String> unread) {
            if (unread.isEmpty()) {
                return List.of();
            }
            if (unread.size() > MOST_SAMPLED || !samples.tryConsume(1)) {
                unread.forEach(name -> details.put(name, "was never read, and is not sampled now: try again later"));
                return List.of();
            }
            try {
                Listing listing = feed.sample(unread);
                unread.forEach(name -> details.put(
                        name, "was never read: these are its newest posts, and a scan passes over those that are old"));
                details.putAll(listing.unreadable());
                listing.unreached().forEach((name, unreached) -> details.put(name, unreached.why()));
                return listing.posts();
            } catch (SourceException e) {
                unread.forEach(name -> details.put(name, "was never read: " + e.getMessage()));
            } catch (InterruptedException e) {
                unread.forEach(name -> details.put(name, "was never read, and is not sampled: Harken stops"));
                Thread.currentThread().interrupt();
            }
            return List.of();
        }

        private void all(List<Post> sample) {
            Instant until = clock.instant().plus(LONGEST);
            for (Post post : sample) {
                if (isOver(until)) {
                    return;
                }
                search(post);
            }
            long position = Long.MAX_VALUE;
            List<FeedPost> batch;
            do {
                batch = feed.before(position, subreddits, BATCH);
                for (FeedPost one : batch) {
                    if (isOver(until)) {
                        return;
                    }
                    search(one.post());
                    position = one.position();
                }
            } while (batch.size() == BATCH);
        }

        private boolean isOver(Instant until) {
            boolean over = seen.size() >= MOST_SEARCHED || clock.instant().isAfter(until);
            complete &= !over;
            return over;
        }

        private void search(Post post) {
            if (!seen.add(post.id())) {
                return;
            }
            searched.merge(ListingName.of(post), 1, Integer::sum);
            since = post.createdAt().isBefore(since) ? post.createdAt() : since;
            keywords.match(SearchedPost.of(post)).ifPresent(found -> add(post, found));
        }

        private void add(Post post, Match found) {
            Optional<MatchFilter.Reason> refusal = filter.refusal(post);
            if (refusal.isPresent()) {
                skipped.add(refusal.get());
                return;
            }
            matches.add(new Candidate(match(post, found), filter.foldsDuplicates() ? PostKeys.of(post) : Set.of()));
        }

        /** Those that a scan would store, the newest first: it reads the oldest first. */
        private List<Preview.Match> folded() {
            Folds folds = new Folds();
            Deque<Preview.Match> first = new ArrayDeque<>();
            matches.sort(Comparator.comparing(candidate -> candidate.match().postedAt()));
            for (Candidate candidate : matches) {
                folds.add(candidate.match().redditPostId(), candidate.keys())
                        .ifPresentOrElse(
                                other -> skipped.add(MatchFilter.Reason.DUPLICATE),
                                () -> first.push(candidate.match()));
            }
            return List.copyOf(first);
        }

        private Preview preview() {
            List<Preview.Match> stored = folded();
            stored.forEach(match -> match.keywordsMatched().forEach(keyword -> counts.merge(keyword, 1, Integer::sum)));
            return new Preview(
                    seen.size(),
                    stored.size(),
                    skipped.total(),
                    skipped.why(),
                    complete,
                    seen.isEmpty() ? null : since,
                    counts.entrySet().stream()
                            .map(count -> new Preview.KeywordCount(count.getKey(), count.getValue()))
                            .toList(),
                    subreddits.stream()
                            .map(name -> new Preview.Searched(
                                    name,
                                    searched.getOrDefault(name, 0),
                                    Optional.ofNullable(details.get(name)).orElse("")))
                            .toList(),
                    stored.subList(0, Math.min(MOST_SHOWN, stored.size())));
        }
    }

    private record Candidate(Preview.Match match, Set<String> keys) {}

    private static Preview.Match match(Post post, Match found) {
        String text = post.text();
        int end = text.offsetByCodePoints(0, Math.min(SHOWN_TEXT, text.codePointCount(0, text.length())));
        return new Preview.Match(
                post.id(),
                post.kind(),
                post.subreddit(),
                post.title(),
                text.substring(0, end),
                post.author(),
                post.permalink(),
                post.createdAt(),
                found.keywords(),
                found.highlights().within(post.isComment() ? 0 : post.title().length(), end));
    }
}
