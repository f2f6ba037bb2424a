package dev.harken.dashboard.pages;

import dev.harken.auth.Caller;
import dev.harken.auth.Sessions;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.posts.PostMarks;
import io.dropwizard.auth.Auth;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;

/** {@code /posts/{id}}: a post with its drafts, as a page or, for a script, as the part of one. */
@ForBrowsers
@Path("/posts/{id}")
@Produces(Pages.HTML)
public final class PostPageResource {
    /** Every two seconds, so five minutes. */
    private static final int MOST_TURNS = 150;

    private final Pages pages;
    private final PostDesk desk;
    private final PostMarks marks;
    private final DraftOrders orders;

    public PostPageResource(Pages pages, PostDesk desk, PostMarks marks, DraftOrders orders) {
        this.pages = pages;
        this.desk = desk;
        this.marks = marks;
        this.orders = orders;
    }

    @GET
    public Page show(
            @Auth Caller caller,
            @PathParam("id") long id,
            @HeaderParam(Sessions.BY_SCRIPT) String script,
            @Context UriInfo uri) {
        PostDesk.Panel panel = desk.post(caller, id);
        return pages.page(
                uri,
                caller,
                script == null ? "post" : "panel",
                panel.plainTitle().isEmpty() ? "Post" : panel.plainTitle(),
                panel);
    }

    /** Marks a post, or takes a mark away; what is left out stays. */
    @POST
    @Path("/marks")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Page mark(
            @Auth Caller caller,
            @PathParam("id") long id,
            @FormParam("reviewed") @Pattern(regexp = "true|false", message = "must be true or false") String reviewed,
            @FormParam("flagged") @Pattern(regexp = "true|false", message = "must be true or false") String flagged,
            @Context UriInfo uri) {
        var marked = marks.mark(caller, id, new PostMarks.Marks(truth(reviewed), truth(flagged)));
        return pages.page(
                uri, caller, "marks", "Marks", new PostDesk.MarksShown(id, marked.reviewed(), marked.flagged()));
    }

    /** Has one more draft written. */
    @POST
    @Path("/drafts")
    public Page order(@Auth Caller caller, @PathParam("id") long id, @Context UriInfo uri) {
        // Before anything is written, so that it is known which draft is new.
        PostDesk.Drafts before = desk.post(caller, id).drafts();
        DraftOrders.Order order = orders.order(caller, id);
        Optional<DraftOrders.Outcome> outcome = order.outcome();
        return outcome.isPresent()
                ? drafts(uri, caller, desk.post(caller, id).drafts(), outcome.get())
                : waiting(uri, caller, new Waiting(id, before.latest(), order.id(), 1));
    }

    /**
     * The drafts, as soon as there is a new one.
     *
     * @param after the latest draft before it was ordered
     * @param order what the order is known by, in the process that took it
     * @param turn how often this was asked
     */
    @GET
    @Path("/drafts")
    public Page ordered(
            @Auth Caller caller,
            @PathParam("id") long id,
            @QueryParam("after") @Min(0) long after,
            @QueryParam("order") @DefaultValue("") @Size(max = 36) String order,
            @QueryParam("turn") @DefaultValue("1") @Min(1) @Max(MOST_TURNS) int turn,
            @Context UriInfo uri) {
        // Before the drafts, or one that is written in between would be missing, and nobody would ask again.
        Optional<DraftOrders.Outcome> outcome = orders.outcome(id, order);
        PostDesk.Drafts now = desk.post(caller, id).drafts();
        if (now.latest() > after) {
            return pages.page(uri, caller, "drafts", "Drafts", now);
        }
        if (outcome.isPresent()) {
            return drafts(uri, caller, now, outcome.get());
        }
        if (turn == MOST_TURNS) {
            return pages.page(uri, caller, "drafts", "Drafts", now.saying("No draft came within five minutes."));
        }
        return waiting(uri, caller, new Waiting(id, after, order, turn + 1));
    }

    /**
     * Tells others who have the post open.
     *
     * @param page what the page calls itself
     * @param open whether it is open, or was closed
     * @param asks whether the others are to tell of themselves
     */
    @POST
    @Path("/viewing")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public void viewing(
            @Auth Caller caller,
            @PathParam("id") long id,
            @FormParam("page")
                    @NotNull
                    @Pattern(regexp = "[a-z0-9]{8,32}", message = "must be 8 to 32 letters and digits")
                    String page,
            @FormParam("open") @NotNull @Pattern(regexp = "true|false", message = "must be true or false") String open,
            @FormParam("asks") @NotNull @Pattern(regexp = "true|false", message = "must be true or false")
                    String asks) {
        desk.tellViewing(caller, id, page, truth(open), truth(asks));
    }

    private Page drafts(UriInfo uri, Caller caller, PostDesk.Drafts drafts, DraftOrders.Outcome outcome) {
        return pages.page(uri, caller, "drafts", "Drafts", drafts.saying(outcome.message()));
    }

    private Page waiting(UriInfo uri, Caller caller, Waiting waiting) {
        return pages.page(uri, caller, "waiting", "Drafts", waiting);
    }

    private static Boolean truth(String text) {
        return text == null ? null : Boolean.valueOf(text);
    }

    /** An order that is not done. */
    public record Waiting(long postId, long after, String order, int turn) {}
}
