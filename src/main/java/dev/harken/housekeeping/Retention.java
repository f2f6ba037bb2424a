package dev.harken.housekeeping;

import com.codahale.metrics.Counter;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.database.Work;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the posts that a client keeps no longer, with their drafts, by their age and by their number.
 *
 * <p>A batch is a transaction of its own, which passes over what others hold and waits half a second for anything else.
 * Each client has its turn once a round, so that one with very much to remove does not keep others waiting. A run ends
 * after its time; what is left is for the next. Safe to run in several processes; the scheduler sees to it that one does.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    static final String JOB = "remove-old-posts";

    /**
     * Whatever the limits: until then, a post may still be told. A digest collects it for a day, and is tried for three;
     * one is left for a downtime.
     */
    static final Duration ALWAYS_KEPT = Duration.ofDays(5);

    private static final Comparator<RetentionDao.Cut> ORDER =
            Comparator.comparing(RetentionDao.Cut::at).thenComparing(RetentionDao.Cut::id);

    private final Transactions transactions;
    private final RetentionDao dao;
    private final AuditDao audit;
    private final Counter removedPosts;
    private final HousekeepingFactory settings;
    private final Clock clock;

    /** @param removedPosts grows by the posts that this process removes */
    Retention(
            Transactions transactions,
            RetentionDao dao,
            AuditDao audit,
            Counter removedPosts,
            HousekeepingFactory settings,
            Clock clock) {
        this.transactions = transactions;
        this.dao = dao;
        this.audit = audit;
        this.removedPosts = removedPosts;
        this.settings = settings;
        this.clock = clock;
    }

    /** The job: now and then, in one process at a time. */
    RecurringTask<Void> task() {
        return Tasks.recurring(JOB, FixedDelay.of(settings.getPause().toJavaDuration()))
                .execute((instance, context) -> {
                    Work.begin(JOB);
                    try {
                        run();
                    } finally {
                        Work.end();
                    }
                });
    }

    /** Removes what is due, as much as there is time for. What fails is told in the log and tried by the next run. */
    void run() {
        Instant start = clock.instant();
        Instant end = start.plus(settings.getLongest().toJavaDuration());
        boolean complete = true;
        Map<Long, RetentionDao.Cut> cuts = new HashMap<>();
        List<RetentionDao.Kept> due = new ArrayList<>(transactions.read(Tenant.EVERY, dao::clients));
        Map<Long, Long> removed = new TreeMap<>();
        while (!due.isEmpty() && isTimeLeft(end)) {
            for (RetentionDao.Kept one : List.copyOf(due)) {
                if (!isTimeLeft(end)) {
                    break;
                }
                long client = one.clientId();
                try {
                    if (!cuts.containsKey(client)) {
                        cut(one, start).ifPresent(cut -> cuts.put(client, cut));
                    }
                    int many = cuts.containsKey(client) ? removeSome(client, cuts.get(client)) : 0;
                    removed.merge(client, (long) many, Long::sum);
                    if (many < settings.getBatch()) {
                        due.remove(one);
                    }
                } catch (RuntimeException e) {
                    complete = false;
                    due.remove(one);
                    LOG.warn("retention broken off: client={}", client, e);
                }
            }
        }
        removed.values().removeIf(many -> many == 0);
        record(start, removed, !due.isEmpty() ? "unfinished" : complete ? "done" : "partly");
    }

    /** An interrupt is the scheduler's: the process stops. */
    private boolean isTimeLeft(Instant end) {
        return clock.instant().isBefore(end) && !Thread.currentThread().isInterrupted();
    }

    /**
     * Up to where a client's posts go: by whichever of its limits removes more, but none that has to stay; empty when it
     * has none to remove. To try a batch that removes nothing would have the client's lists forgotten wherever they are kept.
     */
    private Optional<RetentionDao.Cut> cut(RetentionDao.Kept kept, Instant now) {
        long client = kept.clientId();
        RetentionDao.Cut latest = new RetentionDao.Cut(now.minus(ALWAYS_KEPT), 0);
        return transactions.read(Tenant.of(client), session -> {
            List<RetentionDao.Cut> cuts = new ArrayList<>();
            kept.days().ifPresent(days -> cuts.add(new RetentionDao.Cut(now.minus(Duration.ofDays(days)), 0)));
            kept.posts().ifPresent(posts -> dao.beyond(session, client, posts).ifPresent(cuts::add));
            return cuts.stream()
                    .max(ORDER)
                    .map(cut -> ORDER.compare(cut, latest) < 0 ? cut : latest)
                    .filter(cut -> dao.isAny(session, client, cut));
        });
    }

    private int removeSome(long client, RetentionDao.Cut cut) {
        int removed = transactions.write(Tenant.of(client), session -> {
            dao.beShort(session);
            List<Long> ids = dao.lock(session, client, cut, settings.getBatch());
            return ids.isEmpty() ? 0 : dao.remove(session, client, ids, clock.instant());
        });
        removedPosts.inc(removed);
        return removed;
    }

    private void record(Instant start, Map<Long, Long> removed, String outcome) {
        Instant now = clock.instant();
        long sum = removed.values().stream().mapToLong(Long::longValue).sum();
        transactions.record(Tenant.EVERY, session -> {
            dao.record(session, new RetentionDao.Run(JOB, start, now, removed.size(), sum, outcome));
            audit.record(
                    session,
                    removed.entrySet().stream()
                            .map(one -> AuditRecord.byHarken(
                                    one.getKey(),
                                    "posts.removed",
                                    "client",
                                    one.getKey(),
                                    Map.of("posts", Long.toString(one.getValue()))))
                            .toList());
        });
        removed.forEach((client, many) -> LOG.info("posts removed: client={} posts={}", client, many));
        LOG.info(
                "retention: clients={} posts={} outcome={} ms={}",
                removed.size(),
                sum,
                outcome,
                Duration.between(start, now).toMillis());
    }
}
