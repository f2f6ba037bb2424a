package dev.harken.cache;

import com.google.common.base.Suppliers;
import com.google.common.collect.ObjectArrays;
import dev.harken.database.Tenant;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.params.SetParams;

/**
 * Keeps answers in Redis, for all processes.
 *
 * <p>A generation is a random word under a key of its own: a counter that Redis had lost would count up to an old
 * answer's again. An answer and the generations it depends on are read in one round trip. The process holds copies of
 * what it kept or found, and of those it asks Redis for nothing but the generations: an answer is a thousand times as
 * long.
 *
 * <p>The breaker gives Redis up for a while when calls fail or take too long; until then each costs its time-out. A turn
 * that does not reach Redis is owed: nothing is read there until it is made up for, so that the writer never sees an
 * answer from before its write.
 */
final class RedisStore implements AnswerStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
    private static final Duration SIZE_KNOWN_FOR = Duration.ofSeconds(10);
    private static final Pattern USED_MEMORY = Pattern.compile("(?m)^used_memory:(\\d+)");
    private static final String PREFIX = "harken:";
    private static final String GENERATION = PREFIX + "generation:";
    private static final String ALL = GENERATION + "all";
    private static final String WHOLE = GENERATION + "whole";

    private final UnifiedJedis redis;
    private final CircuitBreaker breaker;
    private final int mostBytes;
    private final HeldAnswers copies;
    /** The turns that are not made up for: the number of each tenant's latest. No number is ever given twice. */
    private final ConcurrentMap<Tenant, Long> owed = new ConcurrentHashMap<>();

    private final AtomicLong turns = new AtomicLong();
    private final Supplier<Optional<Size>> size = Suppliers.memoizeWithExpiration(this::askSize, SIZE_KNOWN_FOR);

    /**
     * @param redis gives up after a few milliseconds by itself
     * @param mostBytes of an answer; a larger one is not kept
     * @param copies of this process's own
     */
    RedisStore(UnifiedJedis redis, CircuitBreaker breaker, int mostBytes, HeldAnswers copies) {
        this.redis = redis;
        this.breaker = breaker;
        this.mostBytes = mostBytes;
        this.copies = copies;
    }

    @Override
    public Found find(Tenant tenant, String question) {
        return breaker.executeSupplier(() -> {
            payWhatIsOwed();
            String key = AnswerKey.of(tenant, question);
            Optional<StoredAnswer> copy = copies.find(key);
            return copy.isPresent() ? check(copy.get(), tenant, key) : fetch(tenant, key);
        });
    }

    /** Asks whether a copy is still current. */
    private Found check(StoredAnswer copy, Tenant tenant, String key) {
        byte[][] keys = generationKeys(tenant);
        Generation generation = generation(keys, redis.mget(keys));
        Optional<Answer> current = copy.as(generation);
        // Another process may have kept a later one.
        return current.isPresent() ? new Found(generation, current) : fetch(tenant, key);
    }

    private Found fetch(Tenant tenant, String key) {
        byte[][] keys = generationKeys(tenant);
        byte[] name = bytes(PREFIX + key);
        Response<Long> left;
        Response<List<byte[]>> values;
        try (AbstractPipeline trip = redis.pipelined()) {
            // The time that is left first: the answer may be kept anew in between, and no copy of the older one may
            // live as long as that.
            left = trip.pttl(name);
            values = trip.mget(ObjectArrays.concat(keys, name));
        }
        Generation generation = generation(keys, values.get());
        Optional<StoredAnswer> stored = Optional.ofNullable(values.get().get(keys.length))
                .flatMap(StoredAnswer::read)
                .filter(found -> found.as(generation).isPresent());
        stored.filter(found -> left.get() > 0)
                .ifPresent(found -> copies.hold(key, found, Duration.ofMillis(left.get())));
        return new Found(generation, stored.map(StoredAnswer::answer));
    }

    @Override
    public void keep(Tenant tenant, String question, Generation generation, Answer answer, Duration time) {
        StoredAnswer stored = new StoredAnswer(generation, answer);
        byte[] bytes = stored.toBytes();
        if (bytes.length <= mostBytes) {
            String key = AnswerKey.of(tenant, question);
            copies.hold(key, stored, time);
            breaker.executeRunnable(() ->
                    redis.set(bytes(PREFIX + key), bytes, SetParams.setParams().px(time.toMillis())));
        }
    }

    @Override
    public void turn(Tenant tenant) {
        owed.put(tenant, turns.incrementAndGet());
        breaker.executeRunnable(this::payWhatIsOwed);
    }

    /**
     * Makes up for turns that did not reach Redis, if there are any. To be called from time to time: nobody may ask this
     * process for anything, while other processes still find what should be outdated.
     */
    void settle() {
        if (!owed.isEmpty()) {
            try {
                breaker.executeRunnable(this::payWhatIsOwed);
            } catch (RuntimeException e) {
                LOG.debug("turns still owed to redis: tenants={} reason={}", owed.size(), e.getMessage());
            }
        }
    }

    @Override
    public String place() {
        return "Redis";
    }

    @Override
    public Optional<String> breaker() {
        return Optional.of(breaker.getState().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }

    /** Of the whole Redis, as known some seconds ago; empty while it is out of reach. */
    @Override
    public Optional<Size> size() {
        return size.get();
    }

    @Override
    public Size held() {
        return copies.size();
    }

    private Optional<Size> askSize() {
        try {
            return breaker.executeSupplier(() -> {
                long entries = redis.dbSize();
                return USED_MEMORY
                        .matcher(redis.info("memory"))
                        .results()
                        .findFirst()
                        .map(line -> new Size(entries, Long.parseLong(line.group(1))));
            });
        } catch (RuntimeException e) {
            LOG.debug("size of redis not known: reason={}", e.getMessage());
            return Optional.empty();
        }
    }

    /** In one step, however many tenants wrote while Redis was away. */
    private void payWhatIsOwed() {
        Map<Tenant, Long> seen = Map.copyOf(owed);
        if (seen.isEmpty()) {
            return;
        }
        List<byte[]> keysAndValues = new ArrayList<>(List.of(bytes(WHOLE), newGeneration()));
        seen.keySet().forEach(tenant -> {
            keysAndValues.add(bytes(tenant.equals(Tenant.EVERY) ? ALL : GENERATION + tenant.clientId()));
            keysAndValues.add(newGeneration());
        });
        redis.mset(keysAndValues.toArray(byte[][]::new));
        // Not when another began meanwhile: its commit may have come after the generation that was just set.
        seen.forEach(owed::remove);
    }

    private static byte[][] generationKeys(Tenant tenant) {
        return tenant.equals(Tenant.EVERY)
                ? new byte[][] {bytes(WHOLE)}
                : new byte[][] {bytes(GENERATION + tenant.clientId()), bytes(ALL)};
    }

    /** The generations that lead the values, begun where Redis has none. */
    private Generation generation(byte[][] keys, List<byte[]> values) {
        List<String> parts = new ArrayList<>();
        for (int at = 0; at < keys.length; at++) {
            byte[] value = values.get(at);
            if (value == null) {
                redis.set(keys[at], newGeneration(), SetParams.setParams().nx());
                value = redis.get(keys[at]);
            }
            // Lost again at once: what is made now is then found by nobody.
            parts.add(new String(value == null ? newGeneration() : value, StandardCharsets.UTF_8));
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
