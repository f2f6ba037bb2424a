package dev.harken.configs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScanTimesTest {
    // 2026-03-02 is a Monday.
    @ParameterizedTest(name = "every {0} min, hours {1} to {2}, days {3}: after {4} comes {5}")
    @CsvSource(
            delimiter = '|',
            value = {
                "5  | 0  | 23 | 1,2,3,4,5,6,7 | 2026-03-02T10:00:00Z | 2026-03-02T10:05:00Z",
                "5  | 9  | 17 | 1,2,3,4,5     | 2026-03-02T17:54:59Z | 2026-03-02T17:59:59Z",
                "5  | 9  | 17 | 1,2,3,4,5     | 2026-03-02T17:55:00Z | 2026-03-03T09:00:00Z",
                "5  | 9  | 17 | 1,2,3,4,5     | 2026-03-06T17:58:00Z | 2026-03-09T09:00:00Z",
                "60 | 9  | 9  | 3             | 2026-03-04T09:30:00Z | 2026-03-11T09:00:00Z",
                "5  | 22 | 2  | 1             | 2026-03-02T23:59:00Z | 2026-03-03T00:04:00Z",
                "5  | 22 | 2  | 1             | 2026-03-03T02:57:00Z | 2026-03-09T22:00:00Z",
                "0  | 0  | 23 | ''            | 2026-03-02T10:00:00Z | 2026-03-02T10:01:00Z",
                "5  | 24 | 47 | 9,x, 1        | 2026-03-02T10:00:00Z | 2026-03-02T10:05:00Z",
            })
    void theNextScanComesAfterTheIntervalWithinTheHours(
            int interval, int start, int end, String days, Instant now, Instant next) {
        assertThat(ScanTimes.of(interval, start, end, days).nextAfter(now)).isEqualTo(next);
    }
}
