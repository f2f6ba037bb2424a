package dev.harken.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.MetricRegistry;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HarkenService;
import dev.harken.testing.RedisServer;
import dev.harken.testing.TestClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Redis fails in each of its ways while callers read and write. */
class RedisOutageIT {
    private static final int READERS = 6;
    private static final int ROOM = 500_000;
    private static final int OTHERS = 1_000;
    private static final int EVICTED = 200;

    private final AtomicBoolean goOn = new AtomicBoolean(true);
    private final AtomicInteger answered = new AtomicInteger();
    private final Threads threads = new Threads();
    private final List<Future<Boolean>> callers = new ArrayList<>();
    private Set<Long> earlier;
    private RedisServer redis;
    private HarkenService harken;
    private TestClient client;

    @BeforeEach
    void underLoad() throws Exception {
        redis = RedisServer.start();
        harken = HarkenService.start(
                "monitoring.enabled=false",
                "redis.url=" + redis.url(),
                "cache.redisPause=300ms",
                "health.healthChecks[4].schedule.checkInterval=1s",
                "health.healthChecks[4].schedule.downtimeInterval=1s");
        client = TestClient.create(harken);
        for (int i = 0; i < 50; i++) {
            client.post("p" + i, "Post " + i, 3);
        }
        callers.addAll(threads.start(READERS, this::read));
        callers.add(threads.start(this::write));
        await().until(() -> health().equals("ready") && grows("cache.hits"));
        earlier = LongStream.of(looks()).boxed().collect(Collectors.toSet());
    }

    @AfterEach
    void end() {
        goOn.set(false);
        threads.close();
        harken.close();
        redis.close();
    }

    @Test
    void killedAndStartedAgain() throws Exception {
        redis.kill();
        goesOnWithoutIt("killed");
        isLeftAlone();

        redis.restart();
        isUsedAgain();
    }

    @Test
    void hangingAndGoingOn() throws Exception {
        redis.pause();
        goesOnWithoutIt("hanging");
        isLeftAlone();

        redis.resume();
        isUsedAgain();
    }

    @Test
    void fullAndEmptiedAgain() throws Exception {
        try (Jedis operator = new Jedis(redis.host(), redis.port())) {
            operator.configSet("maxmemory-policy", "noeviction");
            operator.configSet("maxmemory", "1");
            goesOnWithoutIt("full");

            operator.configSet("maxmemory", "0");
        }
        isUsedAgain();
    }

    @Test
    void fullAndMakingRoom() throws Exception {
        try (Jedis operator = new Jedis(redis.host(), redis.port())) {
            operator.configSet("maxmemory-policy", "allkeys-lru");
            operator.configSet("maxmemory", Long.toString(Long.parseLong(redis.fact("memory", "used_memory")) + ROOM));
            for (int i = 0; i < OTHERS; i++) {
                operator.set("other:" + i, "x".repeat(ROOM / 100));
            }
            answersGoOn();
        }

        assertThat(Long.parseLong(redis.fact("stats", "evicted_keys"))).isGreaterThan(EVICTED);
        assertThat(health()).isEqualTo("ready");
        isUsedAgain();
    }

    @Test
    void restartedOverAndOver() throws Exception {
        for (int i = 0; i < 5; i++) {
            redis.restart();
            answersGoOn();
        }
        isUsedAgain();
    }

    private void goesOnWithoutIt(String state) throws Exception {
        await().until(() -> health().equals("degraded"));
        answersGoOn();
        assertThat(metrics().meter("cache.failures").getCount()).isPositive();
        long[] looks = LongStream.of(looks())
                .filter(nanos -> !earlier.contains(nanos))
                .sorted()
                .toArray();
        System.out.printf(
                "redis %s: %d looks into the store since: p50 %.2f ms, p95 %.2f ms, slowest %.1f ms%n",
                state,
                looks.length,
                looks[looks.length / 2] / 1e6,
                looks[looks.length * 95 / 100] / 1e6,
                looks[looks.length - 1] / 1e6);
    }

    /** The time of each look in ns, of a thousand or so. */
    private long[] looks() {
        return metrics().timer("cache.finds").getSnapshot().getValues();
    }

    /** Nobody waits for it, but for the trials at the end of each pause. */
    private void isLeftAlone() {
        await().until(() -> harken.adminPort().get("/console/cache").body().contains("is left alone for a while"));
    }

    private void isUsedAgain() throws Exception {
        await().until(() -> health().equals("ready") && grows("cache.hits"));
        goOn.set(false);
        for (Future<Boolean> caller : callers) {
            assertThat(Threads.result(caller)).isTrue();
        }
    }

    private void answersGoOn() {
        int before = answered.get();
        await().until(() -> answered.get() > before + 50);
    }

    private boolean grows(String meter) {
        long before = metrics().meter(meter).getCount();
        answersGoOn();
        return metrics().meter(meter).getCount() > before;
    }

    private boolean read() {
        while (goOn.get()) {
            ApiClient.Answer answer = client.user().get("/api/posts?limit=50");
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json()).hasSize(50);
            answered.incrementAndGet();
        }
        return true;
    }

    /** Each write is seen by the next read, whatever Redis does. */
    private boolean write() {
        long post =
                client.user().get("/api/posts?limit=1").json().get(0).get("id").asLong();
        boolean flagged = false;
        while (goOn.get()) {
            flagged = !flagged;
            assertThat(client.user()
                            .patch("/api/posts/" + post, Map.of("flagged", flagged))
                            .status())
                    .isEqualTo(200);
            for (int i = 0; i < 5; i++) {
                assertThat(client.user()
                                .get("/api/posts?limit=1")
                                .json()
                                .get(0)
                                .get("flagged")
                                .asBoolean())
                        .isEqualTo(flagged);
                answered.incrementAndGet();
            }
        }
        return true;
    }

    private String health() {
        return harken.anonymous().get("/health/ready").json().get("status").asText();
    }

    private MetricRegistry metrics() {
        return harken.support().getEnvironment().metrics();
    }
}
