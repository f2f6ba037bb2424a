package dev.harken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    @Test
    void itsRateIsTheMiddleOneOfItsRounds() {
        assertThat(Measured.atRates(Group.LIST, "list", 1, 100, 1, 90, 110, 5000)
                        .perSecond())
                .hasValue(100);
        assertThat(Measured.atRates(Group.LIST, "list", 1, 100, 200).perSecond())
                .hasValue(150);
    }

    @Test
    void itsPercentilesAreOverTheCallsOfAllRounds() {
        Measurement measurement = new Measurement(
                Group.LIST,
                "list",
                1,
                List.of(
                        Measured.round(
                                1,
                                LongStream.rangeClosed(1, 50).map(n -> n * 1000).toArray()),
                        Measured.round(
                                1,
                                LongStream.rangeClosed(51, 100)
                                        .map(n -> n * 1000)
                                        .toArray())),
                OptionalLong.empty(),
                "");

        assertThat(measurement.millis(50).orElseThrow()).isCloseTo(50, within(0.1));
        assertThat(measurement.millis(95).orElseThrow()).isCloseTo(95, within(0.1));
        assertThat(measurement.millis(99).orElseThrow()).isCloseTo(99, within(0.1));
        assertThat(measurement.calls()).isEqualTo(100);
    }

    @Test
    void aMachineThatSlowsDownForBothLeavesTheirRatioAlone() {
        Measurement fast = Measured.atRates(Group.LIST, "fast", 1, 400, 40, 4000);
        Measurement slow = Measured.atRates(Group.LIST, "slow", 1, 100, 10, 1000);

        assertThat(fast.timesAsFastAs(slow)).hasValue(4);
        assertThat(slow.timesAsFastAs(fast)).hasValue(0.25);
    }

    @Test
    void whatCouldNotBeMeasuredHasNoNumbersAndSaysWhy() {
        Measurement missing = Measurement.missing(Group.LIST, "304", 8, "no ETag");

        assertThat(missing.perSecond()).isEmpty();
        assertThat(missing.millis(95)).isEmpty();
        assertThat(missing.timesAsFastAs(Measured.atRates(Group.LIST, "list", 8, 1)))
                .isEmpty();
        assertThat(missing.note()).isEqualTo("no ETag");
    }
}
