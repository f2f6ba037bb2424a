package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

    static Highlights of(Stream<Query.Mark> marks) {
        List<Query.Mark> all = marks.toList();
        return new Highlights(parts(all, Field.TITLE), parts(all, Field.TEXT));
    }

    private static List<List<Integer>> parts(List<Query.Mark> marks, Field field) {
        List<Span> merged = new ArrayList<>();
        marks.stream()
                .filter(mark -> mark.field() == field)
                .map(Query.Mark::span)
                .filter(span -> span.end() > span.start())
                .sorted(Comparator.comparingInt(Span::start))
                .forEach(span -> add(merged, span));
        return merged.stream()
                .limit(MOST)
                .map(span -> List.of(span.start(), span.end()))
                .toList();
    }

    private static void add(List<Span> merged, Span span) {
        int last = merged.size() - 1;
        if (last >= 0 && span.start() <= merged.get(last).end()) {
            Span before = merged.get(last);
            merged.set(last, new Span(before.start(), Math.max(before.end(), span.end())));
        } else {
            merged.add(span);
        }
    }
}
