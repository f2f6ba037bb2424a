package dev.harken.posts;

import dev.harken.analytics.AnalyticsEvent;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import jakarta.annotation.Nullable;
import java.time.Clock;
import java.util.Map;
import org.hibernate.Session;

/** Marks posts as reviewed or flagged, the same by the API and by the pages. Thread-safe. */
public final class PostMarks {
    private final Transactions transactions;
    private final PostDao posts;
    private final PostStore store;
    private final AnalyticsEventDao events;
    private final AuditDao audit;
    private final Clock clock;

    public PostMarks(
            Transactions transactions,
            PostDao posts,
            PostStore store,
            AnalyticsEventDao events,
            AuditDao audit,
            Clock clock) {
        this.transactions = transactions;
        this.posts = posts;
        this.store = store;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    /** What may be changed of a post; null leaves a mark as it is. */
    public record Marks(@Nullable Boolean reviewed, @Nullable Boolean flagged) {}

    /**
     * Sets marks or takes them away.
     *
     * @throws ProblemException 404
     */
    public PostView mark(Caller caller, long id, Marks wanted) {
        return transactions.write(caller.tenant(), session -> {
            MatchedPost post = posts.find(session, id).orElseThrow(() -> ProblemException.notFound("post", id));
            if (wanted.reviewed() != null) {
                post.review(wanted.reviewed(), clock.instant());
                note(session, caller, post, wanted.reviewed() ? "reviewed" : "unreviewed");
            }
            if (wanted.flagged() != null) {
                post.flag(wanted.flagged(), clock.instant());
                note(session, caller, post, wanted.flagged() ? "flagged" : "unflagged");
            }
            return PostView.of(post, store.alsoIn(session, post));
        });
    }

    private void note(Session session, Caller caller, MatchedPost post, String what) {
        events.record(
                session,
                new AnalyticsEvent(
                        post.clientId(), "post_" + what, Map.of("post_id", post.id(), "user_id", caller.userId())));
        audit.record(session, AuditRecord.by(caller, post.clientId(), "post." + what, "post", post.id()));
    }
}
