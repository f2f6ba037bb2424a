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
import jakarta.annotation.Nullable;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Drafts that somebody asks for, the same by the API and by the pages. A language model may take a minute or more, and
 * no connection is held meanwhile. Thread-safe.
 */
public final class DraftRequests {
    private final Transactions transactions;
    private final PostDao posts;
    private final ResponseDao responses;
    private final ConfigDao configs;
    private final ClientDao clients;
    private final Drafting drafting;

    DraftRequests(
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

    /**
     * A draft for a post that has none.
     *
     * @throws ProblemException 404
     */
    public Generated first(Caller caller, long postId) {
        Task task = task(caller, postId);
        return task.latest()
                .map(latest -> Generated.of("exists", "The post has a draft already.", latest))
                .orElseGet(() -> write(caller, task, false));
    }

    /**
     * A draft for a post, whether it has some or not.
     *
     * @throws ProblemException 404
     */
    public Generated another(Caller caller, long postId) {
        return write(caller, task(caller, postId), true);
    }

    private Task task(Caller caller, long id) {
        return transactions.read(caller.tenant(), session -> {
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
    }

    private Generated write(Caller caller, Task task, boolean another) {
        if (task.post().goneAt().isPresent()) {
            return Generated.failed("The post was deleted or removed on Reddit.");
        }
        Drafting.Actor actor =
                (clientId, action, subject, subjectId) -> AuditRecord.by(caller, clientId, action, subject, subjectId);
        try {
            Optional<AiResponse> stored = another
                    ? drafting.draftAnother(task.post(), task.clientName(), task.plan(), actor)
                    : drafting.draft(task.post(), task.clientName(), task.plan(), actor);
            return stored.map(response -> Generated.of("generated", "A draft was written.", response))
                    .orElseGet(() -> another ? tooMany(caller, task) : existing(caller, task));
        } catch (DraftingException e) {
            return Generated.failed("The post " + e.getMessage() + ".");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Generated.failed("Harken was stopped meanwhile; try again.");
        }
    }

    private Generated existing(Caller caller, Task task) {
        return transactions
                .read(
                        caller.tenant(),
                        session -> responses.latest(session, task.post().id()))
                .map(response -> Generated.of("exists", "The post has a draft already.", response))
                .orElseGet(() -> Generated.failed("The post was deleted or removed on Reddit."));
    }

    private Generated tooMany(Caller caller, Task task) {
        long drafts = transactions.read(
                caller.tenant(), session -> responses.count(session, task.post().id()));
        return Generated.failed(
                drafts >= Drafting.MOST_DRAFTS
                        ? "The post has " + drafts + " drafts, which is the most there may be."
                        : "The post was deleted or removed on Reddit.");
    }

    private record Task(MatchedPost post, String clientName, ReplyPlan plan, Optional<AiResponse> latest) {}

    /**
     * The answer, as the old system gave it.
     *
     * @param status {@code generated}, {@code exists} or {@code failed}
     * @param response null when there is none
     */
    public record Generated(String status, String message, @Nullable ResponseView response) {
        static Generated of(String status, String message, AiResponse response) {
            return new Generated(status, message, ResponseView.of(response));
        }

        static Generated failed(String message) {
            return new Generated("failed", message, null);
        }
    }
}
