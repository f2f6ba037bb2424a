package dev.harken.monitoring;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Ticker;
import com.google.common.base.Suppliers;
import dev.harken.configs.ClientConfig;
import dev.harken.monitoring.feed.FeedPost;
import dev.harken.monitoring.matching.Keywords;
import dev.harken.monitoring.matching.Match;
import dev.harken.monitoring.matching.SearchedPost;
import dev.harken.monitoring.matching.StandingQueries;
import dev.harken.monitoring.matching.Stemming;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * What the keywords of configs find in posts of the feed. Each post is asked once for all configs that this process
 * scans, and what was found is remembered for the configs that come to the post later. Thread-safe.
 */
final class PostMatches implements Managed {
    /** Posts that are remembered, with the matches of each: what a busy hour brings. */
    private static final int MOST_POSTS = 20_000;

    private static final int MOST_CONFIGS = 10_000;

    /** A config is scanned daily at least; later, another process has it, or none. */
    private static final Duration IDLE = Duration.ofDays(2);

    /** Made by the first scan: it takes a while, which the start need not wait for. */
    private final Supplier<StandingQueries> queries = Suppliers.memoize(StandingQueries::new);

    private final Cache<Long, Asked> posts = Caffeine.newBuilder()
            .maximumWeight(MOST_POSTS)
            .weigher((Long position, Asked asked) -> 1 + asked.matches.size())
            .expireAfterWrite(Duration.ofHours(1))
            .build();
    private final Cache<Long, Listening> configs;

    /** Grows when another config is listened for: a post that was asked before did not get to hear of it. */
    private final AtomicLong generation = new AtomicLong();

    PostMatches() {
        this(Ticker.systemTicker());
    }

    PostMatches(Ticker ticker) {
        configs = Caffeine.newBuilder()
                .maximumSize(MOST_CONFIGS)
                .expireAfterAccess(IDLE)
                .ticker(ticker)
                .evictionListener((Long id, Listening config, RemovalCause cause) ->
                        queries.get().forget(id))
                .build();
    }

    /** Listens for a config as it is now. */
    Listening listen(ClientConfig config) {
        List<String> written = config.keywords();
        return configs.asMap().compute(config.id(), (id, before) -> {
            if (before != null && before.written.equals(written) && before.stemming == config.stemming()) {
                return before;
            }
            Keywords.Lenient usable = Keywords.lenient(written, config.stemming());
            queries.get().listen(id, usable.keywords());
            return new Listening(id, written, config.stemming(), usable, generation.incrementAndGet());
        });
    }

    /** Listens for a config no more. */
    void forget(long configId) {
        configs.asMap().computeIfPresent(configId, (id, before) -> {
            queries.get().forget(id);
            return null;
        });
    }

    /** What a config's keywords find in each of the posts. */
    List<Optional<Match>> match(Listening config, List<FeedPost> read) {
        Map<Long, Optional<Match>> found = new HashMap<>();
        List<FeedPost> unasked = new ArrayList<>();
        // With more configs than are listened for, this one may have made room for another meanwhile.
        boolean isHeard = configs.getIfPresent(config.id) == config;
        for (FeedPost one : read) {
            Asked asked = posts.getIfPresent(one.position());
            if (!isHeard) {
                found.put(one.position(), config.usable.keywords().match(SearchedPost.of(one.post())));
            } else if (asked == null) {
                unasked.add(one);
            } else {
                found.put(
                        one.position(),
                        asked.generation >= config.generation
                                ? Optional.ofNullable(asked.matches.get(config.id))
                                : config.usable.keywords().match(SearchedPost.of(one.post())));
            }
        }
        ask(unasked).forEach((position, matches) -> found.put(position, Optional.ofNullable(matches.get(config.id))));
        return read.stream().map(one -> found.get(one.position())).toList();
    }

    private Map<Long, Map<Long, Match>> ask(List<FeedPost> unasked) {
        long heard = generation.get();
        List<Map<Long, Match>> matches = queries.get()
                .match(unasked.stream().map(one -> SearchedPost.of(one.post())).toList());
        Map<Long, Map<Long, Match>> byPosition = new HashMap<>();
        for (int i = 0; i < unasked.size(); i++) {
            long position = unasked.get(i).position();
            posts.put(position, new Asked(heard, matches.get(i)));
            byPosition.put(position, matches.get(i));
        }
        return byPosition;
    }

    @Override
    public void stop() {
        if (generation.get() > 0) {
            queries.get().close();
        }
    }

    /** A config that is listened for, by the keywords it had. */
    static final class Listening {
        private final long id;
        private final List<String> written;
        private final Stemming stemming;
        private final Keywords.Lenient usable;
        private final long generation;

        private Listening(long id, List<String> written, Stemming stemming, Keywords.Lenient usable, long generation) {
            this.id = id;
            this.written = written;
            this.stemming = stemming;
            this.usable = usable;
            this.generation = generation;
        }

        /** The keywords that cannot be used, each with the reason. */
        Map<String, String> left() {
            return usable.left();
        }
    }

    /**
     * What a post was asked.
     *
     * @param matches by config, of those that had been listened for by then
     */
    private record Asked(long generation, Map<Long, Match> matches) {}
}
