package dev.harken.configs;

import dev.harken.auth.Caller;
import dev.harken.cache.AnswerKind;
import dev.harken.http.Answers;
import dev.harken.http.AnswersWith;
import dev.harken.http.BodyNeeds;
import dev.harken.http.MayRefuse;
import dev.harken.http.PageParams;
import io.dropwizard.auth.Auth;
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

/** {@code /api/configs}: what Harken listens for. */
@Path("/api/configs")
@Produces(MediaType.APPLICATION_JSON)
public final class ConfigsResource {
    private final Answers answers;
    private final ConfigSettings settings;

    public ConfigsResource(Answers answers, ConfigSettings settings) {
        this.answers = answers;
        this.settings = settings;
    }

    /** Lists the configs, the oldest first. */
    @GET
    @AnswersWith(value = ConfigView.class, list = true)
    public Response list(
            @Auth Caller caller, @Valid @BeanParam PageParams page, @Context ContainerRequestContext request) {
        return answers.page(
                caller.tenant(), AnswerKind.SETTINGS, request, () -> settings.page(caller, page.toRequest(true)));
    }

    /** Reads a config. */
    @GET
    @Path("/{id}")
    public ConfigView get(@Auth Caller caller, @PathParam("id") long id) {
        return settings.get(caller, id);
    }

    /** What a config would have matched among the posts of the last week; nothing is stored. */
    @POST
    @Path("/preview")
    @Consumes(MediaType.APPLICATION_JSON)
    @BodyNeeds({"reddit_subreddits", "keywords"})
    @MayRefuse(status = 429, because = "Other previews are being made. Try again in a few seconds.")
    public Preview preview(@Auth Caller caller, @Valid @NotNull ConfigChange wanted) {
        return settings.preview(wanted);
    }

    /** Stores a config and starts its first scan. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @BodyNeeds({"reddit_subreddits", "keywords"})
    @AnswersWith(value = ConfigView.class, status = 201)
    public Response create(@Auth Caller caller, @Valid @NotNull ConfigChange wanted) {
        return Response.status(Response.Status.CREATED)
                .entity(settings.create(caller, wanted))
                .build();
    }

    /** Changes a config; what is left out keeps its value. */
    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public ConfigView change(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ConfigChange wanted) {
        return settings.change(caller, id, wanted, Optional.empty());
    }

    /** Deletes a config; the posts it found stay. */
    @DELETE
    @Path("/{id}")
    public void delete(@Auth Caller caller, @PathParam("id") long id) {
        settings.delete(caller, id);
    }
}
