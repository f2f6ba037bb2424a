package dev.harken.console.pages;

import dev.harken.cache.AnswerCache;
import dev.harken.cache.AnswerKind;
import dev.harken.cache.CacheFacts;
import dev.harken.cache.RedisFacts;
import dev.harken.database.insight.CacheRates;
import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.Wording;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** {@code /console/cache}: the kept answers, Redis, and PostgreSQL's own cache. */
@Path("cache")
@Produces(Page.HTML)
public final class CacheResource {
    private static final Logger LOG = LoggerFactory.getLogger(CacheResource.class);

    private final Pages pages;
    private final AnswerCache answers;
    private final Optional<UnifiedJedis> redis;
    private final Examinations examinations;

    CacheResource(Pages pages, AnswerCache answers, Optional<UnifiedJedis> redis, Examinations examinations) {
        this.pages = pages;
        this.answers = answers;
        this.redis = redis;
        this.examinations = examinations;
    }

    @GET
    public Page cache(@Context HttpServletRequest request) {
        Optional<Examination> examination = Examined.latest(examinations);
        CacheFacts facts = answers.facts();
        Caches caches = new Caches(
                facts,
                times(facts),
                redis.isPresent(),
                redis.flatMap(CacheResource::facts).orElse(null),
                Examined.of(examination, CacheRates.Rates.class),
                examination.flatMap(seen -> seen.seen(CacheRates.Rates.class)).orElse(null));
        return pages.page(request, "cache", "Cache", caches);
    }

    private static Map<String, String> times(CacheFacts facts) {
        Map<String, String> words = new TreeMap<>();
        facts.times()
                .forEach((kind, time) -> words.put(
                        kind == AnswerKind.LIST ? "lists" : kind.name().toLowerCase(Locale.ROOT),
                        Wording.millis(time.toMillis())));
        return words;
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
     * @param answers of this process
     * @param times for how long each kind of answer is kept, in words
     * @param redis null when it does not answer, or is not configured
     * @param rates null when they are not known
     */
    public record Caches(
            CacheFacts answers,
            Map<String, String> times,
            boolean configured,
            RedisFacts redis,
            Examined examined,
            CacheRates.Rates rates) {}
}
