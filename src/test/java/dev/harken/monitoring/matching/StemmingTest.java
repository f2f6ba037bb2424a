package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StemmingTest {
    @ParameterizedTest
    @CsvSource({
        "ENGLISH, running shoes, which shoe for runs? run shoe",
        "ENGLISH, run, RUNNING late",
        "ENGLISH, complaint, too many complaints!",
        "GERMAN, Schuhe, ein Schuh fehlt",
        "FRENCH, cherche, je vais chercher",
        "SPANISH, zapatos, un zapato",
        "ITALIAN, scarpe, una scarpa",
        "PORTUGUESE, sapatos, um sapato",
        "DUTCH, schoenen, een schoen"
    })
    void findsOtherForms(Stemming stemming, String keyword, String text) throws KeywordException {
        assertThat(found(stemming, keyword, text)).containsExactly(keyword);
        assertThat(found(Stemming.NONE, keyword, text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "running shoes, running; shoes",
        "running shoes, running in shoes",
        "shoe, horseshoe",
        "'\"running shoes\"', run shoe",
        "runn*, run",
        "author:runners, a runner"
    })
    void leavesWhatIsNotPlainWordsAsItIs(String keyword, String text) throws KeywordException {
        assertThat(found(Stemming.ENGLISH, keyword, text)).isEmpty();
    }

    @Test
    void wordsWithSignsAreFoundAsTheyAre() throws KeywordException {
        assertThat(found(Stemming.ENGLISH, "c++", "learning C++ fast")).hasSize(1);
        assertThat(found(Stemming.ENGLISH, "c++", "vitamin c")).isEmpty();
    }

    @Test
    void worksBesideOperators() throws KeywordException {
        assertThat(found(Stemming.ENGLISH, "shoes NEAR/2 running -title:ads", "a shoe for runs"))
                .hasSize(1);
        assertThat(found(Stemming.ENGLISH, "shoes NEAR/0 running", "a shoe for runs"))
                .isEmpty();
        assertThat(found(Stemming.ENGLISH, "title:shoes", "a shoe for runs")).isEmpty();
    }

    private static List<String> found(Stemming stemming, String keyword, String text) throws KeywordException {
        return Found.in(Keywords.parse(List.of(keyword), stemming), SearchedPost.of("", text));
    }
}
