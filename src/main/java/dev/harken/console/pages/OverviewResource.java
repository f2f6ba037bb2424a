package dev.harken.console.pages;

import dev.harken.console.pages.Chart.Range;
import dev.harken.database.Database;
import dev.harken.database.Level;
import dev.harken.database.PoolSnapshot;
import dev.harken.database.ServerFacts;
import dev.harken.database.alerts.Alert;
import dev.harken.database.alerts.AlertRule;
import dev.harken.database.alerts.AlertsBundle.Alerts;
import dev.harken.database.alerts.HarkenProcess;
import dev.harken.database.alerts.Reading;
import dev.harken.database.alerts.Signal;
import dev.harken.database.alerts.SignalBoard;
import dev.harken.database.alerts.SignalBoard.SignalState;
import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.monitoring.JobBoard;
import dev.harken.monitoring.JobBoard.Subreddit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /}: how it stands, and what to do. */
@Path("/")
@Produces(Page.HTML)
public final class OverviewResource {
    private static final Logger LOG = LoggerFactory.getLogger(OverviewResource.class);
    private static final int MOST_ENDED = 20;
    private static final int MOST_NAMED = 10;

    private final Pages pages;
    private final Database database;
    private final Alerts alerts;
    private final Examinations examinations;
    private final JobBoard jobs;
    private final Clock clock;

    OverviewResource(
            Pages pages, Database database, Alerts alerts, Examinations examinations, JobBoard jobs, Clock clock) {
        this.pages = pages;
        this.database = database;
        this.alerts = alerts;
        this.examinations = examinations;
        this.jobs = jobs;
        this.clock = clock;
    }

    @GET
    public Page overview(@Context HttpServletRequest request, @QueryParam("range") String label) {
        Range range = Range.of(label);
        Optional<Examination> examination = Examined.latest(examinations);
        List<Alert> all = alerts.all();
        Optional<List<Chart>> charts = charts(range);
        Overview overview = new Overview(
                database.pool().snapshot(),
                alerts.board().states().stream().map(this::signalNow).toList(),
                all.stream().filter(Alert::isActive).toList(),
                all.stream()
                        .filter(alert -> !alert.isActive())
                        .limit(MOST_ENDED)
                        .toList(),
                freshness().orElse(null),
                database.advisor().advise(),
                Examined.all(examination),
                alerts.publisher().processes(),
                database.server().latest().orElse(null),
                database.host().memoryBytes(),
                charts.orElse(List.of()),
                charts.isPresent(),
                window(range),
                Arrays.stream(Range.values()).map(this::window).toList());
        return pages.page(request, "overview", "Overview", overview);
    }

    private SignalNow signalNow(SignalState state) {
        Optional<AlertRule> rule = alerts.board().rule(state.signal());
        Reading latest = state.latest();
        return new SignalNow(
                state,
                rule.orElse(null),
                rule.map(known -> latest.isMeasured()
                                ? known.level(latest.value()).label()
                                : "unknown")
                        .orElse(""),
                state.level() == Level.HEALTHY ? "" : state.level().label());
    }

    private Window window(Range range) {
        return new Window(
                range.label(),
                range.title(),
                range.back().toSeconds(),
                clock.instant().getEpochSecond(),
                range == Range.HOUR);
    }

    /** Empty when the database does not tell. */
    private Optional<Freshness> freshness() {
        List<Subreddit> subreddits;
        try {
            subreddits = jobs.subreddits();
        } catch (JdbiException e) {
            LOG.warn("freshness not read: reason={}", e.getMessage());
            return Optional.empty();
        }
        Instant now = clock.instant();
        return Optional.of(new Freshness(
                subreddits.stream()
                        .collect(Collectors.groupingBy(
                                subreddit -> subreddit.standing(now), TreeMap::new, Collectors.counting())),
                subreddits.stream()
                        .filter(subreddit -> subreddit.needsAttention(now))
                        .map(Subreddit::name)
                        .limit(MOST_NAMED)
                        .toList()));
    }

    /** Empty when the database, which has those of more than an hour, does not answer. */
    private Optional<List<Chart>> charts(Range range) {
        List<SignalBoard.Point> points;
        try {
            points = range == Range.HOUR
                    ? alerts.board().thinned(range.back(), range.step())
                    : alerts.publisher().history(charted(), range.back(), range.step());
        } catch (JdbiException e) {
            LOG.warn("signal history not read: reason={}", e.getMessage());
            return Optional.empty();
        }
        return Optional.of(List.of(
                Chart.of("pool", "Pool utilization", List.of(Signal.POOL_UTILIZATION), points),
                Chart.of("waiters", "Callers that wait for a connection", List.of(Signal.POOL_WAITERS), points),
                Chart.of(
                        "statements",
                        "Statement time",
                        List.of(Signal.STATEMENT_P50, Signal.STATEMENT_P95, Signal.STATEMENT_P99),
                        points),
                Chart.of("requests", "Request rate", List.of(Signal.REQUEST_RATE), points),
                Chart.of("request-time", "Request time", List.of(Signal.REQUEST_P95), points),
                Chart.of(
                        "machine",
                        "Machine",
                        List.of(Signal.DATABASE_CPU, Signal.HOST_MEMORY, Signal.HEAP_MEMORY, Signal.DISK),
                        points),
                Chart.of("job", "Job lag", List.of(Signal.JOB_LAG), points)));
    }

    private static Collection<Signal> charted() {
        return List.of(Signal.values());
    }

    /**
     * What the page shows.
     *
     * @param freshness null when the database does not tell
     * @param server null when it is not known
     * @param history whether the charts could be read
     */
    public record Overview(
            PoolSnapshot pool,
            List<SignalNow> signals,
            List<Alert> active,
            List<Alert> ended,
            Freshness freshness,
            List<String> advice,
            Examined examined,
            List<HarkenProcess.Seen> processes,
            ServerFacts server,
            long hostMemoryBytes,
            List<Chart> charts,
            boolean history,
            Window window,
            List<Window> windows) {}

    /**
     * How fresh the subreddits are.
     *
     * @param counts how many there are of each freshness, by its label
     * @param named some that are late, failing or not planned
     */
    public record Freshness(Map<String, Long> counts, List<String> named) {}

    /**
     * A signal, its rule, and what it means now.
     *
     * @param rule null for a signal that is only shown
     * @param level of the value as it is now; empty without a rule
     * @param alert the level that lasts; empty when none does
     */
    public record SignalNow(SignalState state, AlertRule rule, String level, String alert) {}

    /**
     * How far back the charts show.
     *
     * @param until the end, in seconds since 1970
     * @param own whether they show this process only, not all
     */
    public record Window(String label, String title, long backSeconds, long until, boolean own) {}
}
