package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProportionTest {
    /** As R's prop.test(part, whole, correct = FALSE) says. */
    @ParameterizedTest
    @CsvSource({"2, 3, 0.2077, 0.9385", "0, 10, 0, 0.2775", "10, 10, 0.7225, 1", "81, 263, 0.2553, 0.3662"})
    void theIntervalIsWilsons(long part, long whole, double low, double high) {
        Proportion share = new Proportion(part, whole);

        assertThat(share.lowest()).isCloseTo(low, within(0.0001));
        assertThat(share.highest()).isCloseTo(high, within(0.0001));
    }

    @Test
    void ofNothingAnyShareMayBeTrue() {
        assertThat(new Proportion(0, 0).lowest()).isZero();
        assertThat(new Proportion(0, 0).highest()).isOne();
    }

    @Test
    void noMoreThanAllCanHaveIt() {
        assertThatThrownBy(() -> new Proportion(2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
