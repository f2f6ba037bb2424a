package dev.harken.console.pages;

import dev.harken.database.Latencies;
import dev.harken.database.LatencyWindow.Latency;
import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.TopStatements;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.List;
import java.util.Optional;

/** {@code /console/queries}: what costs time, as PostgreSQL counts it and as this process sees it. */
@Path("queries")
@Produces(Page.HTML)
public final class QueriesResource {
    private static final int MOST = 50;

    private final Pages pages;
    private final Examinations examinations;
    private final Latencies statements;
    private final Latencies requests;

    QueriesResource(Pages pages, Examinations examinations, Latencies statements, Latencies requests) {
        this.pages = pages;
        this.examinations = examinations;
        this.statements = statements;
        this.requests = requests;
    }

    @GET
    public Page queries(@Context HttpServletRequest request) {
        Optional<Examination> examination = Examined.latest(examinations);
        Queries queries = new Queries(
                Examined.of(examination, TopStatements.Statements.class),
                examination
                        .flatMap(seen -> seen.seen(TopStatements.Statements.class))
                        .orElse(null),
                statements.all(),
                statements.byName().stream().limit(MOST).toList(),
                requests.all(),
                requests.byName().stream().limit(MOST).toList());
        return pages.page(request, "queries", "Queries", queries);
    }

    /**
     * What the page shows.
     *
     * @param top null when it is not known
     */
    public record Queries(
            Examined examined,
            TopStatements.Statements top,
            Latency allStatements,
            List<Latencies.Named> statements,
            Latency allRequests,
            List<Latencies.Named> requests) {}
}
