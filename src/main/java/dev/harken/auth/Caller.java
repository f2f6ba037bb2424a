package dev.harken.auth;

import dev.harken.database.Tenant;
import dev.harken.http.ProblemException;
import java.security.Principal;
import java.time.Instant;
import java.util.Optional;

/** Who sent the request, as their access token says. */
public final class Caller implements Principal {
    private final long userId;
    private final String email;
    private final Role role;
    private final Long clientId;
    private final String tokenId;
    private final Instant tokenExpires;

    Caller(long userId, String email, Role role, Long clientId, String tokenId, Instant tokenExpires) {
        this.userId = userId;
        this.email = email;
        this.role = role;
        this.clientId = clientId;
        this.tokenId = tokenId;
        this.tokenExpires = tokenExpires;
    }

    /** Whose rows the caller may see: all of them for an administrator, else those of the caller's client. */
    public Tenant tenant() {
        return isAdmin() ? Tenant.EVERY : Tenant.of(clientId);
    }

    public boolean isAdmin() {
        return role == Role.ADMIN;
    }

    public long userId() {
        return userId;
    }

    public String email() {
        return email;
    }

    public Role role() {
        return role;
    }

    /** The client that the user belongs to; administrators often have none. */
    public Optional<Long> clientId() {
        return Optional.ofNullable(clientId);
    }

    /**
     * Whose rows are asked for: those of the client that is named, or else all that the caller may see.
     *
     * @param wanted the client that the request names, or null when it names none
     * @throws ProblemException 404 when it is another's, as for one that does not exist
     */
    public Tenant tenant(Long wanted) {
        if (wanted == null) {
            return tenant();
        }
        if (!isAdmin() && !wanted.equals(clientId)) {
            throw ProblemException.notFound("client", wanted);
        }
        return Tenant.of(wanted);
    }

    /**
     * The client that something new is for. An administrator has to name it; others have but their own.
     *
     * @param wanted the client that the request names, or null when it names none
     * @throws ProblemException 422 when it is missing, or another's
     */
    public long clientFor(Long wanted) {
        if (isAdmin()) {
            if (wanted == null) {
                throw ProblemException.invalid("client_id", "is needed: say which client it is for");
            }
            return wanted;
        }
        if (wanted != null && !wanted.equals(clientId)) {
            // The words for a client that does not exist: whether it does is not this caller's business.
            throw ProblemException.invalid("client_id", "names no client");
        }
        return clientId;
    }

    public String tokenId() {
        return tokenId;
    }

    public Instant tokenExpires() {
        return tokenExpires;
    }

    @Override
    public String getName() {
        return email;
    }
}
