package dev.harken.database.alerts;

import static dev.harken.database.Level.CRITICAL;
import static dev.harken.database.Level.HEALTHY;
import static dev.harken.database.Level.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Level;
import dev.harken.testing.SetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class SustainedLevelTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final double MARGIN = 5;
    /** The pool's: above 75 % for ten minutes, above 90 % for five. */
    private static final AlertRule RULE = rule(75, "10m", 90, "5m");

    private final SetClock clock = new SetClock();
    private final Instant start = clock.instant();
    private final Samples samples = new Samples();
    private final List<String> changes = new ArrayList<>();
    private SustainedLevel level = level(RULE);

    @Test
    void aLevelBeginsWhenItHasLastedNineTenthsOfItsWindow() {
        hold(50, Duration.ofMinutes(30));
        hold(80, Duration.ofMinutes(9).minus(INTERVAL));
        assertThat(level.level()).isEqualTo(HEALTHY);

        hold(80, INTERVAL);
        assertThat(level.level()).isEqualTo(WARNING);
    }

    @Test
    void whatIsHigherBeginsSooner() {
        hold(50, Duration.ofMinutes(30));
        hold(95, Duration.ofMinutes(4).plusSeconds(25));
        assertThat(level.level()).isEqualTo(HEALTHY);

        hold(95, INTERVAL);
        assertThat(level.level()).isEqualTo(CRITICAL);
    }

    @Test
    void theLongWindowForgivesFewExceptionsAndTheShortOneNone() {
        hold(50, Duration.ofMinutes(30));
        hold(80, Duration.ofMinutes(9).minus(INTERVAL));
        hold(50, INTERVAL);
        hold(80, Duration.ofSeconds(55));
        // 118 of 120 are above, but not yet all of the last minute.
        assertThat(level.level()).isEqualTo(HEALTHY);

        hold(80, INTERVAL);
        assertThat(level.level()).isEqualTo(WARNING);
    }

    @Test
    void whatIsOverDoesNotBeginAnyMore() {
        hold(50, Duration.ofMinutes(30));
        hold(80, Duration.ofMinutes(9).minus(INTERVAL));
        hold(50, Duration.ofMinutes(30));

        assertThat(changes).isEmpty();
    }

    @Test
    void shortPeaksNeverBeginALevel() {
        for (int i = 0; i < 50; i++) {
            hold(100, Duration.ofMinutes(4));
            hold(20, Duration.ofMinutes(1));
        }

        assertThat(changes).isEmpty();
    }

    @Test
    void theThresholdItselfIsNotAboveIt() {
        hold(75, Duration.ofHours(1));

        assertThat(level.level()).isEqualTo(HEALTHY);
    }

    @Test
    void aLevelEndsWhenItWasBelowForNineTenthsOfItsWindowAndAllOfTheLastTenth() {
        hold(80, Duration.ofMinutes(20));
        hold(60, Duration.ofMinutes(9).minus(INTERVAL));
        assertThat(level.level()).isEqualTo(WARNING);
        hold(80, INTERVAL);
        hold(60, Duration.ofSeconds(55));
        assertThat(level.level()).isEqualTo(WARNING);

        hold(60, INTERVAL);
        assertThat(level.level()).isEqualTo(HEALTHY);
    }

    @Test
    void valuesAroundTheThresholdDoNotFlap() {
        hold(80, Duration.ofMinutes(20));
        alternate(74, 76, Duration.ofHours(3));
        alternate(72, 78, Duration.ofHours(3));

        assertThat(changes).containsExactly("PT9M warning");
    }

    @Test
    void valuesAroundTheThresholdDoNotBeginALevelEither() {
        alternate(74, 76, Duration.ofHours(6));

        assertThat(changes).isEmpty();
    }

    @Test
    void aLevelLastsUntilTheValueIsLowerThanTheThresholdByTheMargin() {
        hold(80, Duration.ofMinutes(20));
        hold(71.3, Duration.ofHours(2));
        assertThat(level.level()).isEqualTo(WARNING);

        // 5 % of 75 is 3.75.
        hold(71.25, Duration.ofMinutes(10));
        assertThat(level.level()).isEqualTo(HEALTHY);
    }

    @Test
    void aThresholdOfZeroCanBeLeft() {
        level = level(rule(0, "2m", 5, "1m"));
        hold(1, Duration.ofMinutes(5));
        assertThat(level.level()).isEqualTo(WARNING);

        hold(0, Duration.ofMinutes(2));
        assertThat(level.level()).isEqualTo(HEALTHY);
    }

    @Test
    void itRisesAndFallsByWarningAndCritical() {
        hold(50, Duration.ofMinutes(30));
        hold(80, Duration.ofMinutes(15));
        hold(95, Duration.ofMinutes(15));
        hold(80, Duration.ofMinutes(30));
        hold(50, Duration.ofMinutes(30));

        assertThat(changes)
                .containsExactly("PT39M warning", "PT49M30S critical", "PT1H4M30S warning", "PT1H39M healthy");
    }

    @Test
    void whatFallsFromCriticalToNothingIsAWarningUntilThatIsOverToo() {
        hold(95, Duration.ofMinutes(30));
        hold(10, Duration.ofMinutes(30));

        assertThat(changes).containsExactly("PT4M30S critical", "PT34M30S warning", "PT39M healthy");
    }

    @Test
    void itFallsStraightToHealthyWhereBothEndTogether() {
        level = level(rule(75, "5m", 90, "5m"));
        hold(95, Duration.ofMinutes(30));
        hold(10, Duration.ofMinutes(30));

        assertThat(changes).containsExactly("PT4M30S critical", "PT34M30S healthy");
    }

    @Test
    void tooFewSamplesProveNothing() {
        sparsely(100, 2, Duration.ofHours(2));

        assertThat(changes).isEmpty();
    }

    @Test
    void aWindowWithOneInTenMissingProvesAsMuch() {
        sparsely(80, 10, Duration.ofHours(1));

        assertThat(level.level()).isEqualTo(WARNING);
    }

    @Test
    void aLevelStaysWhatItWasWhileNothingIsMeasured() {
        hold(80, Duration.ofMinutes(20));
        miss(Duration.ofHours(5));
        assertThat(level.level()).isEqualTo(WARNING);

        hold(50, Duration.ofMinutes(9).minus(INTERVAL));
        assertThat(level.level()).isEqualTo(WARNING);
        hold(50, INTERVAL);
        assertThat(level.level()).isEqualTo(HEALTHY);
    }

    @Test
    void whatWasMeasuredBeforeAGapDoesNotCountAfterIt() {
        hold(80, Duration.ofMinutes(8));
        miss(Duration.ofMinutes(10));
        hold(80, Duration.ofMinutes(8));
        assertThat(level.level()).isEqualTo(HEALTHY);

        hold(80, Duration.ofMinutes(1));
        assertThat(level.level()).isEqualTo(WARNING);
    }

    @Test
    void aLevelNeitherBeginsNorEndsWhileReadingsAreMissing() {
        hold(50, Duration.ofMinutes(30));
        hold(80, Duration.ofMinutes(8).plusSeconds(59));
        miss(Duration.ofHours(1));

        assertThat(changes).isEmpty();
    }

    @Test
    void aDayWithARushEveryThreeHoursHasEightWarnings() {
        for (int i = 0; i < 8; i++) {
            hold(40, Duration.ofHours(2));
            hold(80, Duration.ofHours(1));
        }

        assertThat(changes).hasSize(15);
        assertThat(changes.subList(0, 3)).containsExactly("PT2H9M warning", "PT3H9M healthy", "PT5H9M warning");
    }

    @Test
    void theReasonHasTheNumbers() {
        hold(50, Duration.ofMinutes(30));
        hold(82.5, Duration.ofMinutes(5));
        hold(80, Duration.ofMinutes(4));

        assertThat(level.reason(WARNING, samples, clock.instant()))
                .isEqualTo("Pool utilization was above 75 % in 108 of 120 samples over 10 min (highest 82.5 %),"
                        + " and in all of the last 1 min");
        assertThat(level.began(WARNING, samples, clock.instant()))
                .isEqualTo(start.plus(Duration.ofMinutes(30)).plus(INTERVAL));
    }

    @Test
    void theReasonOfAShortWindowIsInSeconds() {
        level = level(rule(0, "2m", 5, "45s"));
        hold(7, Duration.ofMinutes(2));

        assertThat(level.reason(CRITICAL, samples, clock.instant()))
                .contains("above 5 % in 9 of 9 samples over 45 s (highest 7 %), and in all of the last 10 s");
    }

    private static AlertRule rule(double warning, String warningFor, double critical, String criticalFor) {
        return new AlertRule(
                warning,
                io.dropwizard.util.Duration.parse(warningFor),
                critical,
                io.dropwizard.util.Duration.parse(criticalFor));
    }

    private static SustainedLevel level(AlertRule rule) {
        return new SustainedLevel(Signal.POOL_UTILIZATION, rule, INTERVAL, MARGIN);
    }

    private void hold(double value, Duration time) {
        each(time, () -> value);
    }

    private void alternate(double one, double other, Duration time) {
        boolean[] even = {false};
        each(time, () -> {
            even[0] = !even[0];
            return even[0] ? one : other;
        });
    }

    /** Every so manieth reading is missing. */
    private void sparsely(double value, int every, Duration time) {
        int[] count = {0};
        each(time, () -> {
            count[0]++;
            return count[0] % every == 0 ? Double.NaN : value;
        });
    }

    private void miss(Duration time) {
        each(time, () -> Double.NaN);
    }

    private void each(Duration time, DoubleSupplier value) {
        for (long left = time.dividedBy(INTERVAL); left > 0; left--) {
            clock.advance(INTERVAL);
            double next = value.getAsDouble();
            if (!Double.isNaN(next)) {
                samples.add(clock.instant(), next);
            }
            Level before = level.level();
            Level after = level.judge(samples, clock.instant());
            if (before != after) {
                changes.add(Duration.between(start, clock.instant()) + " " + after.label());
            }
        }
    }
}
