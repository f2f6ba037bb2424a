package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.SetClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HighWaterTest {
    private final SetClock clock = new SetClock();
    private final HighWater water = new HighWater(clock, Duration.ofSeconds(60));

    @Test
    void remembersTheHighestForOneWindowAtLeastAndTwoAtMost() {
        water.see(20);
        water.see(3);
        assertThat(water.highest()).isEqualTo(20);

        clock.advance(Duration.ofSeconds(61));
        water.see(4);
        assertThat(water.highest()).as("one window later").isEqualTo(20);

        clock.advance(Duration.ofSeconds(61));
        assertThat(water.highest()).as("two windows later").isEqualTo(4);

        clock.advance(Duration.ofHours(1));
        assertThat(water.highest()).as("long after").isZero();
    }
}
