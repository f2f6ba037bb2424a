package dev.harken.console.access;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;

/**
 * The request to the admin port that the thread serves. Dropwizard's tasks are given neither it nor the answer, but
 * need to know who asks and to say that a parameter was wrong.
 */
public record Exchange(Operator operator, HttpServletResponse response) {
    private static final ThreadLocal<Exchange> CURRENT = new ThreadLocal<>();

    /** Empty on a thread that serves no request to the admin port. */
    public static Optional<Exchange> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    static void begin(Exchange exchange) {
        CURRENT.set(exchange);
    }

    static void end() {
        CURRENT.remove();
    }
}
