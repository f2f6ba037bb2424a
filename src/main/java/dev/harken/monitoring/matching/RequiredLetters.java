package dev.harken.monitoring.matching;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Finds letters that every text has which a regular expression matches, so that most texts need not be tried: RE2 takes
 * far longer to say no. Knows the plain parts of the syntax, and says that there are none where it meets anything else.
 */
final class RequiredLetters {
    private static final Pattern COUNT = Pattern.compile("\\d+(?:,\\d*)?");
    private static final String BREAKING_ESCAPES = "bBdDsSwWAz";

    private final String expression;
    private final StringBuilder run = new StringBuilder();
    private String longest = "";
    private int at;

    private RequiredLetters(String expression) {
        this.expression = expression;
    }

    /** The longest run of letters and digits of ASCII that it needs, in lower case; empty when none is known. */
    static String of(String expression) {
        RequiredLetters letters = new RequiredLetters(expression);
        return letters.read() ? letters.longest : "";
    }

    /** @return false where the expression has something that this does not know */
    private boolean read() {
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == '|') {
                return false;
            }
            if (!step(c)) {
                return false;
            }
        }
        end();
        return true;
    }

    private boolean step(char c) {
        switch (c) {
            case '\\' -> {
                return escape();
            }
            case '(' -> {
                end();
                return skipGroup();
            }
            case '[' -> {
                end();
                return skipClass();
            }
            case '?', '*', '{' -> {
                // What stands before it may be missing.
                run.setLength(Math.max(0, run.length() - 1));
                end();
                at++;
                return c != '{' || skipCount();
            }
            default -> {
                if (isLetter(c)) {
                    run.append(c);
                } else {
                    end();
                }
                at++;
                return true;
            }
        }
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private boolean escape() {
        if (at + 1 == expression.length()) {
            return false;
        }
        char escaped = expression.charAt(at + 1);
        end();
        at += 2;
        boolean isSign = escaped < 128 && !isLetter(escaped);
        return isSign || BREAKING_ESCAPES.indexOf(escaped) >= 0;
    }

    private boolean skipGroup() {
        int depth = 0;
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == '[') {
                if (!skipClass()) {
                    return false;
                }
                continue;
            }
            if (c == '\\') {
                if (!escape()) {
                    return false;
                }
                continue;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            at++;
            if (depth == 0) {
                return true;
            }
        }
        return false;
    }

    /** A bracket within, as in {@code [[:alpha:]]} or {@code []a]}, is not told from its end here. */
    private boolean skipClass() {
        int start = at;
        boolean ends = skipTo(']');
        String inside = ends ? expression.substring(start + 1, at - 1) : "";
        return ends && inside.indexOf('[') < 0 && inside.indexOf('\\') < 0 && !inside.isEmpty() && !inside.equals("^");
    }

    /** A brace that holds no count is a plain character, which is left alone. */
    private boolean skipCount() {
        int start = at;
        return skipTo('}') && COUNT.matcher(expression.substring(start, at - 1)).matches();
    }

    private boolean skipTo(char last) {
        int end = expression.indexOf(last, at);
        at = end + 1;
        return end >= 0;
    }

    private void end() {
        if (run.length() > longest.length()) {
            longest = run.toString().toLowerCase(Locale.ROOT);
        }
        run.setLength(0);
    }
}
