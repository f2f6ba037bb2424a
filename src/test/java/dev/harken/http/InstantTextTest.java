package dev.harken.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstantTextTest {
    private static final ObjectMapper JSON = ApiJson.mapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1970-01-01T00:00:00Z",
                "1969-12-31T23:59:59.999999Z",
                "2024-02-29T23:59:59.120Z",
                "2026-11-24T02:42:31.659933Z",
                "2026-11-24T02:42:31.000000001Z",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999Z",
                "-0001-12-31T23:59:59Z",
                "+10000-01-01T00:00:00Z"
            })
    void writesWhatTheTimeWritesOfItself(String text) throws JsonProcessingException {
        assertThat(JSON.writeValueAsString(Instant.parse(text))).isEqualTo('"' + text + '"');
    }

    @Test
    void writesAnyTimeAsItWritesItself() throws JsonProcessingException {
        Random random = new Random(7);
        int[] units = {1, 1_000, 1_000_000, 1_000_000_000};
        for (int n = 0; n < 20_000; n++) {
            int unit = units[n % units.length];
            Instant time = Instant.ofEpochSecond(
                    random.nextLong(-62_167_219_200L, 253_402_300_800L), random.nextLong(1_000_000_000L) / unit * unit);
            assertThat(JSON.writeValueAsString(time)).isEqualTo('"' + time.toString() + '"');
        }
    }
}
