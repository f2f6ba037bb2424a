package dev.harken.console.actions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select 1 | select ?",
                "select * from t where a = 'x''y' and b=2.5e3 | select * from t where a = ? and b=?",
                "where email = E'it\\'s' and c = 7 | where email = ? and c = ?",
                "select $tag$ secret 'x' $tag$, $$more$$ | select ?, ?",
                "update \"Odd 1\" set idx_2 = $1 where a1 = .5 | update \"Odd 1\" set idx_2 = $1 where a1 = ?",
                "select 0x1F, b'01', U&'d' | select ?, ?, ?",
                "select /* of ann@a.test */ 1 -- secret | select ?",
                "select 'cut off by the serv | select ?",
                "select E'cut\\ | select ?",
                "select $x$cut off | select ?",
            })
    void aStatementIsToldWithoutItsValues(String statement, String told) {
        assertThat(StatementText.withoutValues(statement)).isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource({"200000"})
    void aVeryLongStatementIsNoTrouble(int length) {
        assertThat(StatementText.withoutValues("select '" + "a''".repeat(length)))
                .isEqualTo("select ?");
    }
}
