package dev.harken.console.access;

import dev.harken.http.browser.FormTokens;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The token that a form of the admin port carries: it shows that the form was rendered for this session by this
 * process: it is over the session's cookie, with a key that is made at start. Thread-safe.
 */
public final class Csrf {
    /** The form field or query parameter that carries the token. */
    public static final String FIELD = FormTokens.FIELD;

    /** The header that carries the token, for scripts. */
    public static final String HEADER = FormTokens.HEADER;

    private static final int KEY_BYTES = 32;
    /** What the token is over while nobody is signed in. */
    private static final String NO_SESSION = "no session";

    private final FormTokens tokens;

    Csrf() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.tokens = new FormTokens(random);
    }

    /** The token for the forms of the answer to this request: hexadecimal digits. */
    public String tokenFor(HttpServletRequest request) {
        return tokens.of(session(request));
    }

    /** True when the request carries the token of its session. */
    boolean isCarriedBy(HttpServletRequest request) {
        String carried = Optional.ofNullable(request.getHeader(HEADER))
                .or(() -> Optional.ofNullable(request.getParameter(FIELD)))
                .orElse("");
        return tokens.isOf(carried, session(request));
    }

    private static String session(HttpServletRequest request) {
        return LoginFilter.session(request).orElse(NO_SESSION);
    }
}
