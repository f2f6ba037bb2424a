package dev.harken.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
    @Test
    void isReadBackToTheMicrosecond() {
        Cursor cursor = new Cursor(Instant.parse("2026-03-02T10:00:00.123456Z"), 42, true);

        assertThat(Cursor.decode(cursor.encode())).isEqualTo(cursor);
        assertThat(cursor.encode()).matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "!!!!", "AQ", "AQAAAAAAAAAAAAAAAAAAAAAAAA", "Af9_____________________w"})
    void whatNobodyWasGivenIsRefused(String text) {
        assertThatThrownBy(() -> Cursor.decode(text)).isInstanceOf(ProblemException.class);
    }

    @Test
    void theLastPageHasNoNextAndTheFirstNoPrevious() {
        PageRequest first = new PageRequest(2, true, null);

        Page<Long> page = Page.of(List.of(1L, 2L, 3L), first, id -> new Cursor(Instant.EPOCH, id, false));
        assertThat(page.rows()).containsExactly(1L, 2L);
        assertThat(page.previous()).isEmpty();
        assertThat(page.next()).contains(new Cursor(Instant.EPOCH, 2, false));

        PageRequest second = new PageRequest(2, true, page.next().orElseThrow());
        Page<Long> last = Page.of(List.of(3L), second, id -> new Cursor(Instant.EPOCH, id, false));
        assertThat(last.next()).isEmpty();
        assertThat(last.previous()).contains(new Cursor(Instant.EPOCH, 3, true));
    }
}
