package dev.harken.auth;

import dev.harken.http.ProblemException;
import java.util.Optional;

/** Tells whom an access token stands for, wherever it was sent. Thread-safe. */
public final class Callers {
    private static final String SCHEME = "bearer ";

    private final AccessTokens tokens;
    private final RevokedTokens revoked;

    public Callers(AccessTokens tokens, RevokedTokens revoked) {
        this.tokens = tokens;
        this.revoked = revoked;
    }

    /** The caller; empty when the token is not ours, was changed, has expired or was revoked. */
    public Optional<Caller> of(String token) {
        return tokens.read(token).filter(issued -> !revoked.isRevoked(issued)).map(AccessTokens.IssuedToken::caller);
    }

    /** As {@link #of}, for what a browser's session is shown by, which is no access token. */
    public Optional<Caller> ofSession(String token) {
        return tokens.readSession(token)
                .filter(issued -> !revoked.isRevoked(issued))
                .map(AccessTokens.IssuedToken::caller);
    }

    /**
     * The token in a header {@code Authorization: Bearer …}.
     *
     * @param header its value, or null when it was not sent
     * @throws ProblemException 401 when there is none
     */
    public static String tokenOf(String header) {
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw ProblemException.unauthorized(
                    "Sign in first: POST /api/auth/login, then send Authorization: Bearer with the token.");
        }
        return header.substring(SCHEME.length()).strip();
    }

    /** 401 for a token that names nobody, or nobody any more. */
    public static ProblemException refused() {
        return ProblemException.unauthorized("The access token is not valid any more. Sign in again.");
    }
}
