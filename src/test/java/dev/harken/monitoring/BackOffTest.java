package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackOffTest {
    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 4", "3, 8", "4, 15", "5, 15", "2147483647, 15"})
    void pausesGrowToAnEndAndDiffer(int before, int minutes) {
        Duration around = Duration.ofMinutes(minutes);

        assertThat(Stream.generate(() -> BackOff.pause(before)).limit(1000))
                .allMatch(pause -> pause.compareTo(around.multipliedBy(3).dividedBy(4)) >= 0
                        && pause.compareTo(around.multipliedBy(5).dividedBy(4)) <= 0)
                .satisfies(pauses -> assertThat(pauses.stream().distinct()).hasSizeGreaterThan(100));
    }
}
