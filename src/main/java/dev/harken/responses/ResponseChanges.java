package dev.harken.responses;

import dev.harken.analytics.AnalyticsEvent;
import dev.harken.analytics.AnalyticsEventDao;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.hibernate.Session;

/** What a reviewer does with a draft, the same by the API and by the pages. Thread-safe. */
public final class ResponseChanges {
    private static final int MOST_REVISIONS = 200;
    /** Within this time, what one person goes on typing replaces no text that is worth to be kept. */
    private static final Duration ONE_SITTING = Duration.ofMinutes(5);

    private final Transactions transactions;
    private final ResponseDao responses;
    private final ClientDao clients;
    private final AnalyticsEventDao events;
    private final AuditDao audit;
    private final Clock clock;

    public ResponseChanges(
            Transactions transactions,
            ResponseDao responses,
            ClientDao clients,
            AnalyticsEventDao events,
            AuditDao audit,
            Clock clock) {
        this.transactions = transactions;
        this.responses = responses;
        this.clients = clients;
        this.events = events;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Notes that the text was copied.
     *
     * @throws ProblemException 404; 409 when the client wants the rules acknowledged before
     * @throws EditConflictException when the text is not the one that was seen
     */
    public ResponseView copied(Caller caller, long id, Seen seen) {
        return change(caller, id, "copied", (session, response) -> {
            check(response, seen, "");
            boolean required = clients.find(session, response.clientId())
                    .filter(Client::requiresCompliance)
                    .isPresent();
            if (required && !response.isComplianceAck()) {
                throw ProblemException.conflict(
                        "compliance_ack",
                        "is false, and the client wants the subreddit's rules acknowledged before a reply is copied");
            }
            response.markCopied();
            return true;
        });
    }

    /**
     * Notes that the text keeps to the subreddit's rules. That holds for this text only: one that differs has to be
     * acknowledged anew.
     *
     * @throws ProblemException 404
     * @throws EditConflictException when the text is not the one that was seen
     */
    public ResponseView acknowledgeCompliance(Caller caller, long id, Seen seen) {
        return change(caller, id, "compliance_acknowledged", (session, response) -> {
            check(response, seen, "");
            response.acknowledgeCompliance();
            return true;
        });
    }

    /**
     * Replaces the text and keeps the earlier one as a revision.
     *
     * @throws ProblemException 404
     * @throws EditConflictException when the text is not the one that was seen
     */
    public ResponseView edit(Caller caller, long id, String text, Seen seen) {
        return change(caller, id, "edited", (session, response) -> {
            check(response, seen, text);
            responses.keep(session, new Revision(response, caller.userId(), clock.instant()));
            response.edit(text);
            return true;
        });
    }

    /**
     * Replaces the text with what somebody has typed so far: as {@link #edit}, but what the same person stored up to
     * five minutes before is not kept, nor noted again, or a history would hold every other word. A text that was copied
     * is kept in any case, and that an acknowledgement of the rules is lost is noted in any case. Each text is told to
     * those who listen. A text that is there already changes nothing.
     *
     * @throws ProblemException 404
     * @throws EditConflictException when the text is not the one that was seen
     */
    public ResponseView autosave(Caller caller, long id, String text, Seen seen) {
        return change(caller, id, "edited", (session, response) -> {
            check(response, seen, text);
            if (text.equals(response.content())) {
                return false;
            }
            Instant now = clock.instant();
            Optional<Instant> began = response.isTextCopied()
                    ? Optional.empty()
                    : responses.revisions(session, id, 1).stream()
                            .filter(latest -> latest.replacedBy() == caller.userId()
                                    && latest.createdAt().plus(ONE_SITTING).isAfter(now))
                            .map(Revision::createdAt)
                            .findFirst();
            boolean noted = began.isEmpty() || response.isComplianceAck();
            if (began.isEmpty()) {
                responses.keep(session, new Revision(response, caller.userId(), now));
            } else if (!noted) {
                audit.goOn(session, record(caller, response, "edited"), began.get());
            }
            response.edit(text);
            return noted;
        });
    }

    /**
     * Replaces the text with an earlier one, and keeps what it replaces.
     *
     * @throws ProblemException 404
     * @throws EditConflictException when the text is not the one that was seen
     */
    public ResponseView restore(Caller caller, long id, long revision, Seen seen) {
        return change(caller, id, "restored", (session, response) -> {
            Revision earlier = responses
                    .revision(session, id, revision)
                    .orElseThrow(() -> ProblemException.notFound("revision", revision));
            check(response, seen, earlier.content());
            responses.keep(session, new Revision(response, caller.userId(), clock.instant()));
            response.edit(earlier.content());
            return true;
        });
    }

    /**
     * The earlier texts, newest first, at most 200.
     *
     * @throws ProblemException 404
     */
    public List<Revision.View> revisions(Caller caller, long id) {
        return revisions(caller, id, MOST_REVISIONS);
    }

    /**
     * The earlier texts, newest first, at most so many.
     *
     * @throws ProblemException 404
     */
    public List<Revision.View> revisions(Caller caller, long id, int most) {
        return transactions.read(caller.tenant(), session -> {
            if (!responses.exists(session, id)) {
                throw ProblemException.notFound("response", id);
            }
            return responses.revisions(session, id, most).stream()
                    .map(Revision::view)
                    .toList();
        });
    }

    private static void check(AiResponse response, Seen seen, String wanted) {
        if (seen.isOutdated(response)) {
            throw new EditConflictException(ResponseView.of(response), wanted);
        }
    }

    /**
     * @param change answers whether the change is worth a note
     */
    private ResponseView change(Caller caller, long id, String what, BiFunction<Session, AiResponse, Boolean> change) {
        return transactions.write(caller.tenant(), session -> {
            AiResponse response =
                    responses.findForChange(session, id).orElseThrow(() -> ProblemException.notFound("response", id));
            if (change.apply(session, response)) {
                events.record(
                        session,
                        new AnalyticsEvent(
                                response.clientId(),
                                "response_" + what,
                                Map.of("response_id", id, "post_id", response.postId(), "user_id", caller.userId())));
                audit.record(session, record(caller, response, what));
            }
            return ResponseView.of(response);
        });
    }

    private static AuditRecord record(Caller caller, AiResponse response, String what) {
        return AuditRecord.by(caller, response.clientId(), "response." + what, "response", response.id());
    }
}
