package dev.harken.database.insight;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns by which a B-tree index could find the rows that a sequential scan keeps, from the scan's filter as
 * {@code explain (verbose)} writes it: {@code ((t.client_id = $1) AND (t.created_at >= $2))}.
 *
 * <p>Only conditions that all must hold are read, each a column of the scan against something that does not depend on
 * the scan's rows. A column within an expression, an OR, a LIKE are passed over: the index would not serve them, or it
 * cannot be said from the text alone.
 *
 * @param equal columns that are compared for equality, in the order of the filter
 * @param range columns that are compared for being smaller or greater, likewise
 * @param bounded those of {@code range} that are bounded from both sides
 */
record ScanFilter(Set<String> equal, Set<String> range, Set<String> bounded) {
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[a-z_][a-z0-9_$]*)";
    private static final Pattern COMPARISON =
            Pattern.compile("(?<left>.+?) (?<operator>=|<|<=|>|>=) (?<right>.+)", Pattern.DOTALL);
    private static final Pattern PLAIN = Pattern.compile("(?<relation>" + NAME + ")\\.(?<column>" + NAME + ")");
    private static final Pattern AS_TEXT =
            Pattern.compile("\\((?<relation>" + NAME + ")\\.(?<column>" + NAME + ")\\)::text");
    private static final Pattern ANY_COLUMN = Pattern.compile("(?<![\\w\"$])(?<relation>" + NAME + ")\\." + NAME);
    private static final String AND = " AND ";

    /**
     * Reads a filter.
     *
     * @param alias the scan's name for its table, not quoted
     * @param varchars the table's columns of type varchar: their comparison as text is one of the index as well
     */
    static ScanFilter of(String filter, String alias, Set<String> varchars) {
        ScanFilter found = new ScanFilter(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
        Set<String> from = new LinkedHashSet<>();
        Set<String> to = new LinkedHashSet<>();
        for (String condition : conditions(filter)) {
            found.add(condition, alias, varchars, from, to);
        }
        found.range.removeAll(found.equal);
        found.bounded.addAll(from);
        found.bounded.retainAll(to);
        found.bounded.retainAll(found.range);
        return found;
    }

    private void add(String condition, String alias, Set<String> varchars, Set<String> from, Set<String> to) {
        String truth = condition.startsWith("NOT ") ? condition.substring("NOT ".length()) : condition;
        String flag = column(truth, alias, Set.of());
        if (!flag.isEmpty()) {
            equal.add(flag);
            return;
        }
        Matcher comparison = COMPARISON.matcher(condition);
        if (!comparison.matches()) {
            return;
        }
        String left = column(comparison.group("left"), alias, varchars);
        String right = column(comparison.group("right"), alias, varchars);
        String other = left.isEmpty() ? comparison.group("left") : comparison.group("right");
        String column = left.isEmpty() ? right : left;
        if (column.isEmpty() || dependsOn(other, alias)) {
            return;
        }
        boolean greater = comparison.group("operator").startsWith(">") == !left.isEmpty();
        if (comparison.group("operator").equals("=")) {
            equal.add(column);
        } else {
            range.add(column);
            (greater ? from : to).add(column);
        }
    }

    private static boolean dependsOn(String text, String alias) {
        Matcher column = ANY_COLUMN.matcher(text);
        while (column.find()) {
            if (unquoted(column.group("relation")).equals(alias)) {
                return true;
            }
        }
        // A subplan may look at the row as well; the text does not say.
        return text.contains("SubPlan");
    }

    /** The column that a side of a comparison is, or nothing. */
    private static String column(String side, String alias, Set<String> varchars) {
        Matcher plain = PLAIN.matcher(side);
        if (plain.matches()) {
            return unquoted(plain.group("relation")).equals(alias) ? unquoted(plain.group("column")) : "";
        }
        Matcher text = AS_TEXT.matcher(side);
        if (text.matches() && unquoted(text.group("relation")).equals(alias)) {
            String column = unquoted(text.group("column"));
            return varchars.contains(column) ? column : "";
        }
        return "";
    }

    private static String unquoted(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }

    /** What must all hold, without the parentheses around each. */
    private static List<String> conditions(String filter) {
        String text = withoutParentheses(filter.strip());
        List<String> conditions = new ArrayList<>();
        int start = 0;
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (depth == 0 && text.startsWith(AND, i)) {
                conditions.add(withoutParentheses(text.substring(start, i)));
                start = i + AND.length();
            }
        }
        conditions.add(withoutParentheses(text.substring(start)));
        return conditions;
    }

    /** Takes away a pair that encloses the whole. */
    private static String withoutParentheses(String text) {
        if (!text.startsWith("(") || !text.endsWith(")")) {
            return text;
        }
        int depth = 0;
        char quote = 0;
        for (int i = 0; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            }
            if (depth == 0) {
                return text;
            }
        }
        return text.substring(1, text.length() - 1);
    }
}
