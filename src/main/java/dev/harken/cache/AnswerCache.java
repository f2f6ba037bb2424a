package dev.harken.cache;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import dev.harken.database.CommitListener;
import dev.harken.database.Tenant;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps answers for a time, each under its tenant, until a write of that tenant.
 *
 * <p>An answer is never older than its caller's last write, through whatever process of a shared store. An answer that
 * many ask for at once is made once in each process. A store that is out of reach costs an answer some milliseconds and
 * never its success. Safe for use by several threads.
 */
public final class AnswerCache implements CommitListener {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);

    private final Optional<AnswerStore> store;
    private final Map<AnswerKind, Duration> times;
    private final CommitListener foreignWrites;
    private final Generations ownWrites = new Generations();
    /** The store's generation that was last seen of each tenant. */
    private final ConcurrentMap<Tenant, Generation> seen = new ConcurrentHashMap<>();

    private final ConcurrentMap<Making, CompletableFuture<Answer>> makings = new ConcurrentHashMap<>();
    private final Meter hits;
    private final Meter misses;
    private final Meter failures;
    private final Meter shared;
    private final Timer finds;

    /**
     * @param store empty to keep nothing
     * @param times how long an answer of each kind is kept
     * @param foreignWrites is told of a tenant whose rows somebody wrote since they were last asked for here, before an
     *     answer is made of them; of this process's own writes as well
     */
    AnswerCache(
            Optional<AnswerStore> store,
            Map<AnswerKind, Duration> times,
            CommitListener foreignWrites,
            MetricRegistry metrics) {
        this.store = store;
        this.times = Map.copyOf(times);
        this.foreignWrites = foreignWrites;
        this.hits = metrics.meter("cache.hits");
        this.misses = metrics.meter("cache.misses");
        this.failures = metrics.meter("cache.failures");
        this.shared = metrics.meter("cache.shared");
        this.finds = metrics.timer("cache.finds");
        store.ifPresent(kept -> {
            // Null is no number: what is not known is not told.
            metrics.gauge(
                    "cache.entries",
                    () -> () -> kept.size().map(AnswerStore.Size::entries).orElse(null));
            metrics.gauge(
                    "cache.bytes",
                    () -> () -> kept.size().map(AnswerStore.Size::bytes).orElse(null));
            metrics.gauge("cache.held.bytes", () -> () -> kept.held().bytes());
        });
    }

    /** What there is to know of it now. */
    public CacheFacts facts() {
        Optional<AnswerStore.Size> size = store.flatMap(AnswerStore::size);
        return new CacheFacts(
                store.map(AnswerStore::place).orElse(null),
                store.flatMap(AnswerStore::breaker).orElse(null),
                hits.getCount(),
                misses.getCount(),
                shared.getCount(),
                failures.getCount(),
                finds.getSnapshot().get95thPercentile() / 1e6,
                size.map(AnswerStore.Size::entries).orElse(null),
                size.map(AnswerStore.Size::bytes).orElse(null),
                store.map(kept -> kept.held().bytes()).orElse(0L),
                times);
    }

    /** A cache that keeps nothing, and makes each answer when it is asked for. */
    public static AnswerCache none() {
        return new AnswerCache(Optional.empty(), Map.of(), tenant -> {}, new MetricRegistry());
    }

    /**
     * Looks for what is kept to a question, once for a request: a store that is away costs its time-out each time.
     *
     * @param question what is asked, whole: what differs in it may differ in its answer
     */
    public Look look(Tenant tenant, String question) {
        // Before the store is asked: a making that began before one's own write is not joined after it.
        Generation own = ownWrites.of(tenant);
        return new Look(tenant, question, own, store.flatMap(kept -> find(kept, tenant, question)));
    }

    /** The answer that was found; empty when it has to be made, which counts as no miss yet. */
    public Optional<Answer> kept(Look look) {
        Optional<Answer> kept = look.found().flatMap(AnswerStore.Found::answer);
        kept.ifPresent(answer -> hits.mark());
        return kept;
    }

    /**
     * An answer, as it was found or made.
     *
     * @param make reads the tenant's rows; what it throws is thrown here
     */
    public Answer answer(Look look, AnswerKind kind, Supplier<Answer> make) {
        if (store.isEmpty()) {
            return make.get();
        }
        Optional<Answer> kept = kept(look);
        if (kept.isPresent()) {
            return kept.get();
        }
        misses.mark();
        Making making = new Making(
                look.tenant(), look.question(), look.own(), look.found().map(AnswerStore.Found::generation));
        return made(making, () -> {
            Answer answer = make.get();
            // Overtaken, nobody would find it, and it would take the place of one that is later.
            if (ownWrites.of(making.tenant()).equals(making.own())) {
                making.stored().ifPresent(generation -> keep(making, kind, generation, answer));
            }
            return answer;
        });
    }

    @Override
    public void committed(Tenant tenant) {
        ownWrites.turn(tenant);
        store.ifPresent(kept -> {
            try {
                kept.turn(tenant);
            } catch (RuntimeException e) {
                failed("turn", e);
            }
        });
    }

    private Answer made(Making making, Supplier<Answer> make) {
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> others = makings.putIfAbsent(making, mine);
        if (others != null) {
            shared.mark();
            return join(others);
        }
        try {
            mine.complete(make.get());
        } catch (Throwable failure) {
            mine.completeExceptionally(failure);
            throw failure;
        } finally {
            makings.remove(making);
        }
        return join(mine);
    }

    private static Answer join(CompletableFuture<Answer> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    private Optional<AnswerStore.Found> find(AnswerStore kept, Tenant tenant, String question) {
        try (Timer.Context ignored = finds.time()) {
            AnswerStore.Found found = kept.find(tenant, question);
            see(tenant, found.generation());
            return Optional.of(found);
        } catch (RuntimeException e) {
            failed("find", e);
            return Optional.empty();
        }
    }

    // Told before it is marked as seen: whoever sees it marked reads what is told.
    private void see(Tenant tenant, Generation generation) {
        if (!generation.equals(seen.get(tenant))) {
            foreignWrites.committed(tenant);
            seen.put(tenant, generation);
        }
    }

    private void keep(Making making, AnswerKind kind, Generation generation, Answer answer) {
        try {
            store.orElseThrow().keep(making.tenant(), making.question(), generation, answer, times.get(kind));
        } catch (RuntimeException e) {
            failed("keep", e);
        }
    }

    private void failed(String what, RuntimeException failure) {
        failures.mark();
        LOG.debug("answer store not used: call={} reason={}", what, failure.getMessage());
    }

    /**
     * An answer that is being made.
     *
     * @param own the generation by this process's writes
     * @param stored the store's generation; empty when it is out of reach
     */
    private record Making(Tenant tenant, String question, Generation own, Optional<Generation> stored) {}
}
