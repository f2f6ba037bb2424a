package dev.harken.monitoring.notify;

import dev.harken.http.Cursor;
import dev.harken.http.Page;
import dev.harken.http.PageRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.LockMode;
import org.hibernate.Session;

/** The table {@code notification_channels}. What failures leave there is written by {@link OutboxDao}. */
final class ChannelDao {
    private final Clock clock;

    ChannelDao(Clock clock) {
        this.clock = clock;
    }

    Page<Channel> page(Session session, PageRequest request) {
        var query = session.createSelectionQuery(
                        """
                        select channel
                        from Channel channel
                        where %s
                        order by channel.id %s
                        """
                                .formatted(
                                        request.cursor().isPresent()
                                                ? "channel.id " + request.beyond() + " :id"
                                                : "1 = 1",
                                        request.direction()),
                        Channel.class)
                .setMaxResults(request.fetch());
        request.cursor().ifPresent(cursor -> query.setParameter("id", cursor.id()));
        return Page.of(query.list(), request, channel -> new Cursor(Instant.EPOCH, channel.id(), false));
    }

    Optional<Channel> find(Session session, long id) {
        return Optional.ofNullable(session.get(Channel.class, id));
    }

    /** The active feed that a token opens. */
    Optional<Channel> feed(Session session, String tokenHash) {
        return session.createSelectionQuery(
                        """
                        select channel
                        from Channel channel
                        where channel.tokenHash = :hash and channel.active = true
                        """,
                        Channel.class)
                .setParameter("hash", tokenHash)
                .uniqueResultOptional();
    }

    /** How many channels a client has. */
    long count(Session session, long clientId) {
        return session.createSelectionQuery(
                        "select count(channel) from Channel channel where channel.clientId = :client", Long.class)
                .setParameter("client", clientId)
                .getSingleResult();
    }

    /** Stores a channel, with its secret if its kind has one. */
    Channel create(Session session, long clientId, ChannelChange wanted, Optional<Secrets.Made> secret) {
        Channel channel = new Channel(clientId, wanted.kind(), clock.instant());
        channel.apply(wanted, clock.instant());
        secret.ifPresent(made -> channel.trust(made, clock.instant()));
        session.persist(channel);
        return channel;
    }

    /** A channel that nobody else changes until the transaction ends. */
    Optional<Channel> findForChange(Session session, long id) {
        return Optional.ofNullable(session.get(Channel.class, id, LockMode.PESSIMISTIC_WRITE));
    }

    /** Deletes a channel, with all that was and is to be told through it. */
    void delete(Session session, Channel channel) {
        session.remove(channel);
    }

    /** The entities of this room, for Hibernate. */
    static List<Class<?>> entities() {
        return List.of(Channel.class, Delivery.class);
    }
}
