package dev.harken.dashboard.pages;

import dev.harken.auth.Caller;
import dev.harken.dashboard.text.Difference;
import dev.harken.dashboard.text.Piece;
import dev.harken.http.browser.ForBrowsers;
import dev.harken.responses.EditConflictException;
import dev.harken.responses.ResponseChanges;
import dev.harken.responses.ResponseView;
import dev.harken.responses.Revision;
import dev.harken.responses.Seen;
import io.dropwizard.auth.Auth;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;

/** {@code /drafts/{id}}: what a reviewer does with a draft, in parts of the post's page. */
@ForBrowsers
@Path("/drafts/{id}")
@Produces(Pages.HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
public final class DraftPageResource {
    private static final int CONFLICT = 409;

    private final Pages pages;
    private final PostDesk desk;
    private final ResponseChanges changes;

    public DraftPageResource(Pages pages, PostDesk desk, ResponseChanges changes) {
        this.pages = pages;
        this.desk = desk;
        this.changes = changes;
    }

    /** Stores what was typed so far, if the text is the one that was seen; else answers both texts. */
    @POST
    @Path("/edit")
    @Produces({MediaType.APPLICATION_JSON, Pages.HTML})
    public Response edit(
            @Auth Caller caller,
            @PathParam("id") long id,
            @FormParam("content") @NotBlank @Size(max = 10_000) String content,
            @FormParam("revision") @NotNull @Min(0) Integer revision,
            @Context UriInfo uri) {
        // A plain form ends lines with two characters; the pages' script sends one.
        String text = content.replace("\r\n", "\n");
        try {
            ResponseView stored = changes.autosave(caller, id, text, new Seen(revision));
            return Response.ok(new Saved(stored.revision(), stored.complianceAck()), MediaType.APPLICATION_JSON)
                    .build();
        } catch (EditConflictException e) {
            return conflict(uri, caller, id, e, e.wanted());
        }
    }

    @POST
    @Path("/copied")
    public Response copied(
            @Auth Caller caller,
            @PathParam("id") long id,
            @FormParam("revision") @NotNull @Min(0) Integer revision,
            @FormParam("place") @DefaultValue("0") @Min(0) @Max(1000) int place,
            @Context UriInfo uri) {
        return answer(uri, caller, id, place, () -> changes.copied(caller, id, new Seen(revision)));
    }

    @POST
    @Path("/compliance")
    public Response acknowledge(
            @Auth Caller caller,
            @PathParam("id") long id,
            @FormParam("revision") @NotNull @Min(0) Integer revision,
            @FormParam("place") @DefaultValue("0") @Min(0) @Max(1000) int place,
            @Context UriInfo uri) {
        return answer(uri, caller, id, place, () -> changes.acknowledgeCompliance(caller, id, new Seen(revision)));
    }

    /** Puts an earlier text back, if the present one is the one that was seen. */
    @POST
    @Path("/restore")
    public Response restore(
            @Auth Caller caller,
            @PathParam("id") long id,
            @FormParam("earlier") @NotNull Long earlier,
            @FormParam("revision") @NotNull @Min(0) Integer revision,
            @FormParam("place") @DefaultValue("0") @Min(0) @Max(1000) int place,
            @Context UriInfo uri) {
        return answer(uri, caller, id, place, () -> changes.restore(caller, id, earlier, new Seen(revision)));
    }

    /** The latest earlier texts, each compared with the present one. */
    @GET
    @Path("/history")
    @Consumes(MediaType.WILDCARD)
    public Page history(@Auth Caller caller, @PathParam("id") long id, @Context UriInfo uri) {
        PostDesk.Draft draft = desk.draft(caller, id, 0);
        List<Earlier> earlier = changes.revisions(caller, id, MOST_SHOWN).stream()
                .map(revision -> Earlier.of(revision, draft.content(), caller))
                .toList();
        return pages.page(uri, caller, "history", "History", new History(id, earlier, earlier.size() == MOST_SHOWN));
    }

    /** To compare more would take longer than anybody waits, and nobody reads so far. */
    private static final int MOST_SHOWN = 20;

    private Response answer(UriInfo uri, Caller caller, long id, int place, Runnable change) {
        try {
            change.run();
            return Response.ok(pages.page(uri, caller, "draft", "Draft", desk.draft(caller, id, place)))
                    .build();
        } catch (EditConflictException e) {
            // The field holds neither the text that is stored nor the one that was to be.
            return conflict(uri, caller, id, e, "");
        }
    }

    private Response conflict(UriInfo uri, Caller caller, long id, EditConflictException conflict, String mine) {
        String theirs = conflict.current().content().toString();
        return Response.status(CONFLICT)
                .type(Pages.HTML)
                .entity(pages.page(
                        uri,
                        caller,
                        "conflict",
                        "Conflict",
                        new Conflict(
                                id,
                                conflict.current().revision(),
                                conflict.current().complianceAck(),
                                theirs,
                                mine,
                                mine.isEmpty() ? List.of() : Difference.between(theirs, mine))))
                .build();
    }

    /**
     * The answer to an edit.
     *
     * @param revision the draft's from now on
     * @param acknowledged whether this text was said to keep to the subreddit's rules
     */
    record Saved(int revision, boolean acknowledged) {}

    /**
     * Two texts where there should be one.
     *
     * @param acknowledged whether the text that is stored was said to keep to the subreddit's rules
     * @param theirs the text that is stored
     * @param mine the text that was typed, or empty when something else was asked for
     */
    public record Conflict(
            long id, int revision, boolean acknowledged, String theirs, String mine, List<Piece> difference) {}

    /**
     * The earlier texts of a draft, newest first.
     *
     * @param more whether there may be older ones
     */
    public record History(long id, List<Earlier> earlier, boolean more) {}

    /**
     * An earlier text.
     *
     * @param at when it was replaced
     * @param difference what became of it until now
     */
    public record Earlier(long id, Instant at, boolean byMe, List<Piece> difference) {
        static Earlier of(Revision.View revision, String present, Caller caller) {
            return new Earlier(
                    revision.id(),
                    revision.createdAt(),
                    revision.replacedBy() != null && revision.replacedBy() == caller.userId(),
                    Difference.between(revision.content(), present));
        }
    }
}
