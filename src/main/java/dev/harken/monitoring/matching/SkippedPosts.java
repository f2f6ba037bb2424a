package dev.harken.monitoring.matching;

import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Counts what was passed over, by reason. Not thread-safe. */
public final class SkippedPosts {
    private final Map<MatchFilter.Reason, Integer> counts = new EnumMap<>(MatchFilter.Reason.class);

    public void add(MatchFilter.Reason reason) {
        add(reason, 1);
    }

    /**
     * Counts posts.
     *
     * @param many 0 or more
     */
    public void add(MatchFilter.Reason reason, int many) {
        if (many > 0) {
            counts.merge(reason, many, Integer::sum);
        }
    }

    public int total() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** For people: "3 marked NSFW, 1 by a blocked author"; empty when there is none. */
    public String why() {
        return counts.entrySet().stream()
                .map(count -> count.getValue() + " " + count.getKey().words())
                .collect(Collectors.joining(", "));
    }
}
