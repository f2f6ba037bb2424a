package dev.harken.live;

import dev.harken.http.AnswersWith;
import dev.harken.http.MayRefuse;
import jakarta.validation.constraints.Positive;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * {@code /api/events}: what happens to posts and drafts, as it happens. Says how {@link EventsServlet} is called, for the
 * API's description alone: it is never registered.
 */
@Path("/api/events")
interface EventsResource {
    /**
     * Tells what happens to posts and drafts, as it happens.
     *
     * <p>Each event has an id, a type such as {@code post.matched}, and data in JSON. A caller who comes back with the
     * id of the last event gets all that happened since.
     *
     * @param clientId the client whose events are wanted; for administrators, who otherwise get everybody's
     * @param lastEventId the id of the last event that the caller saw; the header {@code Last-Event-ID}, which browsers
     *     send, goes before it
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @AnswersWith(String.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    @MayRefuse(status = 429, because = "The caller listens as often as is allowed already. Close a stream first.")
    Response events(@QueryParam("client_id") @Positive Long clientId, @QueryParam("last_event_id") String lastEventId);
}
