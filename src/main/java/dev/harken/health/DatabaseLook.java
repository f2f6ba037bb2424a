package dev.harken.health;

import dev.harken.database.Pool;
import dev.harken.database.PoolSnapshot;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether PostgreSQL answers. Borrows from the pool, but never the last connection: when the pool is full, that is the
 * pool's trouble, and of the database nothing is known.
 */
final class DatabaseLook implements Supplier<Observation> {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseLook.class);
    private static final int LEFT_FOR_OTHERS = 1;
    private static final int ANSWER_SECONDS = 1;

    private final Pool pool;
    private final Clock clock;

    DatabaseLook(Pool pool, Clock clock) {
        this.pool = pool;
        this.clock = clock;
    }

    @Override
    public Observation get() {
        PoolSnapshot now = pool.snapshot();
        if (now.waiting() > 0 || now.available() <= LEFT_FOR_OTHERS) {
            return Observation.of(
                    Observation.State.UNKNOWN,
                    "not asked: %d of %d connections are lent and %d callers wait"
                            .formatted(now.checkedOut(), now.totalCapacity(), now.waiting()),
                    clock.instant());
        }
        Instant start = clock.instant();
        try (Connection connection = pool.getConnection()) {
            boolean answers = connection.isValid(ANSWER_SECONDS);
            long millis = clock.millis() - start.toEpochMilli();
            return answers
                    ? new Observation(
                            Observation.State.HEALTHY,
                            "PostgreSQL answers",
                            Map.of("response_ms", millis),
                            clock.instant())
                    : Observation.of(Observation.State.UNHEALTHY, "PostgreSQL does not answer", clock.instant());
        } catch (SQLException e) {
            LOG.warn("database not reached: state={} reason={}", e.getSQLState(), e.getMessage());
            return Observation.of(Observation.State.UNHEALTHY, "PostgreSQL cannot be reached", clock.instant());
        }
    }
}
