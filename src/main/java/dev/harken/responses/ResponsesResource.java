package dev.harken.responses;

import dev.harken.auth.Caller;
import dev.harken.http.AnswersWith;
import dev.harken.http.MayRefuse;
import dev.harken.http.Problem;
import io.dropwizard.auth.Auth;
import jakarta.annotation.Nullable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** {@code /api/posts/responses}: what a reviewer does with a draft. */
@Path("/api/posts/responses/{id}")
@Produces(MediaType.APPLICATION_JSON)
public final class ResponsesResource {
    private final ResponseChanges changes;

    public ResponsesResource(ResponseChanges changes) {
        this.changes = changes;
    }

    /** Says that a draft was copied, to be posted by hand. */
    @POST
    @Path("/copied")
    @MayRefuse(status = 409, because = "The client wants the subreddit's rules acknowledged first.")
    public ResponseView copied(@Auth Caller caller, @PathParam("id") long id) {
        return changes.copied(caller, id, Seen.ANY);
    }

    /** Says that a person read the subreddit's rules and that the draft keeps them, until its text is changed. */
    @POST
    @Path("/compliance")
    public ResponseView acknowledgeCompliance(@Auth Caller caller, @PathParam("id") long id) {
        return changes.acknowledgeCompliance(caller, id, Seen.ANY);
    }

    /** Replaces the text and keeps the earlier one as a revision. */
    @PUT
    @Path("/edit")
    @Consumes(MediaType.APPLICATION_JSON)
    @AnswersWith(ResponseView.class)
    @AnswersWith(
            value = Conflict.class,
            status = 409,
            because = "The text was changed meanwhile, and nothing was stored.")
    public Response edit(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull Edit wanted) {
        Seen seen = wanted.revision() == null ? Seen.ANY : new Seen(wanted.revision());
        try {
            return Response.ok(changes.edit(caller, id, wanted.content(), seen)).build();
        } catch (EditConflictException e) {
            return Response.status(Response.Status.CONFLICT)
                    .type(Problem.MEDIA_TYPE)
                    .entity(Conflict.of(e))
                    .build();
        }
    }

    /** The earlier texts, newest first. */
    @GET
    @Path("/revisions")
    public List<Revision.View> revisions(@Auth Caller caller, @PathParam("id") long id) {
        return changes.revisions(caller, id);
    }

    /**
     * A reply's new text; 10,000 characters is the most that Reddit takes in a comment.
     *
     * @param revision that of the text which the caller saw, or null to replace whatever is there
     */
    record Edit(@NotBlank @Size(max = 10_000) String content, @Nullable @Min(0) Integer revision) {}

    /**
     * A problem with both texts.
     *
     * @param response the response as it is, with its revision
     * @param content the text that was not stored
     */
    record Conflict(String type, String title, int status, String detail, ResponseView response, String content) {
        static Conflict of(EditConflictException conflict) {
            Problem problem = Problem.of(
                    409,
                    "The text was changed meanwhile, and nothing was stored. Bring both texts together and send the"
                            + " revision of the one that is there.");
            return new Conflict(
                    problem.type(),
                    problem.title(),
                    problem.status(),
                    problem.detail(),
                    conflict.current(),
                    conflict.wanted());
        }
    }
}
