package dev.harken.health;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;

/** Whether Redis answers and stores what it is given: a full one still answers a ping. */
final class RedisLook implements Supplier<Observation> {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLook.class);

    private static final String KEY = "harken:probe";
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final UnifiedJedis redis;
    private final Clock clock;

    RedisLook(UnifiedJedis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public Observation get() {
        try {
            redis.set(KEY, "", SetParams.setParams().px(KEPT.toMillis()));
            return Observation.of(Observation.State.HEALTHY, "Redis answers", clock.instant());
        } catch (JedisDataException e) {
            LOG.warn("redis stores nothing: reason={}", e.getMessage());
            return Observation.of(Observation.State.UNHEALTHY, "Redis answers, but stores nothing", clock.instant());
        } catch (JedisException e) {
            LOG.warn("redis not reached: reason={}", e.getMessage());
            return Observation.of(Observation.State.UNHEALTHY, "Redis cannot be reached", clock.instant());
        }
    }
}
