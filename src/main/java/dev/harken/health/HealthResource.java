package dev.harken.health;

import dev.harken.auth.Open;
import dev.harken.http.AnswersWith;
import io.dropwizard.health.HealthStateAggregator;
import io.dropwizard.health.HealthStateView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;

/** {@code /health}, and the same under {@code /api/health}, where the old system's monitors look. */
@Open
@Path("/{where: (api/)?health}")
@Produces(MediaType.APPLICATION_JSON)
public final class HealthResource {
    private final HealthReport report;
    private final HealthStateAggregator scheduled;
    private final String environment;
    private final Clock clock;

    HealthResource(HealthReport report, HealthStateAggregator scheduled, String environment, Clock clock) {
        this.report = report;
        this.scheduled = scheduled;
        this.environment = environment;
        this.clock = clock;
    }

    /** Says that the service answers. */
    @GET
    @AnswersWith(Overview.class)
    public Response health() {
        return answer(true, new Overview("healthy", clock.instant(), version(), environment, "harken"));
    }

    /** Whether the process itself works; says nothing of what it depends on. */
    @GET
    @Path("/live")
    @AnswersWith(Liveness.class)
    @AnswersWith(value = Liveness.class, status = 503, because = "It has to be started anew.")
    public Response live() {
        boolean alive = scheduled
                .healthStateView("deadlocks")
                .map(HealthStateView::isHealthy)
                .orElse(true);
        return answer(alive, new Liveness(alive ? "alive" : "not_alive", clock.instant()));
    }

    /** Says whether the service can do its work. */
    @GET
    @Path("/ready")
    @AnswersWith(HealthReport.Readiness.class)
    @AnswersWith(value = HealthReport.Readiness.class, status = 503, because = "It cannot do its work.")
    public Response ready() {
        HealthReport.Readiness readiness = report.readiness();
        return answer(readiness.isReady(), readiness);
    }

    /** Says how each part is doing, with counts of what is stored. */
    @GET
    @Path("/detailed")
    @AnswersWith(HealthReport.Detailed.class)
    @AnswersWith(value = HealthReport.Detailed.class, status = 503, because = "It cannot do its work.")
    public Response detailed() {
        HealthReport.Detailed detailed = report.detailed();
        return answer(!detailed.overallStatus().equals("unhealthy"), detailed);
    }

    /** Says how much of the pool of database connections is in use, and what to do about it. */
    @GET
    @Path("/database/pool")
    @AnswersWith(HealthReport.PoolReport.class)
    @AnswersWith(value = HealthReport.PoolReport.class, status = 503, because = "It cannot do its work.")
    public Response pool() {
        HealthReport.PoolReport pool = report.poolReport();
        return answer(!pool.status().equals("unhealthy"), pool);
    }

    private static Response answer(boolean fine, Object body) {
        CacheControl never = new CacheControl();
        never.setNoStore(true);
        return Response.status(fine ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
                .entity(body)
                .cacheControl(never)
                .build();
    }

    private static String version() {
        String version = HealthResource.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** What {@code GET /health/live} answers. */
    record Liveness(String status, Instant timestamp) {}

    /** {@code GET /health}. */
    record Overview(String status, Instant timestamp, String version, String environment, String service) {}
}
