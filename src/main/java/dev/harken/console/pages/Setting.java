package dev.harken.console.pages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * One of Harken's settings, as it may be shown. A text is shown only when it is known to be no secret; of every other it
 * is only said whether there is one. Public for the template engine.
 *
 * @param name as in config.yml, {@code database.pool.size}
 * @param changed whether it differs from Harken's default
 */
public record Setting(String name, String value, boolean changed) {
    private static final String HIDDEN = "set, not shown";
    private static final String EMPTY = "empty";
    private static final Pattern MEASURE = Pattern.compile("\\d+ ?[A-Za-z]{1,12}");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_./: -]{0,100}");
    private static final Pattern SECRET = Pattern.compile(".*(secret|password|token|key|credential|webhook|url).*");

    /** Texts that are no secret, by the last part of their name. */
    private static final List<String> SHOWN = List.of(
            "data", "environment", "type", "bindHost", "level", "rootPath", "timeZone", "name", "from", "hosts");

    /**
     * The settings of a configuration, by name.
     *
     * @param addresses addresses that are known to hold no secret, by the setting's name
     */
    public static List<Setting> of(
            ObjectMapper mapper, Configuration configuration, Configuration standard, Map<String, String> addresses) {
        Map<String, JsonNode> current = new TreeMap<>();
        Map<String, JsonNode> defaults = new TreeMap<>();
        collect("", mapper.valueToTree(configuration), current);
        collect("", mapper.valueToTree(standard), defaults);
        List<Setting> settings = new ArrayList<>();
        current.forEach((name, value) -> settings.add(new Setting(
                name, addresses.getOrDefault(name, shown(name, value)), !value.equals(defaults.get(name)))));
        return settings;
    }

    private static void collect(String name, JsonNode node, Map<String, JsonNode> leaves) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> collect(
                            name.isEmpty() ? entry.getKey() : name + "." + entry.getKey(), entry.getValue(), leaves));
        } else if (node.isArray() && !node.isEmpty()) {
            for (int i = 0; i < node.size(); i++) {
                collect(name + "[" + i + "]", node.get(i), leaves);
            }
        } else {
            leaves.put(name, node);
        }
    }

    private static String shown(String name, JsonNode value) {
        String text = value.asText();
        if (value.isNull() || text.isEmpty()) {
            return EMPTY;
        }
        String last = name.substring(name.lastIndexOf('.') + 1).replaceAll("\\[\\d+]", "");
        if (SECRET.matcher(last.toLowerCase(Locale.ROOT)).matches()) {
            return value.isBoolean() ? text : HIDDEN;
        }
        boolean plain = value.isNumber()
                || value.isBoolean()
                || MEASURE.matcher(text).matches()
                || (SHOWN.contains(last) && WORD.matcher(text).matches());
        return plain ? text : HIDDEN;
    }
}
