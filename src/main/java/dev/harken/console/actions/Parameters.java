package dev.harken.console.actions;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an action's parameters; what cannot be used is refused by name. */
final class Parameters {
    private final Map<String, List<String>> parameters;

    Parameters(Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    /** The parameter, if it was sent and is not empty. */
    Optional<String> text(String name) throws ActionRefused {
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw new ActionRefused("The parameter " + name + " was sent more than once.");
        }
        Optional<String> text = values.stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .findFirst();
        if (text.filter(value -> value.chars().anyMatch(Character::isISOControl))
                .isPresent()) {
            throw new ActionRefused("The parameter " + name + " has a control character.");
        }
        return text;
    }

    String required(String name) throws ActionRefused {
        return text(name).orElseThrow(() -> new ActionRefused("The parameter " + name + " is missing."));
    }

    Optional<Long> number(String name) throws ActionRefused {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text.get()));
        } catch (NumberFormatException e) {
            throw new ActionRefused("The parameter " + name + " is not a whole number.");
        }
    }
}
