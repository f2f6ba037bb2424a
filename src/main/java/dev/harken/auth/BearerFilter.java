package dev.harken.auth;

import io.dropwizard.auth.AuthFilter;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;

/** Reads {@code Authorization: Bearer …}. Dropwizard's own filter would also take a token from the address. */
@Priority(Priorities.AUTHENTICATION)
final class BearerFilter extends AuthFilter<String, Caller> {
    BearerFilter(Callers callers) {
        this.authenticator = callers::of;
        this.authorizer = (caller, role, request) -> caller.role().label().equals(role);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String token = Callers.tokenOf(request.getHeaderString(HttpHeaders.AUTHORIZATION));
        if (!authenticate(request, token, "BEARER")) {
            throw Callers.refused();
        }
    }
}
