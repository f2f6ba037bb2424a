package dev.harken.audit;

import dev.harken.auth.Caller;
import java.util.Map;
import java.util.Optional;

/**
 * Who did what to which thing.
 *
 * @param clientId the client it concerns, or null
 * @param userId the user who did it, or null for Harken itself
 * @param actor the user's email as it was then, or {@code harken}
 * @param action a word for it, such as {@code response.edited}
 * @param subject the kind of thing, such as {@code response}
 * @param subjectId the thing's id, or null
 * @param address the network address of the request, or null
 * @param details what else is worth knowing, by name; often nothing
 */
public record AuditRecord(
        Long clientId,
        Long userId,
        String actor,
        String action,
        String subject,
        Long subjectId,
        String address,
        Map<String, String> details) {
    private static final String HARKEN = "harken";

    public AuditRecord {
        details = Map.copyOf(details);
    }

    /** A record without details. */
    public AuditRecord(
            Long clientId, Long userId, String actor, String action, String subject, Long subjectId, String address) {
        this(clientId, userId, actor, action, subject, subjectId, address, Map.of());
    }

    public static AuditRecord by(Caller caller, long clientId, String action, String subject, long subjectId) {
        return new AuditRecord(clientId, caller.userId(), caller.email(), action, subject, subjectId, null);
    }

    /** Something that a user did, and what of it they chose. */
    public static AuditRecord by(
            Caller caller, long clientId, String action, String subject, long subjectId, Map<String, String> details) {
        return new AuditRecord(clientId, caller.userId(), caller.email(), action, subject, subjectId, null, details);
    }

    /** Something about a user, who may belong to no client. */
    public static AuditRecord by(
            Caller caller, Optional<Long> clientId, String action, String subject, long subjectId) {
        return new AuditRecord(
                clientId.orElse(null), caller.userId(), caller.email(), action, subject, subjectId, null);
    }

    /** Something that Harken did by itself. */
    public static AuditRecord byHarken(long clientId, String action, String subject, long subjectId) {
        return new AuditRecord(clientId, null, HARKEN, action, subject, subjectId, null);
    }

    /** Something that Harken did by itself, and how much of it. */
    public static AuditRecord byHarken(
            long clientId, String action, String subject, long subjectId, Map<String, String> details) {
        return new AuditRecord(clientId, null, HARKEN, action, subject, subjectId, null, details);
    }

    /** Something that Harken did by itself for the whole installation. */
    public static AuditRecord byHarken(String action, String subject, Map<String, String> details) {
        return new AuditRecord(null, null, HARKEN, action, subject, null, null, details);
    }
}
