package dev.harken.responses;

import dev.harken.analytics.AnalyticsEvent;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import io.dropwizard.auth.Auth;
import jakarta.validation.Valid;
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
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.hibernate.Session;

/** {@code /api/posts/responses}: what a reviewer does with a draft. */
@Path("/api/posts/responses/{id}")
@Produces(MediaType.APPLICATION_JSON)
public final class ResponsesResource {
    private static final int MOST_REVISIONS = 200;

    private final Transactions transactions;
    private final ResponseDao responses;
    private final AnalyticsEventDao events;
    private final AuditDao audit;
    private final Clock clock;

    public ResponsesResource(
            Transactions transactions, ResponseDao responses, AnalyticsEventDao events, AuditDao audit, Clock clock) {
        this.transactions = transactions;
        this.responses = responses;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    @POST
    @Path("/copied")
    public ResponseView copied(@Auth Caller caller, @PathParam("id") long id) {
        return change(caller, id, "copied", (session, response) -> response.markCopied());
    }

    @POST
    @Path("/compliance")
    public ResponseView acknowledgeCompliance(@Auth Caller caller, @PathParam("id") long id) {
        return change(caller, id, "compliance_acknowledged", (session, response) -> response.acknowledgeCompliance());
    }

    /** Replaces the text and keeps the earlier one as a revision. */
    @PUT
    @Path("/edit")
    @Consumes(MediaType.APPLICATION_JSON)
    public ResponseView edit(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull Edit wanted) {
        return change(caller, id, "edited", (session, response) -> {
            responses.keep(session, new Revision(response, caller.userId(), clock.instant()));
            response.edit(wanted.content());
        });
    }

    /** The earlier texts, newest first. */
    @GET
    @Path("/revisions")
    public List<Revision.View> revisions(@Auth Caller caller, @PathParam("id") long id) {
        return transactions.read(caller.tenant(), session -> {
            if (!responses.exists(session, id)) {
                throw ProblemException.notFound("response", id);
            }
            return responses.revisions(session, id, MOST_REVISIONS).stream()
                    .map(Revision::view)
                    .toList();
        });
    }

    private ResponseView change(Caller caller, long id, String what, BiConsumer<Session, AiResponse> change) {
        return transactions.write(caller.tenant(), session -> {
            AiResponse response =
                    responses.findForChange(session, id).orElseThrow(() -> ProblemException.notFound("response", id));
            change.accept(session, response);
            events.record(
                    session,
                    new AnalyticsEvent(
                            response.clientId(),
                            "response_" + what,
                            Map.of("response_id", id, "post_id", response.postId(), "user_id", caller.userId())));
            audit.record(session, AuditRecord.by(caller, response.clientId(), "response." + what, "response", id));
            return ResponseView.of(response);
        });
    }

    /** A reply's new text; 10,000 characters is the most that Reddit takes in a comment. */
    record Edit(@NotBlank @Size(max = 10_000) String content) {}
}
