package dev.harken.posts;

import dev.harken.auth.Caller;
import dev.harken.cache.AnswerKind;
import dev.harken.database.Transactions;
import dev.harken.http.Answers;
import dev.harken.http.AnswersWith;
import dev.harken.http.MayRefuse;
import dev.harken.http.ProblemException;
import io.dropwizard.auth.Auth;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.hibernate.Session;

/** {@code /api/posts}: the matched posts with their drafts. */
@Path("/api/posts")
@Produces(MediaType.APPLICATION_JSON)
public final class PostsResource {
    private final Answers answers;
    private final Transactions transactions;
    private final PostDao posts;
    private final PostStore store;
    private final PostMarks marks;

    public PostsResource(Answers answers, Transactions transactions, PostDao posts, PostStore store, PostMarks marks) {
        this.answers = answers;
        this.transactions = transactions;
        this.posts = posts;
        this.store = store;
        this.marks = marks;
    }

    /** Lists matched posts with their drafts, the newest first. */
    @GET
    @AnswersWith(value = PostView.class, list = true)
    public Response list(
            @Auth Caller caller, @Valid @BeanParam PostFilter filter, @Context ContainerRequestContext request) {
        return answers.page(caller.tenant(), AnswerKind.LIST, request, () -> posts.page(caller.tenant(), filter));
    }

    /** Reads a post with its drafts. */
    @GET
    @Path("/{id}")
    public PostView get(@Auth Caller caller, @PathParam("id") long id) {
        return transactions.read(caller.tenant(), session -> view(session, find(session, id)));
    }

    /** Marks a post reviewed or flagged, or takes the mark away. */
    @PATCH
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @MayRefuse(status = 409, because = "The post was removed meanwhile.")
    public PostView mark(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull PostMarks.Marks wanted) {
        return marks.mark(caller, id, wanted);
    }

    private PostView view(Session session, MatchedPost post) {
        return PostView.of(post, store.alsoIn(session, post));
    }

    private MatchedPost find(Session session, long id) {
        return posts.find(session, id).orElseThrow(() -> ProblemException.notFound("post", id));
    }
}
