package dev.harken.monitoring.notify;

import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.auth.Caller;
import dev.harken.clients.ClientDao;
import dev.harken.database.Transactions;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import dev.harken.http.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.Session;

/**
 * What users do with the channels that clients are told through, by the API or by the pages: each change with its rules
 * and its record. Thread-safe.
 */
public final class ChannelSettings {
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

    ChannelSettings(
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

    /** The channels that the caller may see, by their ids. */
    public Page<ChannelView> page(Caller caller, PageRequest request) {
        return transactions.read(
                caller.tenant(), session -> channels.page(session, request).map(ChannelView::of));
    }

    /**
     * A channel.
     *
     * @throws ProblemException 404 when there is none that the caller may see
     */
    public ChannelView get(Caller caller, long id) {
        return transactions.read(caller.tenant(), session -> ChannelView.of(find(session, id)));
    }

    /**
     * Stores a channel. A secret that Harken makes for it is in this answer and in no other.
     *
     * @throws ProblemException 422 for what cannot be stored
     */
    public ChannelView create(Caller caller, ChannelChange wanted) {
        wanted.checkNew(hooks, canMail);
        long clientId = caller.clientFor(wanted.clientId());
        Optional<Secrets.Made> made = Secrets.make(wanted.kind());
        return transactions.write(caller.tenant(), session -> {
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
    }

    /**
     * Changes a channel. One that gets another address, or is switched on again, counts as mended: what it failed to take
     * is tried again at once.
     *
     * @param seen when the channel had been changed last as the caller saw it; empty to change it whatever it is
     * @throws ProblemException 404 when there is none that the caller may see, 409 when it was changed since, 422 for what
     *     cannot be stored
     */
    public ChannelView change(Caller caller, long id, ChannelChange wanted, Optional<Instant> seen) {
        return transactions.write(caller.tenant(), session -> {
            Channel channel =
                    channels.findForChange(session, id).orElseThrow(() -> ProblemException.notFound("channel", id));
            if (seen.isPresent() && !channel.updatedAt().equals(seen.get())) {
                throw ProblemException.conflict("seen", "is not what is stored: somebody else changed the channel");
            }
            if (wanted.clientId() != null && wanted.clientId() != channel.clientId()) {
                throw ProblemException.invalid("client_id", "cannot be changed");
            }
            if (wanted.kind() != null && wanted.kind() != channel.kind()) {
                throw ProblemException.invalid("kind", "cannot be changed: make another channel");
            }
            wanted.checkAddress(channel.kind(), hooks);
            wanted.checkReport(channel.kind());
            boolean mended = channel.isMendedBy(wanted);
            channel.apply(wanted, clock.instant());
            if (mended) {
                outbox.release(session, channel);
            }
            audit.record(session, AuditRecord.by(caller, channel.clientId(), "channel.changed", "channel", id));
            return ChannelView.of(channel);
        });
    }

    /**
     * Deletes a channel, with what still waits for it and its history.
     *
     * @throws ProblemException 404 when there is none that the caller may see
     */
    public void delete(Caller caller, long id) {
        transactions.change(caller.tenant(), session -> {
            Channel channel =
                    channels.findForChange(session, id).orElseThrow(() -> ProblemException.notFound("channel", id));
            channels.delete(session, channel);
            audit.record(session, AuditRecord.by(caller, channel.clientId(), "channel.deleted", "channel", id));
        });
    }

    /**
     * Sends a test through the channel, as soon as everything else.
     *
     * @throws ProblemException 404 when there is no such channel, 409 when it is off, 422 for a feed, 429 after too many
     */
    public DeliveryView test(Caller caller, long id) {
        return transactions.write(caller.tenant(), session -> {
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
    }

    /**
     * Replaces the channel's secret, or a feed's address; the one before is worth nothing from now on.
     *
     * @throws ProblemException 404 when there is no such channel, 422 for a kind that has neither
     */
    public ChannelView rotate(Caller caller, long id) {
        return transactions.write(caller.tenant(), session -> {
            Channel channel = find(session, id);
            Secrets.Made made = Secrets.make(channel.kind())
                    .orElseThrow(() -> ProblemException.invalid(
                            "kind", "is " + channel.kind().label() + ", which has nothing of the sort"));
            channel.trust(made, clock.instant());
            audit.record(session, AuditRecord.by(caller, channel.clientId(), "channel.rotated", "channel", id));
            return ChannelView.of(channel, Optional.of(made));
        });
    }

    /**
     * What was sent through a channel and what came of it, newest first.
     *
     * @throws ProblemException 404 when there is no such channel
     */
    public Page<DeliveryView> deliveries(Caller caller, long id, PageRequest request) {
        return transactions.read(caller.tenant(), session -> {
            Page<Delivery> rows = outbox.page(session, id, request);
            if (rows.rows().isEmpty()) {
                find(session, id);
            }
            return rows.map(DeliveryView::of);
        });
    }

    /**
     * Sends a delivery again, whatever became of it, with the key that it has.
     *
     * @throws ProblemException 404 when there is no such delivery, 409 when its channel is off
     */
    public DeliveryView resend(Caller caller, long id) {
        return transactions.write(caller.tenant(), session -> {
            Delivery delivery = outbox.find(session, id).orElseThrow(() -> ProblemException.notFound("delivery", id));
            checkActive(find(session, delivery.channelId()));
            limiter.check(delivery.clientId());
            outbox.resend(session, delivery);
            audit.record(session, AuditRecord.by(caller, delivery.clientId(), "delivery.resent", "delivery", id));
            return DeliveryView.of(delivery);
        });
    }

    private static void checkActive(Channel channel) {
        if (!channel.isActive()) {
            throw ProblemException.conflict("is_active", "is false: switch the channel on first");
        }
    }

    private Channel find(Session session, long id) {
        return channels.find(session, id).orElseThrow(() -> ProblemException.notFound("channel", id));
    }
}
