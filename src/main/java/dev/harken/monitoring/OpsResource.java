package dev.harken.monitoring;

import dev.harken.auth.Caller;
import dev.harken.auth.Role;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ScanTrigger;
import dev.harken.http.AnswersWith;
import dev.harken.http.MayRefuse;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Positive;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** {@code /api/ops}: the job, and running it by hand. */
@Path("/api/ops")
@Produces(MediaType.APPLICATION_JSON)
public final class OpsResource {
    private final ScanTrigger scans;
    private final JobBoard board;

    OpsResource(ScanTrigger scans, JobBoard board) {
        this.scans = scans;
        this.board = board;
    }

    /**
     * The job now: what Reddit's rate budget has left, since when what is kept was checked, how far each subreddit is
     * known, and each config's last scan; at most 200 of each.
     *
     * @param clientId whose subreddits and scans; everybody's without
     */
    @GET
    @Path("/jobs")
    @RolesAllowed(Role.ADMIN_NAME)
    public JobBoard.Jobs jobs(@Auth Caller caller, @QueryParam("client_id") @Positive Long clientId) {
        return board.jobs(caller.tenant(clientId));
    }

    /**
     * Starts the scans of a client's active configs, 200 at most: first those whose last scan is longest ago, so that
     * the next call starts the others.
     *
     * @param clientId one client; for administrators, who otherwise start everybody's
     */
    @POST
    @Path("/scan")
    @AnswersWith(value = Scans.class, status = 202)
    @MayRefuse(status = 404, because = "The caller may not know of such a client.")
    public Response scan(@Auth Caller caller, @QueryParam("client_id") @Positive Long clientId) {
        List<Started> started = scans.scanSoon(caller.tenant(clientId)).stream()
                .map(Started::of)
                .toList();
        return Response.accepted(new Scans("started", started, 0, 0)).build();
    }

    /** A scan that was started. */
    record Started(long configId, long clientId) {
        static Started of(ClientConfig config) {
            return new Started(config.id(), config.clientId());
        }
    }

    /**
     * What was started. Scans go on after the answer, so the old system's two counts say what is done by now: nothing.
     */
    record Scans(String status, List<Started> scans, int createdPosts, int createdResponses) {}
}
