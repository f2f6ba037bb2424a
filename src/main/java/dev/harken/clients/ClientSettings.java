package dev.harken.clients;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.database.Transactions;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import dev.harken.http.ProblemException;
import jakarta.annotation.Nullable;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.Session;

/**
 * What administrators do with clients, by the API or by the pages: each change with its rules and its record. Whoever
 * calls this has seen to it that the caller is one. Thread-safe.
 */
public final class ClientSettings {
    private final Transactions transactions;
    private final ClientDao clients;
    private final ModelUsageDao usage;
    private final AuditDao audit;

    public ClientSettings(Transactions transactions, ClientDao clients, ModelUsageDao usage, AuditDao audit) {
        this.transactions = transactions;
        this.clients = clients;
        this.usage = usage;
        this.audit = audit;
    }

    /** The clients, by their ids. */
    public Page<ClientDetails> page(Caller caller, PageRequest request) {
        return transactions.read(
                caller.tenant(), session -> clients.page(session, request).map(ClientDetails::of));
    }

    /** The clients that something may be made for, by name, at most so many. */
    public List<ClientView> named(Caller caller, int most) {
        return transactions.read(caller.tenant(), session -> clients.named(session, most).stream()
                .map(ClientView::of)
                .toList());
    }

    /**
     * A client with all that can be set of it.
     *
     * @throws ProblemException 404 when there is none
     */
    public Settings get(Caller caller, long id) {
        return transactions.read(caller.tenant(), session -> {
            Client client = find(session, id);
            return new Settings(
                    ClientDetails.of(client),
                    client.requiresCompliance(),
                    usage.of(session, id).orElseThrow(() -> ProblemException.notFound("client", id)));
        });
    }

    /**
     * Stores a client.
     *
     * @throws ProblemException 409 when the name is another's
     */
    public ClientDetails create(Caller caller, ClientName wanted) {
        return transactions.write(caller.tenant(), session -> {
            String name = wanted.name().strip();
            if (clients.nameIsTaken(session, name)) {
                throw ProblemException.conflict("name", "is another client's name");
            }
            Client client = clients.create(session, name);
            audit.record(session, AuditRecord.by(caller, client.id(), "client.created", "client", client.id()));
            return ClientDetails.of(client);
        });
    }

    /**
     * Gives a client another name; its slug stays.
     *
     * @throws ProblemException 404 when there is no such client, 409 when the name is another's
     */
    public ClientDetails rename(Caller caller, long id, ClientName wanted) {
        return transactions.write(caller.tenant(), session -> {
            Client client = find(session, id);
            String name = wanted.name().strip();
            if (!name.equals(client.name())) {
                if (clients.nameIsTaken(session, name)) {
                    throw ProblemException.conflict("name", "is another client's name");
                }
                clients.rename(client, name);
                audit.record(session, AuditRecord.by(caller, id, "client.renamed", "client", id));
            }
            return ClientDetails.of(client);
        });
    }

    /**
     * Sets how long a client's posts are kept, and how many.
     *
     * @throws ProblemException 404 when there is no such client
     */
    public ClientDetails keep(Caller caller, long id, Retention wanted) {
        return transactions.write(caller.tenant(), session -> {
            Client client = find(session, id);
            clients.keep(client, wanted.days(), wanted.posts());
            audit.record(session, AuditRecord.by(caller, id, "retention.set", "client", id, wanted.asDetails()));
            return ClientDetails.of(client);
        });
    }

    /**
     * Sets after how many hours without a review a post with a draft is overdue; none for never.
     *
     * @throws ProblemException 404 when there is no such client
     */
    public ClientDetails limitReview(Caller caller, long id, ReviewLimit wanted) {
        return transactions.write(caller.tenant(), session -> {
            Client client = find(session, id);
            Optional<Integer> hours = Optional.ofNullable(wanted.reviewHours());
            clients.limitReview(client, hours);
            audit.record(
                    session,
                    AuditRecord.by(
                            caller,
                            id,
                            "review_limit.set",
                            "client",
                            id,
                            Map.of("review_hours", hours.map(String::valueOf).orElse("never"))));
            return ClientDetails.of(client);
        });
    }

    /**
     * What the language model was used for on behalf of a client, and what of its budget is left.
     *
     * @throws ProblemException 404 when there is no such client
     */
    public UsageView usage(Caller caller, long id) {
        return transactions
                .read(caller.tenant(), session -> usage.of(session, id))
                .orElseThrow(() -> ProblemException.notFound("client", id));
    }

    /**
     * Says whether a reviewer has to acknowledge the subreddit's rules before a reply of this client is copied.
     *
     * @throws ProblemException 404 when there is no such client
     */
    public ClientView requireCompliance(Caller caller, long id, Compliance wanted) {
        return transactions.write(caller.tenant(), session -> {
            Client client = find(session, id);
            clients.requireCompliance(client, wanted.required());
            audit.record(
                    session,
                    AuditRecord.by(
                            caller,
                            id,
                            wanted.required() ? "compliance.required" : "compliance.not_required",
                            "client",
                            id));
            return ClientView.of(client);
        });
    }

    /**
     * Sets what the language model may cost for a client in a month of UTC; 0 stops it, none lets it cost what it will.
     *
     * @throws ProblemException 404 when there is no such client
     */
    public UsageView setBudget(Caller caller, long id, Optional<MonthlyBudget> wanted) {
        return transactions.write(caller.tenant(), session -> {
            if (!usage.setBudget(session, id, wanted.map(MonthlyBudget::monthlyBudgetUsd))) {
                throw ProblemException.notFound("client", id);
            }
            audit.record(
                    session,
                    AuditRecord.by(caller, id, wanted.isPresent() ? "budget.set" : "budget.removed", "client", id));
            return usage.of(session, id).orElseThrow(() -> ProblemException.notFound("client", id));
        });
    }

    private Client find(Session session, long id) {
        return clients.find(session, id).orElseThrow(() -> ProblemException.notFound("client", id));
    }

    /** A client with all that can be set of it. */
    public record Settings(ClientDetails details, boolean complianceRequired, UsageView usage) {}

    /**
     * How long posts are kept.
     *
     * @param retentionDays {@value #LEAST_DAYS} at least, for as long a post may still be drafted for or be told; null
     *     for ever
     * @param retentionPosts the newest so many; null for all
     */
    public record Retention(
            @Nullable @Min(LEAST_DAYS) @Max(MOST_DAYS) Integer retentionDays,
            @Nullable @Min(1) @Max(MOST_POSTS) Integer retentionPosts) {
        static final int LEAST_DAYS = 5;
        static final int MOST_DAYS = 36_500;
        static final int MOST_POSTS = 1_000_000;

        Optional<Integer> days() {
            return Optional.ofNullable(retentionDays);
        }

        Optional<Integer> posts() {
            return Optional.ofNullable(retentionPosts);
        }

        Map<String, String> asDetails() {
            return Map.of(
                    "retention_days", days().map(String::valueOf).orElse("for ever"),
                    "retention_posts", posts().map(String::valueOf).orElse("all"));
        }
    }

    /**
     * A budget.
     *
     * @param monthlyBudgetUsd in US dollars
     */
    public record MonthlyBudget(
            @NotNull @DecimalMin("0") @Digits(integer = 10, fraction = 2) BigDecimal monthlyBudgetUsd) {}

    /** Whether rules have to be acknowledged. */
    public record Compliance(@NotNull Boolean required) {}

    /**
     * When a post with a draft is overdue.
     *
     * @param reviewHours after so many hours without a review; null for never
     */
    public record ReviewLimit(@Nullable @Min(1) @Max(ReviewLimit.MOST_HOURS) Integer reviewHours) {
        static final int MOST_HOURS = 24 * 28;
    }

    /** What a client is to be called. */
    public record ClientName(@NotBlank @Size(max = 255) String name) {}
}
