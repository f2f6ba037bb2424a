package dev.harken.users;

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

/** {@code /api/users}: who can sign in, for administrators; {@code /me} for everyone. */
@Path("/api/users")
@Produces(MediaType.APPLICATION_JSON)
public final class UsersResource {
    private final Answers answers;
    private final UserSettings settings;

    public UsersResource(Answers answers, UserSettings settings) {
        this.answers = answers;
        this.settings = settings;
    }

    /** Lists who can sign in, the oldest first. */
    @GET
    @RolesAllowed(Role.ADMIN_NAME)
    @AnswersWith(value = UserView.class, list = true)
    public Response list(
            @Auth Caller caller, @Valid @BeanParam PageParams page, @Context ContainerRequestContext request) {
        return answers.page(request, settings.page(caller, page.toRequest(true)));
    }

    /** Reads the caller's own account. */
    @GET
    @Path("/me")
    @MayRefuse(status = 404, because = "The account does not exist any more.")
    public UserView me(@Auth Caller caller) {
        return settings.get(caller, caller.userId());
    }

    /** Makes an account. */
    @POST
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    @AnswersWith(value = UserView.class, status = 201)
    @MayRefuse(status = 409, because = "It is another user's email.")
    public Response create(@Auth Caller caller, @Valid @NotNull UserSettings.NewUser wanted) {
        return Response.status(Response.Status.CREATED)
                .entity(settings.create(caller, wanted))
                .build();
    }

    /** Activates, deactivates, or sets a new password; each but activating revokes the user's tokens. */
    @PUT
    @Path("/{id}")
    @RolesAllowed(Role.ADMIN_NAME)
    @Consumes(MediaType.APPLICATION_JSON)
    public UserView change(
            @Auth Caller caller, @PathParam("id") long id, @Valid @NotNull UserSettings.UserChange wanted) {
        return settings.change(caller, id, wanted);
    }
}
