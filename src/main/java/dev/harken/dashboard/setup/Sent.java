package dev.harken.dashboard.setup;

import dev.harken.http.CheckedInput;
import dev.harken.http.ProblemException;
import jakarta.ws.rs.core.MultivaluedMap;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A form that was sent, put together to what the API takes. Not thread-safe; for one request. */
final class Sent {
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,18}(\\.\\d{1,9})?");

    private final MultivaluedMap<String, String> form;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    Sent(MultivaluedMap<String, String> form) {
        this.form = form;
    }

    private String first(String name) {
        String value = form.getFirst(name);
        // Forms send line ends in the old way of the net.
        return value == null ? "" : value.replace("\r\n", "\n");
    }

    /** Texts as they are; an empty one empties. */
    Sent texts(String... names) {
        for (String name : names) {
            fields.put(name, first(name));
        }
        return this;
    }

    /** Texts; an empty one is left out. */
    Sent textsIfAny(String... names) {
        for (String name : names) {
            if (!first(name).isBlank()) {
                fields.put(name, first(name));
            }
        }
        return this;
    }

    /** Numbers; an empty one is left out, and what is none stays a text, for which the reader has the words. */
    Sent numbers(String... names) {
        for (String name : names) {
            String value = first(name).strip();
            if (WHOLE.matcher(value).matches()) {
                fields.put(name, Long.valueOf(value));
            } else if (DECIMAL.matcher(value).matches()) {
                fields.put(name, new BigDecimal(value));
            } else if (!value.isEmpty()) {
                fields.put(name, value);
            }
        }
        return this;
    }

    /** Boxes: sent when they are ticked. */
    Sent boxes(String... names) {
        for (String name : names) {
            fields.put(name, form.containsKey(name));
        }
        return this;
    }

    /** Lists of which each line is an entry; empty lines are left out. */
    Sent lines(String... names) {
        for (String name : names) {
            fields.put(name, entries(name));
        }
        return this;
    }

    List<String> entries(String name) {
        return Arrays.stream(first(name).split("\n", -1))
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .toList();
    }

    /** Lists of which each ticked box is an entry. */
    Sent ticked(String... names) {
        for (String name : names) {
            fields.put(name, form.getOrDefault(name, List.of()));
        }
        return this;
    }

    /** A list of which each ticked box is an entry, as one text with commas. */
    Sent joined(String name) {
        fields.put(name, String.join(",", form.getOrDefault(name, List.of())));
        return this;
    }

    /**
     * Puts the fields together.
     *
     * @throws ProblemException with what is wrong with each
     */
    <T> T to(CheckedInput input, Class<T> type) {
        return input.of(fields, type);
    }

    /** What was seen of a thing before it was changed here; empty when the form does not say. */
    Optional<Instant> seen() {
        try {
            return Optional.of(Instant.parse(first("seen")));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The form with what was entered, and what is wrong with it. */
    Form form(ProblemException problem) {
        Map<String, String> values = new LinkedHashMap<>();
        form.forEach((name, entered) -> {
            // Passwords are entered anew.
            if (!name.equals("password") && !name.equals("csrf")) {
                values.put(name, String.join(",", entered));
            }
        });
        return Form.refused(values, problem);
    }
}
