package dev.harken.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.database.Tenant;
import dev.harken.testing.RedisServer;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** Two processes' stores over one Redis, which this test breaks. */
class RedisStoreIT {
    private static final Tenant CLIENT = Tenant.of(1);
    private static final Tenant OTHER = Tenant.of(2);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int MOST_BYTES = 10_000;
    private static final int MOST_COPIED_BYTES = 100_000;

    private static RedisServer redis;
    private static Jedis operator;

    private final List<RedisClient> clients = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private RedisStore here;
    private RedisStore there;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    void twoProcesses() {
        operator = new Jedis(redis.host(), redis.port());
        operator.flushAll();
        here = store(neverOpen());
        there = store(neverOpen());
    }

    @AfterEach
    void end() {
        clients.forEach(RedisClient::close);
        operator.close();
    }

    @Test
    void whatOneProcessKeepsTheOtherFinds() {
        keep(here, CLIENT, "list", "the posts");

        assertThat(find(there, CLIENT, "list")).contains("the posts");
        assertThat(find(there, CLIENT, "another list")).isEmpty();
        assertThat(find(there, OTHER, "list")).isEmpty();
        assertThat(find(there, Tenant.EVERY, "list")).isEmpty();
    }

    @Test
    void whatAProcessKeptOrFoundComesOverNoMore() {
        byte[] noise = new byte[MOST_BYTES / 2];
        new Random(1).nextBytes(noise);
        here.keep(CLIENT, "list", here.find(CLIENT, "list").generation(), Answer.of(noise, Map.of()), LONG);
        there.find(CLIENT, "list");
        long sent = bytesSent();

        for (RedisStore store : List.of(here, there)) {
            for (int i = 0; i < 5; i++) {
                assertThat(store.find(CLIENT, "list").answer().orElseThrow().plain())
                        .isEqualTo(noise);
            }
        }

        assertThat(bytesSent() - sent).as("of all ten").isLessThan(noise.length);
        assertThat(here.held().bytes()).isBetween((long) noise.length, 2L * noise.length);
    }

    @Test
    void aCopyIsAsGoodAsTheGenerationThatRedisTells() {
        keep(here, CLIENT, "list", "the posts");
        find(there, CLIENT, "list");
        operator.del("harken:1:list");

        assertThat(find(here, CLIENT, "list")).contains("the posts");
        assertThat(find(there, CLIENT, "list")).contains("the posts");
        assertThat(find(here, OTHER, "list")).isEmpty();

        there.turn(CLIENT);
        assertThat(find(here, CLIENT, "list")).isEmpty();
        assertThat(find(there, CLIENT, "list")).isEmpty();

        keep(there, CLIENT, "list", "the posts after the write");
        assertThat(find(here, CLIENT, "list"))
                .as("in place of an outdated copy")
                .contains("the posts after the write");
    }

    @Test
    void aCopyLivesNoLongerThanWhatItCopies() {
        keep(here, CLIENT, "list", "the posts");
        operator.expire("harken:1:list", 200);
        find(there, CLIENT, "list");
        operator.del("harken:1:list");

        nanos.addAndGet(Duration.ofSeconds(100).toNanos());
        assertThat(find(there, CLIENT, "list")).isPresent();
        nanos.addAndGet(Duration.ofSeconds(100).toNanos());
        assertThat(find(there, CLIENT, "list")).isEmpty();
        assertThat(find(here, CLIENT, "list")).as("kept for longer").isPresent();
        nanos.addAndGet(LONG.toNanos());
        assertThat(find(here, CLIENT, "list")).isEmpty();
    }

    @Test
    void anAnswerIsGoneWhenItsTimeIsOver() {
        keep(here, CLIENT, "list", "the posts");

        assertThat(operator.pttl("harken:1:list")).isBetween(LONG.toMillis() - 60_000, LONG.toMillis());
    }

    @Test
    void aTurnOfOneProcessOutdatesTheClientsAnswersAndTheWholesForBoth() {
        for (Tenant tenant : List.of(CLIENT, OTHER, Tenant.EVERY)) {
            keep(here, tenant, "list", "of " + tenant.clientId());
        }

        there.turn(CLIENT);

        for (RedisStore store : List.of(here, there)) {
            assertThat(find(store, CLIENT, "list")).isEmpty();
            assertThat(find(store, Tenant.EVERY, "list")).isEmpty();
            assertThat(find(store, OTHER, "list")).contains("of 2");
        }
    }

    @Test
    void aTurnForTheWholeInstallationOutdatesEveryClientsAnswers() {
        for (Tenant tenant : List.of(CLIENT, OTHER, Tenant.EVERY)) {
            keep(here, tenant, "list", "of " + tenant.clientId());
        }

        there.turn(Tenant.EVERY);

        for (RedisStore store : List.of(here, there)) {
            for (Tenant tenant : List.of(CLIENT, OTHER, Tenant.EVERY)) {
                assertThat(find(store, tenant, "list")).isEmpty();
            }
        }
    }

    @Test
    void anAnswerThatAWriteOvertookIsNotThereEvenIfItIsKeptLater() {
        Generation before = here.find(CLIENT, "list").generation();
        there.turn(CLIENT);

        here.keep(CLIENT, "list", before, answer("from before the write"), LONG);

        assertThat(find(here, CLIENT, "list")).isEmpty();
        assertThat(find(there, CLIENT, "list")).isEmpty();
    }

    @Test
    void aLostGenerationNeverBringsAnOldAnswerBack() {
        for (String lost : List.of("harken:generation:1", "harken:generation:all")) {
            keep(here, CLIENT, "list", "the posts");
            assertThat(find(here, CLIENT, "list")).isPresent();

            assertThat(operator.del(lost)).isEqualTo(1);
            assertThat(find(here, CLIENT, "list")).isEmpty();
            operator.del(lost);
            assertThat(find(there, CLIENT, "list")).isEmpty();
        }
        keep(here, Tenant.EVERY, "list", "all posts");
        operator.del("harken:generation:whole");
        assertThat(find(here, Tenant.EVERY, "list")).isEmpty();
    }

    /** Whatever Redis evicts or loses between any two steps: an answer of before a write is never found after it. */
    @Test
    void noOrderOfWritesAndLossesBringsAnOldAnswerBack() {
        Random random = new Random(7);
        List<Tenant> tenants = List.of(CLIENT, OTHER, Tenant.EVERY);
        int[] version = new int[1];
        Map<Tenant, Integer> oldestAllowed = new HashMap<>();
        tenants.forEach(tenant -> oldestAllowed.put(tenant, 0));
        int found = 0;
        for (int step = 0; step < 3_000; step++) {
            RedisStore store = random.nextBoolean() ? here : there;
            Tenant tenant = tenants.get(random.nextInt(3));
            switch (random.nextInt(8)) {
                case 0 -> {
                    store.turn(tenant);
                    version[0]++;
                    for (Tenant one : tenants) {
                        if (one.equals(tenant) || one.equals(Tenant.EVERY) || tenant.equals(Tenant.EVERY)) {
                            oldestAllowed.put(one, version[0]);
                        }
                    }
                }
                case 1 -> {
                    Optional<String> lost = operator.keys("harken:generation:*").stream()
                            .skip(random.nextInt(4))
                            .findFirst();
                    lost.ifPresent(operator::del);
                }
                default -> {
                    Optional<String> answer = find(store, tenant, "list");
                    if (answer.isPresent()) {
                        found++;
                        assertThat(Integer.parseInt(answer.get())).isGreaterThanOrEqualTo(oldestAllowed.get(tenant));
                    } else {
                        keep(store, tenant, "list", Integer.toString(version[0]));
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(300);
    }

    @Test
    void foreignBytesUnderAKeyAreNotThere() {
        Generation generation = here.find(CLIENT, "list").generation();
        byte[] other = new StoredAnswer(generation, answer("the posts")).toBytes();
        other[0]++;
        for (byte[] foreign : List.of(new byte[0], "text".getBytes(StandardCharsets.UTF_8), new byte[500], other)) {
            operator.set("harken:1:list".getBytes(StandardCharsets.UTF_8), foreign);
            assertThat(find(here, CLIENT, "list")).isEmpty();
        }
        operator.del("harken:1:list");
        operator.lpush("harken:1:list", "an element");
        assertThat(find(here, CLIENT, "list")).isEmpty();
        keep(here, CLIENT, "list", "the posts");
        assertThat(find(here, CLIENT, "list")).contains("the posts");
    }

    @Test
    void whatIsTooLargeIsNotKept() {
        byte[] noise = new byte[MOST_BYTES + 1];
        new Random(1).nextBytes(noise);
        Generation generation = here.find(CLIENT, "list").generation();

        here.keep(CLIENT, "list", generation, Answer.of(noise, Map.of()), LONG);
        assertThat(operator.exists("harken:1:list")).isFalse();

        here.keep(CLIENT, "list", generation, Answer.of(new byte[10 * MOST_BYTES], Map.of()), LONG);
        assertThat(operator.exists("harken:1:list")).as("small when compressed").isTrue();
    }

    @Test
    void aTurnThatDidNotReachRedisIsMadeUpForBeforeAnythingIsRead() {
        keep(there, CLIENT, "list", "from before the write");
        redis.pause();
        assertThatThrownBy(() -> here.turn(CLIENT)).isInstanceOf(JedisException.class);
        assertThatThrownBy(() -> here.find(CLIENT, "list")).isInstanceOf(JedisException.class);
        redis.resume();

        assertThat(find(here, CLIENT, "list")).isEmpty();
        assertThat(find(there, CLIENT, "list")).isEmpty();
    }

    @Test
    void anOwedTurnOutdatesForOthersThoughNobodyAsksThisProcessForAnything() {
        keep(there, CLIENT, "list", "from before the write");
        keep(there, OTHER, "list", "of another");
        redis.pause();
        assertThatThrownBy(() -> here.turn(CLIENT)).isInstanceOf(JedisException.class);
        here.settle();
        redis.resume();

        here.settle();

        assertThat(find(there, CLIENT, "list")).isEmpty();
        assertThat(find(there, OTHER, "list")).contains("of another");
    }

    @Test
    void whileTheBreakerIsOpenATurnIsOwedToo() {
        CircuitBreaker breaker = neverOpen();
        RedisStore broken = store(breaker);
        keep(there, CLIENT, "list", "from before the write");
        breaker.transitionToForcedOpenState();
        assertThatThrownBy(() -> broken.turn(CLIENT)).isInstanceOf(CallNotPermittedException.class);
        assertThat(broken.breaker()).contains("forced open");
        assertThat(broken.size()).isEmpty();

        breaker.transitionToClosedState();

        assertThat(find(broken, CLIENT, "list")).isEmpty();
        assertThat(find(there, CLIENT, "list")).isEmpty();
    }

    @Test
    void ofManyTurnsAtOnceNoneIsLost() throws Exception {
        try (Threads threads = new Threads()) {
            List<Future<Boolean>> writers = threads.start(8, () -> {
                for (int i = 0; i < 200; i++) {
                    Generation before = here.find(CLIENT, "list").generation();
                    here.turn(CLIENT);
                    // By the writer's own turn or by a later one: never as it was.
                    assertThat(here.find(CLIENT, "list").generation()).isNotEqualTo(before);
                }
                return true;
            });
            for (Future<Boolean> writer : writers) {
                assertThat(Threads.result(writer)).isTrue();
            }
        }
    }

    @Test
    void whenRedisComesBackEmptyNothingOldIsFound() {
        keep(here, CLIENT, "list", "from before");
        Generation before = here.find(CLIENT, "list").generation();
        operator.close();
        redis.kill();
        assertThatThrownBy(() -> here.find(CLIENT, "list")).isInstanceOf(JedisException.class);
        redis.restart();
        operator = new Jedis(redis.host(), redis.port());
        clients.forEach(client -> client.getPool().clear());

        here.keep(CLIENT, "list", before, answer("from before"), LONG);

        assertThat(find(here, CLIENT, "list")).isEmpty();
        assertThat(find(there, CLIENT, "list")).isEmpty();
    }

    @Test
    void itTellsItsSize() {
        keep(here, CLIENT, "list", "the posts");

        AnswerStore.Size size = here.size().orElseThrow();

        assertThat(size.entries()).isEqualTo(3);
        assertThat(size.bytes()).isGreaterThan(100_000);
        assertThat(here.breaker()).contains("closed");
    }

    private RedisStore store(CircuitBreaker breaker) {
        RedisClient client = RedisClient.builder()
                .hostAndPort(redis.host(), redis.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(300)
                        .socketTimeoutMillis(300)
                        .build())
                .build();
        clients.add(client);
        return new RedisStore(client, breaker, MOST_BYTES, new HeldAnswers(MOST_COPIED_BYTES, nanos::get));
    }

    /** By Redis, since it started. */
    private static long bytesSent() {
        return Long.parseLong(redis.fact("stats", "total_net_output_bytes"));
    }

    private static CircuitBreaker neverOpen() {
        return CircuitBreaker.of(
                "test",
                CircuitBreakerConfig.custom()
                        .minimumNumberOfCalls(10_000)
                        .slidingWindowSize(10_000)
                        .build());
    }

    private static Optional<String> find(RedisStore store, Tenant tenant, String key) {
        return store.find(tenant, key).answer().map(answer -> new String(answer.plain(), StandardCharsets.UTF_8));
    }

    private static void keep(RedisStore store, Tenant tenant, String key, String body) {
        store.keep(tenant, key, store.find(tenant, key).generation(), answer(body), LONG);
    }

    private static Answer answer(String body) {
        return Answer.of(body.getBytes(StandardCharsets.UTF_8), Map.of("next", "/api/posts?cursor=1"));
    }
}
