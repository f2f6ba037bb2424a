package dev.harken.monitoring.matching;

/** A part of a folded text, from its first character to before its last. */
record Span(int start, int end) {
    /** What stands between this and another that it does not overlap. */
    Span gapTo(Span other) {
        int from = Math.min(end, other.end);
        int to = Math.max(start, other.start);
        return new Span(from, to);
    }
}
