package dev.harken.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A number that Harken is to reach, and whether it did.
 *
 * @param value what was measured; empty when it was not
 * @param least the goal begins there
 * @param most the goal ends there
 */
record Target(String what, String unit, OptionalDouble value, double least, double most) {
    static Target atLeast(String what, String unit, OptionalDouble value, double least) {
        return new Target(what, unit, value, least, Double.POSITIVE_INFINITY);
    }

    static Target atMost(String what, String unit, OptionalDouble value, double most) {
        return new Target(what, unit, value, Double.NEGATIVE_INFINITY, most);
    }

    /** Only told: what it should be is for whoever reads it to say. */
    static Target told(String what, String unit, OptionalDouble value) {
        return new Target(what, unit, value, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    String verdict() {
        if (value.isEmpty()) {
            return "not measured";
        }
        if (goal().isEmpty()) {
            return "";
        }
        return value.getAsDouble() >= least && value.getAsDouble() <= most ? "met" : "missed";
    }

    /** In words; empty when there is none. */
    String goal() {
        if (Double.isInfinite(least) && Double.isInfinite(most)) {
            return "";
        }
        if (Double.isInfinite(most)) {
            return "at least " + plain(least);
        }
        return "at most " + plain(most);
    }

    private static String plain(double number) {
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, "%s", number);
    }
}
