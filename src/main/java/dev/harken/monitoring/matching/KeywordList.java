package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.List;

/**
 * The form in which a list of keywords is stored: separated by commas. A comma inside a "quoted phrase" or a
 * /regular expression/ belongs to it; quotes may be curled, as telephones write them. Both begin only where an item begins, so that {@code 12" vinyl, 7" single} is two
 * keywords.
 */
public final class KeywordList {
    private KeywordList() {}

    /**
     * The keywords, trimmed and without empty ones. Takes any text: a quote or slash that is never closed is an ordinary
     * character, and it is left to {@link Keywords} to say what cannot be used.
     */
    public static List<String> split(String stored) {
        List<String> keywords = new ArrayList<>();
        for (int start = 0; start < stored.length(); ) {
            int end = itemEnd(stored, start);
            String keyword = stored.substring(start, end).strip();
            if (!keyword.isEmpty()) {
                keywords.add(keyword);
            }
            start = end + 1;
        }
        return List.copyOf(keywords);
    }

    /** The stored form. Keywords that {@link Keywords#parse} accepts, or that come from a split, are split as before. */
    public static String join(List<String> keywords) {
        return String.join(
                ",",
                keywords.stream()
                        .map(String::strip)
                        .filter(keyword -> !keyword.isEmpty())
                        .toList());
    }

    /** Where the comma after the item stands, or the length of the text. */
    private static int itemEnd(String stored, int start) {
        int body = skipSpace(stored, start);
        if (body < stored.length() && stored.charAt(body) == '-') {
            body = skipSpace(stored, body + 1);
        }
        int protectedUpTo = body;
        if (body < stored.length() && isQuote(stored.charAt(body))) {
            protectedUpTo = Math.max(body, closingQuote(stored, body));
        } else if (body < stored.length() && stored.charAt(body) == '/') {
            protectedUpTo = Math.max(body, closingSlash(stored, body));
        }
        int comma = stored.indexOf(',', protectedUpTo);
        return comma < 0 ? stored.length() : comma;
    }

    /**
     * Where the regular expression that opens at a slash ends: at the next slash that an item's end follows and no
     * backslash precedes. So {@code /r/smallbusiness/} needs no backslash.
     *
     * @return -1 when it never ends
     */
    static int closingSlash(String text, int opening) {
        for (int i = opening + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '/') {
                int next = skipSpace(text, i + 1);
                if (next == text.length() || text.charAt(next) == ',') {
                    return i;
                }
            }
        }
        return -1;
    }

    /**
     * Where the phrase that a quote opens ends: at the next quote of any form.
     *
     * @return -1 when it never ends
     */
    static int closingQuote(String text, int opening) {
        for (int i = opening + 1; i < text.length(); i++) {
            if (isQuote(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    static boolean isQuote(int c) {
        return c == '"' || c == '\u201c' || c == '\u201d' || c == '\u201e';
    }

    private static int skipSpace(String text, int from) {
        int i = from;
        while (i < text.length() && Character.isWhitespace(text.charAt(i))) {
            i++;
        }
        return i;
    }
}
