package dev.harken.auth;

import dev.harken.http.ProblemException;
import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/** Reads {@code Authorization: Bearer …}. Dropwizard's own filter would also take a token from the address. */
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter extends AuthFilter<String, Caller> {
    private static final String SCHEME = "bearer ";

    BearerFilter(Callers callers) {
        this.authenticator = callers::of;
        this.authorizer = (caller, role, request) -> caller.role().label().equals(role);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String header = Optional.ofNullable(request.getHeaderString(HttpHeaders.AUTHORIZATION))
                .orElse("");
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw ProblemException.unauthorized(
                    "Sign in first: POST /api/auth/login, then send Authorization: Bearer with the token.");
        }
        if (!authenticate(request, header.substring(SCHEME.length()).strip(), "BEARER")) {
            throw ProblemException.unauthorized("The access token is not valid any more. Sign in again.");
        }
    }
}
