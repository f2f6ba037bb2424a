package dev.harken.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.harken.database.Tenant;
import java.time.Duration;
import java.util.Optional;

/** Keeps answers in the process's memory, up to a number of bytes; those asked for least go first. */
final class LocalStore implements AnswerStore {
    /** Of an entry: the key, the maps' own. */
    private static final int OVERHEAD = 500;
    /** The compressed form comes on top when it is first asked for, about a tenth of the plain one. */
    private static final double WITH_COMPRESSED = 1.15;

    private final Cache<String, Entry> entries;
    private final Generations generations = new Generations();

    /**
     * @param most bytes to keep
     */
    LocalStore(long most, Ticker ticker) {
        this.entries = Caffeine.newBuilder()
                .maximumWeight(most)
                .weigher((String key, Entry entry) -> entry.weight())
                .expireAfter(Expiry.creating((String key, Entry entry) -> entry.time()))
                .ticker(ticker)
                .build();
    }

    @Override
    public Found find(Tenant tenant, String key) {
        Generation generation = generations.of(tenant);
        Entry entry = entries.getIfPresent(AnswerKey.of(tenant, key));
        return new Found(
                generation,
                Optional.ofNullable(entry)
                        .filter(kept -> kept.generation().equals(generation))
                        .map(Entry::answer));
    }

    @Override
    public void keep(Tenant tenant, String key, Generation generation, Answer answer, Duration time) {
        entries.put(AnswerKey.of(tenant, key), new Entry(generation, answer, time));
    }

    @Override
    public void turn(Tenant tenant) {
        generations.turn(tenant);
    }

    @Override
    public String place() {
        return "this process";
    }

    @Override
    public Optional<String> breaker() {
        return Optional.empty();
    }

    /** At most the bytes that it may keep. */
    @Override
    public Optional<Size> size() {
        entries.cleanUp();
        long bytes = entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
        return Optional.of(new Size(entries.estimatedSize(), bytes));
    }

    private record Entry(Generation generation, Answer answer, Duration time) {
        int weight() {
            return OVERHEAD + (int) Math.min(Integer.MAX_VALUE / 2, (long) (answer.length() * WITH_COMPRESSED));
        }
    }
}
