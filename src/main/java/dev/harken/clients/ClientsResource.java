package dev.harken.clients;

import dev.harken.auth.Caller;
import dev.harken.auth.Role;
import dev.harken.http.Answers;
import dev.harken.http.AnswersWith;
import dev.harken.http.MayRefuse;
import dev.harken.http.PageParams;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** {@code /api/clients}: the agency's clients, for administrators. */
@Path("/api/clients")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN_NAME)
public final class ClientsResource {
    private final Answers answers;
    private final ClientSettings settings;

    public ClientsResource(Answers answers, ClientSettings settings) {
        this.answers = answers;
        this.settings = settings;
    }

    /** Lists the clients, the oldest first. */
    @GET
    @AnswersWith(value = ClientDetails.class, list = true)
    public Response list(
            @Auth Caller caller, @Valid @BeanParam PageParams page, @Context ContainerRequestContext request) {
        return answers.page(request, settings.page(caller, page.toRequest(true)));
    }

    /** Makes a client. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @AnswersWith(value = ClientDetails.class, status = 201)
    @MayRefuse(status = 409, because = "It is another client's name.")
    public Response create(@Auth Caller caller, @Valid @NotNull ClientSettings.ClientName wanted) {
        return Response.status(Response.Status.CREATED)
                .entity(settings.create(caller, wanted))
                .build();
    }

    /** Gives a client another name; its slug stays. */
    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @MayRefuse(status = 409, because = "It is another client's name.")
    public ClientDetails rename(
            @Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ClientSettings.ClientName wanted) {
        return settings.rename(caller, id, wanted);
    }

    /**
     * Sets how long a client's posts are kept, and how many; what is left out is kept for ever, and all. They are removed
     * in the background, and cannot be brought back.
     */
    @PUT
    @Path("/{id}/retention")
    @Consumes(MediaType.APPLICATION_JSON)
    public ClientDetails setRetention(
            @Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ClientSettings.Retention wanted) {
        return settings.keep(caller, id, wanted);
    }

    /** What the language model was used for on behalf of a client, and what of its budget is left. */
    @GET
    @Path("/{id}/usage")
    public UsageView usage(@Auth Caller caller, @PathParam("id") long id) {
        return settings.usage(caller, id);
    }

    /** Says whether a reviewer has to acknowledge the subreddit's rules before a reply of this client is copied. */
    @PUT
    @Path("/{id}/compliance")
    @Consumes(MediaType.APPLICATION_JSON)
    public ClientView requireCompliance(
            @Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ClientSettings.Compliance wanted) {
        return settings.requireCompliance(caller, id, wanted);
    }

    /** Sets after how many hours without a review a post with a draft is overdue; what is left out is never. */
    @PUT
    @Path("/{id}/review")
    @Consumes(MediaType.APPLICATION_JSON)
    public ClientDetails limitReview(
            @Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ClientSettings.ReviewLimit wanted) {
        return settings.limitReview(caller, id, wanted);
    }

    /** Sets what the language model may cost for a client in a month of UTC; 0 stops it. */
    @PUT
    @Path("/{id}/budget")
    @Consumes(MediaType.APPLICATION_JSON)
    public UsageView setBudget(
            @Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ClientSettings.MonthlyBudget wanted) {
        return settings.setBudget(caller, id, Optional.of(wanted));
    }

    /** Lets the language model cost for a client what it will. */
    @DELETE
    @Path("/{id}/budget")
    public UsageView removeBudget(@Auth Caller caller, @PathParam("id") long id) {
        return settings.setBudget(caller, id, Optional.empty());
    }
}
