package dev.harken.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.JWTCreator;
import com.auth0.jwt.JWTVerifier;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.JWTVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues and reads access tokens: JWT, signed with HMAC-SHA-256, with the old system's claims ({@code sub} is the
 * email, {@code user_id}, {@code client_id}) and {@code role}, {@code jti}. Thread-safe.
 */
public final class AccessTokens {
    private static final String ISSUER = "harken";
    /** As {@code iat}, which counts whole seconds: too coarse to tell a login before a revocation from one after. */
    private static final String ISSUED_AT_MILLIS = "iat_millis";

    /** Whom the token of a browser's session is for: neither kind can be used as the other. */
    private static final String PAGES = "pages";

    private static final String KEYS = "HmacSHA256";

    /** Of as many tokens that were found ours lately it is known, so that only their end has to be looked at. */
    private static final int KNOWN = 1_000;

    private static final Duration KNOWN_FOR = Duration.ofMinutes(10);

    private final byte[] secret;
    private final Algorithm algorithm;
    private final JWTVerifier verifier;
    private final Duration lifetime;
    private final Clock clock;
    private final Cache<String, IssuedToken> ofCallers = known();
    private final Cache<String, IssuedToken> ofSessions = known();

    public AccessTokens(byte[] secret, Duration lifetime, Clock clock) {
        this.secret = secret.clone();
        this.algorithm = Algorithm.HMAC256(secret);
        this.lifetime = lifetime;
        this.clock = clock;
        this.verifier = ((JWTVerifier.BaseVerification) JWT.require(algorithm).withIssuer(ISSUER)).build(clock);
    }

    private static Cache<String, IssuedToken> known() {
        return Caffeine.newBuilder()
                .maximumSize(KNOWN)
                .expireAfterAccess(KNOWN_FOR)
                .build();
    }

    public Duration lifetime() {
        return lifetime;
    }

    /**
     * A new token for a user.
     *
     * @param asked when the user asked for it, before anything was read of the user: what revokes the user's tokens
     *     meanwhile then revokes this one, too
     */
    public String issue(Account account, Instant asked) {
        return builder(account, asked).sign(algorithm);
    }

    /** What a browser shows its session by: as a token, but the API takes it for none. */
    public String issueSession(Account account, Instant asked) {
        return builder(account, asked).withAudience(PAGES).sign(algorithm);
    }

    /** A key for another purpose, the same in every process that has this one's secret: 32 bytes. */
    public byte[] keyFor(String purpose) {
        try {
            Mac mac = Mac.getInstance(KEYS);
            mac.init(new SecretKeySpec(secret, KEYS));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + KEYS, e);
        }
    }

    private JWTCreator.Builder builder(Account account, Instant asked) {
        return JWT.create()
                .withIssuer(ISSUER)
                .withSubject(account.email())
                .withJWTId(UUID.randomUUID().toString())
                .withClaim("user_id", account.userId())
                .withClaim("client_id", account.clientId())
                .withClaim("role", account.role().label())
                .withIssuedAt(asked)
                .withClaim(ISSUED_AT_MILLIS, asked.toEpochMilli())
                .withExpiresAt(asked.plus(lifetime));
    }

    /** The caller that a token names; empty when it is not ours, was changed, or has expired. */
    Optional<IssuedToken> read(String token) {
        return read(token, ofCallers, false);
    }

    /** As {@link #read(String)}, of what {@link #issueSession} made. */
    Optional<IssuedToken> readSession(String token) {
        return read(token, ofSessions, true);
    }

    private Optional<IssuedToken> read(String token, Cache<String, IssuedToken> known, boolean session) {
        Optional<IssuedToken> issued =
                Optional.ofNullable(known.getIfPresent(token)).filter(this::hasNotExpired);
        if (issued.isEmpty()) {
            issued = verified(token, session);
            issued.ifPresent(ours -> known.put(token, ours));
        }
        return issued;
    }

    /** To the second, as the verifier counts. */
    private boolean hasNotExpired(IssuedToken token) {
        return !clock.instant()
                .truncatedTo(ChronoUnit.SECONDS)
                .isAfter(token.caller().tokenExpires());
    }

    private Optional<IssuedToken> verified(String token, boolean session) {
        try {
            DecodedJWT jwt = verifier.verify(token);
            boolean forPages = jwt.getAudience() != null && jwt.getAudience().contains(PAGES);
            if (forPages != session) {
                return Optional.empty();
            }
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
