package dev.harken.dashboard.figures;

import dev.harken.analytics.Analytics;
import dev.harken.analytics.Export;
import dev.harken.analytics.Period;
import dev.harken.analytics.Scope;
import dev.harken.auth.Caller;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.dashboard.pages.Page;
import dev.harken.dashboard.pages.Pages;
import dev.harken.database.Transactions;
import dev.harken.http.ProblemException;
import dev.harken.http.browser.ForBrowsers;
import io.dropwizard.auth.Auth;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/** {@code /analytics}: the numbers of {@code /api/analytics} as a page, and the export for whoever has a session. */
@ForBrowsers
@Path("/analytics")
@Produces(Pages.HTML)
public final class FiguresResource {
    private static final int MOST_CHOICES = 200;
    private static final int TOP = 20;
    private static final int WEEKS = 8;

    private final Pages pages;
    private final Analytics analytics;
    private final Export export;
    private final Transactions transactions;
    private final ConfigDao configs;
    private final ClientDao clients;
    private final Clock clock;

    public FiguresResource(
            Pages pages,
            Analytics analytics,
            Export export,
            Transactions transactions,
            ConfigDao configs,
            ClientDao clients,
            Clock clock) {
        this.pages = pages;
        this.analytics = analytics;
        this.export = export;
        this.transactions = transactions;
        this.configs = configs;
        this.clients = clients;
        this.clock = clock;
    }

    @GET
    public Page show(@Auth Caller caller, @Valid @BeanParam FiguresParams params, @Context UriInfo uri) {
        Scope scope = params.scope(caller);
        Period period = params.period(clock);
        Choices choices = choices(caller, params);
        Figures figures = new Figures(
                analytics.dashboard(scope, period, TOP),
                analytics.weeks(scope.tenant(), WEEKS),
                analytics.copyTimes(scope, period),
                Heat.of(analytics.hours(scope, period)),
                Filters.of(uri.getQueryParameters(), period, params.isUntilToday()),
                choices.clients(),
                choices.configs(),
                new Say());
        return pages.page(uri, caller, "analytics", "Analytics", figures);
    }

    /** The same file as the API's. */
    @GET
    @Path("/export.csv")
    @Produces("text/csv")
    public Response export(@Auth Caller caller, @Valid @BeanParam FiguresParams params) {
        return export.answer(params.scope(caller), params.period(clock));
    }

    private Choices choices(Caller caller, FiguresParams params) {
        long client = params.clientId().orElse(0L);
        return transactions.read(caller.tenant(), session -> {
            List<ClientConfig> shown = configs.all(session, client, MOST_CHOICES);
            // One that is not among the first many can be asked for as well.
            List<ClientConfig> asked = params.configId().stream()
                    .filter(id -> shown.stream().noneMatch(config -> config.id() == id))
                    .map(id -> configs.find(session, id).orElseThrow(() -> ProblemException.notFound("config", id)))
                    .toList();
            return new Choices(
                    caller.isAdmin()
                            ? clients.named(session, MOST_CHOICES).stream()
                                    .map(each -> new Choice(each.id(), each.name()))
                                    .toList()
                            : List.of(),
                    Stream.concat(asked.stream(), shown.stream())
                            .map(config -> Choice.of(config, caller.isAdmin()))
                            .toList());
        });
    }

    private record Choices(List<Choice> clients, List<Choice> configs) {}
}
