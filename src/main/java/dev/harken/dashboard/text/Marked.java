package dev.harken.dashboard.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Texts in which the terms that matched stand out. */
public final class Marked {
    /** What is Markdown's and says nothing in an excerpt. */
    private static final Pattern SIGNS =
            Pattern.compile("(?m)>!|!<|^[ \\t]*[>#]+[ \\t]*|^[ \\t]*[-*+][ \\t]+|\\*{1,3}|~~|`");

    private static final Pattern LINK = Pattern.compile("\\[([^\\]\\n]*)]\\([^)\\n]*\\)");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final String GAP = "…";
    /** What of an excerpt stands before the first term. */
    private static final int LEAD = 60;

    private Marked() {}

    /**
     * A whole text.
     *
     * @param spans from and to in UTF-16 units, in order; those beyond the text are passed over
     */
    public static List<Piece> whole(String text, List<List<Integer>> spans) {
        return between(text, spans, 0, text.length());
    }

    /** At most so many characters of a text, with the first term among them, on one line. */
    public static List<Piece> excerpt(String text, List<List<Integer>> spans, int length) {
        int first = spans.isEmpty() ? 0 : spans.get(0).get(0);
        int from = first <= length / 2 ? 0 : wordStart(text, Math.min(first, text.length()) - LEAD);
        int to = Math.min(text.length(), from + length);
        if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
            to--;
        }
        List<Piece> pieces = new ArrayList<>();
        if (from > 0) {
            pieces.add(Piece.plain(GAP));
        }
        pieces.addAll(between(text, spans, from, to));
        if (to < text.length()) {
            pieces.add(Piece.plain(GAP));
        }
        return pieces.stream()
                .map(piece -> new Piece(plain(piece.text()), piece.kind()))
                .toList();
    }

    private static String plain(String markdown) {
        String unlinked = LINK.matcher(markdown).replaceAll("$1");
        return BLANKS.matcher(SIGNS.matcher(unlinked).replaceAll("")).replaceAll(" ");
    }

    private static int wordStart(String text, int from) {
        for (int i = Math.max(from, 0); i < Math.min(text.length(), from + LEAD); i++) {
            if (i == 0 || Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        int start = Math.max(from, 0);
        return start > 0 && Character.isLowSurrogate(text.charAt(start)) ? start - 1 : start;
    }

    private static List<Piece> between(String text, List<List<Integer>> spans, int from, int to) {
        List<Piece> pieces = new ArrayList<>();
        int at = from;
        for (List<Integer> span : spans) {
            int start = Math.max(span.get(0), at);
            int end = Math.min(span.get(1), to);
            if (start >= end) {
                continue;
            }
            if (start > at) {
                pieces.add(Piece.plain(text.substring(at, start)));
            }
            pieces.add(Piece.marked(text.substring(start, end)));
            at = end;
        }
        if (at < to) {
            pieces.add(Piece.plain(text.substring(at, to)));
        }
        return pieces;
    }
}
