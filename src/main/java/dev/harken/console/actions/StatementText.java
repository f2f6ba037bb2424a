package dev.harken.console.actions;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Takes the values out of a statement's text, which may be a person's data. */
final class StatementText {
    /**
     * What PostgreSQL reads as one piece, in the order in which it is tried: comments, which may hold anything; quoted
     * names, which stay; strings (E'…' with its backslashes, '…', $tag$…$tag$) and numbers. Each may end early where
     * PostgreSQL cut the text off. Names and $1 are matched so that their digits are not taken for numbers.
     */
    private static final Pattern PIECES = Pattern.compile(
            """
            (?<drop>--[^\\n]*|/\\*.*?(?:\\*/|\\z))\
            |(?<keep>"[^"]*"?)\
            |(?<value>(?i:\\be)'[^'\\\\]*+(?:(?:''|\\\\.)[^'\\\\]*+)*+(?:'|\\\\?\\z)\
            |(?i:\\b(?:b|x|n|u&))?'[^']*+(?:''[^']*+)*+(?:'|\\z)\
            |\\$(?<tag>[\\p{L}_][\\p{L}\\p{N}_]*|)\\$.*?(?:\\$\\k<tag>\\$|\\z)\
            |0[xXoObB][\\p{Alnum}_]+\
            |(?:\\d[\\d_]*\\.?[\\d_]*|\\.\\d+)(?:[eE][+-]?\\d+)?)\
            |(?<name>[\\p{L}_][\\p{L}\\p{N}_$]*|\\$\\d+)\
            """,
            Pattern.DOTALL);

    /** What follows is not looked at. */
    private static final int LONGEST = 10_000;

    private StatementText() {}

    /** The statement on one line with {@code ?} for each value and without comments. */
    static String withoutValues(String statement) {
        Matcher piece = PIECES.matcher(statement.substring(0, Math.min(statement.length(), LONGEST)));
        StringBuilder text = new StringBuilder();
        while (piece.find()) {
            String instead;
            if (piece.group("drop") != null) {
                instead = " ";
            } else if (piece.group("value") != null) {
                instead = "?";
            } else {
                instead = piece.group();
            }
            piece.appendReplacement(text, Matcher.quoteReplacement(instead));
        }
        piece.appendTail(text);
        return text.toString().replaceAll("\\s+", " ").strip();
    }
}
