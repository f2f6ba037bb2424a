package dev.harken.console.pages;

import dev.harken.cache.RedisFacts;
import dev.harken.database.insight.CacheRates;
import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** {@code /console/cache}: Redis, and PostgreSQL's own cache. */
@Path("cache")
@Produces(Page.HTML)
public final class CacheResource {
    private static final Logger LOG = LoggerFactory.getLogger(CacheResource.class);

    private final Pages pages;
    private final Optional<UnifiedJedis> redis;
    private final Examinations examinations;

    CacheResource(Pages pages, Optional<UnifiedJedis> redis, Examinations examinations) {
        this.pages = pages;
        this.redis = redis;
        this.examinations = examinations;
    }

    @GET
    public Page cache(@Context HttpServletRequest request) {
        Optional<Examination> examination = Examined.latest(examinations);
        Caches caches = new Caches(
                redis.isPresent(),
                redis.flatMap(CacheResource::facts).orElse(null),
                Examined.of(examination, CacheRates.Rates.class),
                examination.flatMap(seen -> seen.seen(CacheRates.Rates.class)).orElse(null));
        return pages.page(request, "cache", "Cache", caches);
    }

    private static Optional<RedisFacts> facts(UnifiedJedis redis) {
        try {
            return Optional.of(RedisFacts.ask(redis));
        } catch (JedisException e) {
            LOG.warn("Redis not asked: reason={}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * What the page shows.
     *
     * @param redis null when it does not answer, or is not configured
     * @param rates null when they are not known
     */
    public record Caches(boolean configured, RedisFacts redis, Examined examined, CacheRates.Rates rates) {}
}
