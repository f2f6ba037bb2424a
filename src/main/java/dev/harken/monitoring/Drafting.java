package dev.harken.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.analytics.AnalyticsEvent;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.drafting.Draft;
import dev.harken.monitoring.drafting.DraftRequest;
import dev.harken.monitoring.drafting.DraftWriter;
import dev.harken.monitoring.drafting.DraftingException;
import dev.harken.monitoring.drafting.ReplyTemplate;
import dev.harken.monitoring.matching.KeywordList;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.AiResponse;
import dev.harken.responses.NewResponse;
import dev.harken.responses.ResponseDao;
import java.util.Map;
import java.util.Optional;
import org.hibernate.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a draft for a post and stores it, once for each post. Thread-safe. */
final class Drafting {
    private static final Logger LOG = LoggerFactory.getLogger(Drafting.class);

    private final Transactions transactions;
    private final PostDao posts;
    private final ResponseDao responses;
    private final AnalyticsEventDao events;
    private final AuditDao audit;
    private final DraftWriter writer;
    private final ObjectMapper mapper;

    Drafting(
            Transactions transactions,
            PostDao posts,
            ResponseDao responses,
            AnalyticsEventDao events,
            AuditDao audit,
            DraftWriter writer,
            ObjectMapper mapper) {
        this.transactions = transactions;
        this.posts = posts;
        this.responses = responses;
        this.events = events;
        this.audit = audit;
        this.writer = writer;
        this.mapper = mapper;
    }

    /**
     * Drafts a reply, without holding a connection while it is written.
     *
     * @param actor makes the audit record of whoever asked for it
     * @return what was stored, or empty when the post has a draft already or is gone
     */
    Optional<AiResponse> draft(MatchedPost post, String clientName, ReplyTemplate template, Actor actor)
            throws DraftingException {
        Draft draft = write(request(post, clientName), template);
        return transactions.write(Tenant.of(post.clientId()), session -> store(session, post, draft, actor));
    }

    /** A fault of the writer in one post must not keep the client's other posts from their drafts. */
    private Draft write(DraftRequest request, ReplyTemplate template) throws DraftingException {
        try {
            return writer.write(request, template);
        } catch (RuntimeException e) {
            LOG.error("writer failed: subreddit={}", request.subreddit(), e);
            throw new DraftingException("has no draft: its writer failed, the log says why", e);
        }
    }

    private Optional<AiResponse> store(Session session, MatchedPost post, Draft draft, Actor actor) {
        // The lock makes a second writer wait here and then see the first one's draft.
        if (!posts.lock(session, post.id())
                || responses.latest(session, post.id()).isPresent()) {
            return Optional.empty();
        }
        long id = responses.store(session, post.id(), post.clientId(), row(draft));
        events.record(
                session,
                new AnalyticsEvent(
                        post.clientId(),
                        "response_generated",
                        Map.of(
                                "post_id", post.id(),
                                "response_id", id,
                                "score", draft.quality().score())));
        audit.record(session, actor.record(post.clientId(), "response.generated", "response", id));
        return responses.latest(session, post.id());
    }

    private NewResponse row(Draft draft) {
        try {
            return new NewResponse(
                    draft.content(),
                    draft.quality().score(),
                    draft.quality().grade(),
                    mapper.writeValueAsString(draft.quality().parts()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the parts of a score cannot be written as JSON", e);
        }
    }

    private static DraftRequest request(MatchedPost post, String clientName) {
        return new DraftRequest(
                post.title(),
                post.content(),
                post.subreddit(),
                post.author().orElse(null),
                KeywordList.split(post.keywordsMatched()),
                clientName);
    }

    /** Makes the audit record for whoever caused a draft. */
    @FunctionalInterface
    interface Actor {
        AuditRecord record(long clientId, String action, String subject, long subjectId);
    }
}
