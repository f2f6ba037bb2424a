package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeywordListTest {
    static Stream<Arguments> stored() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of(" , ,,", List.of()),
                Arguments.of("a, b c ,d", List.of("a", "b c", "d")),
                Arguments.of("\"a, b\", c", List.of("\"a, b\"", "c")),
                Arguments.of("-\"a, b\",c", List.of("-\"a, b\"", "c")),
                Arguments.of("/a{1,3}/, c", List.of("/a{1,3}/", "c")),
                Arguments.of("- /a,b/ ,c", List.of("- /a,b/", "c")),
                Arguments.of("/a\\/,b/,c", List.of("/a\\/,b/", "c")),
                Arguments.of("/r/a,b/,c", List.of("/r/a,b/", "c")),
                Arguments.of("and/or, either/or", List.of("and/or", "either/or")),
                Arguments.of("12\" vinyl, 7\" single", List.of("12\" vinyl", "7\" single")),
                Arguments.of("\"never closed, c", List.of("\"never closed", "c")),
                Arguments.of("/never closed, c", List.of("/never closed", "c")),
                Arguments.of("a AND \"b, c\", d", List.of("a AND \"b, c\"", "d")),
                Arguments.of("title:\"b, c\", (/d,e/ OR f)", List.of("title:\"b, c\"", "(/d,e/ OR f)")),
                Arguments.of("-, -", List.of("-", "-")),
                Arguments.of("a,/", List.of("a", "/")));
    }

    @ParameterizedTest(name = "[{0}]")
    @MethodSource("stored")
    void splitsAtCommasThatBelongToNoPhraseOrExpression(String stored, List<String> keywords) {
        assertThat(KeywordList.split(stored)).isEqualTo(keywords);
    }

    @Test
    void joinTrimsAndDropsEmptyOnes() {
        assertThat(KeywordList.join(List.of(" a ", "", "\"b, c\""))).isEqualTo("a,\"b, c\"");
        assertThat(KeywordList.join(List.of())).isEmpty();
    }

    @Test
    void anyTextIsSplitIntoKeywordsThatAreNotBlank() {
        Random random = new Random(5);
        for (int i = 0; i < 50_000; i++) {
            String stored = text(random, 16);
            List<String> keywords = KeywordList.split(stored);
            assertThat(keywords).as(stored).noneMatch(String::isBlank);
        }
    }

    @Test
    void keywordsThatAreAcceptedComeBackAsTheyWere() {
        Random random = new Random(6);
        int accepted = 0;
        for (int i = 0; i < 50_000; i++) {
            List<String> keywords = new ArrayList<>(List.of("wanted"));
            for (int k = 0; k < 3; k++) {
                keywords.add(text(random, 6));
            }
            try {
                Found.keywords(keywords);
            } catch (KeywordException e) {
                continue;
            }
            accepted++;
            assertThat(KeywordList.split(KeywordList.join(keywords)))
                    .isEqualTo(keywords.stream().map(String::strip).toList());
        }
        assertThat(accepted).isGreaterThan(300);
    }

    private static String text(Random random, int length) {
        String letters = "abc  -/\"\\,,{1}";
        return random.ints(length, 0, letters.length())
                .mapToObj(i -> letters.substring(i, i + 1))
                .collect(Collectors.joining());
    }
}
