package dev.harken.clients;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.auth.Role;
import dev.harken.database.Transactions;
import dev.harken.http.PageParams;
import dev.harken.http.ProblemException;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** {@code /api/clients}: the agency's clients, for administrators. */
@Path("/api/clients")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Role.ADMIN_NAME)
public final class ClientsResource {
    private final Transactions transactions;
    private final ClientDao clients;
    private final ModelUsageDao usage;
    private final AuditDao audit;

    public ClientsResource(Transactions transactions, ClientDao clients, ModelUsageDao usage, AuditDao audit) {
        this.transactions = transactions;
        this.clients = clients;
        this.usage = usage;
        this.audit = audit;
    }

    @GET
    public Response list(@Auth Caller caller, @Valid @BeanParam PageParams page, @Context UriInfo request) {
        return transactions
                .read(caller.tenant(), session -> clients.page(session, page.toRequest(true))
                        .map(ClientDetails::of))
                .toResponse(request);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@Auth Caller caller, @Valid @NotNull NewClient wanted) {
        ClientDetails created = transactions.write(caller.tenant(), session -> {
            String name = wanted.name().strip();
            if (clients.nameIsTaken(session, name)) {
                throw ProblemException.conflict("name", "is another client's name");
            }
            Client client = clients.create(session, name);
            audit.record(session, AuditRecord.by(caller, client.id(), "client.created", "client", client.id()));
            return ClientDetails.of(client);
        });
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    /**
     * Sets how long a client's posts are kept, and how many; what is left out is kept for ever, and all. They are removed
     * in the background, and cannot be brought back.
     */
    @PUT
    @Path("/{id}/retention")
    @Consumes(MediaType.APPLICATION_JSON)
    public ClientDetails setRetention(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull Retention wanted) {
        return transactions.write(caller.tenant(), session -> {
            Client client = clients.find(session, id).orElseThrow(() -> ProblemException.notFound("client", id));
            clients.keep(client, wanted.days(), wanted.posts());
            audit.record(session, AuditRecord.by(caller, id, "retention.set", "client", id, wanted.asDetails()));
            return ClientDetails.of(client);
        });
    }

    /** What the language model was used for on behalf of a client, and what of its budget is left. */
    @GET
    @Path("/{id}/usage")
    public UsageView usage(@Auth Caller caller, @PathParam("id") long id) {
        return transactions
                .read(caller.tenant(), session -> usage.of(session, id))
                .orElseThrow(() -> ProblemException.notFound("client", id));
    }

    /** Says whether a reviewer has to acknowledge the subreddit's rules before a reply of this client is copied. */
    @PUT
    @Path("/{id}/compliance")
    @Consumes(MediaType.APPLICATION_JSON)
    public ClientView requireCompliance(
            @Auth Caller caller, @PathParam("id") long id, @Valid @NotNull Compliance wanted) {
        return transactions.write(caller.tenant(), session -> {
            Client client = clients.find(session, id).orElseThrow(() -> ProblemException.notFound("client", id));
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

    /** Sets what the language model may cost for a client in a month of UTC; 0 stops it. */
    @PUT
    @Path("/{id}/budget")
    @Consumes(MediaType.APPLICATION_JSON)
    public UsageView setBudget(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull Budget wanted) {
        return changeBudget(caller, id, Optional.of(wanted.monthlyBudgetUsd()));
    }

    /** Lets the language model cost for a client what it will. */
    @DELETE
    @Path("/{id}/budget")
    public UsageView removeBudget(@Auth Caller caller, @PathParam("id") long id) {
        return changeBudget(caller, id, Optional.empty());
    }

    private UsageView changeBudget(Caller caller, long id, Optional<BigDecimal> budget) {
        return transactions.write(caller.tenant(), session -> {
            if (!usage.setBudget(session, id, budget)) {
                throw ProblemException.notFound("client", id);
            }
            audit.record(
                    session,
                    AuditRecord.by(caller, id, budget.isPresent() ? "budget.set" : "budget.removed", "client", id));
            return usage.of(session, id).orElseThrow(() -> ProblemException.notFound("client", id));
        });
    }

    /**
     * How long posts are kept.
     *
     * @param retentionDays {@value #LEAST_DAYS} at least, for as long a post may still be drafted for or be told; null
     *     for ever
     * @param retentionPosts the newest so many; null for all
     */
    record Retention(
            @Min(LEAST_DAYS) @Max(MOST_DAYS) Integer retentionDays, @Min(1) @Max(MOST_POSTS) Integer retentionPosts) {
        static final int LEAST_DAYS = 2;
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
    record Budget(@NotNull @DecimalMin("0") @Digits(integer = 10, fraction = 2) BigDecimal monthlyBudgetUsd) {}

    /** Whether rules have to be acknowledged. */
    record Compliance(@NotNull Boolean required) {}

    /** What a new client is made of. */
    record NewClient(@NotBlank @Size(max = 255) String name) {}
}
