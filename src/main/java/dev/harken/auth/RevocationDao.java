package dev.harken.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.Session;
import org.jdbi.v3.core.Jdbi;

/** The table {@code token_revocations}: tokens that must no longer be accepted, until they would expire anyway. */
public final class RevocationDao {
    private final Jdbi jdbi;

    public RevocationDao(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Revokes one token. */
    public void revokeToken(Session session, long userId, String tokenId, Instant expiresAt) {
        session.createNativeMutationQuery(
                        """
                        insert into token_revocations (user_id, token_id, expires_at)
                        values (:user, :token, :expires)
                        """)
                .setParameter("user", userId)
                .setParameter("token", tokenId)
                .setParameter("expires", expiresAt)
                .executeUpdate();
    }

    /** Revokes every token that the user was issued up to a time. */
    public void revokeAll(Session session, long userId, Instant notBefore, Instant expiresAt) {
        session.createNativeMutationQuery(
                        """
                        insert into token_revocations (user_id, not_before, expires_at)
                        values (:user, :notBefore, :expires)
                        """)
                .setParameter("user", userId)
                .setParameter("notBefore", notBefore)
                .setParameter("expires", expiresAt)
                .executeUpdate();
    }

    /** The revocations that still matter. */
    List<Revocation> current(Instant now) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        """
                        select user_id, token_id, not_before
                        from token_revocations
                        where expires_at > :now
                        """)
                .bind("now", now)
                .map((row, context) -> new Revocation(
                        row.getLong("user_id"),
                        Optional.ofNullable(row.getString("token_id")).orElse(""),
                        Optional.ofNullable(row.getTimestamp("not_before"))
                                .map(java.sql.Timestamp::toInstant)
                                .orElse(Instant.MIN)))
                .list());
    }

    /** Deletes what has no effect any more. */
    void deleteExpired(Instant now) {
        jdbi.useHandle(handle -> handle.createUpdate("delete from token_revocations where expires_at <= :now")
                .bind("now", now)
                .execute());
    }

    /**
     * @param tokenId the one token that is revoked, or empty
     * @param notBefore tokens of the user issued at or before this time are revoked
     */
    record Revocation(long userId, String tokenId, Instant notBefore) {}
}
