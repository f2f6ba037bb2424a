package dev.harken.monitoring.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.reddit.Listing;
import dev.harken.monitoring.reddit.ListingName;
import dev.harken.monitoring.reddit.Post;
import dev.harken.monitoring.reddit.PostSource;
import dev.harken.monitoring.reddit.Presence;
import dev.harken.monitoring.reddit.SourceException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads subreddits for all configs together, so that what Reddit is asked grows with the subreddits and not with those
 * who listen to them. Whoever needs some that are due reads them, and along with them all others that are.
 *
 * <p>Each reading begins a little before where the last whole one ended, and what was read is kept before that end is
 * moved. So a reading that was cut off anywhere is made good by the next, and a post that is read twice is kept once.
 * Thread-safe; several processes share the work by leases.
 */
public final class Feed {
    /** How long posts are kept, and so how far back a config's keywords can be tried. */
    private static final Duration KEPT = Duration.ofDays(7);

    private static final Duration GAPS_KEPT = Duration.ofDays(30);

    /** In SQL, the name as the feed has it of what stands between the commas in a config's {@code subreddit}s. */
    public static final String NAME = "regexp_replace(lower(btrim(subreddit)), '^/?r/|/$', '', 'g')";

    /** In SQL, what each row of {@code client_configs} listens to, of which {@link #LISTING} makes the names. */
    public static final String LISTENED =
            """
            cross join lateral unnest(string_to_array(reddit_subreddits, ',')) as subreddit
            cross join lateral unnest(
              case when include_comments then array['', '/comments'] else array[''] end) as listing
            """;

    /** In SQL, the name of a listing as the feed has it. */
    public static final String LISTING = NAME + " || listing";

    /** Reddit lists a post some time after it was made, and its clock may differ from ours. */
    private static final Duration OVERLAP = Duration.ofMinutes(2);

    private static final Duration RULES_KEPT = Duration.ofDays(1);
    private static final Duration RULES_RETRIED_AFTER = Duration.ofHours(1);

    /** Subreddits that are read by themselves after a reading: each is a call. */
    private static final int MOST_ALONE = 5;

    private static final Duration ALONE_EVERY = Duration.ofDays(1);

    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(15);

    /** Answers without any post of what had some, after which it is taken for empty: within about an hour. */
    private static final int EMPTY_ANSWERS_BELIEVED = 6;

    private static final String EMPTY = "showed no post at all, though it had some; it is asked again";

    private static final int MOST_AT_ONCE = 1000;
    private static final int BATCH = 500;
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    private final Transactions transactions;
    private final PostSource source;
    private final FeedPostDao posts;
    private final FeedSubredditDao subreddits;
    private final SubredditRuleDao rules = new SubredditRuleDao();
    private final PostCheckDao checks = new PostCheckDao();
    private final Duration lease;
    private final Duration oldest;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();

    /**
     * Prepares.
     *
     * @param lease how long a process has subreddits to itself, after which it is taken for dead; a reading that takes
     *     longer may be done by another process too, which harms nobody
     * @param oldest the age of posts that are kept when they are seen first; what appeared since the last reading is
     *     kept whatever its age
     */
    public Feed(
            Transactions transactions,
            PostSource source,
            ObjectMapper mapper,
            Duration lease,
            Duration oldest,
            Clock clock) {
        this.transactions = transactions;
        this.source = source;
        this.posts = new FeedPostDao(mapper);
        this.subreddits = new FeedSubredditDao(mapper);
        this.lease = lease;
        this.oldest = oldest;
        this.clock = clock;
    }

    /** The name of the source: {@code reddit} or {@code sample}. */
    public String source() {
        return source.name();
    }

    /** The names as the feed has them, each once. */
    public static Set<String> names(Collection<String> subreddits) {
        Set<String> names = new TreeSet<>();
        subreddits.forEach(name -> names.add(name.strip().toLowerCase(Locale.ROOT)));
        names.remove("");
        return names;
    }

    /** As {@link #names(Collection)}, with the comments of each if they are wanted. */
    public static Set<String> names(Collection<String> subreddits, boolean comments) {
        Set<String> names = names(subreddits);
        if (comments) {
            names(subreddits).forEach(name -> names.add(name + ListingName.COMMENTS));
        }
        return names;
    }

    /** Makes what a config listens to due, but for what was read in the last half minute. */
    public void ask(long configId) {
        transactions.record(Tenant.EVERY, session -> subreddits.ask(session, configId, clock.instant()));
    }

    /**
     * Reads those of the subreddits that are due, and with them all others that are. Waits while another thread of this
     * process reads.
     *
     * @param names as {@link #names} has them
     * @return false when another process is reading some of them; what it reads is there when it is asked again
     * @throws SourceException when nothing could be read
     */
    public boolean read(Set<String> names) throws SourceException, InterruptedException {
        reading.lockInterruptibly();
        try {
            Instant now = clock.instant();
            Map<String, Instant> leased = transactions.recorded(
                    Tenant.EVERY, session -> subreddits.lease(session, names, now, now.plus(lease), MOST_AT_ONCE));
            if (!leased.isEmpty()) {
                read(leased, now);
            }
            if (leased.size() > 1 && source.isLive()) {
                readAlone(leased.keySet());
            }
            return !transactions.read(Tenant.EVERY, session -> subreddits.isLeased(session, names, clock.instant()));
        } finally {
            reading.unlock();
        }
    }

    /**
     * A subreddit's rules as last read, a rule a line, without asking Reddit: an empty text when it has none, and empty
     * when they were never read.
     */
    public Optional<String> knownRules(String subreddit) {
        String name = subreddit.strip().toLowerCase(Locale.ROOT);
        return transactions
                .read(Tenant.EVERY, session -> rules.of(session, name))
                .filter(SubredditRuleDao.Rules::isRead)
                .map(SubredditRuleDao.Rules::text);
    }

    /**
     * What a subreddit asks of who writes there, a rule a line, as read within the last day if it could be.
     *
     * @return empty when it has no rules, and when they are not known
     */
    public String rules(String subreddit) throws InterruptedException {
        String name = subreddit.strip().toLowerCase(Locale.ROOT);
        Optional<SubredditRuleDao.Rules> known = transactions.read(Tenant.EVERY, session -> rules.of(session, name));
        Instant now = clock.instant();
        if (known.isPresent() && now.isBefore(known.get().dueAt())) {
            return known.get().text();
        }
        Optional<String> read = Optional.empty();
        Instant dueAt = now.plus(RULES_KEPT);
        try {
            read = source.rules(name);
        } catch (SourceException e) {
            LOG.warn("feed: rules of subreddit={} could not be read: {}", name, e.getMessage());
            dueAt = now.plus(RULES_RETRIED_AFTER);
        }
        SubredditRuleDao.Rules kept = new SubredditRuleDao.Rules(
                read.or(() -> known.map(SubredditRuleDao.Rules::text)).orElse(""),
                read.isPresent() || known.filter(SubredditRuleDao.Rules::isRead).isPresent(),
                dueAt);
        transactions.record(Tenant.EVERY, session -> rules.store(session, name, kept));
        return kept.text();
    }

    private void read(Map<String, Instant> leased, Instant now) throws SourceException, InterruptedException {
        try {
            Map<String, Instant> since = new LinkedHashMap<>();
            leased.forEach((name, covered) ->
                    since.put(name, ListingName.isEverywhere(name) ? Instant.MAX : covered.minus(OVERLAP)));
            Listing listing = source.read(since);
            List<Post> kept = keep(listing.posts(), since);
            settle(leased, listing, now);
            LOG.info(
                    "feed: source={} subreddits={} posts={} old={} unreadable={} unreached={} gaps={}",
                    source.name(),
                    leased.size(),
                    listing.posts().size(),
                    listing.posts().size() - kept.size(),
                    listing.unreadable().size(),
                    listing.unreached().size(),
                    listing.gaps().size());
        } catch (SourceException e) {
            settle(leased.keySet().stream().map(name -> failure(name, e)).toList());
            throw e;
        } catch (InterruptedException | RuntimeException e) {
            settle(leased.keySet().stream()
                    .map(name ->
                            notRead(name, Coverage.UNKNOWN, "its last reading was broken off", false, Duration.ZERO))
                    .toList());
            throw e;
        }
    }

    /**
     * Those of whose list the source showed nothing at all, though they had posts: no answer that "nothing new" could be
     * told from. With how many such answers there were before.
     */
    private Map<String, Integer> empty(Set<String> names, Listing listing) {
        Set<String> unseen = new TreeSet<>(names);
        unseen.removeAll(listing.newest().keySet());
        unseen.removeAll(listing.unreadable().keySet());
        unseen.removeAll(listing.unreached().keySet());
        return unseen.isEmpty() || !source.isLive()
                ? Map.of()
                : transactions.read(Tenant.EVERY, session -> subreddits.emptyAnswers(session, unseen));
    }

    /**
     * Asks by itself for what showed no post for a day: one that is not there, or not any more, may just be missing from
     * an answer about many.
     */
    private void readAlone(Set<String> names) throws InterruptedException {
        Instant now = clock.instant();
        List<String> unseen = transactions.read(
                Tenant.EVERY, session -> subreddits.unseen(session, names, now.minus(ALONE_EVERY), MOST_ALONE));
        for (String name : unseen) {
            boolean isReadable = true;
            try {
                Listing listing = source.read(Map.of(name, Instant.MAX));
                keep(listing.posts(), Map.of());
                settle(Map.of(name, now), listing, now);
                isReadable = listing.unreadable().isEmpty();
            } catch (SourceException e) {
                LOG.info("feed: not read alone subreddit={}: {}", name, e.getMessage());
            }
            if (isReadable) {
                transactions.record(Tenant.EVERY, session -> subreddits.readAlone(session, name, now));
            }
        }
    }

    /**
     * Stores what is not too old: the newest hundred posts of a quiet subreddit, which each reading shows, may go back for
     * months, and what is kept no longer would come in anew.
     *
     * @param since up to when the listings were known, less the overlap
     */
    private List<Post> keep(List<Post> read, Map<String, Instant> since) {
        Instant least = clock.instant().minus(oldest);
        List<Post> inOrder = read.stream()
                .filter(post -> !post.createdAt().isBefore(least)
                        || !post.createdAt().isBefore(since.getOrDefault(ListingName.of(post), least)))
                .sorted(Comparator.comparing(Post::createdAt))
                .toList();
        for (int from = 0; from < inOrder.size(); from += BATCH) {
            List<Post> batch = inOrder.subList(from, Math.min(from + BATCH, inOrder.size()));
            Instant now = clock.instant();
            transactions.record(Tenant.EVERY, session -> posts.store(session, batch, now));
        }
        return inOrder;
    }

    private void settle(Map<String, Instant> leased, Listing listing, Instant began) {
        Instant now = clock.instant();
        List<Outcome> outcomes = new ArrayList<>();
        Map<String, Integer> empty = empty(leased.keySet(), listing);
        Map<String, Post> newest = newest(listing.posts());
        Map<String, Instant> gaps = new LinkedHashMap<>(listing.gaps());
        leased.keySet().forEach(name -> {
            if (empty.containsKey(name)) {
                boolean isBelieved = empty.get(name) >= EMPTY_ANSWERS_BELIEVED;
                outcomes.add((isBelieved
                                ? outcome(name, listing, began, now)
                                : notRead(name, Coverage.UNKNOWN, EMPTY, true, Duration.ZERO))
                        .empty());
                if (empty.get(name) == EMPTY_ANSWERS_BELIEVED
                        && !leased.get(name).equals(Instant.MAX)) {
                    // It may have been out of sight, and what it had until now is not looked for any more.
                    gaps.put(name, began);
                }
            } else {
                Outcome outcome = outcome(name, listing, began, now);
                outcomes.add(Optional.ofNullable(newest.get(name))
                        .map(outcome::showing)
                        .orElse(outcome));
            }
        });
        transactions.record(Tenant.EVERY, session -> {
            subreddits.settle(session, outcomes, now);
            gaps.forEach((name, ended) -> subreddits.recordGap(session, name, leased.get(name), ended, now));
        });
    }

    /** The newest post of each listing; of one that stands for all or many subreddits, the newest of any. */
    private static Map<String, Post> newest(List<Post> posts) {
        Map<String, Post> newest = new HashMap<>();
        for (Post post : posts) {
            List<String> listings = new ArrayList<>(List.of(ListingName.of(post)));
            PostSource.EVERYWHERE.forEach(name -> listings.add(post.isComment() ? name + ListingName.COMMENTS : name));
            listings.forEach(
                    name -> newest.merge(name, post, BinaryOperator.maxBy(Comparator.comparing(Post::createdAt))));
        }
        return newest;
    }

    private static Outcome outcome(String name, Listing listing, Instant began, Instant now) {
        String blocked = listing.unreadable().get(name);
        if (blocked != null) {
            return new Outcome(name, Coverage.BLOCKED, blocked, now, null, false, 0);
        }
        Listing.Unreached unreached = listing.unreached().get(name);
        if (unreached != null) {
            return notRead(name, coverage(unreached.kind()), unreached.why(), unreached.failed(), Duration.ZERO);
        }
        return new Outcome(
                name, Coverage.FRESH, "", now, known(listing.newest().getOrDefault(name, began), began), false, 0);
    }

    /**
     * Up to when posts are known: to the newest that was listed, since our clock may be ahead of Reddit's, and its list
     * behind its clock; but no longer ago than clocks may differ, or what is quiet would be read back for ever.
     */
    private static Instant known(Instant newest, Instant began) {
        Instant least = began.minus(CLOCKS_DIFFER);
        if (newest.isBefore(least)) {
            return least;
        }
        return newest.isBefore(began) ? newest : began;
    }

    private static Outcome failure(String name, SourceException e) {
        // The budget itself says when there is more of it.
        boolean isThrottled = e.kind() == SourceException.Kind.THROTTLED;
        return notRead(
                name,
                coverage(e.kind()),
                e.getMessage(),
                !isThrottled,
                e.retryAfter().orElse(Duration.ZERO));
    }

    private static Outcome notRead(String name, Coverage state, String why, boolean failed, Duration pause) {
        return new Outcome(name, state, why, null, null, failed, pause.toMillis() / 1000.0);
    }

    private static Coverage coverage(SourceException.Kind kind) {
        return switch (kind) {
            case THROTTLED -> Coverage.THROTTLED;
            case BLOCKED, MISSING -> Coverage.BLOCKED;
            case UNAUTHORIZED, UNAVAILABLE, MALFORMED -> Coverage.UNKNOWN;
        };
    }

    private void settle(List<Outcome> outcomes) {
        Instant now = clock.instant();
        transactions.record(Tenant.EVERY, session -> subreddits.settle(session, outcomes, now));
    }

    /** Whether some of the subreddits were asked for by hand since a time. */
    public boolean isAsked(Set<String> names, Instant since) {
        return transactions.read(Tenant.EVERY, session -> subreddits.isAsked(session, names, since));
    }

    /**
     * How long subreddits are left alone after they could not be read.
     *
     * @param soonest when the first that could not be read is asked for again; empty when all were
     * @param isOfAll whether all of them are left alone
     */
    public record Pause(Optional<Instant> soonest, boolean isOfAll) {}

    /** Which of the subreddits are left alone for now. */
    public Pause pause(Set<String> names) {
        return transactions.read(Tenant.EVERY, session -> subreddits.pause(session, names, clock.instant()));
    }

    /**
     * The posts that follow a position, in their order, at most so many.
     *
     * @param names as {@link #names} has them; every post when one stands for all subreddits
     */
    public List<FeedPost> after(long position, Set<String> names, int most) {
        return transactions.read(Tenant.EVERY, session -> posts.after(session, position, names, most));
    }

    /** The posts that precede a position, the latest first; else as {@link #after}. */
    public List<FeedPost> before(long position, Set<String> names, int most) {
        return transactions.read(Tenant.EVERY, session -> posts.before(session, position, names, most));
    }

    /** Those of the subreddits that were never read, or not for so long that nothing is known of them any more. */
    public Set<String> unread(Set<String> names) {
        return transactions.read(Tenant.EVERY, session -> subreddits.unread(session, names));
    }

    /**
     * The newest posts of subreddits as the source has them now. Nothing of it is kept.
     *
     * @param names few, as {@link #names} has them: each that may not be read costs several calls
     */
    public Listing sample(Set<String> names) throws SourceException, InterruptedException {
        return source.read(names.stream().collect(Collectors.toMap(Function.identity(), name -> Instant.MAX)));
    }

    /** Why some of the subreddits are not fresh; each reason continues a sentence that starts with the name. */
    public Map<String, String> troubles(Set<String> names) {
        return transactions.read(Tenant.EVERY, session -> subreddits.troubles(session, names));
    }

    /** The Reddit ids of the posts that were read last, the latest first. */
    public List<String> readLast(int most) {
        return transactions.read(Tenant.EVERY, session -> posts.last(session, most));
    }

    /** Whether posts are still there, by the source; at most {@value PostSource#MOST_CHECKED}. */
    public Presence check(Collection<String> ids) throws SourceException, InterruptedException {
        return source.check(ids);
    }

    /** Deletes what it has of posts that are gone, and takes the name off those that have no author any more. */
    public void forget(Collection<String> gone, Collection<String> unsigned) {
        Set<String> threads = gone.stream().filter(id -> !Post.isComment(id)).collect(Collectors.toSet());
        transactions.record(Tenant.EVERY, session -> {
            posts.delete(session, gone);
            if (!threads.isEmpty()) {
                posts.untitle(session, threads);
            }
            posts.unsign(session, unsigned);
        });
    }

    /**
     * Deletes what was read longer ago than it is kept, a little in each transaction, sees to it that what is kept is
     * checked, and learns from it how long each subreddit is silent at most.
     */
    public void keepHouse() {
        Instant now = clock.instant();
        int deleted;
        do {
            deleted = transactions.recorded(Tenant.EVERY, session -> posts.thin(session, now.minus(KEPT), BATCH));
        } while (deleted == BATCH);
        transactions.record(Tenant.EVERY, session -> subreddits.thin(session, now.minus(GAPS_KEPT), now));
        if (source.isLive()) {
            transactions.record(Tenant.EVERY, subreddits::learnPauses);
        }
        transactions.record(Tenant.EVERY, checks::track);
        do {
            deleted = transactions.recorded(Tenant.EVERY, session -> checks.forget(session, now, BATCH));
        } while (deleted == BATCH);
    }
}
