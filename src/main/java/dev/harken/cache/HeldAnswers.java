package dev.harken.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;

/**
 * Answers in the process's memory, up to a number of bytes; those asked for least go first. Whether a generation is
 * still the current one is for others to know. Safe for use by several threads.
 */
final class HeldAnswers {
    /** Of an entry: the key, the maps' own. */
    private static final int OVERHEAD = 500;
    /** Both forms are held once both were asked for; the compressed one is about a tenth of the plain one. */
    private static final double WITH_COMPRESSED = 1.15;

    private final Cache<String, Entry> entries;

    /**
     * @param most bytes to hold
     */
    HeldAnswers(long most, Ticker ticker) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(most)
                .weigher((String key, Entry entry) -> entry.weight())
                .expireAfter(Expiry.writing((String key, Entry entry) -> entry.time()))
                .ticker(ticker)
                .build();
    }

    /** The answer under a key, of whatever generation. */
    Optional<StoredAnswer> find(String key) {
        return Optional.ofNullable(entries.getIfPresent(key)).map(Entry::stored);
    }

    /** Holds an answer for a time, if there is room, in place of another under its key. */
    void hold(String key, StoredAnswer stored, Duration time) {
        entries.put(key, new Entry(stored, time));
    }

    /** At most the bytes that it may hold. */
    AnswerStore.Size size() {
        entries.cleanUp();
        long bytes = entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
        return new AnswerStore.Size(entries.estimatedSize(), bytes);
    }

    private record Entry(StoredAnswer stored, Duration time) {
        /** They repeat the question, which may be long. */
        private int links() {
            return stored.answer().links().values().stream()
                    .mapToInt(String::length)
                    .sum();
        }

        int weight() {
            return OVERHEAD
                    + links()
                    + (int) Math.min(
                            Integer.MAX_VALUE / 2, (long) (stored.answer().length() * WITH_COMPRESSED));
        }
    }
}
