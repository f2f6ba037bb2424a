package dev.harken.console.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * Who acts through the admin port.
 *
 * @param name the administrator's email, or {@code operator} where nobody has to sign in
 * @param address the network address of the request
 * @param userId the administrator's id, if one signed in
 */
public record Operator(String name, String address, Optional<Long> userId) {
    static final String ATTRIBUTE = Operator.class.getName();
    private static final String NOBODY_IN_PARTICULAR = "operator";

    static Operator unnamed(String address) {
        return new Operator(NOBODY_IN_PARTICULAR, address, Optional.empty());
    }

    /** The operator of a request to the admin port. */
    public static Operator current(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Operator operator
                ? operator
                : unnamed(request.getRemoteAddr());
    }

    /**
     * The operator of the request that this thread serves, for what gets no request: Dropwizard's tasks.
     *
     * @throws IllegalStateException outside a request to the admin port
     */
    public static Operator current() {
        return Exchange.current()
                .map(Exchange::operator)
                .orElseThrow(() -> new IllegalStateException("no request to the admin port is served by this thread"));
    }
}
