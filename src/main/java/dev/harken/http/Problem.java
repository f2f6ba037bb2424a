package dev.harken.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpStatus;

/**
 * What went wrong, for a program and for a person: the problem details of RFC 9457.
 *
 * @param type always {@code about:blank}: the status says what kind of problem it is
 * @param title the status in words
 * @param status the HTTP status
 * @param detail what happened, to which thing, and what to do
 * @param errors for bad input: each field's name with what is wrong with it, else empty
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> errors) {
    public static final String JSON = "application/problem+json";
    public static final MediaType MEDIA_TYPE = MediaType.valueOf(JSON);

    public Problem {
        // Sorted, so that the same mistake is always answered the same way.
        errors = new TreeMap<>(errors);
    }

    public static Problem of(int status, String detail) {
        return of(status, detail, Map.of());
    }

    public static Problem of(int status, String detail, Map<String, String> errors) {
        return new Problem("about:blank", title(status), status, detail, errors);
    }

    private static String title(int status) {
        if (status == 422) {
            return "Unprocessable Content";
        }
        return HttpStatus.getMessage(status);
    }
}
