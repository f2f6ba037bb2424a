package dev.harken.monitoring;

import dev.harken.auth.Caller;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code /api/posts/{id}/generate-response}: a draft for a post that has none. */
@Path("/api/posts/{id}/generate-response")
@Produces(MediaType.APPLICATION_JSON)
public final class DraftsResource {
    private final DraftRequests drafts;

    DraftsResource(DraftRequests drafts) {
        this.drafts = drafts;
    }

    /** Drafts a reply to a post that has none yet, and answers the one that it has otherwise. */
    @POST
    public DraftRequests.Generated generate(@Auth Caller caller, @PathParam("id") long id) {
        return drafts.first(caller, id);
    }
}
