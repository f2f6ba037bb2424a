package dev.harken.console.pages;

import dev.harken.health.HealthHistory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.List;

/** {@code /console/health}: the health checks, now and before. */
@Path("health")
@Produces(Page.HTML)
public final class ChecksResource {
    private final Pages pages;
    private final HealthHistory history;

    ChecksResource(Pages pages, HealthHistory history) {
        this.pages = pages;
        this.history = history;
    }

    @GET
    public Page checks(@Context HttpServletRequest request) {
        return pages.page(request, "health", "Health checks", new Checks(history.checks()));
    }

    /** What the page shows. */
    public record Checks(List<HealthHistory.CheckHistory> checks) {}
}
