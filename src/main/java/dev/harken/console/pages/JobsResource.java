package dev.harken.console.pages;

import dev.harken.database.Tenant;
import dev.harken.monitoring.JobBoard;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.time.Clock;
import java.time.Instant;

/** {@code /console/jobs}: how fresh each subreddit is, and each config's scan. */
@Path("jobs")
@Produces(Page.HTML)
public final class JobsResource {
    private final Pages pages;
    private final JobBoard board;
    private final boolean enabled;
    private final Clock clock;

    JobsResource(Pages pages, JobBoard board, boolean enabled, Clock clock) {
        this.pages = pages;
        this.board = board;
        this.enabled = enabled;
        this.clock = clock;
    }

    @GET
    public Page jobs(@Context HttpServletRequest request) {
        return pages.page(request, "jobs", "Jobs", new Job(board.jobs(Tenant.EVERY), enabled, clock.instant()));
    }

    /**
     * What the page shows.
     *
     * @param enabled whether this process scans
     */
    public record Job(JobBoard.Jobs jobs, boolean enabled, Instant now) {}
}
