package dev.harken.monitoring;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.PostCheckDao;
import dev.harken.monitoring.reddit.PostSource;
import dev.harken.monitoring.reddit.Presence;
import dev.harken.monitoring.reddit.SourceException;
import dev.harken.posts.PostStore;
import dev.harken.responses.ResponseDao;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes here what was deleted on Reddit, within 48 hours, as the terms of Reddit's data want it: every post of which
 * text is kept is asked for once a day. Each step can be repeated, and the next check is planned only when all was done;
 * so one that was cut off is made good by the next. Thread-safe.
 */
final class DeletedPosts {
    private static final Logger LOG = LoggerFactory.getLogger(DeletedPosts.class);

    /** A tenth of what Reddit allows, when it is run once a minute: enough for a million posts a day. */
    private static final int MOST_CALLS = 10;

    /** What is absent from an answer counts as gone when it is absent again: an answer may be short. */
    private static final Duration ABSENT_AGAIN = Duration.ofHours(6);

    /** Of the posts that were read last, those that tell an answer of nothing from a fault. */
    private static final int CONTROLS = 5;

    /** What is absent from faulty answers counts as gone after so long: four checks, 42 hours after it was found last. */
    private static final Duration DOUBTED_FOR = Duration.ofHours(18);

    private final Transactions transactions;
    private final Feed feed;
    private final PostCheckDao checks;
    private final PostStore store;
    private final ResponseDao responses;
    private final AuditDao audit;
    private final Clock clock;
    private int failures;
    private Instant askedAgainAt = Instant.MIN;

    DeletedPosts(
            Transactions transactions,
            Feed feed,
            PostCheckDao checks,
            PostStore store,
            ResponseDao responses,
            AuditDao audit,
            Clock clock) {
        this.transactions = transactions;
        this.feed = feed;
        this.checks = checks;
        this.store = store;
        this.responses = responses;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Checks the posts that are due, as many as a few calls can ask for. While Reddit fails, it is left alone as {@link
     * BackOff} says.
     */
    synchronized void purge() {
        if (clock.instant().isBefore(askedAgainAt)) {
            return;
        }
        try {
            int asked = PostSource.MOST_CHECKED;
            for (int call = 0; call < MOST_CALLS && asked == PostSource.MOST_CHECKED; call++) {
                asked = purgeSome();
            }
            failures = 0;
        } catch (SourceException e) {
            askedAgainAt = clock.instant().plus(e.retryAfter().orElse(Duration.ZERO));
            // The budget itself says when there is more of it.
            if (e.kind() != SourceException.Kind.THROTTLED) {
                askedAgainAt = max(askedAgainAt, clock.instant().plus(BackOff.pause(failures)));
                failures++;
            }
            LOG.info("posts not checked: kind={} why=\"{}\"", e.kind(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Instant max(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Answers how many it asked for, if it makes sense to go on. */
    private int purgeSome() throws SourceException, InterruptedException {
        List<String> due = transactions.read(
                Tenant.EVERY, session -> checks.due(session, clock.instant(), PostSource.MOST_CHECKED));
        Presence found = feed.check(due);
        boolean doubtful = isDoubtful(due, found);
        Instant absentUntil = doubtful ? clock.instant().minus(DOUBTED_FOR) : clock.instant();
        List<String> absentAgain =
                transactions.read(Tenant.EVERY, session -> checks.absentSince(session, found.absent(), absentUntil));
        Set<String> gone = new HashSet<>(found.gone());
        gone.addAll(absentAgain);
        forget(gone, found.unsigned());
        Set<String> absent = new HashSet<>(found.absent());
        absent.removeAll(gone);
        List<String> settled = new ArrayList<>(due);
        settled.removeAll(absent);
        Instant now = clock.instant();
        transactions.record(Tenant.EVERY, session -> {
            checks.plan(session, settled, false, now, now.plus(PostCheckDao.INTERVAL));
            checks.plan(session, absent, true, now, now.plus(ABSENT_AGAIN));
        });
        if (!due.isEmpty()) {
            LOG.info(
                    "posts checked: asked={} gone={} absent={} unsigned={}",
                    due.size(),
                    gone.size(),
                    absent.size(),
                    found.unsigned().size());
        }
        // More of the same would cost two calls for each hundred.
        return doubtful ? 0 : due.size();
    }

    /** Whether an answer knows none of the posts asked for, nor any of others that were there a moment ago, if there are. */
    private boolean isDoubtful(List<String> due, Presence found) throws SourceException, InterruptedException {
        if (due.isEmpty() || found.absent().size() < due.size()) {
            return false;
        }
        List<String> controls = feed.readLast(due.size() + CONTROLS).stream()
                .filter(id -> !due.contains(id))
                .limit(CONTROLS)
                .toList();
        boolean doubtful = controls.isEmpty() || feed.check(controls).absent().size() == controls.size();
        if (doubtful) {
            LOG.warn("posts checked: Reddit knows none of asked={} nor of controls={}", due.size(), controls.size());
        }
        return doubtful;
    }

    private void forget(Set<String> gone, Set<String> unsigned) {
        if (gone.isEmpty() && unsigned.isEmpty()) {
            return;
        }
        // The feed first: a scan that began before may still store what it read there, which the next check finds.
        feed.forget(gone, unsigned);
        List<Long> clients = transactions.read(Tenant.EVERY, session -> store.clientsWith(session, gone, unsigned));
        for (long client : clients) {
            transactions.change(Tenant.of(client), session -> {
                PostStore.Purged purged = store.purge(session, client, gone);
                responses.purge(session, client, purged.emptied());
                responses.discard(session, client, purged.replaced());
                store.unsign(session, client, unsigned);
                audit.record(session, records(client, "post.purged", purged.emptied()));
                audit.record(session, records(client, "post.replaced", purged.replaced()));
            });
        }
    }

    private static List<AuditRecord> records(long client, String action, List<Long> ids) {
        return ids.stream()
                .map(id -> AuditRecord.byHarken(client, action, "post", id))
                .toList();
    }
}
