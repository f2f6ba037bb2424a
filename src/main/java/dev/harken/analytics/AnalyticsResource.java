package dev.harken.analytics;

import dev.harken.auth.Caller;
import dev.harken.cache.AnswerKind;
import dev.harken.clients.ClientDao;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.Answers;
import dev.harken.http.AnswersWith;
import dev.harken.http.MayRefuse;
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
    private static final int TOP = 10;
    private static final int MOST_WEEKS = 52;
    private static final String STANDARD_WEEKS = "8";
    private static final int MOST_RANKS = 200;
    private static final String STANDARD_RANKS = "50";

    private final Answers answers;
    private final Analytics analytics;
    private final Export export;
    private final Transactions transactions;
    private final AnalyticsEventDao events;
    private final ClientDao clients;
    private final Clock clock;

    AnalyticsResource(
            Answers answers,
            Analytics analytics,
            Export export,
            Transactions transactions,
            AnalyticsEventDao events,
            ClientDao clients,
            Clock clock) {
        this.answers = answers;
        this.analytics = analytics;
        this.export = export;
        this.transactions = transactions;
        this.events = events;
        this.clients = clients;
        this.clock = clock;
    }

    /**
     * Counts what came of posts and drafts today, in the last week and month, and ever.
     *
     * @param clientId one client; for administrators, who otherwise get everybody's
     */
    @GET
    @Path("/summary")
    @AnswersWith(Analytics.Summary.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response summary(
            @Auth Caller caller,
            @QueryParam("client_id") @Positive Long clientId,
            @Context ContainerRequestContext request) {
        Tenant tenant = caller.tenant(clientId);
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.summary(tenant));
    }

    /** Counts a period day by day, with its best keywords and subreddits. */
    @GET
    @Path("/dashboard")
    @AnswersWith(Analytics.Dashboard.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response dashboard(
            @Auth Caller caller, @Valid @BeanParam ScopeParams params, @Context ContainerRequestContext request) {
        Scope scope = params.scope(caller);
        Period period = params.period(clock);
        return answers.value(
                caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.dashboard(scope, period, TOP));
    }

    /** At which hours of the week posts were matched. */
    @GET
    @Path("/hours")
    @AnswersWith(Hours.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response hours(
            @Auth Caller caller, @Valid @BeanParam ScopeParams params, @Context ContainerRequestContext request) {
        Scope scope = params.scope(caller);
        Period period = params.period(clock);
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.hours(scope, period));
    }

    /** How long it took from a post to the copy of a draft. */
    @GET
    @Path("/copy-times")
    @AnswersWith(CopyTimes.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response copyTimes(
            @Auth Caller caller, @Valid @BeanParam ScopeParams params, @Context ContainerRequestContext request) {
        Scope scope = params.scope(caller);
        Period period = params.period(clock);
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.copyTimes(scope, period));
    }

    /**
     * Puts the last weeks that are over each beside the one before it, with how much of the change may be chance.
     *
     * @param clientId one client; for administrators, who otherwise get everybody's
     * @param weeks how many
     */
    @GET
    @Path("/weeks")
    @AnswersWith(Weeks.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response weeks(
            @Auth Caller caller,
            @QueryParam("client_id") @Positive Long clientId,
            @QueryParam("weeks") @DefaultValue(STANDARD_WEEKS) @Min(1) @Max(MOST_WEEKS) int weeks,
            @Context ContainerRequestContext request) {
        Tenant tenant = caller.tenant(clientId);
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.weeks(tenant, weeks));
    }

    /**
     * Puts the last days beside as many before them.
     *
     * @param clientId one client; for administrators, who otherwise get everybody's
     * @param days how many
     */
    @GET
    @Path("/trends")
    @AnswersWith(Analytics.Trends.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response trends(
            @Auth Caller caller,
            @QueryParam("client_id") @Positive Long clientId,
            @QueryParam("days") @DefaultValue("30") @Min(1) @Max(MOST_TREND_DAYS) int days,
            @Context ContainerRequestContext request) {
        Tenant tenant = caller.tenant(clientId);
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.trends(tenant, days));
    }

    /** What happened on each day that is over, whatever became of it later. */
    @GET
    @Path("/daily")
    @AnswersWith(Analytics.Daily.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response daily(
            @Auth Caller caller, @Valid @BeanParam PeriodParams params, @Context ContainerRequestContext request) {
        Tenant tenant = params.tenant(caller);
        Period period = params.period(clock);
        return answers.value(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics.daily(tenant, period));
    }

    /**
     * Ranks keywords by the posts that they matched.
     *
     * @param limit how many keywords at most
     */
    @GET
    @Path("/keywords")
    @AnswersWith(value = Ranked.Keyword.class, list = true, dated = true)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response keywords(
            @Auth Caller caller,
            @Valid @BeanParam ScopeParams params,
            @QueryParam("limit") @DefaultValue(STANDARD_RANKS) @Min(1) @Max(MOST_RANKS) int limit,
            @Context ContainerRequestContext request) {
        Scope scope = params.scope(caller);
        Period period = params.period(clock);
        return answers.dated(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics
                .keywords(scope, period, limit)
                .map(ranks -> ranks.stream().map(Ranked::asKeyword).toList()));
    }

    /**
     * Ranks subreddits by the posts that were matched in them.
     *
     * @param limit how many subreddits at most
     */
    @GET
    @Path("/subreddits")
    @AnswersWith(value = Ranked.Subreddit.class, list = true, dated = true)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response subreddits(
            @Auth Caller caller,
            @Valid @BeanParam ScopeParams params,
            @QueryParam("limit") @DefaultValue(STANDARD_RANKS) @Min(1) @Max(MOST_RANKS) int limit,
            @Context ContainerRequestContext request) {
        Scope scope = params.scope(caller);
        Period period = params.period(clock);
        return answers.dated(caller.tenant(), AnswerKind.ANALYTICS, request, () -> analytics
                .subreddits(scope, period, limit)
                .map(ranks -> ranks.stream().map(Ranked::asSubreddit).toList()));
    }

    /** The posts of a period with the best of their drafts, as a table. */
    @GET
    @Path("/export.csv")
    @Produces("text/csv")
    @AnswersWith(String.class)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response export(@Auth Caller caller, @Valid @BeanParam ScopeParams params) {
        return export.answer(params.scope(caller), params.period(clock));
    }

    /** Stores an event of the caller's own, for counting. */
    @POST
    @Path("/events")
    @Consumes(MediaType.APPLICATION_JSON)
    @AnswersWith(value = Recorded.class, status = 201)
    @MayRefuse(status = 404, because = "There is no such client, or none that the caller may know of.")
    public Response record(@Auth Caller caller, @Valid @NotNull NewEvent wanted) {
        long client = caller.isAdmin()
                ? Optional.ofNullable(wanted.clientId())
                        .orElseThrow(
                                () -> ProblemException.invalid("client_id", "is needed: say which client it is for"))
                : caller.tenant(wanted.clientId()).clientId();
        AnalyticsEvent event = new AnalyticsEvent(client, wanted.eventType(), wanted.givenData());
        transactions.change(Tenant.of(client), session -> {
            if (clients.find(session, client).isEmpty()) {
                throw ProblemException.invalid("client_id", "names no client");
            }
            events.record(session, event);
        });
        return Response.status(Response.Status.CREATED)
                .entity(new Recorded(client, event.type(), event.data()))
                .build();
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
