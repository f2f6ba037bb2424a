package dev.harken.health;

import java.time.Clock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Whether Redis answers. */
final class RedisLook implements Supplier<Observation> {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLook.class);

    private final UnifiedJedis redis;
    private final Clock clock;

    RedisLook(UnifiedJedis redis, Clock clock) {
        this.redis = redis;
        this.clock = clock;
    }

    @Override
    public Observation get() {
        try {
            return "PONG".equals(redis.ping())
                    ? Observation.of(Observation.State.HEALTHY, "Redis answers", clock.instant())
                    : Observation.of(Observation.State.UNHEALTHY, "Redis gave an odd answer", clock.instant());
        } catch (JedisException e) {
            LOG.warn("redis not reached: reason={}", e.getMessage());
            return Observation.of(Observation.State.UNHEALTHY, "Redis cannot be reached", clock.instant());
        }
    }
}
