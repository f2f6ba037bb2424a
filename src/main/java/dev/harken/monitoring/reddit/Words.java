package dev.harken.monitoring.reddit;

import com.fasterxml.jackson.databind.JsonNode;

/** Short words of an error answer, such as {@code invalid_grant}: fit for a message or a log, whatever was sent. */
final class Words {
    private static final int LONGEST = 40;

    private Words() {}

    /** The word or number of a field; empty when there is none. */
    static String of(JsonNode field) {
        String text = field.asText("");
        String words = text.substring(0, Math.min(text.length(), LONGEST)).replaceAll("[^A-Za-z0-9_. -]", "");
        return words.equals("null") ? "" : words.strip();
    }
}
