package dev.harken.console.prometheus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression asks Prometheus for: a metric, with values that its labels must have.
 *
 * @param values by label; several where the expression takes any of them
 */
record Selector(String metric, Map<String, List<String>> values) {
    private static final Pattern GROUPING = Pattern.compile("\\b(by|without|on|ignoring)\\s*\\([^)]*\\)");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    // An identifier before a parenthesis is a function.
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w:.])([a-zA-Z_:][\\w:]*+)(?!\\s*\\()\\s*(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*=~?\\s*\"([^\"]*)\"");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

    /** The selectors of an expression, by a pattern that suffices for those that Harken brings along. */
    static List<Selector> in(String expression) {
        String bare = RANGE.matcher(GROUPING.matcher(expression).replaceAll("")).replaceAll("");
        List<Selector> selectors = new ArrayList<>();
        Matcher found = SELECTOR.matcher(bare);
        while (found.find()) {
            if (!OPERATORS.contains(found.group(1))) {
                selectors.add(new Selector(found.group(1), labels(found.group(2))));
            }
        }
        return selectors;
    }

    /** The samples of a scrape, each as a selector of itself. */
    static List<Selector> samples(String exposition) {
        List<Selector> samples = new ArrayList<>();
        for (String line :
                exposition.lines().filter(line -> !line.startsWith("#")).toList()) {
            Matcher sample = SAMPLE.matcher(line);
            if (!sample.matches()) {
                throw new AssertionError("not a sample: " + line);
            }
            samples.add(new Selector(sample.group(1), labels(sample.group(2))));
        }
        return samples;
    }

    /**
     * True if there are samples for each value that is asked for.
     *
     * @param open labels whose values are not known before they occur
     */
    boolean isServedBy(List<Selector> samples, Set<String> open) {
        List<Selector> mine =
                samples.stream().filter(sample -> sample.metric.equals(metric)).toList();
        return !mine.isEmpty()
                && values.entrySet().stream()
                        .filter(asked -> !open.contains(asked.getKey()))
                        .allMatch(asked -> asked.getValue().stream()
                                .allMatch(value -> mine.stream().anyMatch(sample -> sample.values
                                        .getOrDefault(asked.getKey(), List.of())
                                        .contains(value))));
    }

    private static Map<String, List<String>> labels(String text) {
        Map<String, List<String>> labels = new HashMap<>();
        Matcher matcher = MATCHER.matcher(text == null ? "" : text);
        while (matcher.find()) {
            labels.put(matcher.group(1), List.of(matcher.group(2).split("\\|")));
        }
        return labels;
    }
}
