package dev.harken.database.insight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "select * from t where a = 'x' and b = 12      | select * from t where a = $1 and b = $2",
                "select 'it''s', 'C:\\', 'secret'              | select $1, $2, $3",
                "select E'it\\'s secret', e'x'                 | select $1, $2",
                "select 1.5, .5, 1e-10, 0xFF, 1_000, -3        | select $1, $2, $3, $4, $5, -$6",
                "select $1, $2, 'x', 7                         | select $1, $2, $3, $4",
                "select $$secret 'x'$$, $t$se$$cret$t$         | select $1, $2",
                "select a1, \"it's 5\", t2.c3 from x           | select a1, \"it's 5\", t2.c3 from x",
                "select /* secret /* 1 */ 'x' */ 1 -- secret 'y| select $1",
                "alter role r password 'secret                 | alter role r password $1",
                "do $body$ begin perform 'secret               | do $1",
                "select name'x', type from t where e = 'x'     | select name$1, type from t where e = $2",
            })
    void valuesBecomeParameters(String text, String expected) {
        assertThat(StatementText.withoutValues(text, 1000)).isEqualTo(expected);
    }

    @Test
    void commentsGoAndWhiteSpaceBecomesOneSpace() {
        assertThat(StatementText.withoutValues("select\n  a -- secret\n  from   t", 1000))
                .isEqualTo("select a from t");
    }

    @Test
    void aVeryLongStatementIsNoTrouble() {
        assertThat(StatementText.withoutValues("select '" + "a''".repeat(200_000), 1000))
                .isEqualTo("select $1");
    }

    @Test
    void theTextIsCut() {
        assertThat(StatementText.withoutValues("select aaaaaaaaaaaa", 10))
                .isEqualTo("select aa…")
                .hasSize(10);
    }
}
