package dev.harken.auth;

import java.util.Optional;

/** Tells whom an access token stands for, wherever it was sent. Thread-safe. */
public final class Callers {
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
}
