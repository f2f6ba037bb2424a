package dev.harken.http;

import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.dropwizard.jersey.validation.ConstraintMessage;
import io.dropwizard.jersey.validation.JerseyViolationException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.glassfish.jersey.server.ParamException;

/** Says what is wrong with input, by the names that the caller used. */
final class InputProblems {
    private static final PropertyNamingStrategies.NamingBase NAMES =
            (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;

    private InputProblems() {}

    static Problem of(JerseyViolationException failure) {
        Map<String, String> errors = new TreeMap<>();
        for (ConstraintViolation<?> violation : failure.getConstraintViolations()) {
            errors.putIfAbsent(field(violation.getPropertyPath()), violation.getMessage());
        }
        int status = ConstraintMessage.determineStatus(failure.getConstraintViolations(), failure.getInvocable());
        return Problem.of(status, summary(errors), errors);
    }

    /** Of what a form's fields were put together to. */
    static <T> Problem of(Set<ConstraintViolation<T>> violations) {
        Map<String, String> errors = new TreeMap<>();
        for (ConstraintViolation<T> violation : violations) {
            errors.putIfAbsent(field(violation.getPropertyPath()), violation.getMessage());
        }
        return Problem.of(422, summary(errors), errors);
    }

    static Problem of(ParamException failure) {
        if (failure instanceof ParamException.PathParamException) {
            return Problem.of(404, "There is nothing at this address.");
        }
        String why = "cannot be read";
        return Problem.of(
                400,
                "The parameter " + failure.getParameterName() + " " + why + ".",
                Map.of(failure.getParameterName(), why));
    }

    /** Empty when the fault is ours: an answer that could not be written. */
    static Optional<Problem> of(JsonProcessingException failure) {
        if (failure instanceof JsonGenerationException || failure instanceof InvalidDefinitionException) {
            return Optional.empty();
        }
        if (failure instanceof JsonParseException || failure instanceof StreamConstraintsException) {
            return Optional.of(Problem.of(400, "The body is not valid JSON" + position(failure) + "."));
        }
        if (failure instanceof JsonMappingException mapping) {
            String field = mapping.getPath().stream()
                    .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                    .collect(Collectors.joining("."))
                    .replace(".[", "[");
            String why = why(mapping);
            return Optional.of(
                    field.isEmpty()
                            ? Problem.of(400, "The body " + why + position(failure) + ".")
                            : Problem.of(400, "The field " + field + " " + why + ".", Map.of(field, why)));
        }
        return Optional.of(Problem.of(400, "The body cannot be read as JSON."));
    }

    private static String why(JsonMappingException failure) {
        if (failure instanceof UnrecognizedPropertyException) {
            return "is not known";
        }
        if (failure instanceof InvalidFormatException text
                && text.getValue() instanceof String value
                && !PlainText.isStorable(value)) {
            return PlainText.REFUSAL;
        }
        if (failure instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "must be " + describe(mismatch.getTargetType());
        }
        return "cannot be read";
    }

    private static String describe(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number within range";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "a text";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        if (Temporal.class.isAssignableFrom(type)) {
            return "a time such as 2026-01-31T12:00:00Z";
        }
        if (type.isEnum()) {
            return "one of the allowed words";
        }
        return "a JSON object";
    }

    private static String position(JsonProcessingException failure) {
        return failure.getLocation() == null
                ? ""
                : " (line " + failure.getLocation().getLineNr() + ", column "
                        + failure.getLocation().getColumnNr() + ")";
    }

    private static String field(Path path) {
        StringJoiner properties = new StringJoiner(".");
        String parameter = "";
        for (Path.Node node : path) {
            if (node.getKind() == ElementKind.PARAMETER) {
                parameter = node.getName();
            } else if (node.getKind() == ElementKind.PROPERTY) {
                properties.add(NAMES.translate(node.getName()) + index(node));
            } else if (node.getKind() == ElementKind.CONTAINER_ELEMENT) {
                // The list's own name stands in the node before; only the index adds to it.
                properties.add(index(node).isEmpty() ? "[]" : index(node));
            }
        }
        String named = properties.toString().replace(".[", "[");
        // Dropwizard names a parameter with its kind: "query param limit".
        return named.isEmpty() ? parameter.replaceFirst("^(query|path|header|form) param ", "") : named;
    }

    private static String index(Path.Node node) {
        return node.getIndex() == null ? "" : "[" + node.getIndex() + "]";
    }

    private static String summary(Map<String, String> errors) {
        return errors.entrySet().stream()
                .map(error -> error.getKey() + " " + error.getValue())
                .collect(Collectors.joining("; ", "", "."));
    }
}
