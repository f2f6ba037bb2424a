package dev.harken.monitoring.feed;

import java.time.Instant;
import java.util.Optional;
import org.hibernate.Session;

/** The table {@code feed_positions}: up to where each config has been matched. */
public final class FeedPositionDao {
    /**
     * The position of a config; one that has none begins after what was read before a time, and that is stored.
     *
     * @return 0 when it begins with everything, and when the config is gone
     */
    public long of(Session session, long configId, Instant beginning) {
        return position(session, configId).orElseGet(() -> begin(session, configId, beginning));
    }

    private static Optional<Long> position(Session session, long configId) {
        return session.createNativeQuery("select position from feed_positions where config_id = :config", Long.class)
                .setParameter("config", configId)
                .uniqueResultOptional();
    }

    private static long begin(Session session, long configId, Instant beginning) {
        session.createNativeMutationQuery(
                        """
                        insert into feed_positions (config_id, position)
                        select
                          config.id,
                          coalesce(
                            (select position from feed_posts where read_at < :beginning order by read_at desc limit 1),
                            0)
                        from client_configs config
                        where config.id = :config
                        on conflict (config_id) do nothing
                        """)
                .setParameter("config", configId)
                .setParameter("beginning", beginning)
                .executeUpdate();
        return position(session, configId).orElse(0L);
    }

    /** Moves on; false when the config was matched by another scan or begins anew, and nothing may be stored. */
    public boolean advance(Session session, long configId, long from, long to) {
        return session.createNativeMutationQuery(
                                "update feed_positions set position = :to where config_id = :config and position = :from")
                        .setParameter("config", configId)
                        .setParameter("from", from)
                        .setParameter("to", to)
                        .executeUpdate()
                == 1;
    }

    /** Lets a config begin anew, as one that listens to something else must. */
    public void reset(Session session, long configId) {
        session.createNativeMutationQuery("delete from feed_positions where config_id = :config")
                .setParameter("config", configId)
                .executeUpdate();
    }
}
