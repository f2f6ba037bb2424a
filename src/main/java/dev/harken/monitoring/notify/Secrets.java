package dev.harken.monitoring.notify;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** What channels are trusted by: keys that webhooks are signed with, and tokens that feeds are read with. */
final class Secrets {
    /** As the Standard Webhooks have it. */
    static final String PREFIX = "whsec_";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 32;

    private Secrets() {}

    /**
     * A new secret, for the one answer that shows it.
     *
     * @param text the secret
     * @param isToken whether it is a feed's token
     */
    record Made(String text, boolean isToken) {
        @Override
        public String toString() {
            return "a secret";
        }
    }

    /** A secret for a kind of channel; empty when that kind needs none. */
    static Optional<Made> make(ChannelKind kind) {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return switch (kind) {
            case WEBHOOK -> Optional.of(new Made(PREFIX + Base64.getEncoder().encodeToString(bytes), false));
            case FEED ->
                Optional.of(new Made(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), true));
            case EMAIL, SLACK, DISCORD -> Optional.empty();
        };
    }

    /** What is kept of a token. */
    static String hash(String token) {
        return Hashing.sha256().hashString(token, StandardCharsets.UTF_8).toString();
    }
}
