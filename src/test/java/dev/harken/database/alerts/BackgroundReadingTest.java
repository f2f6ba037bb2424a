package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.Logged;
import dev.harken.testing.SetClock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BackgroundReadingTest {
    private final SetClock clock = new SetClock();
    private Supplier<Reading> source = () -> Reading.of(7);
    private final BackgroundReading reading = new BackgroundReading(Signal.REPLICATION_LAG, () -> source.get(), clock);

    @Test
    void itIsMissingUntilItIsMeasured() {
        assertThat(reading.get()).isEqualTo(Reading.missing("not measured yet"));

        reading.measure();
        assertThat(reading.get()).isEqualTo(Reading.of(7));
    }

    @Test
    void anOldOneIsMissingToo() {
        reading.measure();
        clock.advance(BackgroundReading.STALE);
        assertThat(reading.get().isMeasured()).isTrue();

        clock.advance(Duration.ofMillis(1));
        assertThat(reading.get().isMeasured()).isFalse();
        assertThat(reading.get().reason()).startsWith("the database has not told since ");
    }

    @Test
    void aFailureIsMissingAndLoggedWhenItBegins() throws Exception {
        reading.measure();
        source = () -> {
            throw new IllegalStateException("connection refused");
        };
        List<String> logged = Logged.during(() -> {
            reading.measure();
            reading.measure();
        });
        assertThat(reading.get()).isEqualTo(Reading.missing("the database did not tell"));
        assertThat(logged).singleElement().asString().contains("signal=replication_lag", "reason=connection refused");

        source = () -> Reading.of(1);
        reading.measure();
        assertThat(reading.get()).isEqualTo(Reading.of(1));
    }
}
