package dev.harken.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;

/** Hashes and checks passwords with bcrypt. Thread-safe. */
public final class Passwords {
    /** bcrypt reads no further; a longer password would be weaker than it looks. */
    public static final int MAX_BYTES = 72;

    public static final int MIN_CHARACTERS = 10;

    /** 16 bytes of salt and 23 of hash, in bcrypt's Base64. */
    private static final int SALT_AND_HASH_CHARACTERS = 22 + 31;

    private final int cost;
    private final String nobodysHash;

    /**
     * Sets the cost of new hashes.
     *
     * @param cost the power of two of bcrypt's rounds, 4 to 31; 12 takes about a quarter of a second
     */
    public Passwords(int cost) {
        this.cost = cost;
        this.nobodysHash = nobodysHash(cost);
    }

    /**
     * Hashes a new password.
     *
     * @throws IllegalArgumentException for a password of more than 72 bytes
     */
    public String hash(String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a password has at most " + MAX_BYTES + " bytes");
        }
        return new String(BCrypt.with(BCrypt.Version.VERSION_2B).hash(cost, bytes), StandardCharsets.US_ASCII);
    }

    /**
     * Checks a password against a hash of ours or of the old system ($2a$, $2b$, $2y$). Bytes past the 72nd are
     * ignored, as the old system did when it made its hashes.
     */
    public boolean matches(String password, String hash) {
        if (hash.isEmpty()) {
            return false;
        }
        BCrypt.Verifyer verifyer = BCrypt.verifyer(null, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2B));
        return verifyer.verify(password.getBytes(StandardCharsets.UTF_8), hash.getBytes(StandardCharsets.US_ASCII))
                .verified;
    }

    /** As a hash is written, to check which costs the same. To make one of a password would cost each start as much. */
    static String nobodysHash(int cost) {
        return "$2b$%02d$%s".formatted(cost, ".".repeat(SALT_AND_HASH_CHARACTERS));
    }

    /** Takes as long as a check, so that the time of an answer does not tell which accounts exist. */
    public void waste(String password) {
        matches(password, nobodysHash);
    }
}
