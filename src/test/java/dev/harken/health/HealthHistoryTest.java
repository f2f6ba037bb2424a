package dev.harken.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.health.HealthCheck;
import com.codahale.metrics.health.HealthCheckRegistry;
import dev.harken.health.HealthHistory.CheckHistory;
import dev.harken.testing.SetClock;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthHistoryTest {
    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    private final SetClock clock = new SetClock(START);
    private final HealthCheckRegistry registry = new HealthCheckRegistry();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final HealthHistory history = new HealthHistory(registry, clock, thread);

    private HealthCheck.Result result = HealthCheck.Result.healthy();

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    @Test
    void aCheckTellsSinceWhenItIsAsItIs() {
        watch();
        look();
        look();
        result = HealthCheck.Result.unhealthy("no answer within 1 s");
        look();
        look();

        CheckHistory check = check();
        assertThat(check.healthy()).isFalse();
        assertThat(check.changes())
                .containsExactly(
                        new HealthHistory.Change(START.plusSeconds(60), false, "no answer within 1 s"),
                        new HealthHistory.Change(START, true, ""));
        assertThat(check.lastHour())
                .extracting(HealthHistory.Moment::healthy)
                .containsExactly(true, true, false, false);
        assertThat(check.healthyPercent()).isEqualTo(50, Offset.offset(0.001));
    }

    @Test
    void anotherReasonIsAChangeToo() {
        watch();
        result = HealthCheck.Result.unhealthy("refused");
        look();
        result = HealthCheck.Result.unhealthy("no answer");
        look();

        assertThat(check().changes()).extracting(HealthHistory.Change::message).containsExactly("no answer", "refused");
    }

    @Test
    void theNumbersOfTheLastLookAreKept() {
        watch();
        result = HealthCheck.Result.builder()
                .healthy()
                .withDetail("lent", 3)
                .withDetail("free", 2)
                .build();
        look();

        assertThat(check().details()).containsEntry("lent", 3).containsEntry("free", 2);
    }

    @Test
    void whatACheckThrewIsToldByItsKindOnly() {
        watch();
        result = HealthCheck.Result.unhealthy(new IllegalStateException("password=secret at 10.0.0.1"));
        look();

        assertThat(check().changes().get(0).message()).isEqualTo("the check failed: IllegalStateException");
    }

    @Test
    void itKeepsAnHourAndTheLastChanges() {
        watch();
        for (int i = 0; i < 1000; i++) {
            result = i % 2 == 0 ? HealthCheck.Result.healthy() : HealthCheck.Result.unhealthy("away");
            look();
        }

        assertThat(check().lastHour()).hasSize(HealthHistory.KEPT);
        assertThat(check().lastHour().get(0).at()).isEqualTo(clock.instant().minusSeconds(3600));
        assertThat(check().changes()).hasSize(HealthHistory.MOST_CHANGES);
    }

    private void watch() {
        registry.register("database", new HealthCheck() {
            @Override
            protected Result check() {
                return result;
            }
        });
    }

    private void look() {
        history.look();
        clock.advance(HealthHistory.INTERVAL);
    }

    private CheckHistory check() {
        return history.checks().get(0);
    }
}
