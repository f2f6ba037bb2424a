package dev.harken.posts;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.clients.ClientDao;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.matching.Folds;
import dev.harken.monitoring.reddit.Post;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.Session;

/**
 * What scans find, on its way to a client: each post once, by itself or folded into one that says the same. All that
 * stores or folds posts of a client holds its row until the commit, so that two scans at once see each other's posts.
 * Thread-safe.
 */
public final class PostStore {
    /** What says the same later than this after the first counts as new. */
    static final Duration FOLDED_FOR = Duration.ofDays(7);

    private static final int BATCH = 500;

    private final ClientDao clients;
    private final PostDao posts;
    private final FoldedPostDao folded;
    private final GonePostDao gone;
    private final PostKeyDao keys;
    private final Clock clock;

    public PostStore(ClientDao clients, PostDao posts, ObjectMapper mapper, Clock clock) {
        this.clients = clients;
        this.posts = posts;
        this.folded = new FoldedPostDao(mapper);
        this.gone = new GonePostDao(clock);
        this.keys = new PostKeyDao(mapper);
        this.clock = clock;
    }

    /** Lets nobody else store or purge posts of a client until the transaction ends. */
    public void lock(Session session, long clientId) {
        clients.lock(session, clientId);
    }

    /**
     * Stores posts that a config matched, but for those that the client has already, also when they are gone and no other
     * took their place, or had until retention removed them. {@link #lock}s the client.
     *
     * @param foldsDuplicates false to give each a place of its own, also those that are folded so far
     */
    public Stored store(Session session, long clientId, long configId, List<NewPost> matched, boolean foldsDuplicates) {
        lock(session, clientId);
        List<String> ids = matched.stream().map(NewPost::redditPostId).toList();
        // First: it waits for what retention removes just now, which the next statement then sees.
        Set<String> passedOver = new HashSet<>(posts.known(session, clientId, ids));
        FoldedPostDao.Had had = folded.had(session, clientId, ids);
        passedOver.addAll(had.removed());
        int skipped = 0;
        if (foldsDuplicates) {
            passedOver.addAll(had.folded());
            skipped = had.folded().size();
        } else if (!had.folded().isEmpty()) {
            passedOver.addAll(had.folded());
            folded.delete(session, clientId, had.folded()).forEach(passedOver::remove);
        }
        List<NewPost> unknown = matched.stream()
                .filter(post -> !passedOver.contains(post.redditPostId()))
                .toList();
        if (unknown.isEmpty()) {
            return new Stored(List.of(), skipped);
        }
        Set<String> asked =
                unknown.stream().flatMap(post -> post.keys().stream()).collect(Collectors.toSet());
        Folds folds =
                new Folds(keys.firsts(session, clientId, asked, clock.instant().minus(FOLDED_FOR)));
        List<NewPost> apart = new ArrayList<>();
        Map<NewPost, String> duplicates = new LinkedHashMap<>();
        for (NewPost post : unknown) {
            if (foldsDuplicates) {
                folds.add(post.redditPostId(), post.keys())
                        .ifPresentOrElse(first -> duplicates.put(post, first), () -> apart.add(post));
            } else {
                folds.addApart(post.redditPostId(), post.keys());
                apart.add(post);
            }
        }
        List<Long> stored = posts.store(session, clientId, configId, apart);
        if (!duplicates.isEmpty()) {
            folded.store(session, clientId, configId, duplicates);
        }
        if (!folds.added().isEmpty()) {
            keys.claim(session, clientId, folds.added());
        }
        return new Stored(stored, skipped + duplicates.size());
    }

    /** Posts that are folded into one, the oldest first, at most {@value FoldedPostDao#MOST_SHOWN}. */
    List<AlsoIn> alsoIn(Session session, MatchedPost post) {
        return folded.of(session, post.clientId(), post.id());
    }

    /** The clients that have text of Reddit posts that are gone, or the author's name on one of those without any more. */
    public List<Long> clientsWith(Session session, Collection<String> gonePosts, Collection<String> unsigned) {
        return gone.clients(session, gonePosts, unsigned);
    }

    /**
     * Deletes what a client has of posts that are gone from Reddit. Where others are folded into one that is gone, the
     * oldest of them takes its place. {@link #lock}s the client.
     *
     * @return what lost its text, so that what was written for it has to go too
     */
    public Purged purge(Session session, long clientId, Collection<String> redditPostIds) {
        lock(session, clientId);
        folded.delete(session, clientId, redditPostIds);
        Set<String> threads =
                redditPostIds.stream().filter(id -> !Post.isComment(id)).collect(Collectors.toSet());
        if (!threads.isEmpty()) {
            gone.untitle(session, clientId, threads);
            folded.untitle(session, clientId, threads);
        }
        List<Long> replaced = gone.replace(session, clientId, redditPostIds);
        return new Purged(gone.purge(session, clientId, redditPostIds), replaced);
    }

    /** Takes the author's name off a client's posts. */
    public void unsign(Session session, long clientId, Collection<String> redditPostIds) {
        gone.unsign(session, clientId, redditPostIds);
        folded.unsign(session, clientId, redditPostIds);
    }

    /** Forgets what posts were known by longer ago than others are folded into them, a little in each transaction. */
    public void thinKeys(Transactions transactions) {
        Instant before = clock.instant().minus(FOLDED_FOR);
        int deleted;
        do {
            deleted = transactions.recorded(Tenant.EVERY, session -> keys.thin(session, before, BATCH));
        } while (deleted == BATCH);
    }

    /**
     * What became of matched posts.
     *
     * @param ids of those that are new to the client and stand by themselves
     * @param folded how many are folded into another, now or before
     */
    public record Stored(List<Long> ids, int folded) {
        public Stored {
            ids = List.copyOf(ids);
        }
    }

    /**
     * What became of posts that are gone from Reddit, by their ids.
     *
     * @param emptied those of which only the address is left
     * @param replaced those whose place another took
     */
    public record Purged(List<Long> emptied, List<Long> replaced) {
        public Purged {
            emptied = List.copyOf(emptied);
            replaced = List.copyOf(replaced);
        }
    }
}
