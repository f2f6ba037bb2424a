package dev.harken.health;

import dev.harken.auth.Open;
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
import java.util.Map;

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

    @GET
    public Response health() {
        return answer(true, new Overview("healthy", clock.instant(), version(), environment, "harken"));
    }

    /** Whether the process itself works; says nothing of what it depends on. */
    @GET
    @Path("/live")
    public Response live() {
        boolean alive = scheduled
                .healthStateView("deadlocks")
                .map(HealthStateView::isHealthy)
                .orElse(true);
        return answer(alive, Map.of("status", alive ? "alive" : "not_alive", "timestamp", clock.instant()));
    }

    @GET
    @Path("/ready")
    public Response ready() {
        HealthReport.Readiness readiness = report.readiness();
        return answer(readiness.isReady(), readiness);
    }

    @GET
    @Path("/detailed")
    public Response detailed() {
        HealthReport.Detailed detailed = report.detailed();
        return answer(!detailed.overallStatus().equals("unhealthy"), detailed);
    }

    @GET
    @Path("/database/pool")
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

    /** {@code GET /health}. */
    record Overview(String status, Instant timestamp, String version, String environment, String service) {}
}
