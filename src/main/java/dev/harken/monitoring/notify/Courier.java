package dev.harken.monitoring.notify;

import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.database.Work;
import io.dropwizard.lifecycle.Managed;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.hibernate.Session;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what is in the outbox to its receivers, in every process whose monitoring is enabled: claims no more than it
 * can send at once, and holds no connection while it waits for a receiver. One that is slow holds up two of the places
 * at most, the mail server, which is one for all, half of them; one that fails is left alone for a while. Clients take
 * turns. Thread-safe.
 */
final class Courier implements Managed {
    /** Deliveries under way at once. */
    static final int PLACES = 16;

    /** Mails among them. */
    static final int MAILS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final Duration POLLING = Duration.ofSeconds(2);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(15);
    private static final int RECORDINGS = 4;
    private static final Duration RECORD_AGAIN = Duration.ofSeconds(5);

    private final Transactions transactions;
    private final OutboxDao outbox;
    private final Composer composer;
    private final Map<ChannelKind, Messenger> messengers;
    private final RetryPlan retries;
    private final Executor senders;
    private final Clock clock;
    private final Semaphore places = new Semaphore(PLACES);

    private final Semaphore mails = new Semaphore(MAILS);

    /** Gets a permit when a place was left, so that the next is claimed before the poll. */
    private final Semaphore left = new Semaphore(0);

    private volatile boolean stopping;
    private Thread thread;

    /**
     * Prepares.
     *
     * @param senders runs what waits for receivers, {@link #PLACES} at once
     */
    Courier(
            Transactions transactions,
            OutboxDao outbox,
            Composer composer,
            Map<ChannelKind, Messenger> messengers,
            RetryPlan retries,
            Executor senders,
            Clock clock) {
        this.transactions = transactions;
        this.outbox = outbox;
        this.composer = composer;
        this.messengers = Map.copyOf(messengers);
        this.retries = retries;
        this.senders = senders;
        this.clock = clock;
    }

    @Override
    public void start() {
        thread = new Thread(this::run, "notifications");
        thread.start();
    }

    /** Claims nothing more, and waits for what is under way. */
    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        left.release();
        thread.join(LONGEST_STOP.toMillis());
        if (!places.tryAcquire(PLACES, LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("stopped while notifications were sent: they are sent again");
        }
    }

    private void run() {
        while (!stopping) {
            try {
                if (dispatch() == 0) {
                    left.tryAcquire(POLLING.toMillis(), TimeUnit.MILLISECONDS);
                    left.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                // Whatever it is: without this thread, nobody would be told of anything any more.
                LOG.warn("no notification could be claimed", e);
                pause(POLLING);
            }
        }
    }

    /** Hands what is due to the senders, as much as there are places for, and answers how many deliveries. */
    int dispatch() {
        int free = places.drainPermits();
        int freeMails = mails.drainPermits();
        List<Claim> claims = List.of();
        try {
            if (free > 0) {
                int most = free;
                claims = transactions.recorded(Tenant.EVERY, session -> outbox.claim(session, most, freeMails));
            }
        } finally {
            places.release(free - claims.size());
            mails.release(
                    freeMails - (int) claims.stream().filter(Claim::isMail).count());
        }
        for (Claim claim : claims) {
            try {
                senders.execute(() -> carry(claim));
            } catch (RuntimeException | Error e) {
                LOG.warn("notification not sent: delivery={}", claim.id(), e);
                leave(claim);
            }
        }
        return claims.size();
    }

    private void carry(Claim claim) {
        try {
            Work.begin("notification " + claim.id());
            attempt(claim);
        } catch (RuntimeException | Error e) {
            // It stays claimed, and is tried again when that ends.
            LOG.warn("notification not sent: delivery={}", claim.id(), e);
        } finally {
            Work.end();
            leave(claim);
        }
    }

    private void leave(Claim claim) {
        if (claim.isMail()) {
            mails.release();
        }
        places.release();
        left.release();
    }

    private void attempt(Claim claim) {
        Composer.Composed composed;
        try {
            composed = composer.compose(claim);
        } catch (RuntimeException | Error e) {
            LOG.error("notification cannot be composed: delivery={}", claim.id(), e);
            Receipt receipt = Receipt.failed("Harken could not compose it; the operator finds why in the log");
            Optional<Instant> next = next(claim, receipt);
            record(session -> outbox.tried(session, claim, receipt, next));
            log(claim, next.isPresent() ? "failed" : "given_up", "");
            return;
        }
        if (composed.told().isEmpty()) {
            record(session -> outbox.dropped(session, claim, composed.dropped()));
            log(claim, "dropped", composed.dropped());
            return;
        }
        Channel channel = composed.channel().orElseThrow();
        Receipt receipt = send(claim, channel, composed.told().get());
        if (receipt.isTaken()) {
            record(session -> outbox.delivered(session, claim, receipt));
            log(claim, "delivered", "");
            return;
        }
        Optional<Instant> next = next(claim, receipt);
        Instant held = clock.instant().plus(RetryPlan.hold(channel.failures() + 1, receipt.retryAfter()));
        record(session -> outbox.failed(session, claim, receipt, next, held));
        log(claim, next.isPresent() ? "failed" : "given_up", receipt.error().orElse(""));
    }

    private Optional<Instant> next(Claim claim, Receipt receipt) {
        return retries.next(claim.attempts() + 1, receipt.retryAfter(), clock.instant(), claim.retryUntil());
    }

    private Receipt send(Claim claim, Channel channel, Told told) {
        Messenger messenger = messengers.get(channel.kind());
        if (messenger == null) {
            return Receipt.failed("no mail server is set");
        }
        try {
            return messenger.send(channel, told);
        } catch (RuntimeException | Error e) {
            LOG.error("notification cannot be sent: delivery={}", claim.id(), e);
            return Receipt.failed("Harken could not send it; the operator finds why in the log");
        }
    }

    /** Tries for a while to record what happened: what is not recorded is sent again. */
    private void record(Consumer<Session> outcome) {
        for (int tried = 1; ; tried++) {
            try {
                transactions.record(Tenant.EVERY, outcome);
                return;
            } catch (RuntimeException e) {
                if (tried == RECORDINGS || stopping) {
                    throw e;
                }
                pause(RECORD_AGAIN);
            }
        }
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.MILLISECONDS.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void log(Claim claim, String outcome, String why) {
        LOG.info(
                "notification: delivery={} channel={} client={} kind={} attempt={} outcome={} why=\"{}\"",
                claim.id(),
                claim.channelId(),
                claim.clientId(),
                claim.kind(),
                claim.attempts() + 1,
                outcome,
                why);
    }
}
