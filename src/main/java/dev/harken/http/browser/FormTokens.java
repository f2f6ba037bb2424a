package dev.harken.http.browser;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tokens that forms carry, which show that a form was rendered for the session it is sent with. HMAC-SHA-256 over
 * what names the session. Thread-safe.
 */
public final class FormTokens {
    /** The form field that carries the token. */
    public static final String FIELD = "csrf";
    /** The header that carries the token, for scripts. */
    public static final String HEADER = "X-CSRF-Token";

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /**
     * @param key secret, of 32 bytes or more
     */
    public FormTokens(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The token for a session's forms: hexadecimal digits. */
    public String of(String session) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(session.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** True when what was carried is the session's token. */
    public boolean isOf(String carried, String session) {
        return MessageDigest.isEqual(
                carried.getBytes(StandardCharsets.UTF_8), of(session).getBytes(StandardCharsets.UTF_8));
    }
}
