package dev.harken.cache;

import dev.harken.database.Tenant;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Keeps answers in Redis, for all processes.
 *
 * <p>A generation is a random word under a key of its own: a counter that Redis had lost would count up to an old
 * answer's again. An answer and the generations it depends on are read in one round trip.
 *
 * <p>The breaker gives Redis up for a while when calls fail or take too long; until then each costs its time-out. A turn
 * that does not reach Redis is owed: nothing is read there until it is made up for, so that the writer never sees an
 * answer from before its write.
 */
final class RedisStore implements AnswerStore {
    private static final String PREFIX = "harken:";
    private static final String GENERATION = PREFIX + "generation:";
    private static final String ALL = GENERATION + "all";
    private static final String WHOLE = GENERATION + "whole";

    private final UnifiedJedis redis;
    private final CircuitBreaker breaker;
    private final int mostBytes;
    /** How many turns of a tenant began since they were last made up for. */
    private final ConcurrentMap<Tenant, Long> owed = new ConcurrentHashMap<>();

    /**
     * @param redis gives up after a few milliseconds by itself
     * @param mostBytes of an answer; a larger one is not kept
     */
    RedisStore(UnifiedJedis redis, CircuitBreaker breaker, int mostBytes) {
        this.redis = redis;
        this.breaker = breaker;
        this.mostBytes = mostBytes;
    }

    @Override
    public Found find(Tenant tenant, String key) {
        return breaker.executeSupplier(() -> {
            payWhatIsOwed();
            List<byte[]> keys = new ArrayList<>(generationKeys(tenant));
            keys.add(bytes(PREFIX + AnswerKey.of(tenant, key)));
            List<byte[]> values = redis.mget(keys.toArray(byte[][]::new));
            Generation generation = generation(keys, values);
            Optional<Answer> answer = Optional.ofNullable(values.get(values.size() - 1))
                    .flatMap(StoredAnswer::read)
                    .filter(stored -> stored.generation().equals(generation))
                    .map(StoredAnswer::answer);
            return new Found(generation, answer);
        });
    }

    @Override
    public void keep(Tenant tenant, String key, Generation generation, Answer answer, Duration time) {
        byte[] stored = new StoredAnswer(generation, answer).toBytes();
        if (stored.length <= mostBytes) {
            breaker.executeRunnable(() -> redis.set(
                    bytes(PREFIX + AnswerKey.of(tenant, key)),
                    stored,
                    SetParams.setParams().px(time.toMillis())));
        }
    }

    @Override
    public void turn(Tenant tenant) {
        owed.merge(tenant, 1L, Long::sum);
        breaker.executeRunnable(this::payWhatIsOwed);
    }

    private void payWhatIsOwed() {
        owed.forEach((tenant, turns) -> {
            redis.mset(
                    bytes(tenant.equals(Tenant.EVERY) ? ALL : GENERATION + tenant.clientId()), newGeneration(),
                    bytes(WHOLE), newGeneration());
            // Not when another began meanwhile: its commit may have come after the generation that was just set.
            owed.remove(tenant, turns);
        });
    }

    private static List<byte[]> generationKeys(Tenant tenant) {
        return tenant.equals(Tenant.EVERY)
                ? List.of(bytes(WHOLE))
                : List.of(bytes(GENERATION + tenant.clientId()), bytes(ALL));
    }

    /** The generations that lead the values, begun where Redis has none. */
    private Generation generation(List<byte[]> keys, List<byte[]> values) {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < keys.size() - 1; at++) {
            byte[] value = values.get(at);
            if (value == null) {
                redis.set(keys.get(at), newGeneration(), SetParams.setParams().nx());
                value = redis.get(keys.get(at));
            }
            parts.add(value == null ? "" : new String(value, StandardCharsets.UTF_8));
        }
        return new Generation(String.join(".", parts));
    }

    private static byte[] newGeneration() {
        return bytes(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
