package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
                Arguments.of(
                        "coffee NOT(\"new york, ny\" OR boston), d",
                        List.of("coffee NOT(\"new york, ny\" OR boston)", "d")),
                Arguments.of("a AND(/b{1,3}/ OR c), d", List.of("a AND(/b{1,3}/ OR c)", "d")),
                Arguments.of("a NEAR/3(\"b, c\" OR d), e", List.of("a NEAR/3(\"b, c\" OR d)", "e")),
                Arguments.of("(a OR b)(\"c, d\" OR e), f", List.of("(a OR b)(\"c, d\" OR e)", "f")),
                Arguments.of("(f(x) OR b)\"c, d\", e", List.of("(f(x) OR b)\"c, d\"", "e")),
                Arguments.of("f(/x, y/ z", List.of("f(/x", "y/ z")),
                Arguments.of("f(x)(/x, y/ z", List.of("f(x)(/x", "y/ z")),
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
        List<String> keywords = new ArrayList<>();
        int accepted = 0;
        for (int i = 0; i < 300_000; i++) {
            try {
                keywords.add(Keyword.parse(0, text(random, 1 + random.nextInt(9)), Stemming.NONE, false)
                        .written());
            } catch (KeywordException e) {
                continue;
            }
            accepted++;
            if (keywords.size() == 4) {
                assertThat(KeywordList.split(KeywordList.join(keywords))).isEqualTo(keywords);
                keywords.clear();
            }
        }
        assertThat(accepted).isGreaterThan(10_000);
    }

    @Test
    void oneThatWouldNotComeBackIsRefused() throws KeywordException {
        String apart = "a NEAR -/b";
        Found.keywords(List.of(apart));

        KeywordException refused =
                catchThrowableOfType(KeywordException.class, () -> Found.keywords(List.of("x", apart, "c/ d")));

        assertThat(refused).hasMessageContaining("cannot be told from the next: put it in \"quotes\"");
        assertThat(refused.index()).isEqualTo(1);
    }

    private static String text(Random random, int length) {
        List<String> pieces = List.of(
                "a", "b", "c", " ", " ", "-", "/", "\"", "\"", "\\", ",", ",", "{1}", "(", ")", "(", ")", "AND", "OR ",
                "NOT", " NEAR/1", "title:");
        return random.ints(length, 0, pieces.size()).mapToObj(pieces::get).collect(Collectors.joining());
    }
}
