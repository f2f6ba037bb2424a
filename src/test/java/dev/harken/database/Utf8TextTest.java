package dev.harken.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8TextTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "just eight",
                "\"",
                "\\\\\"\"",
                "Zürich – 日本 🍅",
                "end\n",
                "\u0000\u001f\u007f\u0080"
            })
    void isWrittenAsJacksonWritesAString(String text) throws Exception {
        isWrittenLikeAString(text);
    }

    static IntStream characters() {
        return IntStream.rangeClosed(0, 0x100);
    }

    /** At each place of the eight bytes that are looked at together, and of the rest. */
    @ParameterizedTest
    @MethodSource("characters")
    void eachCharacterIsWrittenAsJacksonWritesItWhereverItStands(int character) throws Exception {
        for (int place = 0; place < 20; place++) {
            String text = "~".repeat(place) + Character.toString(character) + " ".repeat(20 - place);
            isWrittenLikeAString(text);
        }
    }

    @Test
    void anyMixtureIsWrittenAsJacksonWritesIt() throws JsonProcessingException {
        Random random = new Random(1);
        for (int round = 0; round < 2000; round++) {
            String text = random.ints(random.nextInt(200), 0, 0x180)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            isWrittenLikeAString(text);
        }
    }

    private static void isWrittenLikeAString(String text) throws JsonProcessingException {
        assertThat(JSON.writeValueAsBytes(Utf8Text.of(text)))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(JSON.writeValueAsString(text));
    }
}
