package dev.harken.monitoring;

import dev.harken.analytics.AnalyticsEvent;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.clients.Client;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.drafting.DraftingException;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.FeedPositionDao;
import dev.harken.monitoring.feed.FeedPost;
import dev.harken.monitoring.matching.KeywordList;
import dev.harken.monitoring.matching.Match;
import dev.harken.monitoring.matching.MatchFilter;
import dev.harken.monitoring.matching.PostKeys;
import dev.harken.monitoring.matching.SkippedPosts;
import dev.harken.monitoring.notify.OutboxDao;
import dev.harken.monitoring.reddit.Post;
import dev.harken.monitoring.reddit.SourceException;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.NewPost;
import dev.harken.posts.PostDao;
import dev.harken.posts.PostStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One scan of one config: read, match, store, draft. Each step that stores is a transaction of its own, and each can be
 * repeated: a post is kept once in the feed, what was matched is stored with the config's new position in it, a post is
 * stored once for a client, a draft once for a post. So a scan that was cut off is made good by the next. Thread-safe.
 */
final class Scan {
    private static final Logger LOG = LoggerFactory.getLogger(Scan.class);
    private static final Duration DRAFTS_OWED_FOR = Duration.ofDays(1);
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final int MOST_DRAFTS = 200;

    /** A language model takes its time; what is left after this must not keep the next scan waiting. */
    private static final Duration DRAFTS_FOR = Duration.ofMinutes(10);

    /** A config that is new, or listens to something else, begins with what was read in this time. */
    private static final Duration LOOK_BACK = Duration.ofDays(1);

    /** Until the language model has time for this scan, too. */
    private static final Optional<Duration> OTHERS_WRITE = Optional.of(Duration.ofSeconds(30));

    /** Another process reads what this scan needs. */
    private static final Duration SHORTLY = Duration.ofSeconds(5);

    private static final int BATCH = 200;

    /** Scans that wait for a language model at once: the others go on reading and matching, and come back for theirs. */
    static final int MOST_WRITING = 2;

    private final Semaphore writing = new Semaphore(MOST_WRITING);
    private final Transactions transactions;
    private final ConfigDao configs;
    private final PostDao posts;
    private final PostStore store;
    private final ScanRecordDao records;
    private final AnalyticsEventDao events;
    private final AuditDao audit;
    private final Feed feed;
    private final PostMatches matches;
    private final FeedPositionDao positions;
    private final Drafting drafting;
    private final OutboxDao outbox;
    private final Clock clock;

    Scan(
            Transactions transactions,
            ConfigDao configs,
            PostDao posts,
            PostStore store,
            ScanRecordDao records,
            AnalyticsEventDao events,
            AuditDao audit,
            Feed feed,
            PostMatches matches,
            FeedPositionDao positions,
            Drafting drafting,
            OutboxDao outbox,
            Clock clock) {
        this.transactions = transactions;
        this.configs = configs;
        this.posts = posts;
        this.store = store;
        this.records = records;
        this.events = events;
        this.audit = audit;
        this.feed = feed;
        this.matches = matches;
        this.positions = positions;
        this.drafting = drafting;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * Scans a config; what happened is on its scan record.
     *
     * @return the pause after which to try again, if not all of it could be done
     */
    Optional<Duration> run(Listener listener) throws InterruptedException {
        Instant start = clock.instant();
        try {
            return run(listener, start);
        } catch (RuntimeException e) {
            recordFailure(listener.config(), start, e);
            throw e;
        }
    }

    private void recordFailure(ClientConfig config, Instant start, RuntimeException failure) {
        String what = failure.getClass().getSimpleName();
        String why = "broke off and is tried again: " + what + "; the log tells more";
        LOG.error("scan broke off: config={} client={} reason={}", config.id(), config.clientId(), what);
        try {
            record(config, start, new Counts(), "failed", why);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private Optional<Duration> run(Listener listener, Instant start) throws InterruptedException {
        ClientConfig config = listener.config();
        Client client = config.client();
        Set<String> subreddits = Feed.names(config.subreddits(), config.includesComments());
        PostMatches.Listening listening = matches.listen(config);
        StringJoiner trouble = new StringJoiner("; ");
        listening.left().forEach((keyword, why) -> trouble.add("keyword " + keyword + " " + why));
        Counts counts = new Counts();
        String outcome = "done";
        Optional<Duration> retry = Optional.empty();
        try {
            if (!feed.read(subreddits)) {
                return Optional.of(SHORTLY);
            }
            feed.troubles(subreddits).forEach((name, why) -> trouble.add("r/" + name + " " + why));
            Feed.Pause pause = feed.pause(subreddits);
            outcome = pause.isOfAll() ? "failed" : outcome;
            retry = pause.soonest().map(again -> Duration.between(clock.instant(), again));
        } catch (SourceException e) {
            outcome = "failed";
            trouble.add(e.getMessage());
            retry = Optional.of(e.retryAfter().orElse(RETRY));
        }
        if (!match(listener, subreddits, listening, counts)) {
            return Optional.of(SHORTLY);
        }
        List<MatchedPost> owed = owed(config);
        if (!owed.isEmpty() && !drafting.isSlow()) {
            counts.drafted = draft(owed, config, client.name(), trouble);
        } else if (!owed.isEmpty() && writing.tryAcquire()) {
            try {
                counts.drafted = draft(owed, config, client.name(), trouble);
            } finally {
                writing.release();
            }
        } else if (!owed.isEmpty()) {
            trouble.add("drafts wait for the language model, which writes for others");
            retry = sooner(retry, OTHERS_WRITE);
        }
        if (outcome.equals("done") && trouble.length() > 0) {
            outcome = "partly";
        }
        record(config, start, counts, outcome, trouble.toString());
        return isWantedAgain(config, subreddits, start) ? sooner(retry, Optional.of(SHORTLY)) : retry;
    }

    /**
     * What is scanned for.
     *
     * @param position up to where it was matched, as it was before the config was read: who changes the config lets it
     *     begin anew, so that what it listened to before is not stored from there
     */
    record Listener(ClientConfig config, long position) {}

    /** A config with its client, if it is there and active. */
    Optional<Listener> find(long configId) {
        long position = transactions.recorded(
                Tenant.EVERY,
                session -> positions.of(session, configId, clock.instant().minus(LOOK_BACK)));
        Optional<ClientConfig> config = active(configId);
        if (config.isEmpty()) {
            matches.forget(configId);
        }
        return config.map(found -> new Listener(found, position));
    }

    private Optional<ClientConfig> active(long configId) {
        return transactions
                .read(Tenant.EVERY, session -> configs.find(session, configId))
                .filter(ClientConfig::isActive);
    }

    /** Whether the config was changed or asked for meanwhile, when nobody could plan the scan that was running. */
    private boolean isWantedAgain(ClientConfig config, Set<String> subreddits, Instant start) {
        boolean isSame = active(config.id())
                .filter(now -> now.updatedAt().equals(config.updatedAt()))
                .isPresent();
        return !isSame || feed.isAsked(subreddits, start);
    }

    /**
     * Matches what was read since the config's position.
     *
     * @return false when another scan moved the position, or the config listens to something else by now
     */
    private boolean match(Listener listener, Set<String> subreddits, PostMatches.Listening listening, Counts counts) {
        ClientConfig config = listener.config();
        long position = listener.position();
        List<FeedPost> batch;
        do {
            long from = position;
            batch = feed.after(position, subreddits, BATCH);
            if (!batch.isEmpty()) {
                List<NewPost> matched = matched(listening, config.filter(), batch, counts.skipped);
                position = batch.get(batch.size() - 1).position();
                Optional<PostStore.Stored> stored = store(config, matched, from, position);
                if (stored.isEmpty()) {
                    return false;
                }
                counts.fetched += batch.size();
                int folded = stored.get().folded();
                counts.matched += matched.size() - folded;
                counts.stored += stored.get().ids().size();
                counts.skipped.add(MatchFilter.Reason.DUPLICATE, folded);
            }
        } while (batch.size() == BATCH);
        return true;
    }

    private List<NewPost> matched(
            PostMatches.Listening listening, MatchFilter filter, List<FeedPost> read, SkippedPosts skipped) {
        List<Optional<Match>> found = matches.match(listening, read);
        List<NewPost> matched = new ArrayList<>();
        for (int i = 0; i < read.size(); i++) {
            Post post = read.get(i).post();
            found.get(i).ifPresent(match -> filter.refusal(post)
                    .ifPresentOrElse(skipped::add, () -> matched.add(newPost(post, match))));
        }
        return matched;
    }

    private static NewPost newPost(Post post, Match match) {
        return new NewPost(
                post.subreddit(),
                post.id(),
                post.title(),
                post.url(),
                post.permalink(),
                post.author(),
                post.text(),
                asManyAsFit(match.keywords()),
                match.highlights(),
                post.score(),
                post.comments(),
                post.createdAt(),
                PostKeys.of(post));
    }

    private static String asManyAsFit(List<String> found) {
        int many = found.size();
        while (KeywordList.join(found.subList(0, many)).length() > NewPost.LONGEST) {
            many--;
        }
        return KeywordList.join(found.subList(0, many));
    }

    /** Stores matches and moves on, in one transaction; answers what became of them. */
    private Optional<PostStore.Stored> store(ClientConfig config, List<NewPost> matched, long from, long to) {
        long clientId = config.clientId();
        if (matched.isEmpty()) {
            boolean moved = transactions.recorded(
                    Tenant.of(clientId), session -> positions.advance(session, config.id(), from, to));
            return moved ? Optional.of(new PostStore.Stored(List.of(), 0)) : Optional.empty();
        }
        return transactions.write(Tenant.of(clientId), session -> {
            // Before the position, as they go when a client is deleted.
            store.lock(session, clientId);
            if (!positions.advance(session, config.id(), from, to)) {
                return Optional.empty();
            }
            PostStore.Stored result = store.store(
                    session, clientId, config.id(), matched, config.filter().foldsDuplicates());
            List<Long> stored = result.ids();
            outbox.enqueue(session, clientId, stored);
            events.record(
                    session,
                    stored.stream()
                            .map(id -> new AnalyticsEvent(
                                    clientId, "post_matched", Map.of("post_id", id, "config_id", config.id())))
                            .toList());
            audit.record(
                    session,
                    stored.stream()
                            .map(id -> AuditRecord.byHarken(clientId, "post.matched", "post", id))
                            .toList());
            return Optional.of(result);
        });
    }

    /** What is left alone since it failed is so however soon a scan comes back. */
    private static Optional<Duration> sooner(Optional<Duration> one, Optional<Duration> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    /** Every recent post that the config matched and that has no draft, also those that an earlier scan left behind. */
    private List<MatchedPost> owed(ClientConfig config) {
        Instant since = clock.instant().minus(DRAFTS_OWED_FOR);
        return transactions.read(
                Tenant.of(config.clientId()),
                session -> posts.undrafted(session, config.clientId(), config.id(), since, MOST_DRAFTS));
    }

    private int draft(List<MatchedPost> owed, ClientConfig config, String clientName, StringJoiner trouble)
            throws InterruptedException {
        ReplyPlan plan = ReplyPlan.of(config, trouble);
        int drafted = 0;
        Instant end = clock.instant().plus(DRAFTS_FOR);
        for (MatchedPost post : owed) {
            if (clock.instant().isAfter(end)) {
                break;
            }
            try {
                if (drafting.draftIfRelevant(post, clientName, plan, AuditRecord::byHarken)
                        .isPresent()) {
                    drafted++;
                }
            } catch (DraftingException e) {
                trouble.add("post " + post.id() + " " + e.getMessage());
                if (e.kind() == DraftingException.Kind.STOPPED) {
                    trouble.add("drafting stopped there");
                    break;
                }
            }
        }
        return drafted;
    }

    private void record(ClientConfig config, Instant start, Counts counts, String outcome, String detail) {
        ScanRecord record = new ScanRecord(
                config.id(),
                config.clientId(),
                start,
                clock.instant(),
                counts.fetched,
                counts.matched,
                counts.stored,
                counts.drafted,
                counts.skipped.total(),
                counts.skipped.why(),
                outcome,
                detail);
        transactions.record(Tenant.EVERY, session -> records.store(session, record));
        LOG.info(
                "scan: config={} client={} source={} outcome={} fetched={} matched={} stored={} drafted={} ms={}",
                record.configId(),
                record.clientId(),
                feed.source(),
                record.outcome(),
                record.fetched(),
                record.matched(),
                record.stored(),
                record.drafted(),
                Duration.between(record.startedAt(), record.finishedAt()).toMillis());
    }

    private static final class Counts {
        private int fetched;
        private int matched;
        private int stored;
        private int drafted;
        private final SkippedPosts skipped = new SkippedPosts();
    }
}
