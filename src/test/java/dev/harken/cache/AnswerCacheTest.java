package dev.harken.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.harken.database.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final Tenant CLIENT = Tenant.of(1);
    private static final Tenant OTHER = Tenant.of(2);
    private static final int LARGEST = 1_000_000;
    private static final String QUESTION = "api/posts?limit=50";

    private final MetricRegistry metrics = new MetricRegistry();
    private final Queue<Tenant> foreignWrites = new ConcurrentLinkedQueue<>();
    private final Threads threads = new Threads();
    private final AnswerCache cache = over(new LocalStore(held(), LARGEST));
    private final AtomicInteger made = new AtomicInteger();

    @AfterEach
    void end() {
        threads.close();
    }

    @Test
    void whatIsKeptIsNotMadeAgain() {
        assertThat(ask(cache, CLIENT)).isEqualTo("made 1");
        assertThat(ask(cache, CLIENT)).isEqualTo("made 1");

        assertThat(count("cache.hits")).isEqualTo(1);
        assertThat(count("cache.misses")).isEqualTo(1);
    }

    @Test
    void whatManyAskForAtOnceIsMadeOnce() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<Future<String>> asked = threads.start(
                20,
                () -> ask(cache, CLIENT, () -> {
                    waitFor(mayEnd);
                    return make();
                }));
        await().until(() -> count("cache.shared") == 19);

        mayEnd.countDown();

        for (Future<String> one : asked) {
            assertThat(Threads.result(one)).isEqualTo("made 1");
        }
        assertThat(made).hasValue(1);
    }

    @Test
    void whatManyAskForAtOnceIsMadeOnceWithoutTheStoreToo() throws Exception {
        AnswerCache broken = over(new BrokenStore());
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<Future<String>> asked = threads.start(
                5,
                () -> ask(broken, CLIENT, () -> {
                    waitFor(mayEnd);
                    return make();
                }));
        await().until(() -> count("cache.shared") == 4);

        mayEnd.countDown();

        for (Future<String> one : asked) {
            assertThat(Threads.result(one)).isEqualTo("made 1");
        }
    }

    @Test
    void aFailureReachesAllWhoWaitedAndIsNotKept() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        IllegalStateException failure = new IllegalStateException("the database is away");
        List<Future<String>> asked = threads.start(
                5,
                () -> ask(cache, CLIENT, () -> {
                    waitFor(mayEnd);
                    throw failure;
                }));
        await().until(() -> count("cache.shared") == 4);

        mayEnd.countDown();

        for (Future<String> one : asked) {
            assertThatThrownBy(() -> Threads.result(one)).isSameAs(failure);
        }
        assertThat(ask(cache, CLIENT)).isEqualTo("made 1");
    }

    @Test
    void anErrorIsThrownAsItIsToWhoWaitedToo() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<Future<Throwable>> asked = threads.start(2, () -> {
            try {
                ask(cache, CLIENT, () -> {
                    waitFor(mayEnd);
                    throw new StackOverflowError("too deep");
                });
                return null;
            } catch (Throwable thrown) {
                return thrown;
            }
        });
        await().until(() -> count("cache.shared") == 1);

        mayEnd.countDown();

        for (Future<Throwable> one : asked) {
            assertThat(Threads.result(one)).isInstanceOf(StackOverflowError.class);
        }
    }

    @Test
    void aWriteOutdatesWhatItsTenantHas() {
        ask(cache, CLIENT);

        cache.committed(CLIENT);

        assertThat(ask(cache, CLIENT)).isEqualTo("made 2");
    }

    @Test
    void anAnswerThatAWriteOvertookIsNeitherKeptNorJoinedByWhoAsksAfterIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Future<String> before = threads.start(() -> ask(cache, CLIENT, () -> {
            begun.countDown();
            waitFor(mayEnd);
            return "from before the write";
        }));
        begun.await();

        cache.committed(CLIENT);

        assertThat(Threads.result(threads.start(() -> ask(cache, CLIENT, () -> "from after it"))))
                .isEqualTo("from after it");
        mayEnd.countDown();
        assertThat(Threads.result(before)).isEqualTo("from before the write");
        assertThat(ask(cache, CLIENT, () -> "made again")).isEqualTo("from after it");
    }

    @Test
    void aMakingFromBeforeAWriteIsNotJoinedAfterItWhenTheStoreIsAwayEither() throws Exception {
        AnswerCache broken = over(new BrokenStore());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Future<String> before = threads.start(() -> ask(broken, CLIENT, () -> {
            begun.countDown();
            waitFor(mayEnd);
            return "from before the write";
        }));
        begun.await();

        broken.committed(CLIENT);

        assertThat(Threads.result(threads.start(() -> ask(broken, CLIENT, () -> "from after it"))))
                .isEqualTo("from after it");
        mayEnd.countDown();
        assertThat(Threads.result(before)).isEqualTo("from before the write");
    }

    @Test
    void anAnswerThatAnotherProcessesWriteOvertookIsNotJoinedByWhoAsksAfterIt() throws Exception {
        LocalStore shared = new LocalStore(held(), LARGEST);
        AnswerCache here = over(shared);
        AnswerCache there = over(shared);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Future<String> before = threads.start(() -> ask(here, CLIENT, () -> {
            begun.countDown();
            waitFor(mayEnd);
            return "from before the write";
        }));
        begun.await();

        there.committed(CLIENT);

        assertThat(Threads.result(threads.start(() -> ask(here, CLIENT, () -> "from after it"))))
                .isEqualTo("from after it");
        mayEnd.countDown();
        Threads.result(before);
        assertThat(ask(here, CLIENT)).isNotEqualTo("from before the write");
    }

    @Test
    void aStoreThatFailsCostsNoAnswer() {
        AnswerCache broken = over(new BrokenStore());

        assertThat(ask(broken, CLIENT)).isEqualTo("made 1");
        assertThat(ask(broken, CLIENT)).isEqualTo("made 2");
        broken.committed(CLIENT);

        assertThat(count("cache.failures")).isEqualTo(3);
        assertThat(broken.facts().failures()).isEqualTo(3);
    }

    @Test
    void aStoreThatFindsButKeepsNothingCostsNoAnswer() {
        AnswerCache full = over(new BrokenStore() {
            @Override
            public Found find(Tenant tenant, String key) {
                return new Found(new Generation("1"), Optional.empty());
            }
        });

        assertThat(ask(full, CLIENT)).isEqualTo("made 1");
        assertThat(count("cache.failures")).isEqualTo(1);
    }

    @Test
    void withoutAStoreEachAnswerIsMade() {
        AnswerCache none = AnswerCache.none();

        assertThat(ask(none, CLIENT)).isEqualTo("made 1");
        none.committed(CLIENT);
        assertThat(ask(none, CLIENT)).isEqualTo("made 2");
        assertThat(none.facts().place()).isNull();
        assertThat(none.facts().hitPercent()).isNull();
    }

    @Test
    void tenantsAreApart() {
        assertThat(ask(cache, CLIENT, () -> "the client's")).isEqualTo("the client's");
        assertThat(ask(cache, OTHER, () -> "the other's")).isEqualTo("the other's");
        assertThat(ask(cache, Tenant.EVERY, () -> "everybody's")).isEqualTo("everybody's");
        assertThat(ask(cache, CLIENT)).isEqualTo("the client's");

        cache.committed(OTHER);

        assertThat(ask(cache, CLIENT)).isEqualTo("the client's");
        assertThat(ask(cache, OTHER, () -> "the other's, new")).isEqualTo("the other's, new");
        assertThat(ask(cache, Tenant.EVERY, () -> "everybody's, new")).isEqualTo("everybody's, new");
    }

    @Test
    void whoWroteThroughAnotherProcessIsToldBeforeAnAnswerIsMade() {
        AnswerStore shared = new LocalStore(held(), LARGEST);
        AnswerCache here = over(shared);
        ask(here, CLIENT);
        ask(here, Tenant.EVERY);
        foreignWrites.clear();
        ask(here, CLIENT);
        assertThat(foreignWrites).isEmpty();

        over(shared).committed(CLIENT);

        assertThat(ask(here, CLIENT, foreignWrites::toString))
                .isEqualTo(List.of(CLIENT).toString());
        assertThat(ask(here, OTHER, foreignWrites::toString))
                .isEqualTo(List.of(CLIENT, OTHER).toString());
        assertThat(ask(here, Tenant.EVERY, foreignWrites::toString))
                .isEqualTo(List.of(CLIENT, OTHER, Tenant.EVERY).toString());
    }

    @Test
    void tenantsDoNotShareAMaking() throws Exception {
        CountDownLatch bothMake = new CountDownLatch(2);
        List<Future<String>> asked = List.of(
                threads.start(() -> ask(cache, CLIENT, () -> {
                    bothMake.countDown();
                    waitFor(bothMake);
                    return "the client's";
                })),
                threads.start(() -> ask(cache, OTHER, () -> {
                    bothMake.countDown();
                    waitFor(bothMake);
                    return "the other's";
                })));

        assertThat(Threads.result(asked.get(0))).isEqualTo("the client's");
        assertThat(Threads.result(asked.get(1))).isEqualTo("the other's");
    }

    @Test
    void aWriteForTheWholeInstallationOutdatesEveryClients() {
        ask(cache, CLIENT);
        ask(cache, OTHER);

        cache.committed(Tenant.EVERY);

        assertThat(ask(cache, CLIENT)).isEqualTo("made 3");
        assertThat(ask(cache, OTHER)).isEqualTo("made 4");
    }

    @Test
    void itTellsWhatItHas() {
        ask(cache, CLIENT);
        ask(cache, CLIENT);

        CacheFacts facts = cache.facts();

        assertThat(facts.place()).isEqualTo("this process");
        assertThat(facts.breaker()).isNull();
        assertThat(facts.hitPercent()).isEqualTo(50.0);
        assertThat(facts.entries()).isEqualTo(1);
        assertThat(facts.bytes()).isBetween(1L, 2_000L);
        assertThat(metrics.getGauges().get("cache.entries").getValue()).isEqualTo(1L);
    }

    private AnswerCache over(AnswerStore store) {
        return new AnswerCache(
                Optional.of(store), Map.of(AnswerKind.LIST, Duration.ofSeconds(30)), foreignWrites::add, metrics);
    }

    private static HeldAnswers held() {
        return new HeldAnswers(1_000_000, Ticker.systemTicker());
    }

    private String make() {
        return "made " + made.incrementAndGet();
    }

    private String ask(AnswerCache asked, Tenant tenant) {
        return ask(asked, tenant, this::make);
    }

    private static String ask(AnswerCache asked, Tenant tenant, Supplier<String> make) {
        Answer answer = asked.answer(
                asked.look(tenant, QUESTION),
                AnswerKind.LIST,
                () -> Answer.of(make.get().getBytes(StandardCharsets.UTF_8), Map.of()));
        return new String(answer.plain(), StandardCharsets.UTF_8);
    }

    private long count(String meter) {
        return metrics.meter(meter).getCount();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Out of reach. */
    private static class BrokenStore implements AnswerStore {
        @Override
        public Found find(Tenant tenant, String key) {
            throw new IllegalStateException("out of reach");
        }

        @Override
        public void keep(Tenant tenant, String key, Generation generation, Answer answer, Duration time) {
            throw new IllegalStateException("out of reach");
        }

        @Override
        public void turn(Tenant tenant) {
            throw new IllegalStateException("out of reach");
        }

        @Override
        public String place() {
            return "nowhere near";
        }

        @Override
        public Optional<String> breaker() {
            return Optional.empty();
        }

        @Override
        public Optional<Size> size() {
            return Optional.empty();
        }

        @Override
        public Size held() {
            return new Size(0, 0);
        }
    }
}
