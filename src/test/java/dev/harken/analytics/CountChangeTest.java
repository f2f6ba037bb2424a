package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.harken.analytics.CountChange.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountChangeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, TOO_FEW",
        "0, 19, TOO_FEW",
        "10, 9, TOO_FEW",
        "0, 20, MORE",
        "20, 0, FEWER",
        "10, 10, UNCLEAR",
        "10, 18, UNCLEAR",
        "10, 24, MORE",
        "24, 10, FEWER",
        "1000, 1050, UNCLEAR",
        "1000, 1100, MORE"
    })
    void aChangeIsToldFromChanceOnlyWhereItCanBe(long before, long now, Verdict verdict) {
        assertThat(new CountChange(before, now).verdict()).isEqualTo(verdict);
    }

    /** Wilson's interval of 15 in 40 is 0.2422 to 0.5297, as tables have it. */
    @Test
    void theRangeIsWilsonsIntervalAsAGrowth() {
        CountChange change = new CountChange(25, 15);

        assertThat(change.lowest()).isCloseTo(0.2422 / (1 - 0.2422) - 1, within(0.001));
        assertThat(change.highest()).isCloseTo(0.5297 / (1 - 0.5297) - 1, within(0.001));
    }

    @Test
    void fromNothingGrowthHasNoUpperEndAndToNothingNoneButAll() {
        assertThat(new CountChange(0, 30).highest()).isInfinite();
        assertThat(new CountChange(0, 30).lowest()).isPositive();
        assertThat(new CountChange(30, 0).lowest()).isEqualTo(-1);
        assertThat(new CountChange(30, 0).highest()).isNegative();
        assertThat(new CountChange(0, 0).lowest()).isEqualTo(-1);
        assertThat(new CountChange(0, 0).highest()).isInfinite();
    }

    @Test
    void whereNothingChangedAboutOneInTwentyIsTakenForAChange() {
        SplittableRandom random = new SplittableRandom(20260302);
        int wrong = 0;
        int weeks = 20_000;
        for (int week = 0; week < weeks; week++) {
            Verdict verdict = new CountChange(poisson(random, 40), poisson(random, 40)).verdict();
            if (verdict == Verdict.MORE || verdict == Verdict.FEWER) {
                wrong++;
            }
        }
        assertThat((double) wrong / weeks).isBetween(0.03, 0.07);
    }

    @Test
    void thereIsNoNegativeCount() {
        assertThatThrownBy(() -> new CountChange(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Knuth's way. */
    private static long poisson(SplittableRandom random, double mean) {
        double limit = Math.exp(-mean);
        long count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }
}
