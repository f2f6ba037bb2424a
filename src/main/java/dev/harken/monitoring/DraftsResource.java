package dev.harken.monitoring;

import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ConfigDao;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import dev.harken.monitoring.drafting.DraftingException;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.AiResponse;
import dev.harken.responses.ResponseDao;
import dev.harken.responses.ResponseView;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.StringJoiner;

/** {@code /api/posts/{id}/generate-response}: a draft for a post that has none. */
@Path("/api/posts/{id}/generate-response")
@Produces(MediaType.APPLICATION_JSON)
public final class DraftsResource {
    private final Transactions transactions;
    private final PostDao posts;
    private final ResponseDao responses;
    private final ConfigDao configs;
    private final ClientDao clients;
    private final Drafting drafting;

    DraftsResource(
            Transactions transactions,
            PostDao posts,
            ResponseDao responses,
            ConfigDao configs,
            ClientDao clients,
            Drafting drafting) {
        this.transactions = transactions;
        this.posts = posts;
        this.responses = responses;
        this.configs = configs;
        this.clients = clients;
        this.drafting = drafting;
    }

    @POST
    public Generated generate(@Auth Caller caller, @PathParam("id") long id) {
        Task task = transactions.read(caller.tenant(), session -> {
            MatchedPost post = posts.find(session, id).orElseThrow(() -> ProblemException.notFound("post", id));
            Client client =
                    clients.find(session, post.clientId()).orElseThrow(() -> ProblemException.notFound("post", id));
            ReplyPlan plan = post.configId()
                    .flatMap(config -> configs.find(session, config))
                    .or(() -> configs.ofClient(session, post.clientId()))
                    .map(config -> ReplyPlan.of(config, new StringJoiner("")))
                    .orElseGet(ReplyPlan::standard);
            return new Task(post, client.name(), plan, responses.latest(session, id));
        });
        if (task.post().goneAt().isPresent()) {
            return new Generated("failed", "The post was deleted or removed on Reddit.", null);
        }
        if (task.latest().isPresent()) {
            return Generated.of(
                    "exists", "The post has a draft already.", task.latest().get());
        }
        try {
            Optional<AiResponse> stored = drafting.draft(
                    task.post(),
                    task.clientName(),
                    task.plan(),
                    (clientId, action, subject, subjectId) ->
                            AuditRecord.by(caller, clientId, action, subject, subjectId));
            return stored.map(response -> Generated.of("generated", "A draft was written.", response))
                    .orElseGet(() -> existing(caller, id));
        } catch (DraftingException e) {
            return new Generated("failed", "The post " + e.getMessage() + ".", null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Generated("failed", "Harken was stopped meanwhile; try again.", null);
        }
    }

    private Generated existing(Caller caller, long id) {
        return transactions
                .read(caller.tenant(), session -> responses.latest(session, id))
                .map(response -> Generated.of("exists", "The post has a draft already.", response))
                .orElseGet(() -> new Generated("failed", "The post was deleted or removed on Reddit.", null));
    }

    private record Task(MatchedPost post, String clientName, ReplyPlan plan, Optional<AiResponse> latest) {}

    /**
     * The answer, as the old system gave it.
     *
     * @param status {@code generated}, {@code exists} or {@code failed}
     * @param response null when there is none
     */
    record Generated(String status, String message, ResponseView response) {
        static Generated of(String status, String message, AiResponse response) {
            return new Generated(status, message, ResponseView.of(response));
        }
    }
}
