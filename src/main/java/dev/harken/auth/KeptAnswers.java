package dev.harken.auth;

import dev.harken.http.Answers;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;

/**
 * Gives a caller who is let in and asks whether its answer still holds what is kept, before anything is made of the
 * parameters: they were found good when the caller's tenant asked the same before. Thread-safe.
 */
@Priority(Priorities.USER - 1)
public final class KeptAnswers implements ContainerRequestFilter {
    private final Answers answers;

    public KeptAnswers(Answers answers) {
        this.answers = answers;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getSecurityContext().getUserPrincipal() instanceof Caller caller) {
            answers.kept(caller.tenant(), request).ifPresent(request::abortWith);
        }
    }
}
