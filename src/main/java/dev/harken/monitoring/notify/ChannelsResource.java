package dev.harken.monitoring.notify;

import dev.harken.auth.Caller;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/** {@code /api/notifications}: where clients are told of their posts, and how that went. */
@Path("/api/notifications")
@Produces(MediaType.APPLICATION_JSON)
public final class ChannelsResource {
    private final Answers answers;
    private final ChannelSettings settings;

    ChannelsResource(Answers answers, ChannelSettings settings) {
        this.answers = answers;
        this.settings = settings;
    }

    /** Lists the channels, the oldest first. */
    @GET
    @Path("/channels")
    @AnswersWith(value = ChannelView.class, list = true)
    public Response list(
            @Auth Caller caller, @Valid @BeanParam PageParams page, @Context ContainerRequestContext request) {
        return answers.page(request, settings.page(caller, page.toRequest(true)));
    }

    /** Reads a channel. */
    @GET
    @Path("/channels/{id}")
    public ChannelView get(@Auth Caller caller, @PathParam("id") long id) {
        return settings.get(caller, id);
    }

    /** Stores a channel. A secret that Harken makes for it is in this answer and in no other. */
    @POST
    @Path("/channels")
    @Consumes(MediaType.APPLICATION_JSON)
    @BodyNeeds({"name", "kind"})
    @AnswersWith(value = ChannelView.class, status = 201)
    public Response create(@Auth Caller caller, @Valid @NotNull ChannelChange wanted) {
        return unkept(Response.status(Response.Status.CREATED).entity(settings.create(caller, wanted)));
    }

    /** Changes a channel; what is left out keeps its value. */
    @PUT
    @Path("/channels/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public ChannelView change(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ChannelChange wanted) {
        return settings.change(caller, id, wanted, Optional.empty());
    }

    /** Deletes a channel, with what still waits for it and its history. */
    @DELETE
    @Path("/channels/{id}")
    public void delete(@Auth Caller caller, @PathParam("id") long id) {
        settings.delete(caller, id);
    }

    /** Sends a test through the channel, as soon as everything else. */
    @POST
    @Path("/channels/{id}/test")
    @AnswersWith(value = DeliveryView.class, status = 202)
    @MayRefuse(status = 409, because = "The channel is switched off.")
    @MayRefuse(status = 422, because = "Nothing is sent through a channel of this kind.")
    @MayRefuse(status = 429, because = "The caller asks too often. Try again after the seconds that Retry-After says.")
    public Response test(@Auth Caller caller, @PathParam("id") long id) {
        return Response.accepted(settings.test(caller, id)).build();
    }

    /** Replaces the channel's secret, or a feed's address; the one before is worth nothing from now on. */
    @POST
    @Path("/channels/{id}/secret")
    @AnswersWith(ChannelView.class)
    @MayRefuse(status = 409, because = "The channel was deleted meanwhile.")
    @MayRefuse(status = 422, because = "Channels of this kind have no secret.")
    public Response rotate(@Auth Caller caller, @PathParam("id") long id) {
        return unkept(Response.ok(settings.rotate(caller, id)));
    }

    /** Lists what was sent through a channel and how that went, the newest first. */
    @GET
    @Path("/channels/{id}/deliveries")
    @AnswersWith(value = DeliveryView.class, list = true)
    public Response deliveries(
            @Auth Caller caller,
            @PathParam("id") long id,
            @Valid @BeanParam PageParams page,
            @Context ContainerRequestContext request) {
        return answers.page(request, settings.deliveries(caller, id, page.toRequest(false)));
    }

    /** Sends a delivery again, whatever became of it, with the key that it has. */
    @POST
    @Path("/deliveries/{id}/resend")
    @AnswersWith(value = DeliveryView.class, status = 202)
    @MayRefuse(status = 409, because = "The channel is switched off.")
    @MayRefuse(status = 429, because = "The caller asks too often. Try again after the seconds that Retry-After says.")
    public Response resend(@Auth Caller caller, @PathParam("id") long id) {
        return Response.accepted(settings.resend(caller, id)).build();
    }

    private static Response unkept(Response.ResponseBuilder answer) {
        return answer.header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }
}
