package dev.harken.monitoring.matching;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Folds posts that say the same into the first of them. Which is first is a matter of the order in which they are added.
 * Not thread-safe.
 */
public final class Folds {
    private final Map<String, String> firsts = new LinkedHashMap<>();
    private final Map<String, String> added = new LinkedHashMap<>();

    /** With none. */
    public Folds() {
        this(Map.of());
    }

    /**
     * With what there is already.
     *
     * @param known the ids of posts that there are already, by each of their keys
     */
    public Folds(Map<String, String> known) {
        firsts.putAll(known);
    }

    /**
     * Adds a post.
     *
     * @param keys as {@link PostKeys} has them
     * @return the id of the post that it is folded into; empty when it is the first that says this
     */
    public Optional<String> add(String id, Set<String> keys) {
        Optional<String> first = first(id, keys);
        claim(first.orElse(id), keys);
        return first;
    }

    /** Adds a post that stands for itself, whatever it says; what others have said before is still theirs. */
    public void addApart(String id, Set<String> keys) {
        claim(id, keys);
    }

    private Optional<String> first(String id, Set<String> keys) {
        for (String key : keys) {
            String first = firsts.get(key);
            if (first != null && !first.equals(id)) {
                return Optional.of(first);
            }
        }
        return Optional.empty();
    }

    private void claim(String id, Set<String> keys) {
        for (String key : keys) {
            if (firsts.putIfAbsent(key, id) == null) {
                added.put(key, id);
            }
        }
    }

    /** The keys that were not known before, each with the id of the first post that has it. */
    public Map<String, String> added() {
        return Map.copyOf(added);
    }
}
