package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Level;
import dev.harken.testing.SetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of alerts however a signal goes; the seed of a walk that breaks it is in the test's name. */
class RandomWalkTest {
    private static final Duration TIME = Duration.ofHours(12);
    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final Signal SIGNAL = Signal.DATABASE_CPU;
    private static final AlertsFactory SETTINGS = Sampling.settings(
            """
            {"interval": "15s", "rules": {
              "database_cpu": {"warning": 70, "warningFor": "5m", "critical": 85, "criticalFor": "5m"}}}
            """);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void alertsFireAndResolveByTurnsAndCannotFlap(long seed) {
        Sampling sampling = new Sampling(new SetClock(), SETTINGS, SIGNAL);
        walk(sampling, new Random(seed));

        assertThat(sampling.told).isNotEmpty();
        Map<UUID, Alert> open = new HashMap<>();
        Instant lastChange = Instant.EPOCH;
        for (Alert alert : sampling.told) {
            Alert before = open.get(alert.id());
            if (before == null) {
                assertThat(open).as("fired while another lasts").isEmpty();
                assertThat(alert.isActive()).isTrue();
                // Two windows that prove the opposite of each other share two in ten of their samples at most.
                assertThat(Duration.between(lastChange, alert.firedAt())).isGreaterThan(WINDOW.dividedBy(2));
                open.put(alert.id(), alert);
            } else if (alert.isActive()) {
                assertThat(alert.level()).as("told without a change").isNotEqualTo(before.level());
                open.put(alert.id(), alert);
            } else {
                assertThat(Duration.between(alert.firedAt(), alert.resolvedAt()))
                        .isGreaterThan(WINDOW.dividedBy(2));
                lastChange = alert.resolvedAt();
                open.clear();
            }
            assertThat(alert.level()).isNotEqualTo(Level.HEALTHY);
            assertThat(alert.beganAt()).isBeforeOrEqualTo(alert.firedAt());
        }
        assertThat(sampling.board.active()).isEqualTo(List.copyOf(open.values()));
        // Of each of the two levels, a change in no less than half a window.
        assertThat((long) sampling.told.size()).isLessThanOrEqualTo(2 * TIME.dividedBy(WINDOW.dividedBy(2)));
    }

    /** A restless signal: it drifts, jumps, stays, and is missing at times. */
    private static void walk(Sampling sampling, Random random) {
        double value = 75;
        double target = 75;
        boolean missing = false;
        for (long left = TIME.dividedBy(SETTINGS.interval()); left > 0; left--) {
            if (random.nextInt(40) == 0) {
                target = 50 + 50 * random.nextDouble();
                missing = random.nextInt(8) == 0;
            }
            value += 0.3 * (target - value) + 4 * random.nextGaussian();
            double now = value;
            Reading reading = missing ? Reading.missing("walked away") : Reading.of(now);
            sampling.set(SIGNAL, () -> reading);
            sampling.run(SETTINGS.interval());
        }
    }
}
