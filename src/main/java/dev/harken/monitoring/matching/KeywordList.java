package dev.harken.monitoring.matching;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The form in which a list of keywords is stored: separated by commas. A comma inside a "quoted phrase" or a
 * /regular expression/ belongs to it; quotes may be curled, as telephones write them. Both begin only where a word begins,
 * so that {@code 12" vinyl, 7" single} is two keywords.
 */
public final class KeywordList {
    private static final Pattern BEFORE_WORD = Pattern.compile(
            "(?i:title|text|author|flair|subreddit):(?=[(/\"\u201c\u201d\u201e])|(?:AND|OR|NOT|NEAR(?:/\\d{1,9})?)(?=\\()");

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

    /** Where the comma after the item stands, or the length of the text. Words begin where {@link QueryParser} has them. */
    private static int itemEnd(String stored, int start) {
        boolean wordBegins = true;
        int open = 0;
        int openInWord = 0;
        int i = start;
        while (i < stored.length() && stored.charAt(i) != ',') {
            char c = stored.charAt(i);
            int closing = wordBegins ? closing(stored, i) : -1;
            if (closing > i) {
                i = closing + 1;
                wordBegins = false;
                continue;
            }
            int before = wordBegins ? beforeWord(stored, i) : i;
            if (before > i) {
                i = before;
                continue;
            }
            boolean opens = c == '(' && wordBegins;
            boolean closes = c == ')' && openInWord == 0 && open > 0;
            open += opens ? 1 : closes ? -1 : 0;
            openInWord += opens || closes ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
            wordBegins = Character.isWhitespace(c) || opens || closes || (wordBegins && c == '-');
            openInWord = wordBegins ? 0 : Math.max(0, openInWord);
            i++;
        }
        return i;
    }

    /** Where a field or operator ends after which a parenthesis, phrase or expression begins, if one stands here. */
    private static int beforeWord(String stored, int i) {
        Matcher before = BEFORE_WORD.matcher(stored).region(i, stored.length());
        return before.lookingAt() ? before.end() : i;
    }

    private static int closing(String stored, int opening) {
        char c = stored.charAt(opening);
        if (isQuote(c)) {
            return closingQuote(stored, opening);
        }
        return c == '/' ? closingSlash(stored, opening) : -1;
    }

    /**
     * Where the regular expression that opens at a slash ends: at the next slash that no word goes on after and no
     * backslash precedes. So {@code /r/smallbusiness/} needs no backslash.
     *
     * @return -1 when it never ends
     */
    static int closingSlash(String text, int opening) {
        for (int i = opening + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '/' && (i + 1 == text.length() || endsWord(text.charAt(i + 1)))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean endsWord(char c) {
        return c == ',' || c == ')' || Character.isWhitespace(c);
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
}
