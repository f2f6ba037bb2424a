package dev.harken.dashboard.text;

import java.util.List;

/**
 * What a Markdown library does not know of Reddit's marks, in characters for private use on their way through it: those
 * around what matched, around spoilers ({@code >!so!<}) and around what is raised ({@code x^2}, {@code x^(so)}).
 */
final class Signs {
    static final char MARK = '\uE000';
    static final char MARK_END = '\uE001';
    static final char SPOILER = '\uE002';
    static final char SPOILER_END = '\uE003';
    static final char RAISED = '\uE004';
    static final char RAISED_END = '\uE005';
    static final char RAISED_GROUP = '\uE006';
    static final char RAISED_GROUP_END = '\uE007';

    private static final char UNKNOWN = '\uFFFD';
    /** What is longer was not written to be read. */
    private static final int LONGEST_WORD = 2_000;

    private static final String CLOSING = ".,;:!?)]}'\"*_~";

    private Signs() {}

    static boolean isSign(char c) {
        return c >= MARK && c <= RAISED_GROUP_END;
    }

    /** A text without any sign, also where somebody wrote one. */
    static String free(String text) {
        StringBuilder free = new StringBuilder(text);
        for (int i = 0; i < free.length(); i++) {
            if (isSign(free.charAt(i))) {
                free.setCharAt(i, UNKNOWN);
            }
        }
        return free.toString();
    }

    /**
     * Puts signs around what matched and in the place of Reddit's marks.
     *
     * @param free has none
     * @param spans what matched, from and to in UTF-16 units, in order
     */
    static String in(String free, List<List<Integer>> spans) {
        return raised(spoilers(marked(free, spans)));
    }

    /** What was written where signs stand now; what matched stays marked. */
    static String written(String signed) {
        StringBuilder text = new StringBuilder(signed.length());
        for (int i = 0; i < signed.length(); i++) {
            char c = signed.charAt(i);
            switch (c) {
                case SPOILER -> text.append(">!");
                case SPOILER_END -> text.append("!<");
                case RAISED -> text.append('^');
                case RAISED_GROUP -> text.append("^(");
                case RAISED_GROUP_END -> text.append(')');
                case RAISED_END -> {
                    // Nothing was written there.
                }
                default -> text.append(c);
            }
        }
        return text.toString();
    }

    /** As {@link #written}, and without the marks around what matched. */
    static String plain(String signed) {
        return written(signed).replace(String.valueOf(MARK), "").replace(String.valueOf(MARK_END), "");
    }

    private static String marked(String text, List<List<Integer>> spans) {
        StringBuilder marked = new StringBuilder(text);
        for (int i = spans.size() - 1; i >= 0; i--) {
            int from = spans.get(i).get(0);
            int to = spans.get(i).get(1);
            if (from < to && to <= text.length()) {
                marked.insert(to, MARK_END).insert(from, MARK);
            }
        }
        return marked.toString();
    }

    /** A spoiler ends within its paragraph; what begins none is a quotation or just text. */
    private static String spoilers(String text) {
        Places ends = new Places(text, "!<");
        Places paragraphs = new Places(text, "\n\n");
        StringBuilder signed = new StringBuilder(text.length());
        int at = 0;
        for (int from = text.indexOf(">!"); from >= 0; from = text.indexOf(">!", at)) {
            int to = ends.from(from + 2);
            if (to == Places.NONE) {
                break;
            }
            if (to == from + 2 || paragraphs.from(from) < to) {
                signed.append(text, at, from + 2);
                at = from + 2;
            } else {
                signed.append(text, at, from)
                        .append(SPOILER)
                        .append(text, from + 2, to)
                        .append(SPOILER_END);
                at = to + 2;
            }
        }
        return signed.append(text, at, text.length()).toString();
    }

    private static String raised(String text) {
        if (text.indexOf('^') < 0) {
            return text;
        }
        Places brackets = new Places(text, ")");
        Places lines = new Places(text, "\n");
        StringBuilder signed = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = wordEnd(text, at);
            String word = text.substring(at, end);
            int group = word.indexOf("^(");
            int close = group < 0 ? Places.NONE : brackets.from(at + group + 2);
            boolean isNoWord = word.length() > LONGEST_WORD;
            boolean isOpenGroup = group >= 0 && (close == Places.NONE || lines.from(at + group + 2) < close);
            if (word.indexOf('^') < 0 || word.contains("://") || word.contains("\\^") || isOpenGroup || isNoWord) {
                signed.append(word);
            } else if (group >= 0) {
                signed.append(raisedWord(word.substring(0, group)))
                        .append(RAISED_GROUP)
                        .append(text, at + group + 2, close)
                        .append(RAISED_GROUP_END);
                end = close + 1;
            } else {
                signed.append(raisedWord(word));
            }
            at = end;
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                signed.append(text.charAt(at));
                at++;
            }
        }
        return signed.toString();
    }

    private static int wordEnd(String text, int from) {
        int end = from;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /** The end of a link's text, or of a table's cell, if it comes after what is raised: no sign may get into an address. */
    private static int linkTextEnd(String word) {
        for (int i = word.indexOf('^') + 1; i < word.length(); i++) {
            if (word.charAt(i) == ']' || word.charAt(i) == '|') {
                return i;
            }
        }
        return word.length();
    }

    /** Each further sign raises the rest of the word once more, but for what closes a sentence or an emphasis. */
    private static String raisedWord(String word) {
        int end = linkTextEnd(word);
        while (end > 0 && CLOSING.indexOf(word.charAt(end - 1)) >= 0) {
            end--;
        }
        StringBuilder signed = new StringBuilder(word.length() + 2);
        int raised = 0;
        for (int i = 0; i < end; i++) {
            if (word.charAt(i) == '^' && i + 1 < end) {
                signed.append(RAISED);
                raised++;
            } else {
                signed.append(word.charAt(i));
            }
        }
        return signed.append(String.valueOf(RAISED_END).repeat(raised))
                .append(word, end, word.length())
                .toString();
    }

    /** Where something stands in a text, asked for from left to right: what was found once is not searched for again. */
    private static final class Places {
        static final int NONE = Integer.MAX_VALUE;

        private final String text;
        private final String wanted;
        private int next = -1;

        Places(String text, String wanted) {
            this.text = text;
            this.wanted = wanted;
        }

        /** The first place at or after another, which is not before any that was asked for. */
        int from(int place) {
            if (next < place) {
                int found = text.indexOf(wanted, place);
                next = found < 0 ? NONE : found;
            }
            return next;
        }
    }
}
