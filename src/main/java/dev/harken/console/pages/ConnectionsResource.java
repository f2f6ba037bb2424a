package dev.harken.console.pages;

import dev.harken.database.Database;
import dev.harken.database.Lease;
import dev.harken.database.PoolSnapshot;
import dev.harken.database.Waiters.Waiter;
import dev.harken.database.alerts.AlertsBundle.Alerts;
import dev.harken.database.alerts.HarkenProcess;
import dev.harken.database.insight.ConnectionShare;
import dev.harken.database.insight.Examination;
import dev.harken.database.insight.Examinations;
import dev.harken.database.insight.Replication;
import dev.harken.database.insight.Sessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** {@code /console/connections}: who holds and who waits for the pool's connections, and what the server's sessions do. */
@Path("connections")
@Produces(Page.HTML)
public final class ConnectionsResource {
    private static final int MOST = 100;

    private final Pages pages;
    private final Database database;
    private final Alerts alerts;
    private final Examinations examinations;

    ConnectionsResource(Pages pages, Database database, Alerts alerts, Examinations examinations) {
        this.pages = pages;
        this.database = database;
        this.alerts = alerts;
        this.examinations = examinations;
    }

    @GET
    public Page connections(@Context HttpServletRequest request) {
        Optional<Examination> examination = Examined.latest(examinations);
        List<Lease> leases = database.pool().leases().open().stream()
                .sorted(Comparator.comparing(Lease::since))
                .toList();
        Connections connections = new Connections(
                Examined.of(
                        examination,
                        Sessions.Activity.class,
                        ConnectionShare.Connections.class,
                        Replication.State.class),
                database.pool().snapshot(),
                leases,
                database.pool().waiters().waiting().stream().limit(MOST).toList(),
                alerts.publisher().processes(),
                examination.flatMap(seen -> seen.seen(Sessions.Activity.class)).orElse(null),
                examination
                        .flatMap(seen -> seen.seen(ConnectionShare.Connections.class))
                        .orElse(null),
                examination.flatMap(seen -> seen.seen(Replication.State.class)).orElse(null));
        return pages.page(request, "connections", "Connections", connections);
    }

    /** What the page shows; what is not known is null. */
    public record Connections(
            Examined examined,
            PoolSnapshot pool,
            List<Lease> leases,
            List<Waiter> waiters,
            List<HarkenProcess.Seen> processes,
            Sessions.Activity sessions,
            ConnectionShare.Connections share,
            Replication.State replication) {}
}
