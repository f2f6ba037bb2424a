package dev.harken.monitoring.notify;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.clients.ClientDao;
import dev.harken.database.Transactions;
import dev.harken.http.Page;
import dev.harken.http.PageParams;
import dev.harken.http.ProblemException;
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
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.Session;

/** {@code /api/notifications}: where clients are told of their posts, and how that went. */
@Path("/api/notifications")
@Produces(MediaType.APPLICATION_JSON)
public final class ChannelsResource {
    private static final int MOST_CHANNELS = 20;
    private static final int MOST_TESTS = 20;
    private static final Duration TESTS_COUNT_FOR = Duration.ofHours(1);

    private final Transactions transactions;
    private final ChannelDao channels;
    private final OutboxDao outbox;
    private final ClientDao clients;
    private final AuditDao audit;
    private final HookAddresses hooks;
    private final boolean canMail;
    private final Clock clock;
    private final SendLimiter limiter = new SendLimiter();

    ChannelsResource(
            Transactions transactions,
            ChannelDao channels,
            OutboxDao outbox,
            ClientDao clients,
            AuditDao audit,
            HookAddresses hooks,
            boolean canMail,
            Clock clock) {
        this.transactions = transactions;
        this.channels = channels;
        this.outbox = outbox;
        this.clients = clients;
        this.audit = audit;
        this.hooks = hooks;
        this.canMail = canMail;
        this.clock = clock;
    }

    @GET
    @Path("/channels")
    public Response list(@Auth Caller caller, @Valid @BeanParam PageParams page, @Context UriInfo request) {
        return transactions
                .read(caller.tenant(), session -> channels.page(session, page.toRequest(true))
                        .map(ChannelView::of))
                .toResponse(request);
    }

    @GET
    @Path("/channels/{id}")
    public ChannelView get(@Auth Caller caller, @PathParam("id") long id) {
        return transactions.read(caller.tenant(), session -> ChannelView.of(find(session, id)));
    }

    /** Stores a channel. A secret that Harken makes for it is in this answer and in no other. */
    @POST
    @Path("/channels")
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(@Auth Caller caller, @Valid @NotNull ChannelChange wanted) {
        wanted.checkNew(hooks, canMail);
        long clientId = caller.clientFor(wanted.clientId());
        Optional<Secrets.Made> made = Secrets.make(wanted.kind());
        ChannelView created = transactions.write(caller.tenant(), session -> {
            if (clients.find(session, clientId).isEmpty()) {
                throw ProblemException.invalid("client_id", "names no client");
            }
            // Others who would add one wait.
            clients.lock(session, clientId);
            if (channels.count(session, clientId) >= MOST_CHANNELS) {
                throw ProblemException.invalid("client_id", "has " + MOST_CHANNELS + " channels, which is the most");
            }
            Channel channel = channels.create(session, clientId, wanted, made);
            audit.record(session, AuditRecord.by(caller, clientId, "channel.created", "channel", channel.id()));
            return ChannelView.of(channel, made);
        });
        return unkept(Response.status(Response.Status.CREATED).entity(created));
    }

    @PUT
    @Path("/channels/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public ChannelView change(@Auth Caller caller, @PathParam("id") long id, @Valid @NotNull ChannelChange wanted) {
        return transactions.write(caller.tenant(), session -> {
            Channel channel = find(session, id);
            if (wanted.clientId() != null && wanted.clientId() != channel.clientId()) {
                throw ProblemException.invalid("client_id", "cannot be changed");
            }
            if (wanted.kind() != null && wanted.kind() != channel.kind()) {
                throw ProblemException.invalid("kind", "cannot be changed: make another channel");
            }
            wanted.checkAddress(channel.kind(), hooks);
            wanted.checkReport(channel.kind());
            channel.apply(wanted, clock.instant());
            audit.record(session, AuditRecord.by(caller, channel.clientId(), "channel.changed", "channel", id));
            return ChannelView.of(channel);
        });
    }

    /** Deletes a channel, with what still waits for it and its history. */
    @DELETE
    @Path("/channels/{id}")
    public void delete(@Auth Caller caller, @PathParam("id") long id) {
        transactions.change(caller.tenant(), session -> {
            Channel channel = find(session, id);
            channels.delete(session, channel);
            audit.record(session, AuditRecord.by(caller, channel.clientId(), "channel.deleted", "channel", id));
        });
    }

    /** Sends a test through the channel, as soon as everything else. */
    @POST
    @Path("/channels/{id}/test")
    public Response test(@Auth Caller caller, @PathParam("id") long id) {
        DeliveryView queued = transactions.write(caller.tenant(), session -> {
            Channel channel = find(session, id);
            if (channel.kind() == ChannelKind.FEED) {
                throw ProblemException.invalid("kind", "is feed, which nothing is sent to: read it at its address");
            }
            checkActive(channel);
            limiter.check(channel.clientId());
            if (outbox.tests(session, id, clock.instant().minus(TESTS_COUNT_FOR)) >= MOST_TESTS) {
                throw ProblemException.tooMany(
                        "This channel had " + MOST_TESTS + " tests within an hour, which is the most.",
                        (int) TESTS_COUNT_FOR.toSeconds());
            }
            long delivery = outbox.enqueueTest(session, channel);
            audit.record(session, AuditRecord.by(caller, channel.clientId(), "channel.tested", "channel", id));
            return DeliveryView.of(outbox.find(session, delivery).orElseThrow());
        });
        return Response.accepted(queued).build();
    }

    /** Replaces the channel's secret, or a feed's address; the one before is worth nothing from now on. */
    @POST
    @Path("/channels/{id}/secret")
    public Response rotate(@Auth Caller caller, @PathParam("id") long id) {
        ChannelView changed = transactions.write(caller.tenant(), session -> {
            Channel channel = find(session, id);
            Secrets.Made made = Secrets.make(channel.kind())
                    .orElseThrow(() -> ProblemException.invalid(
                            "kind", "is " + channel.kind().label() + ", which has nothing of the sort"));
            channel.trust(made, clock.instant());
            audit.record(session, AuditRecord.by(caller, channel.clientId(), "channel.rotated", "channel", id));
            return ChannelView.of(channel, Optional.of(made));
        });
        return unkept(Response.ok(changed));
    }

    @GET
    @Path("/channels/{id}/deliveries")
    public Response deliveries(
            @Auth Caller caller,
            @PathParam("id") long id,
            @Valid @BeanParam PageParams page,
            @Context UriInfo request) {
        Page<DeliveryView> found = transactions.read(caller.tenant(), session -> {
            Page<Delivery> rows = outbox.page(session, id, page.toRequest(false));
            if (rows.rows().isEmpty()) {
                find(session, id);
            }
            return rows.map(DeliveryView::of);
        });
        return found.toResponse(request);
    }

    /** Sends a delivery again, whatever became of it, with the key that it has. */
    @POST
    @Path("/deliveries/{id}/resend")
    public Response resend(@Auth Caller caller, @PathParam("id") long id) {
        DeliveryView queued = transactions.write(caller.tenant(), session -> {
            Delivery delivery = outbox.find(session, id).orElseThrow(() -> ProblemException.notFound("delivery", id));
            checkActive(find(session, delivery.channelId()));
            limiter.check(delivery.clientId());
            outbox.resend(session, delivery);
            audit.record(session, AuditRecord.by(caller, delivery.clientId(), "delivery.resent", "delivery", id));
            return DeliveryView.of(delivery);
        });
        return Response.accepted(queued).build();
    }

    private static void checkActive(Channel channel) {
        if (!channel.isActive()) {
            throw ProblemException.conflict("is_active", "is false: switch the channel on first");
        }
    }

    private static Response unkept(Response.ResponseBuilder answer) {
        return answer.header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    private Channel find(Session session, long id) {
        return channels.find(session, id).orElseThrow(() -> ProblemException.notFound("channel", id));
    }
}
