package dev.harken.cache;

import com.google.common.hash.Hashing;
import dev.harken.database.Tenant;
import java.nio.charset.StandardCharsets;

/** The keys of answers. The tenant leads, and the rest cannot look like another's: it follows the first colon. */
final class AnswerKey {
    private static final int LONGEST = 200;

    private AnswerKey() {}

    /** The key of what a tenant asked; a long question is hashed, so that keys stay short. */
    static String of(Tenant tenant, String question) {
        String rest = question.length() <= LONGEST
                ? question
                : "sha256:" + Hashing.sha256().hashString(question, StandardCharsets.UTF_8);
        return tenant.clientId() + ":" + rest;
    }
}
