package dev.harken.configs;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.cache.AnswerKind;
import dev.harken.clients.ClientDao;
import dev.harken.clients.ClientView;
import dev.harken.database.Transactions;
import dev.harken.http.Answers;
import dev.harken.http.PageParams;
import dev.harken.http.ProblemException;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.FeedPositionDao;
import io.dropwizard.auth.Auth;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import org.hibernate.Session;

/** {@code /api/configs}: what Harken listens for. */
@Path("/api/configs")
@Produces(MediaType.APPLICATION_JSON)
public final class ConfigsResource {
    private final Answers answers;
    private final Transactions transactions;
    private final ConfigDao configs;
    private final ClientDao clients;
    private final FeedPositionDao positions;
    private final AuditDao audit;
    private final ScanTrigger scans;
    private final MatchPreview preview;
    private final Clock clock;

    public ConfigsResource(
            Answers answers,
            Transactions transactions,
            ConfigDao configs,
            ClientDao clients,
            FeedPositionDao positions,
            AuditDao audit,
            ScanTrigger scans,
            MatchPreview preview,
            Clock clock) {
        this.answers = answers;
        this.transactions = transactions;
        this.configs = configs;
        this.clients = clients;
        this.positions = positions;
        this.audit = audit;
        this.scans = scans;
        this.preview = preview;
        this.clock = clock;
    }

    @GET
    public Response list(
            @Auth Caller caller, @Valid @BeanParam PageParams page, @Context ContainerRequestContext request) {
        return answers.page(
                caller.tenant(),
                AnswerKind.SETTINGS,
                request,
                () -> transactions.read(caller.tenant(), session -> configs.page(session, page.toRequest(true))
                        .map(ConfigsResource::view)));
    }

    @GET
    @Path("/{id}")
    public ConfigView get(@Auth Caller caller, @PathParam("id") long id) {
        return transactions.read(caller.tenant(), session -> view(find(session, id)));
    }

    /** What a config would have matched among the posts of the last week; nothing is stored. */
    @POST
    @Path("/preview")
    @Consumes(MediaType.APPLICATION_JSON)
    public Preview preview(@Auth Caller caller, @Valid @NotNull ConfigChange wanted) {
        wanted.checkedWhole();
        return preview.preview(
                Feed.names(wanted.subredditNames(), wanted.includesComments()),
                wanted.compiledKeywords(),
                wanted.filter());
    }

    /** Stores a config and starts its first scan. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@Auth Caller caller, @Valid @NotNull ConfigChange wanted) {
        wanted.checkedWhole();
        long clientId = caller.clientFor(wanted.clientId());
        ConfigView created = transactions.write(caller.tenant(), session -> {
            ClientView client = clients.find(session, clientId)
                    .map(ClientView::of)
                    .orElseThrow(() -> ProblemException.invalid("client_id", "names no client"));
            ClientConfig config = configs.create(session, clientId, wanted);
            audit.record(session, AuditRecord.by(caller, clientId, "config.created", "config", config.id()));
            return ConfigView.of(config, client);
        });
        if (created.isActive()) {
            scans.scanSoon(created.id());
        }
        return Response.status(Response.Status.CREATED).entity(created).build();
    }

    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public ConfigView change(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ConfigChange wanted) {
        wanted.checked();
        ConfigView changed = transactions.write(caller.tenant(), session -> {
            ClientConfig config = find(session, id);
            if (wanted.clientId() != null && wanted.clientId() != config.clientId()) {
                throw ProblemException.invalid("client_id", "cannot be changed");
            }
            config.apply(wanted, clock.instant());
            if (wanted.changesWhatIsFound()) {
                positions.reset(session, id);
            }
            audit.record(session, AuditRecord.by(caller, config.clientId(), "config.changed", "config", id));
            return view(config);
        });
        if (changed.isActive()) {
            scans.scanSoon(id);
        }
        return changed;
    }

    /** Deletes a config; the posts it found stay. */
    @DELETE
    @Path("/{id}")
    public void delete(@Auth Caller caller, @PathParam("id") long id) {
        transactions.change(caller.tenant(), session -> {
            ClientConfig config = find(session, id);
            configs.delete(session, config);
            audit.record(session, AuditRecord.by(caller, config.clientId(), "config.deleted", "config", id));
        });
    }

    private ClientConfig find(Session session, long id) {
        return configs.find(session, id).orElseThrow(() -> ProblemException.notFound("config", id));
    }

    private static ConfigView view(ClientConfig config) {
        return ConfigView.of(config, ClientView.of(config.client()));
    }
}
