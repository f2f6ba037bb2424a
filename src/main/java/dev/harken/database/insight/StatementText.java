package dev.harken.database.insight;

/**
 * The text of a statement without the values in it, which may be a customer's. Literals and numbers become parameters,
 * numbered on from those that are there; comments are left out; white space becomes one space.
 *
 * <p>A text that PostgreSQL cut off in the middle of a literal loses that one as well. Assumes
 * {@code standard_conforming_strings}, which is on since 9.1.
 */
public final class StatementText {
    private final String text;
    private final StringBuilder out = new StringBuilder();
    private int at;
    private int parameter;

    private StatementText(String text) {
        this.text = text;
        this.parameter = highestParameter(text);
    }

    /** The text without values, cut to a number of characters. */
    public static String withoutValues(String text, int most) {
        String clean = new StatementText(text).clean();
        return clean.length() <= most ? clean : clean.substring(0, most - 1) + "…";
    }

    private String clean() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\'') {
                literal(escapes());
            } else if (c == '"') {
                quotedName();
            } else if (text.startsWith("--", at)) {
                at = endOr(text.indexOf('\n', at));
                space();
            } else if (text.startsWith("/*", at)) {
                comment();
            } else if (c == '$') {
                dollar();
            } else if (startsNumber(c)) {
                number();
            } else if (Character.isWhitespace(c)) {
                at++;
                space();
            } else if (isNamePart(c)) {
                name();
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString().strip();
    }

    private void space() {
        if (out.length() > 0 && out.charAt(out.length() - 1) != ' ') {
            out.append(' ');
        }
    }

    /** Whether the literal that begins here is one of the kind {@code E'…'}; its prefix goes with it. */
    private boolean escapes() {
        int last = out.length() - 1;
        if (last < 0 || at == 0 || Character.toLowerCase(text.charAt(at - 1)) != 'e') {
            return false;
        }
        if (last > 0 && isNamePart(out.charAt(last - 1))) {
            return false;
        }
        out.setLength(last);
        return true;
    }

    private void literal(boolean escapes) {
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (escapes && c == '\\') {
                at += 2;
            } else if (c != '\'') {
                at++;
            } else if (text.startsWith("''", at)) {
                at += 2;
            } else {
                at++;
                break;
            }
        }
        at = Math.min(at, text.length());
        value();
    }

    private void quotedName() {
        int end = endOr(text.indexOf('"', at + 1) + 1);
        out.append(text, at, end);
        at = end;
    }

    private void comment() {
        int depth = 0;
        do {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < text.length());
        at = Math.min(at, text.length());
        space();
    }

    /** A parameter, or the start of {@code $tag$…$tag$}. */
    private void dollar() {
        int end = at + 1;
        while (end < text.length() && isNamePart(text.charAt(end)) && text.charAt(end) != '$') {
            end++;
        }
        boolean isParameter = end > at + 1 && Character.isDigit(text.charAt(at + 1));
        if (isParameter || end == text.length() || text.charAt(end) != '$') {
            out.append(text, at, end);
            at = end;
            return;
        }
        String tag = text.substring(at, end + 1);
        int close = text.indexOf(tag, end + 1);
        at = close < 0 ? text.length() : close + tag.length();
        value();
    }

    private boolean startsNumber(char c) {
        return isDigit(c) || (c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)));
    }

    private void number() {
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean sign = (c == '+' || c == '-') && Character.toLowerCase(text.charAt(at - 1)) == 'e';
            if (!sign && c != '.' && !isNamePart(c)) {
                break;
            }
            at++;
        }
        value();
    }

    private void name() {
        while (at < text.length() && isNamePart(text.charAt(at))) {
            out.append(text.charAt(at));
            at++;
        }
    }

    private void value() {
        parameter++;
        out.append('$').append(parameter);
    }

    private int endOr(int found) {
        return found <= 0 ? text.length() : found;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The number of the last parameter, 0 when there is none. */
    static int highestParameter(String text) {
        int highest = 0;
        for (int i = text.indexOf('$'); i >= 0; i = text.indexOf('$', i + 1)) {
            int number = 0;
            for (int j = i + 1; j < text.length() && isDigit(text.charAt(j)) && number < 100_000; j++) {
                number = 10 * number + text.charAt(j) - '0';
            }
            highest = Math.max(highest, number);
        }
        return highest;
    }
}
