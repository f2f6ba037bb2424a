package dev.harken.monitoring.matching;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.regex.Matcher;

/** Regular expressions of users: RE2's, so that none takes for ever, and within bounds. */
final class Expressions {
    /**
     * The largest regular expression, in RE2's instructions. Matching takes time in proportion to this times the length
     * of the text, and a short expression with nested counts can ask for millions.
     */
    private static final int MOST_INSTRUCTIONS = 1000;

    /**
     * The most instructions that RE2 is let to write before they are counted: a bound from above, as it compiles nested
     * counts such as {@code ((a{1000}){1000}){1000}} until the memory is full.
     */
    private static final double MOST_TO_COMPILE = 300_000;

    private static final java.util.regex.Pattern COUNT = java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?\\}");
    private static final String IGNORE_CASE = "(?i)";
    private static final String TOO_LARGE = "is too large a regular expression: use fewer or smaller counts";

    private Expressions() {}

    /**
     * Compiles one, in any case.
     *
     * @throws KeywordException for keyword {@code index}, which has it
     */
    static Pattern compile(int index, String source) throws KeywordException {
        if (source.isBlank()) {
            throw new KeywordException(index, "is empty");
        }
        if (largest(source) > MOST_TO_COMPILE) {
            throw new KeywordException(index, TOO_LARGE);
        }
        if (Unfoldable.isIn(source)) {
            throw new KeywordException(
                    index, "has a letter or range across U+1C80 to U+1C88, which has no case: use a smaller range");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(source, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw new KeywordException(index, "is not a regular expression: " + reason(e));
        }
        if (pattern.programSize() > MOST_INSTRUCTIONS) {
            throw new KeywordException(index, TOO_LARGE);
        }
        return pattern;
    }

    /** Whether it is found in any text. */
    static boolean isEverywhere(Pattern pattern) {
        return pattern.matcher("").find() && pattern.matcher("x").find();
    }

    /** The size if each counted repetition stood inside all the others. */
    private static double largest(String source) {
        double size = source.length();
        for (Matcher count = COUNT.matcher(source); count.find(); ) {
            String most = count.group(2) == null || count.group(2).isEmpty() ? count.group(1) : count.group(2);
            size *= Math.max(1, Double.parseDouble(most));
        }
        return size;
    }

    private static String reason(PatternSyntaxException e) {
        String where = e.getPattern() == null ? "" : e.getPattern();
        if (where.equals("stack underflow")) {
            return "unexpected )";
        }
        // RE2 puts its own flag in front of what the user wrote.
        where = where.startsWith(IGNORE_CASE) ? where.substring(IGNORE_CASE.length()) : where;
        return where.isEmpty() ? e.getDescription() : e.getDescription() + ": " + where;
    }
}
