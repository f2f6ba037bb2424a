package dev.harken.console.access;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The token that a form of the admin port carries: it shows that the form was rendered for this session by this
 * process. HMAC-SHA-256 over the session's cookie with a key that is made at start. Thread-safe.
 */
public final class Csrf {
    /** The form field or query parameter that carries the token. */
    public static final String FIELD = "csrf";

    /** The header that carries the token, for scripts. */
    public static final String HEADER = "X-CSRF-Token";

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    /** What the token is over while nobody is signed in. */
    private static final String NO_SESSION = "no session";

    private final SecretKeySpec key;

    Csrf() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, ALGORITHM);
    }

    /** The token for the forms of the answer to this request: hexadecimal digits. */
    public String tokenFor(HttpServletRequest request) {
        String session = LoginFilter.session(request).orElse(NO_SESSION);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(session.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** True when the request carries the token of its session. */
    boolean isCarriedBy(HttpServletRequest request) {
        String carried = Optional.ofNullable(request.getHeader(HEADER))
                .or(() -> Optional.ofNullable(request.getParameter(FIELD)))
                .orElse("");
        return MessageDigest.isEqual(
                carried.getBytes(StandardCharsets.UTF_8), tokenFor(request).getBytes(StandardCharsets.UTF_8));
    }
}
