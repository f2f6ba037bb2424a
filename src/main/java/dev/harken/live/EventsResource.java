package dev.harken.live;

import dev.harken.http.AnswersWith;
import dev.harken.http.MayRefuse;
import jakarta.validation.constraints.Positive;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * {@code /api/events}: what happens to posts and drafts, as it happens. Says how {@code EventsServlet} is called, for the
 * API's description alone: it is never registered.
 */
@Path("/api/events")
interface EventsResource {
    /**
     * Tells what happens to posts and drafts, as it happens.
     *
     * <p>An event has an id, and data in JSON: {@code client_id}, {@code action} such as post.matched, {@code subject}
     * with {@code subject_id}, {@code post_id} where it concerns a post, and {@code at}. A caller who comes back with
     * the id of the last event gets all that happened since; an event named {@code reset} says that it was too much, and
     * that everything has to be read anew.
     *
     * @param clientId the client whose events are wanted; for administrators, who otherwise get everybody's
     * @param lastEventId the id of the last event that the caller saw
     * @param lastEvent the same, as browsers send it; goes before the parameter
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @AnswersWith(String.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    @MayRefuse(status = 429, because = "The caller listens as often as is allowed already. Close a stream first.")
    @MayRefuse(status = 503, because = "No place is free, or this process is about to stop.")
    Response events(
            @QueryParam("client_id") @Positive Long clientId,
            @QueryParam("last_event_id") String lastEventId,
            @HeaderParam("Last-Event-ID") String lastEvent);
}
