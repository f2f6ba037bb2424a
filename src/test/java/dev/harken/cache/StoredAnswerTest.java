package dev.harken.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredAnswerTest {
    private static final Map<String, String> LINKS =
            Map.of("next", "/api/posts?cursor=abc", "prev", "/api/posts?cursor=%C3%A9");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_399, 1_400, 300_000})
    void anAnswerComesBackAsItWas(int length) {
        Instant asOf = Instant.parse("2026-11-02T03:04:05.123456Z");
        Answer answer = Answer.of(body(length), LINKS).asOf(asOf);

        StoredAnswer read = StoredAnswer.read(new StoredAnswer(new Generation("a.b"), answer).toBytes())
                .orElseThrow();

        assertThat(read.generation()).isEqualTo(new Generation("a.b"));
        assertThat(read.answer().plain()).isEqualTo(body(length));
        assertThat(read.answer().tag()).isEqualTo(answer.tag());
        assertThat(read.answer().links()).isEqualTo(LINKS);
        assertThat(read.answer().asOf()).contains(asOf);
        assertThat(read.answer().length()).isEqualTo(length);
        assertThat(read.answer().compressed()).isEqualTo(answer.compressed());
    }

    @Test
    void whatPaysIsCompressed() {
        assertThat(new StoredAnswer(new Generation("a"), Answer.of(body(300_000), Map.of())).toBytes().length)
                .isLessThan(60_000);
    }

    @Test
    void foreignBytesAreNotThere() {
        assertThat(StoredAnswer.read(new byte[0])).isEmpty();
        assertThat(StoredAnswer.read(new byte[] {1})).isEmpty();
        assertThat(StoredAnswer.read("{\"posts\": []}".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        Random random = new Random(42);
        for (int i = 0; i < 1_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            if (noise.length > 0) {
                noise[0] = 1;
            }
            assertThat(StoredAnswer.read(noise)).isEmpty();
        }
    }

    @Test
    void bytesThatAreCutOffOrChangedAreNotThere() {
        byte[] whole = new StoredAnswer(new Generation("a.b"), Answer.of(body(3_000), LINKS)).toBytes();
        assertThat(StoredAnswer.read(whole)).isPresent();

        for (int length = 0; length < whole.length; length++) {
            assertThat(StoredAnswer.read(Arrays.copyOf(whole, length))).isEmpty();
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x10;
            assertThat(StoredAnswer.read(changed)).isEmpty();
        }
    }

    @Test
    void theTagChangesWithTheBodyAndWithALink() {
        String tag = Answer.of(body(100), LINKS).tag();

        assertThat(Answer.of(body(100), Map.of("prev", LINKS.get("prev"), "next", LINKS.get("next")))
                        .tag())
                .isEqualTo(tag);
        assertThat(Answer.of(body(101), LINKS).tag()).isNotEqualTo(tag);
        assertThat(Answer.of(body(100), Map.of()).tag()).isNotEqualTo(tag);
    }

    private static byte[] body(int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append("{\"id\": ").append(text.length()).append("}, ");
        }
        return text.substring(0, length).getBytes(StandardCharsets.UTF_8);
    }
}
