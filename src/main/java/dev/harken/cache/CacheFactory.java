package dev.harken.cache;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.harken.database.CommitListener;
import dev.harken.database.Tenant;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.DataSizeUnit;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDataSize;
import io.dropwizard.validation.MinDuration;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;

/** {@code cache} in config.yml: for how long answers are kept, and where. */
public final class CacheFactory {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFactory.class);
    private static final int CALLS_LOOKED_AT = 10;
    private static final int CALLS_AT_LEAST = 3;
    private static final int TRIALS = 2;

    private boolean enabled = true;

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration lists = Duration.seconds(30);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration analytics = Duration.minutes(5);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration settings = Duration.days(1);

    @NotNull
    private DataSize memory = DataSize.mebibytes(32);

    @NotNull
    @MaxDataSize(value = 64, unit = DataSizeUnit.MEBIBYTES)
    private DataSize largest = DataSize.mebibytes(2);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration redisTimeout = Duration.milliseconds(10);

    @Valid
    @NotNull
    @MinDuration(value = 1, unit = TimeUnit.MILLISECONDS)
    private Duration redisPause = Duration.seconds(2);

    /**
     * The cache: in Redis where its address is set, else in this process.
     *
     * @param foreignWrites learns of writes that another process made, when the cache does
     */
    public AnswerCache build(RedisFactory redis, CommitListener foreignWrites, Environment environment) {
        MetricRegistry metrics = environment.metrics();
        if (!enabled) {
            return new AnswerCache(Optional.empty(), Map.of(), foreignWrites, metrics);
        }
        HeldAnswers held = new HeldAnswers(memory.toBytes(), Ticker.systemTicker());
        Optional<RedisClient> client = redis.connect(environment, redisTimeout);
        // A store of this process alone does not learn what others write: nothing may stay in it for longer than a
        // list.
        Duration untilChanged = client.isPresent() ? settings : lists;
        AnswerCache cache = new AnswerCache(
                Optional.of(client.map(found -> inRedis(found, held, environment))
                        .orElseGet(() -> new LocalStore(held, mostBytes()))),
                Map.of(
                        AnswerKind.LIST, lists.toJavaDuration(),
                        AnswerKind.ANALYTICS, analytics.toJavaDuration(),
                        AnswerKind.SETTINGS, untilChanged.toJavaDuration()),
                foreignWrites,
                metrics);
        // What an earlier process wrote last, another version may answer otherwise, and it may have died between its
        // commit and the turn.
        cache.committed(Tenant.EVERY);
        return cache;
    }

    private AnswerStore inRedis(RedisClient redis, HeldAnswers copies, Environment environment) {
        ScheduledExecutorService beside = environment
                .lifecycle()
                .scheduledExecutorService("cache-turns", true)
                .threads(1)
                .build();
        RedisStore store = new RedisStore(redis, breaker(redis, beside), mostBytes(), copies);
        long pause = redisPause.toMilliseconds();
        var unused = beside.scheduleWithFixedDelay(store::settle, pause, pause, TimeUnit.MILLISECONDS);
        return store;
    }

    private int mostBytes() {
        return Math.toIntExact(largest.toBytes());
    }

    /**
     * The breaker for calls of Redis.
     *
     * @param beside does what a change of its state calls for: the request that finds Redis away has waited already
     */
    private CircuitBreaker breaker(RedisClient redis, Executor beside) {
        CircuitBreaker breaker = CircuitBreaker.of(
                "redis",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(CALLS_LOOKED_AT)
                        .minimumNumberOfCalls(CALLS_AT_LEAST)
                        .waitDurationInOpenState(redisPause.toJavaDuration())
                        .permittedNumberOfCallsInHalfOpenState(TRIALS)
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> beside.execute(() -> changed(redis, event.getStateTransition())));
        return breaker;
    }

    private static void changed(RedisClient redis, CircuitBreaker.StateTransition change) {
        LOG.warn("cache in redis: from={} to={}", change.getFromState(), change.getToState());
        if (change.getToState() == CircuitBreaker.State.OPEN) {
            // After a restart they are all dead, and each trial would find but one of them out.
            redis.getPool().clear();
        }
    }

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public Duration getLists() {
        return lists;
    }

    public void setLists(Duration lists) {
        this.lists = lists;
    }

    public Duration getAnalytics() {
        return analytics;
    }

    public void setAnalytics(Duration analytics) {
        this.analytics = analytics;
    }

    public Duration getSettings() {
        return settings;
    }

    public void setSettings(Duration settings) {
        this.settings = settings;
    }

    public DataSize getMemory() {
        return memory;
    }

    public void setMemory(DataSize memory) {
        this.memory = memory;
    }

    public DataSize getLargest() {
        return largest;
    }

    public void setLargest(DataSize largest) {
        this.largest = largest;
    }

    public Duration getRedisTimeout() {
        return redisTimeout;
    }

    public void setRedisTimeout(Duration redisTimeout) {
        this.redisTimeout = redisTimeout;
    }

    public Duration getRedisPause() {
        return redisPause;
    }

    public void setRedisPause(Duration redisPause) {
        this.redisPause = redisPause;
    }
}
