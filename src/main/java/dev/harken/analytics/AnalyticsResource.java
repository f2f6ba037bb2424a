package dev.harken.analytics;

import dev.harken.auth.Caller;
import dev.harken.cache.AnswerKind;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.Answers;
import dev.harken.http.ProblemException;
import io.dropwizard.auth.Auth;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** {@code /api/analytics}: what posts and drafts came to. */
@Path("/api/analytics")
@Produces(MediaType.APPLICATION_JSON)
public final class AnalyticsResource {
    private static final int MOST_TREND_DAYS = 365;
    private static final int MOST_RANKS = 200;
    private static final String STANDARD_RANKS = "50";

    private final Answers answers;
    private final Analytics analytics;
    private final DailyMetricsDao metrics;
    private final Export export;
    private final Transactions transactions;
    private final AnalyticsEventDao events;
    private final Clock clock;

    AnalyticsResource(
            Answers answers,
            Analytics analytics,
            DailyMetricsDao metrics,
            Export export,
            Transactions transactions,
            AnalyticsEventDao events,
            Clock clock) {
        this.answers = answers;
        this.analytics = analytics;
        this.metrics = metrics;
        this.export = export;
        this.transactions = transactions;
        this.events = events;
        this.clock = clock;
    }

    @GET
    @Path("/summary")
    public Response summary(
            @Auth Caller caller,
            @QueryParam("client_id") @Positive Long clientId,
            @Context ContainerRequestContext request) {
        Tenant tenant = tenant(caller, Optional.ofNullable(clientId));
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.summary(tenant));
    }

    @GET
    @Path("/dashboard")
    public Response dashboard(
            @Auth Caller caller, @Valid @BeanParam PeriodParams params, @Context ContainerRequestContext request) {
        Tenant tenant = tenant(caller, params.clientId());
        Period period = params.period(clock);
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.dashboard(tenant, period));
    }

    @GET
    @Path("/trends")
    public Response trends(
            @Auth Caller caller,
            @QueryParam("client_id") @Positive Long clientId,
            @QueryParam("days") @DefaultValue("30") @Min(1) @Max(MOST_TREND_DAYS) int days,
            @Context ContainerRequestContext request) {
        Tenant tenant = tenant(caller, Optional.ofNullable(clientId));
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.trends(tenant, days));
    }

    /** What happened on each day that is over, whatever became of it later. */
    @GET
    @Path("/daily")
    public Response daily(
            @Auth Caller caller, @Valid @BeanParam PeriodParams params, @Context ContainerRequestContext request) {
        Tenant tenant = tenant(caller, params.clientId());
        Period period = params.period(clock);
        return answers.value(
                caller.tenant(),
                AnswerKind.ANALYTICS,
                request,
                () -> analytics.daily(tenant, period, transactions.read(Tenant.EVERY, metrics::recordedUntil)));
    }

    @GET
    @Path("/keywords")
    public Response keywords(
            @Auth Caller caller,
            @Valid @BeanParam PeriodParams params,
            @QueryParam("limit") @DefaultValue(STANDARD_RANKS) @Min(1) @Max(MOST_RANKS) int limit,
            @Context ContainerRequestContext request) {
        Tenant tenant = tenant(caller, params.clientId());
        Period period = params.period(clock);
        return answers.value(
                caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.keywords(tenant, period, limit).stream()
                        .map(Ranked::asKeyword)
                        .toList());
    }

    @GET
    @Path("/subreddits")
    public Response subreddits(
            @Auth Caller caller,
            @Valid @BeanParam PeriodParams params,
            @QueryParam("limit") @DefaultValue(STANDARD_RANKS) @Min(1) @Max(MOST_RANKS) int limit,
            @Context ContainerRequestContext request) {
        Tenant tenant = tenant(caller, params.clientId());
        Period period = params.period(clock);
        return answers.value(
                caller.tenant(),
                AnswerKind.ANALYTICS,
                request,
                () -> analytics.subreddits(tenant, period, limit).stream()
                        .map(Ranked::asSubreddit)
                        .toList());
    }

    /** The posts of a period with the best of their drafts, as a table. */
    @GET
    @Path("/export.csv")
    @Produces("text/csv")
    public Response export(@Auth Caller caller, @Valid @BeanParam PeriodParams params) {
        Tenant tenant = tenant(caller, params.clientId());
        Period period = params.period(clock);
        return Response.ok(export.posts(tenant, period))
                .header(
                        "Content-Disposition",
                        "attachment; filename=\"posts-%s-to-%s.csv\"".formatted(period.first(), period.last()))
                .build();
    }

    /** Stores an event of the caller's own, for counting. */
    @POST
    @Path("/events")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response record(@Auth Caller caller, @Valid @NotNull NewEvent wanted) {
        long client = caller.isAdmin()
                ? Optional.ofNullable(wanted.clientId())
                        .orElseThrow(
                                () -> ProblemException.invalid("client_id", "is needed: say which client it is for"))
                : ownClient(caller, Optional.ofNullable(wanted.clientId()));
        AnalyticsEvent event = new AnalyticsEvent(client, wanted.eventType(), wanted.givenData());
        transactions.change(Tenant.of(client), session -> events.record(session, event));
        return Response.status(Response.Status.CREATED)
                .entity(new Recorded(client, event.type(), event.data()))
                .build();
    }

    /** Whose numbers are asked for: a client's own, and for an administrator any one's or everybody's. */
    private static Tenant tenant(Caller caller, Optional<Long> clientId) {
        if (!caller.isAdmin()) {
            clientId.ifPresent(id -> ownClient(caller, clientId));
            return caller.tenant();
        }
        return clientId.map(Tenant::of).orElse(Tenant.EVERY);
    }

    private static long ownClient(Caller caller, Optional<Long> clientId) {
        long own = caller.tenant().clientId();
        clientId.filter(id -> id != own).ifPresent(other -> {
            throw ProblemException.notFound("client", other);
        });
        return own;
    }

    /**
     * What a caller tells of.
     *
     * @param data what it concerns, by a few plain words; may be left out
     */
    record NewEvent(
            Long clientId,
            @NotNull
                    @Size(max = 100)
                    @Pattern(regexp = "[a-z][a-z0-9_]*", message = "must be lower-case words joined by _")
                    String eventType,
            @Size(max = 20) Map<String, @NotNull Object> data) {
        Map<String, Object> givenData() {
            return data == null ? Map.of() : data;
        }
    }

    /** What was stored. */
    record Recorded(long clientId, String eventType, Map<String, Object> data) {}
}
