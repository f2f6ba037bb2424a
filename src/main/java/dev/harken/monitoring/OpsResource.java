package dev.harken.monitoring;

import dev.harken.auth.Caller;
import dev.harken.auth.Role;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ScanTrigger;
import dev.harken.database.Transactions;
import dev.harken.http.AnswersWith;
import io.dropwizard.auth.Auth;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** {@code /api/ops}: the job, and running it by hand. */
@Path("/api/ops")
@Produces(MediaType.APPLICATION_JSON)
public final class OpsResource {
    private static final int MOST_SCANS = 200;

    private final Transactions transactions;
    private final ConfigDao configs;
    private final ScanTrigger scans;
    private final JobBoard board;

    OpsResource(Transactions transactions, ConfigDao configs, ScanTrigger scans, JobBoard board) {
        this.transactions = transactions;
        this.configs = configs;
        this.scans = scans;
        this.board = board;
    }

    /**
     * The job now: what Reddit's rate budget has left, since when what is kept was checked, how far each subreddit is
     * known, and each config's last scan; at most 200 of each.
     */
    @GET
    @Path("/jobs")
    @RolesAllowed(Role.ADMIN_NAME)
    public JobBoard.Jobs jobs() {
        return board.jobs();
    }

    /** Starts a scan of each active config of the caller, of all clients for an administrator, 200 at most. */
    @POST
    @Path("/scan")
    @AnswersWith(value = Scans.class, status = 202)
    public Response scan(@Auth Caller caller) {
        List<Started> started =
                transactions.read(caller.tenant(), session -> configs.active(session, MOST_SCANS).stream()
                        .map(Started::of)
                        .toList());
        started.forEach(scan -> scans.scanSoon(scan.configId()));
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
