package dev.harken.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes of a form's fields what the API takes as JSON, by the same rules and with the same words. Thread-safe. */
public final class CheckedInput {
    private final ObjectMapper mapper;
    private final Validator validator;

    public CheckedInput(ObjectMapper mapper, Validator validator) {
        this.mapper = mapper;
        this.validator = validator;
    }

    /**
     * Puts fields together.
     *
     * @param fields values by the names that the API gives them
     * @throws ProblemException 400 or 422, with what is wrong with each field
     */
    public <T> T of(Map<String, Object> fields, Class<T> type) {
        T made;
        try {
            made = mapper.convertValue(fields, type);
        } catch (IllegalArgumentException e) {
            Optional<Problem> problem =
                    e.getCause() instanceof JsonProcessingException json ? InputProblems.of(json) : Optional.empty();
            throw problem.map(ProblemException::of).orElseThrow(() -> e);
        }
        Set<ConstraintViolation<T>> violations = validator.validate(made);
        if (!violations.isEmpty()) {
            throw ProblemException.of(InputProblems.of(violations));
        }
        return made;
    }
}
