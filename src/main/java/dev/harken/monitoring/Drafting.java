package dev.harken.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.analytics.AnalyticsEvent;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.clients.ModelUsageDao;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.monitoring.drafting.Draft;
import dev.harken.monitoring.drafting.DraftRequest;
import dev.harken.monitoring.drafting.DraftWriter;
import dev.harken.monitoring.drafting.DraftingException;
import dev.harken.monitoring.drafting.DraftingException.Kind;
import dev.harken.monitoring.drafting.Drafts;
import dev.harken.monitoring.drafting.Guidance;
import dev.harken.monitoring.drafting.ModelDrafting;
import dev.harken.monitoring.drafting.ModelUsage;
import dev.harken.monitoring.drafting.RelevanceJudge;
import dev.harken.monitoring.drafting.TemplateWriter;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.matching.KeywordList;
import dev.harken.monitoring.notify.OutboxDao;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.responses.AiResponse;
import dev.harken.responses.NewResponse;
import dev.harken.responses.ResponseDao;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.hibernate.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a draft for a post and stores it, once for each post. Thread-safe. */
final class Drafting {
    private static final Logger LOG = LoggerFactory.getLogger(Drafting.class);

    /** One of them may be stored with others that were written together. */
    static final int MOST_DRAFTS = 20;

    private final Transactions transactions;
    private final PostDao posts;
    private final ResponseDao responses;
    private final AnalyticsEventDao events;
    private final AuditDao audit;
    private final ModelUsageDao usage;
    private final OutboxDao outbox;
    private final Feed feed;
    private final DraftWriter writer;
    private final Optional<RelevanceJudge> judge;
    private final ObjectMapper mapper;

    Drafting(
            Transactions transactions,
            PostDao posts,
            ResponseDao responses,
            AnalyticsEventDao events,
            AuditDao audit,
            ModelUsageDao usage,
            OutboxDao outbox,
            Feed feed,
            Optional<ModelDrafting> model,
            ObjectMapper mapper) {
        this.transactions = transactions;
        this.posts = posts;
        this.responses = responses;
        this.events = events;
        this.audit = audit;
        this.usage = usage;
        this.outbox = outbox;
        this.feed = feed;
        this.writer = model.map(ModelDrafting::writer).orElseGet(TemplateWriter::new);
        this.judge = model.map(ModelDrafting::judge);
        this.mapper = mapper;
    }

    /**
     * Drafts a reply for a post that a scan found, if the client's condition for that is met. No connection is held while
     * the post is judged and the reply written.
     *
     * @return the best of what was stored; empty when the post was turned away, has a draft already or is gone
     */
    Optional<AiResponse> draftIfRelevant(MatchedPost post, String clientName, ReplyPlan plan, Actor actor)
            throws DraftingException, InterruptedException {
        if (judge.isPresent() && !plan.acceptIf().isEmpty() && post.relevance().isEmpty()) {
            checkBudget(post.clientId());
            if (isPaidForInVain(post, 0)) {
                return Optional.empty();
            }
            DraftRequest request = request(post, clientName);
            RelevanceJudge.Judgement judgement = attempt(post, () -> judge.get().judge(request, plan.acceptIf()));
            boolean relevant = judgement.score() >= plan.acceptThreshold();
            stored(post, judgement.usage(), session -> {
                posts.judged(session, post.clientId(), post.id(), judgement.score(), judgement.reason(), relevant);
                return relevant;
            });
            if (!relevant) {
                return Optional.empty();
            }
        }
        return draft(post, clientName, plan, actor);
    }

    /**
     * Drafts a reply, whether the post is relevant or not, without holding a connection while it is written.
     *
     * @param actor makes the audit record of whoever asked for it
     * @return the best of what was stored, or empty when the post has a draft already or is gone
     */
    Optional<AiResponse> draft(MatchedPost post, String clientName, ReplyPlan plan, Actor actor)
            throws DraftingException, InterruptedException {
        return draft(post, clientName, plan, actor, 0);
    }

    /**
     * Drafts one more reply for a post that has some, unless it has {@link #MOST_DRAFTS} already.
     *
     * @return as {@link #draft}; empty when the post has too many drafts or is gone
     */
    Optional<AiResponse> draftAnother(MatchedPost post, String clientName, ReplyPlan plan, Actor actor)
            throws DraftingException, InterruptedException {
        return draft(post, clientName, plan, actor, MOST_DRAFTS - 1);
    }

    /**
     * @param most how many drafts the post may have already
     */
    private Optional<AiResponse> draft(MatchedPost post, String clientName, ReplyPlan plan, Actor actor, int most)
            throws DraftingException, InterruptedException {
        checkBudget(post.clientId());
        if (isPaidForInVain(post, most)) {
            return Optional.empty();
        }
        DraftRequest request = request(post, clientName);
        // Whoever reviews the draft is shown them too, so they are read whether the writer heeds them or not.
        Guidance guidance = plan.guidance().withSubredditRules(feed.rules(post.subreddit()));
        Drafts drafts = attempt(post, () -> writer.write(request, guidance));
        return stored(post, drafts.usage(), session -> store(session, post, drafts, actor, most));
    }

    /** Whether drafts are written by somebody who takes their time. */
    boolean isSlow() {
        return writer.price() != DraftWriter.Price.FREE;
    }

    /** Whether the post got a draft while it waited its turn, which may have been minutes. */
    private boolean isPaidForInVain(MatchedPost post, int most) {
        return writer.price() != DraftWriter.Price.FREE
                && transactions.read(Tenant.of(post.clientId()), session -> responses.count(session, post.id()) > most);
    }

    private void checkBudget(long clientId) throws DraftingException {
        if (writer.price() == DraftWriter.Price.FREE) {
            return;
        }
        Optional<Long> left = transactions.read(Tenant.of(clientId), session -> usage.left(session, clientId));
        if (left.isPresent() && writer.price() == DraftWriter.Price.UNKNOWN) {
            throw new DraftingException(
                    Kind.STOPPED,
                    "has no draft: the client has a budget, but the language model's prices are not known; set"
                            + " monitoring.model.inputPrice and outputPrice, or remove the budget",
                    ModelUsage.NONE);
        }
        if (left.isPresent() && left.get() <= 0) {
            throw new DraftingException(
                    Kind.STOPPED,
                    "has no draft: the client's budget of this month for the language model is used up; raise it, or"
                            + " wait for the next month",
                    ModelUsage.NONE);
        }
    }

    /**
     * Keeps what an attempt came to when nothing else comes of it. A fault of the writer in one post must not keep the
     * client's other posts from their drafts.
     */
    private <T> T attempt(MatchedPost post, Attempt<T> attempt) throws DraftingException, InterruptedException {
        try {
            return attempt.run();
        } catch (DraftingException e) {
            boolean unusable = e.kind() == Kind.UNUSABLE;
            if (unusable || !e.usage().equals(ModelUsage.NONE)) {
                book(post, e.usage(), unusable);
            }
            throw e;
        } catch (RuntimeException e) {
            LOG.error("writer failed: subreddit={}", post.subreddit(), e);
            throw new DraftingException("has no draft: its writer failed, the log says why", e);
        }
    }

    /**
     * Stores what an answer came to together with its price. When that fails the price is booked by itself, and counts as
     * a failed draft, since the same may fail each time. Of a commit that fails it is not known whether it was one, so
     * nothing is booked twice.
     */
    private <T> T stored(MatchedPost post, ModelUsage used, Function<Session, T> store) {
        AtomicBoolean worked = new AtomicBoolean();
        try {
            return transactions.write(Tenant.of(post.clientId()), session -> {
                usage.add(session, post.clientId(), used);
                T stored = store.apply(session);
                session.flush();
                worked.set(true);
                return stored;
            });
        } catch (RuntimeException e) {
            if (!worked.get() && !used.equals(ModelUsage.NONE)) {
                bookBeside(e, post, used);
            }
            throw e;
        }
    }

    private void bookBeside(RuntimeException failure, MatchedPost post, ModelUsage used) {
        try {
            book(post, used, true);
        } catch (RuntimeException broken) {
            failure.addSuppressed(broken);
        }
    }

    private void book(MatchedPost post, ModelUsage used, boolean failed) {
        transactions.record(Tenant.of(post.clientId()), session -> {
            usage.add(session, post.clientId(), used);
            if (failed) {
                posts.draftFailed(session, post.clientId(), post.id());
            }
        });
    }

    private Optional<AiResponse> store(Session session, MatchedPost post, Drafts drafts, Actor actor, int most) {
        // The lock makes a second writer wait here and then see the first one's draft.
        if (!posts.lock(session, post.id()) || responses.count(session, post.id()) > most) {
            return Optional.empty();
        }
        long id = responses.store(
                session,
                post.id(),
                post.clientId(),
                drafts.drafts().stream().map(this::row).toList());
        posts.accept(session, post.clientId(), post.id());
        outbox.drafted(session, post.clientId(), post.id());
        events.record(
                session,
                new AnalyticsEvent(
                        post.clientId(),
                        "response_generated",
                        Map.of(
                                "post_id", post.id(),
                                "response_id", id,
                                "score", drafts.drafts().get(0).quality().score(),
                                "variants", drafts.drafts().size())));
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
                clientName,
                post.isComment());
    }

    /** What may come to something, or to nothing and its price. */
    @FunctionalInterface
    private interface Attempt<T> {
        T run() throws DraftingException, InterruptedException;
    }

    /** Makes the audit record for whoever caused a draft. */
    @FunctionalInterface
    interface Actor {
        AuditRecord record(long clientId, String action, String subject, long subjectId);
    }
}
