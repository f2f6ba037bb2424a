package dev.harken.monitoring;

import dev.harken.auth.Caller;
import dev.harken.configs.ClientConfig;
import dev.harken.configs.ConfigDao;
import dev.harken.configs.ScanTrigger;
import dev.harken.database.Transactions;
import io.dropwizard.auth.Auth;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** {@code /api/ops}: running the job by hand. */
@Path("/api/ops")
@Produces(MediaType.APPLICATION_JSON)
public final class OpsResource {
    private static final int MOST_SCANS = 200;

    private final Transactions transactions;
    private final ConfigDao configs;
    private final ScanTrigger scans;

    OpsResource(Transactions transactions, ConfigDao configs, ScanTrigger scans) {
        this.transactions = transactions;
        this.configs = configs;
        this.scans = scans;
    }

    /** Starts a scan of each active config of the caller, of all clients for an administrator, 200 at most. */
    @POST
    @Path("/scan")
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
