package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.LatencyWindow.Latency;
import dev.harken.testing.SetClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {
    private static final Duration WINDOW = Duration.ofSeconds(30);

    private final SetClock clock = new SetClock();
    private final LatencyWindow window = new LatencyWindow(clock, WINDOW);

    @Test
    void nothingIsNought() {
        assertThat(window.latency()).isEqualTo(new Latency(0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void percentilesAreInMillisecondsAndExactToTwoDigits() {
        for (int millis = 1; millis <= 1000; millis++) {
            record(millis);
        }
        Latency latency = window.latency();

        assertThat(latency.count()).isEqualTo(1000);
        assertThat(latency.p50()).isCloseTo(500, Percentage.withPercentage(1));
        assertThat(latency.p95()).isCloseTo(950, Percentage.withPercentage(1));
        assertThat(latency.p99()).isCloseTo(990, Percentage.withPercentage(1));
        assertThat(latency.highest()).isCloseTo(1000, Percentage.withPercentage(1));
        assertThat(latency.mean()).isCloseTo(500.5, Percentage.withPercentage(1));
        assertThat(latency.total()).isCloseTo(500_500, Percentage.withPercentage(1));
    }

    @Test
    void theRateIsThatOfTheTimeLookedAt() {
        for (int i = 0; i < 90; i++) {
            record(1);
        }
        clock.advance(Duration.ofSeconds(15));

        assertThat(window.latency().perSecond()).isCloseTo(2, Percentage.withPercentage(1));
    }

    @Test
    void whatIsOlderThanTwoWindowsIsForgotten() {
        record(500);
        clock.advance(WINDOW);
        record(1);
        assertThat(window.latency().count()).isEqualTo(2);

        clock.advance(WINDOW);
        assertThat(window.latency().count()).isEqualTo(1);
        assertThat(window.latency().highest()).isLessThan(2);

        clock.advance(WINDOW.multipliedBy(5));
        assertThat(window.latency().count()).isZero();
    }

    @Test
    void nothingIsOlderThanTwoWindowsHoweverLateItTurns() {
        clock.advance(WINDOW.multipliedBy(2).minusMillis(1));
        record(500);
        clock.advance(WINDOW.minusMillis(1));

        assertThat(window.latency().count()).isEqualTo(1);
        clock.advance(WINDOW);
        assertThat(window.latency().count()).isZero();
    }

    @Test
    void hoursAndNegativeTimesAreBounded() {
        window.record(TimeUnit.DAYS.toNanos(2));
        window.record(-1);

        assertThat(window.latency().highest())
                .isCloseTo((double) Duration.ofHours(1).toMillis(), Percentage.withPercentage(1));
        assertThat(window.latency().count()).isEqualTo(2);
    }

    @Test
    void aClockThatIsSetBackGivesNoAbsurdRate() {
        record(1);
        clock.advance(Duration.ofDays(-1));
        record(1);

        assertThat(window.latency().count()).isEqualTo(2);
        assertThat(window.latency().perSecond()).isCloseTo(2 / 30.0, Percentage.withPercentage(1));
    }

    private void record(int millis) {
        window.record(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
