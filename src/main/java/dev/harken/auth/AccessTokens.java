package dev.harken.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Issues and reads access tokens: JWT, signed with HMAC-SHA-256, with the old system's claims ({@code sub} is the
 * email, {@code user_id}, {@code client_id}) and {@code role}, {@code jti}. Thread-safe.
 */
public final class AccessTokens {
    private static final String ISSUER = "harken";
    /** As {@code iat}, which counts whole seconds: too coarse to tell a login before a revocation from one after. */
    private static final String ISSUED_AT_MILLIS = "iat_millis";

    private final Algorithm algorithm;
    private final JWTVerifier verifier;
    private final Duration lifetime;
    private final Clock clock;

    public AccessTokens(byte[] secret, Duration lifetime, Clock clock) {
        this.algorithm = Algorithm.HMAC256(secret);
        this.lifetime = lifetime;
        this.clock = clock;
        this.verifier = ((JWTVerifier.BaseVerification) JWT.require(algorithm).withIssuer(ISSUER)).build(clock);
    }

    public Duration lifetime() {
        return lifetime;
    }

    /** A new token for a user. */
    public String issue(Account account) {
        Instant now = clock.instant();
        return JWT.create()
                .withIssuer(ISSUER)
                .withSubject(account.email())
                .withJWTId(UUID.randomUUID().toString())
                .withClaim("user_id", account.userId())
                .withClaim("client_id", account.clientId())
                .withClaim("role", account.role().label())
                .withIssuedAt(now)
                .withClaim(ISSUED_AT_MILLIS, now.toEpochMilli())
                .withExpiresAt(now.plus(lifetime))
                .sign(algorithm);
    }

    /** The caller that a token names; empty when it is not ours, was changed, or has expired. */
    Optional<IssuedToken> read(String token) {
        try {
            DecodedJWT jwt = verifier.verify(token);
            Role role = Role.of(jwt.getClaim("role").asString());
            Long clientId = jwt.getClaim("client_id").asLong();
            if (role == Role.CLIENT && clientId == null) {
                return Optional.empty();
            }
            Caller caller = new Caller(
                    jwt.getClaim("user_id").asLong(),
                    jwt.getSubject(),
                    role,
                    clientId,
                    jwt.getId(),
                    jwt.getExpiresAtAsInstant());
            return Optional.of(new IssuedToken(
                    caller, Instant.ofEpochMilli(jwt.getClaim(ISSUED_AT_MILLIS).asLong())));
        } catch (JWTVerificationException | IllegalArgumentException | NullPointerException e) {
            return Optional.empty();
        }
    }

    /**
     * @param caller whom the token names
     * @param issuedAt when it was issued, to the millisecond
     */
    record IssuedToken(Caller caller, Instant issuedAt) {}
}
