package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The keywords that an index of words cannot tell of, by the first letters of what a post must have for them. A post is
 * asked for those alone whose letters it has, so that its time does not grow with their number. What needs no letters
 * that are known is asked always.
 *
 * <p>Thread-safe.
 */
final class LetterIndex {
    /** Five letters tell far more than three, which many posts have; fewer are had by nearly all. */
    private static final int[] LENGTHS = {5, 3};

    /** What every post has. */
    private static final String NONE = "";

    private final Map<String, List<Place>> places = new ConcurrentHashMap<>();

    void add(Place place, Query query) {
        for (String start : starts(query)) {
            places.merge(start, List.of(place), LetterIndex::joined);
        }
    }

    private static List<Place> joined(List<Place> some, List<Place> others) {
        List<Place> all = new ArrayList<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }

    /** Takes out what was added with the same query. */
    void remove(Place place, Query query) {
        for (String start : starts(query)) {
            places.computeIfPresent(start, (same, those) -> {
                List<Place> left =
                        those.stream().filter(one -> !one.equals(place)).toList();
                return left.isEmpty() ? null : left;
            });
        }
    }

    private static Set<String> starts(Query query) {
        Set<String> starts =
                query.necessaryLetters().stream().map(LetterIndex::start).collect(Collectors.toSet());
        return starts.isEmpty() || starts.contains(NONE) ? Set.of(NONE) : starts;
    }

    private static String start(String letters) {
        for (int length : LENGTHS) {
            if (letters.length() >= length) {
                return letters.substring(0, length);
            }
        }
        return NONE;
    }

    /** Those that the post may have. */
    Set<Place> in(SearchedPost post) {
        Set<Place> found = new HashSet<>(places.getOrDefault(NONE, List.of()));
        for (Field field : Field.values()) {
            SearchText text = post.in(field);
            if (!text.isComposed()) {
                // A letter may be part of another there, which a regular expression tells apart.
                places.values().forEach(found::addAll);
                return found;
            }
            for (int length : LENGTHS) {
                addThoseIn(text.folded(), length, found);
            }
        }
        return found;
    }

    private void addThoseIn(String folded, int length, Set<Place> found) {
        for (int at = 0; at + length <= folded.length(); at++) {
            List<Place> those = places.get(folded.substring(at, at + length));
            if (those != null) {
                found.addAll(those);
            }
        }
    }
}
