package dev.harken.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void numbersStandToTheRightAndWordsToTheLeft() {
        TextTable table = new TextTable("name", "req/s", "note");
        table.row(List.of("a list", "1234", ""));
        table.row(List.of("a", "5.6", "slow"));
        table.row(List.of("none", "", "not measured"));

        assertThat(table)
                .hasToString(
                        """
                        name    req/s  note
                        ------  -----  ------------
                        a list   1234
                        a         5.6  slow
                        none           not measured
                        """);
    }

    @Test
    void threeDigitsOfANumberCount() {
        assertThat(Numbers.of(0.1234)).isEqualTo("0.12");
        assertThat(Numbers.of(12.345)).isEqualTo("12.3");
        assertThat(Numbers.of(1234.5)).isEqualTo("1235");
        assertThat(Numbers.of(OptionalDouble.empty())).isEmpty();
    }
}
