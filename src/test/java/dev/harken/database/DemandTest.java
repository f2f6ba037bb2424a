package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.SetClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemandTest {
    private final SetClock clock = new SetClock();
    private final Demand demand = new Demand(clock, Duration.ofMinutes(1));

    @Test
    void theMostCallersAtOnceAreRememberedForAWhile() {
        for (int caller = 0; caller < 3; caller++) {
            demand.begin();
        }
        for (int caller = 0; caller < 3; caller++) {
            demand.end();
        }
        demand.begin();
        assertThat(demand.highest()).as("three at once, then one").isEqualTo(3);

        clock.advance(Duration.ofMinutes(2));
        demand.end();
        demand.begin();
        assertThat(demand.highest()).isEqualTo(1);
    }
}
