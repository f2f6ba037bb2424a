package dev.harken.monitoring.matching;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.function.BiFunction;
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
    private static final String TOO_LARGE = "has too large a regular expression";
    private static final String SMALLER_COUNTS = "use fewer or smaller counts";

    private Expressions() {}

    /**
     * Compiles one, in any case.
     *
     * @param refusal of the keyword that has it, by what is wrong, and what to do or why
     */
    static Pattern compile(String source, BiFunction<String, String, KeywordException> refusal)
            throws KeywordException {
        if (largest(source) > MOST_TO_COMPILE) {
            throw refusal.apply(TOO_LARGE, SMALLER_COUNTS);
        }
        if (Unfoldable.isIn(source)) {
            throw refusal.apply(
                    "has a letter or range across U+1C80 to U+1C88, which has no case", "use a smaller range");
        }
        Pattern pattern;
        try {
            pattern = Pattern.compile(source, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw refusal.apply("has a regular expression that cannot be read", reason(e));
        }
        if (pattern.programSize() > MOST_INSTRUCTIONS) {
            throw refusal.apply(TOO_LARGE, SMALLER_COUNTS);
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
