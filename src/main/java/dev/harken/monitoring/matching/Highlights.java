package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The parts of a post that keywords found: each a pair of the first place and the one after the last, in UTF-16 units as
 * Java and JavaScript count, in order and without overlap, at most {@value #MOST} for each text.
 */
public record Highlights(List<List<Integer>> title, List<List<Integer>> content) {
    static final int MOST = 100;

    public Highlights {
        title = List.copyOf(title);
        content = List.copyOf(content);
    }

    public static Highlights none() {
        return new Highlights(List.of(), List.of());
    }

    /** Those of texts that were cut to these lengths. */
    public Highlights within(int titleLength, int contentLength) {
        return new Highlights(within(title, titleLength), within(content, contentLength));
    }

    private static List<List<Integer>> within(List<List<Integer>> parts, int length) {
        return parts.stream().filter(part -> part.get(1) <= length).toList();
    }

    /** Keeps no mark by itself, as a stranger's post may have each word thousands of times. */
    static Highlights of(Stream<Query.Mark> marks) {
        Map<Field, BitSet> marked = new EnumMap<>(Field.class);
        marks.forEach(mark -> marked.computeIfAbsent(mark.field(), field -> new BitSet())
                .set(mark.span().start(), mark.span().end()));
        return new Highlights(parts(marked, Field.TITLE), parts(marked, Field.TEXT));
    }

    private static List<List<Integer>> parts(Map<Field, BitSet> marked, Field field) {
        BitSet places = marked.getOrDefault(field, new BitSet());
        List<List<Integer>> parts = new ArrayList<>();
        for (int start = places.nextSetBit(0); start >= 0 && parts.size() < MOST; ) {
            int end = places.nextClearBit(start);
            parts.add(List.of(start, end));
            start = places.nextSetBit(end);
        }
        return parts;
    }
}
