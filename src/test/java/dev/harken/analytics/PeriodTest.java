package dev.harken.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PeriodTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 2, 27);
    private static final LocalDate LAST = LocalDate.of(2026, 3, 2);

    @Test
    void holdsItsFirstAndItsLastDay() {
        Period period = new Period(FIRST, LAST);

        assertThat(period.days()).isEqualTo(4);
        assertThat(period.from()).isEqualTo(Instant.parse("2026-02-27T00:00:00Z"));
        assertThat(period.until()).isEqualTo(Instant.parse("2026-03-03T00:00:00Z"));
        assertThat(Period.ending(LAST, 4)).isEqualTo(period);
    }

    @Test
    void isPrecededByAsManyDays() {
        assertThat(new Period(FIRST, LAST).before())
                .isEqualTo(new Period(LocalDate.of(2026, 2, 23), LocalDate.of(2026, 2, 26)));
    }

    @Test
    void doesNotEndBeforeItBegins() {
        assertThatThrownBy(() -> Period.ending(LAST, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
