package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HighlightsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "latte|A [Latte], two lattes, a [LATTE]",
                "oat milk|with [Oat \t milk]",
                "insta*|[instantly] or [Insta]",
                "*gram|an [Instagram] post",
                "don't|why [don’t] they",
                "café|a [cafe\u0301] or a [café]!",
                "latte NEAR/1 milk|[latte] with [milk], and far from them more milk",
                "latte OR mocha|[mocha] only",
                "latte -decaf|[latte]",
                "(latte OR tea) milk|[latte] and [milk]",
                "/lat+e/|[LATTE] and [late]",
                "👍|so 👎 [👍]",
                "ab|\u0001[ab]"
            })
    void areWhereTheKeywordsAre(String keyword, String marked) throws KeywordException {
        String written = marked.translateEscapes();
        String text = written.replaceAll("[\\[\\]]", "");

        Highlights highlights = match(keyword, "", text).highlights();

        assertThat(shown(text, highlights.content())).isEqualTo(written);
        assertThat(highlights.title()).isEmpty();
    }

    @Test
    void ofSeveralKeywordsAreMergedAndInOrder() throws KeywordException {
        Match match = Keywords.parse(List.of("milk foam", "oat milk", "title:best"), Stemming.NONE)
                .match(SearchedPost.of("The best", "oat milk foam, milk foam"))
                .orElseThrow();

        assertThat(match.keywords()).containsExactly("milk foam", "oat milk", "title:best");
        assertThat(shown("oat milk foam, milk foam", match.highlights().content()))
                .isEqualTo("[oat milk foam], [milk foam]");
        assertThat(match.highlights().title()).containsExactly(List.of(4, 8));
    }

    @Test
    void stemsMarkTheWholeWord() throws KeywordException {
        Match match = Keywords.parse(List.of("runs"), Stemming.ENGLISH)
                .match(SearchedPost.of("", "I am running."))
                .orElseThrow();

        assertThat(match.highlights().content()).containsExactly(List.of(5, 12));
    }

    @Test
    void namesOfAuthorsAreNoPartOfTheText() throws KeywordException {
        Match match = Keywords.parse(List.of("author:jane"), Stemming.NONE)
                .match(SearchedPost.of("jane", "jane", "jane", "", ""))
                .orElseThrow();

        assertThat(match.highlights()).isEqualTo(Highlights.none());
    }

    @Test
    void areBounded() throws KeywordException {
        assertThat(match("a", "", "a ".repeat(5000)).highlights().content()).hasSize(Highlights.MOST);
        assertThat(match("/a/", "", "a ".repeat(5000)).highlights().content()).hasSize(Highlights.MOST);
    }

    /** Kept one by one, these marks would take gigabytes. */
    @Test
    @Timeout(60)
    void doNotKeepEachMark() {
        Stream<Query.Mark> marks = IntStream.range(0, 20_000_000)
                .mapToObj(i -> new Query.Mark(Field.TEXT, new Span(i % 40_000 / 2 * 2, i % 40_000 / 2 * 2 + 1)));

        assertThat(Highlights.of(marks).content())
                .hasSize(Highlights.MOST)
                .startsWith(List.of(0, 1), List.of(2, 3))
                .endsWith(List.of(198, 199));
    }

    @Test
    void aWideMarkBehindManyNarrowOnesLeavesRoomForMore() throws KeywordException {
        String text = "a ".repeat(250) + "b" + " a".repeat(49);
        Match match = Keywords.parse(List.of("a", "/^.*b/"), Stemming.NONE)
                .match(SearchedPost.of("", text))
                .orElseThrow();

        assertThat(match.highlights().content())
                .hasSize(50)
                .startsWith(List.of(0, 501))
                .endsWith(List.of(598, 599));
    }

    @Test
    void endWhereATextIsCut() {
        Highlights highlights =
                new Highlights(List.of(List.of(0, 5), List.of(6, 9)), List.of(List.of(2, 4), List.of(3, 5)));

        assertThat(highlights.within(8, 4)).isEqualTo(new Highlights(List.of(List.of(0, 5)), List.of(List.of(2, 4))));
    }

    private static Match match(String keyword, String title, String text) throws KeywordException {
        return Keywords.parse(List.of(keyword), Stemming.NONE)
                .match(SearchedPost.of(title, text))
                .orElseThrow();
    }

    private static String shown(String text, List<List<Integer>> parts) {
        StringBuilder shown = new StringBuilder(text);
        for (int i = parts.size() - 1; i >= 0; i--) {
            shown.insert(parts.get(i).get(1), "]").insert(parts.get(i).get(0), "[");
        }
        return shown.toString();
    }
}
