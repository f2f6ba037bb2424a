package dev.harken.dashboard.setup;

import dev.harken.http.Problem;
import dev.harken.http.ProblemException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What stands in a form's fields, and what is wrong with it. Public for the template engine.
 *
 * @param values by the fields' names; of several ticked boxes with commas between
 * @param errors what is wrong, by the fields' names
 * @param message what is wrong with the whole, or empty
 */
public record Form(Map<String, String> values, Map<String, String> errors, String message) {
    public Form {
        values = Map.copyOf(values);
        errors = Map.copyOf(errors);
    }

    static Form of(Map<String, String> values) {
        return new Form(values, Map.of(), "");
    }

    /** Of what was entered and refused. */
    static Form refused(Map<String, String> values, ProblemException refusal) {
        Problem problem = refusal.problem();
        Map<String, String> errors = new LinkedHashMap<>();
        problem.errors()
                .forEach((field, why) ->
                        errors.merge(bare(field), said(field, why), (one, other) -> one + "; " + other));
        return new Form(values, errors, problem.errors().isEmpty() ? problem.detail() : "");
    }

    private static String bare(String field) {
        return field.replaceFirst("\\[.*", "");
    }

    /** Entries of a list are counted from 1, as people do. */
    private static String said(String field, String why) {
        int bracket = field.indexOf('[');
        String index = bracket < 0 ? "" : field.substring(bracket + 1, field.length() - 1);
        return index.matches("\\d{1,6}") ? "entry " + (Integer.parseInt(index) + 1) + " " + why : why;
    }

    public String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** Whether a box is ticked. */
    public boolean has(String name) {
        return !value(name).isEmpty() && !value(name).equals("false");
    }

    /** Whether a box of several is ticked. */
    public boolean has(String name, String entry) {
        return Arrays.asList(value(name).split(",", -1)).contains(entry);
    }

    /** The form with another value in one of its fields. */
    Form over(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.put(name, value);
        return new Form(changed, errors, message);
    }

    public String error(String name) {
        return errors.getOrDefault(name, "");
    }

    /** All that is wrong, in one text. */
    String whole() {
        return errors.isEmpty()
                ? message
                : errors.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(error -> error.getKey().replace('_', ' ') + ": " + error.getValue())
                        .collect(Collectors.joining("; ", "", "."));
    }
}
