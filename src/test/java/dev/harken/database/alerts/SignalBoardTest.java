package dev.harken.database.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.database.Level;
import dev.harken.database.alerts.SignalBoard.Point;
import dev.harken.database.alerts.SignalBoard.SignalState;
import dev.harken.testing.Logged;
import dev.harken.testing.SetClock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SignalBoardTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Signal[] MEASURED = {
        Signal.POOL_UTILIZATION, Signal.STATEMENT_P95, Signal.DATABASE_CPU, Signal.REQUEST_RATE
    };

    private final SetClock clock = new SetClock();
    private final Instant start = clock.instant();
    private final Sampling sampling = new Sampling(clock, Sampling.settings("{}"), MEASURED);
    private final SignalBoard board = sampling.board;

    @Test
    void anAlertIsToldOnceWhenItFiresWithSinceWhenAndWhy() {
        sampling.hold(Signal.POOL_UTILIZATION, 50, MINUTE.multipliedBy(20));
        sampling.hold(Signal.POOL_UTILIZATION, 80, MINUTE.multipliedBy(30));

        assertThat(sampling.told).singleElement().satisfies(alert -> {
            assertThat(alert.process()).isEqualTo("here 1");
            assertThat(alert.signal()).isEqualTo(Signal.POOL_UTILIZATION);
            assertThat(alert.level()).isEqualTo(Level.WARNING);
            assertThat(alert.beganAt())
                    .isEqualTo(start.plus(MINUTE.multipliedBy(20)).plusSeconds(5));
            assertThat(alert.firedAt()).isEqualTo(start.plus(MINUTE.multipliedBy(29)));
            assertThat(alert.isActive()).isTrue();
            assertThat(alert.reason()).startsWith("Pool utilization was above 75 % in 108 of 120 samples over 10 min");
        });
        assertThat(board.active()).isEqualTo(sampling.told);
        assertThat(board.ended()).isEmpty();
        assertThat(sampling.state(Signal.POOL_UTILIZATION).level()).isEqualTo(Level.WARNING);
    }

    @Test
    void itsChangesAndItsEndAreToldOnceEachAndItStaysTheSameAlert() {
        sampling.hold(Signal.STATEMENT_P95, 150, MINUTE.multipliedBy(20));
        sampling.hold(Signal.STATEMENT_P95, 250, MINUTE.multipliedBy(20));
        sampling.hold(Signal.STATEMENT_P95, 150, MINUTE.multipliedBy(20));
        sampling.hold(Signal.STATEMENT_P95, 5, MINUTE.multipliedBy(20));

        assertThat(sampling.told)
                .extracting(Alert::level, Alert::isActive)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Level.WARNING, true),
                        org.assertj.core.groups.Tuple.tuple(Level.CRITICAL, true),
                        org.assertj.core.groups.Tuple.tuple(Level.WARNING, true),
                        org.assertj.core.groups.Tuple.tuple(Level.WARNING, false));
        assertThat(sampling.told)
                .extracting(Alert::id)
                .containsOnly(sampling.told.get(0).id());
        assertThat(sampling.told).extracting(Alert::beganAt).containsOnly(start.plusSeconds(5));
        assertThat(sampling.told).extracting(Alert::firedAt).containsOnly(start.plus(MINUTE.multipliedBy(9)));
        assertThat(sampling.told.get(1).reason()).contains("above 200 ms", "highest 250 ms");
        assertThat(sampling.told.get(3).resolvedAt()).isEqualTo(start.plus(MINUTE.multipliedBy(69)));
        assertThat(board.active()).isEmpty();
        assertThat(board.ended()).containsExactly(sampling.told.get(3));
    }

    @Test
    void aNewAlertOfTheSameSignalIsAnotherOne() {
        rushes(2);

        assertThat(board.ended()).hasSize(2);
        assertThat(board.ended().get(0).id()).isNotEqualTo(board.ended().get(1).id());
    }

    @Test
    void theLastHundredThatEndedAreRememberedTheNewestFirst() {
        rushes(120);

        assertThat(board.ended()).hasSize(100);
        assertThat(board.ended())
                .isSortedAccordingTo((one, other) -> other.firedAt().compareTo(one.firedAt()));
        assertThat(board.ended().get(0)).isEqualTo(sampling.told.get(sampling.told.size() - 1));
    }

    @Test
    void anHourOfSamplesIsKept() {
        sampling.run(Duration.ofHours(9));

        assertThat(board.samples(Signal.POOL_UTILIZATION, Duration.ofDays(1)))
                .hasSize(721)
                .allSatisfy(sample ->
                        assertThat(sample.at()).isAfterOrEqualTo(clock.instant().minus(Duration.ofHours(1))));
        assertThat(board.samples(Signal.POOL_UTILIZATION, MINUTE)).hasSize(12);
    }

    @Test
    void whatIsOlderThanAnHourIsForgottenAlsoWhenNothingNewComes() {
        sampling.run(Duration.ofHours(1));
        sampling.set(Signal.POOL_UTILIZATION, () -> Reading.missing("not now"));
        sampling.run(Duration.ofMinutes(70));

        assertThat(board.samples(Signal.POOL_UTILIZATION, Duration.ofDays(1))).isEmpty();
        assertThat(board.samples(Signal.STATEMENT_P95, Duration.ofDays(1))).isNotEmpty();
    }

    @Test
    void aMissingReadingIsKeptAsMissingWithItsReasonAndNeverAsANumber() {
        sampling.hold(Signal.DATABASE_CPU, 40, MINUTE);
        sampling.set(Signal.DATABASE_CPU, () -> Reading.missing("not measurable from here"));
        sampling.run(MINUTE);

        Reading latest = sampling.state(Signal.DATABASE_CPU).latest();
        assertThat(latest.isMeasured()).isFalse();
        assertThat(latest.reason()).isEqualTo("not measurable from here");
        assertThat(latest.value()).isNaN();
        assertThat(board.samples(Signal.DATABASE_CPU, MINUTE)).isEmpty();
        assertThat(board.samples(Signal.DATABASE_CPU, Duration.ofHours(1)))
                .extracting(Samples.Sample::value)
                .containsOnly(40.0);
    }

    @Test
    void whatWasNotMeasuredYetOrIsNotMeasuredHereSaysSo() {
        assertThat(board.states()).extracting(SignalState::signal).containsExactly(Signal.values());
        assertThat(board.states()).allSatisfy(state -> {
            assertThat(state.latest().reason()).isEqualTo("not measured yet");
            assertThat(state.level()).isEqualTo(Level.HEALTHY);
        });

        sampling.run(MINUTE);

        assertThat(sampling.state(Signal.DISK).latest().reason()).isEqualTo("not measured here");
        assertThat(sampling.state(Signal.POOL_UTILIZATION).latest().isMeasured())
                .isTrue();
    }

    @Test
    void whatIsNotANumberIsMissing() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            sampling.hold(Signal.POOL_UTILIZATION, value, MINUTE);

            assertThat(sampling.state(Signal.POOL_UTILIZATION).latest().isMeasured())
                    .isFalse();
            assertThat(sampling.state(Signal.POOL_UTILIZATION).latest().reason())
                    .contains("not a number");
        }
        assertThat(board.samples(Signal.POOL_UTILIZATION, Duration.ofHours(1))).isEmpty();
        assertThat(board.summary(start, clock.instant()))
                .extracting(Point::signal)
                .doesNotContain(Signal.POOL_UTILIZATION)
                .contains(Signal.STATEMENT_P95);
    }

    @Test
    void aSignalWithoutARuleNeverAlerts() {
        sampling.hold(Signal.REQUEST_RATE, 1e9, Duration.ofHours(2));

        assertThat(sampling.told).isEmpty();
        assertThat(sampling.state(Signal.REQUEST_RATE).latest().value()).isEqualTo(1e9);
    }

    @Test
    void aSourceThatThrowsIsMissingAndTheOthersAreSampled() throws Exception {
        sampling.set(Signal.POOL_UTILIZATION, () -> {
            throw new IllegalStateException("cannot log in with password s3cret");
        });
        sampling.set(Signal.STATEMENT_P95, () -> {
            throw new UnsatisfiedLinkError("/home/s3cret/native.so");
        });
        sampling.set(Signal.DATABASE_CPU, () -> null);
        List<String> logged = Logged.during(() -> sampling.hold(Signal.REQUEST_RATE, 3, MINUTE));

        assertThat(sampling.state(Signal.POOL_UTILIZATION).latest().reason())
                .isEqualTo("its measurement failed: IllegalStateException");
        assertThat(sampling.state(Signal.STATEMENT_P95).latest().reason())
                .isEqualTo("its measurement failed: UnsatisfiedLinkError");
        assertThat(sampling.state(Signal.DATABASE_CPU).latest().isMeasured()).isFalse();
        assertThat(board.samples(Signal.REQUEST_RATE, MINUTE)).hasSize(12);
        assertThat(logged)
                .hasSize(3)
                .noneMatch(line -> line.contains("s3cret"))
                .anyMatch(line -> line.contains("signal=pool_utilization reason=IllegalStateException"));
    }

    @Test
    void aSourceThatFailsAgainIsLoggedAgain() throws Exception {
        Supplier<Reading> broken = () -> {
            throw new IllegalStateException();
        };
        List<String> logged = Logged.during(() -> {
            sampling.set(Signal.POOL_UTILIZATION, broken);
            sampling.run(MINUTE);
            sampling.hold(Signal.POOL_UTILIZATION, 1, MINUTE);
            assertThat(sampling.state(Signal.POOL_UTILIZATION).latest().isMeasured())
                    .isTrue();
            sampling.set(Signal.POOL_UTILIZATION, broken);
            sampling.run(MINUTE);
        });

        assertThat(logged).hasSize(2);
    }

    @Test
    void whoeverIsToldCannotEndTheSampling() throws Exception {
        Map<Signal, Supplier<Reading>> full = new EnumMap<>(Signal.class);
        full.put(Signal.POOL_UTILIZATION, () -> Reading.of(100));
        full.put(Signal.DISK, () -> Reading.of(100));
        SignalBoard deaf = new SignalBoard("here 1", full, Sampling.settings("{}"), clock, alert -> {
            throw new IllegalStateException("nobody listens");
        });
        List<String> logged = Logged.during(() -> {
            for (int i = 0; i < 120; i++) {
                clock.advance(Duration.ofSeconds(5));
                deaf.sample();
            }
        });

        assertThat(deaf.active())
                .extracting(Alert::signal)
                .containsExactlyInAnyOrder(Signal.POOL_UTILIZATION, Signal.DISK);
        assertThat(logged).hasSize(2).allMatch(line -> line.contains("alert not told: signal="));
    }

    @Test
    void aSummaryHasTheAverageAndTheHighestOfWhatWasMeasuredSince() {
        sampling.hold(Signal.STATEMENT_P95, 1000, MINUTE);
        Instant since = clock.instant();
        sampling.hold(Signal.STATEMENT_P95, 10, MINUTE);
        sampling.hold(Signal.STATEMENT_P95, 40, MINUTE.multipliedBy(2));

        assertThat(board.summary(since, clock.instant()))
                .contains(new Point(Signal.STATEMENT_P95, clock.instant(), 30, 40))
                .extracting(Point::signal)
                .containsExactlyInAnyOrder(MEASURED);
    }

    @Test
    void samplesAreThinnedToStepsAndAStepWithoutAnyIsLeftOut() {
        clock.advance(Duration.ofSeconds(-5));
        sampling.hold(Signal.STATEMENT_P95, 10, Duration.ofSeconds(30));
        sampling.hold(Signal.STATEMENT_P95, 40, Duration.ofSeconds(30));
        sampling.set(Signal.STATEMENT_P95, () -> Reading.missing("not now"));
        sampling.run(MINUTE);
        sampling.hold(Signal.STATEMENT_P95, 7, MINUTE);

        assertThat(board.thinned(Duration.ofHours(1), MINUTE))
                .filteredOn(point -> point.signal() == Signal.STATEMENT_P95)
                .containsExactly(
                        new Point(Signal.STATEMENT_P95, start, 25, 40),
                        new Point(Signal.STATEMENT_P95, start.plus(MINUTE.multipliedBy(2)), 7, 7));
    }

    private void rushes(int count) {
        for (int i = 0; i < count; i++) {
            sampling.hold(Signal.POOL_UTILIZATION, 100, MINUTE.multipliedBy(10));
            sampling.hold(Signal.POOL_UTILIZATION, 0, MINUTE.multipliedBy(10));
        }
    }
}
