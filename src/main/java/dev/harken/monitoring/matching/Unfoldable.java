package dev.harken.monitoring.matching;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Expressions that RE2/J 1.8 never finishes compiling. It walks from a letter to its other cases until it is back at
 * the first, and from the nine historic Cyrillic letters U+1C80 to U+1C88 it never comes back. So they may neither be
 * named nor lie in a range.
 */
final class Unfoldable {
    private static final int FIRST = 0x1C80;
    private static final int LAST = 0x1C88;

    /** One character, plain or as an escape that RE2 knows. */
    private static final Pattern CHARACTER = Pattern.compile(
            "\\\\x\\{(?<braced>[0-9A-Fa-f]{1,8})\\}|\\\\x(?<hex>[0-9A-Fa-f]{2})|\\\\(?<octal>[0-7]{1,3})|\\\\?(?<plain>.)",
            Pattern.DOTALL);

    private Unfoldable() {}

    /** Errs towards true: it takes any hyphen after an opening bracket for a range. */
    static boolean isIn(String expression) {
        Matcher characters = CHARACTER.matcher(expression);
        boolean inClass = false;
        boolean range = false;
        long before = 0;
        long last = 0;
        while (characters.find()) {
            long c = value(characters);
            if ((c >= FIRST && c <= LAST) || (range && before <= LAST && c >= FIRST)) {
                return true;
            }
            inClass |= c == '[';
            range = inClass && c == '-';
            before = last;
            last = c;
        }
        return false;
    }

    private static long value(Matcher character) {
        if (character.group("braced") != null) {
            return Long.parseLong(character.group("braced"), 16);
        }
        if (character.group("hex") != null) {
            return Long.parseLong(character.group("hex"), 16);
        }
        return character.group("octal") != null
                ? Long.parseLong(character.group("octal"), 8)
                : character.group("plain").codePointAt(0);
    }
}
