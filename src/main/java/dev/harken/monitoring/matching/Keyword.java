package dev.harken.monitoring.matching;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.function.Predicate;
import java.util.regex.Matcher;

/**
 * One compiled keyword.
 *
 * @param instructions the size of its regular expression, by which the time to match grows; 0 for words
 */
record Keyword(String written, boolean excludes, Predicate<SearchText> test, int instructions) {
    static final int LONGEST = 200;

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

    static Keyword parse(int index, String keyword) throws KeywordException {
        String written = keyword.strip();
        if (written.isEmpty()) {
            throw new KeywordException(index, "is empty");
        }
        if (written.codePointCount(0, written.length()) > LONGEST) {
            throw new KeywordException(index, "is too long: at most " + LONGEST + " characters");
        }
        boolean excludes = written.startsWith("-");
        String body = excludes ? written.substring(1).strip() : written;
        if (body.isEmpty()) {
            throw new KeywordException(index, "is a lone minus: say after it what to exclude");
        }
        if (body.startsWith("/")) {
            return expression(index, written, body, excludes);
        }
        return new Keyword(
                written,
                excludes,
                words(KeywordList.isQuote(body.charAt(0)) ? phrase(index, body) : plain(index, body)),
                0);
    }

    private static Predicate<SearchText> words(String words) {
        String folded = SearchText.fold(words);
        return text -> text.holds(folded);
    }

    private static String plain(int index, String body) throws KeywordException {
        if (body.chars().anyMatch(KeywordList::isQuote)) {
            throw new KeywordException(index, "has a quote inside: quotes go around all of it, or nowhere");
        }
        if (body.indexOf(',') >= 0) {
            throw new KeywordException(
                    index, "has a comma: put it in \"quotes\" if the comma belongs to it, or make two keywords of it");
        }
        return notBlank(index, body);
    }

    private static String phrase(int index, String body) throws KeywordException {
        int closing = KeywordList.closingQuote(body, 0);
        if (closing < 0) {
            throw new KeywordException(index, "has no closing quote");
        }
        if (closing < body.length() - 1) {
            throw new KeywordException(
                    index, "goes on after its closing quote: quotes go around all of it, or nowhere");
        }
        return notBlank(index, body.substring(1, closing));
    }

    private static String notBlank(int index, String words) throws KeywordException {
        String trimmed = SearchText.fold(words).strip();
        if (trimmed.isEmpty()) {
            throw new KeywordException(index, "is empty");
        }
        return trimmed;
    }

    private static Keyword expression(int index, String written, String body, boolean excludes)
            throws KeywordException {
        int closing = KeywordList.closingSlash(body, 0);
        if (closing < 0) {
            throw new KeywordException(
                    index, "has no closing slash: put it in \"quotes\" if it is not a regular expression");
        }
        if (closing < body.length() - 1) {
            throw new KeywordException(index, "goes on after its closing slash: a slash inside is written \\/");
        }
        String source = body.substring(1, closing);
        if (source.isBlank()) {
            throw new KeywordException(index, "is empty");
        }
        Pattern pattern = compile(index, source);
        if (excludes && pattern.matcher("").find() && pattern.matcher("x").find()) {
            throw new KeywordException(index, "would exclude every post");
        }
        return new Keyword(
                written, excludes, text -> pattern.matcher(text.written()).find(), pattern.programSize());
    }

    private static Pattern compile(int index, String source) throws KeywordException {
        if (largest(source) > MOST_TO_COMPILE) {
            throw tooLarge(index);
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
            throw tooLarge(index);
        }
        return pattern;
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

    private static KeywordException tooLarge(int index) {
        return new KeywordException(index, "is too large a regular expression: use fewer or smaller counts");
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

    boolean matches(SearchText title, SearchText text) {
        return test.test(title) || test.test(text);
    }
}
