package dev.harken.health;

import com.codahale.metrics.health.HealthCheck;
import dev.harken.database.Level;
import dev.harken.database.Pool;
import dev.harken.database.PoolSnapshot;

/** Whether there are connections left; its details are the pool's numbers. Asks nobody, so it answers at once. */
final class PoolHealthCheck extends HealthCheck {
    private final Pool pool;

    PoolHealthCheck(Pool pool) {
        this.pool = pool;
    }

    @Override
    protected Result check() {
        PoolSnapshot now = pool.snapshot();
        ResultBuilder result = Result.builder()
                .withMessage(
                        "%d of %d connections are lent, %d callers wait",
                        now.checkedOut(), now.totalCapacity(), now.waiting())
                .withDetail("level", now.level().label())
                .withDetail("pool_size", now.poolSize())
                .withDetail("max_overflow", now.maxOverflow())
                .withDetail("total_capacity", now.totalCapacity())
                .withDetail("checked_out", now.checkedOut())
                .withDetail("checked_in", now.checkedIn())
                .withDetail("overflow", now.overflow())
                .withDetail("total_connections", now.totalConnections())
                .withDetail("waiting", now.waiting())
                .withDetail("timeout_seconds", now.timeoutSeconds())
                .withDetail("utilization_percent", now.utilizationPercent());
        return (now.level() == Level.CRITICAL ? result.unhealthy() : result.healthy()).build();
    }
}
