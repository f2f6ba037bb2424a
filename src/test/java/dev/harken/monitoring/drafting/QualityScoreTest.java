package dev.harken.monitoring.drafting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.harken.monitoring.drafting.Quality.Part;
import java.util.List;
import java.util.Locale;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QualityScoreTest {
    private static final DraftRequest POST = new DraftRequest(
            "How do I keep my tomato seedlings from getting leggy?",
            "They are on a north window and fall over after a week. What did you do?",
            "SampleGarden",
            "sample_author_07",
            List.of("seedlings"),
            "Fernhollow");

    /** From best to worst. */
    private static final List<String> DRAFTS = List.of(
            """
            Hi! I've had leggy tomato seedlings on a north window too. Here's what worked for me:

            1. Use a cheap lamp and keep it a hand above the leaves.
            2. Turn the pots each day.
            3. Set a small fan near them, so that the stems get strong.

            For example, mine stood up by day ten. How warm is your room?""",
            """
            I had the same with my tomato seedlings. Your north window is too dark. Try a lamp close to the leaves, \
            then check them after a week. If they're still leggy, plant them deep. The stem will root.""",
            "I'd try a lamp. Keep it close to your seedlings and turn the pots. My tomato plants got less leggy.",
            "Leggy seedlings want more light. Use a lamp, and keep your tomato pots cool.",
            "Leggy tomato seedlings need more light than your window has.",
            "It's the light. Mine did that too.",
            "Plants need light.",
            "The phenomenon is attributable to insufficient photosynthetically active radiation reaching tomato seedlings.",
            "Great question! Feel free to reach out, and I hope this helps.",
            "Great question! Unlock the potential of seamless gardening with our product.",
            "Message me for a discount! Our product is the best deal. Sign up at https://x.example/?ref=77",
            "BUY NOW!!! AMAZING DISCOUNT, click here: https://bit.ly/xyz LIMITED-TIME special offer, DM me!!!",
            "Lamp.");

    @Test
    void ordersDraftsAsAReviewerWould() {
        List<Integer> scores = DRAFTS.stream()
                .map(draft -> QualityScore.judge(draft, POST).score())
                .toList();

        for (int i = 1; i < scores.size(); i++) {
            assertThat(scores.get(i)).as("%s in %s", DRAFTS.get(i), scores).isLessThan(scores.get(i - 1));
        }
        assertThat(scores.get(0)).as("the best").isGreaterThanOrEqualTo(90);
        assertThat(scores.get(10)).as("an advertisement in %s", scores).isLessThan(40);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "100,A+", "95,A+", "94,A", "90,A", "89,A-", "85,A-", "84,B+", "80,B+", "79,B", "75,B", "74,B-", "70,B-",
        "69,C+", "65,C+", "64,C", "60,C", "59,C-", "55,C-", "54,D", "50,D", "49,F", "0,F"
    })
    void gradesBeginWhereTheOldSystemsDid(int score, String grade) {
        assertThat(QualityScore.grade(score)).isEqualTo(grade);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "123456789", "  123456789\n\n\n"})
    void underTenCharactersIsNothing(String draft) {
        Quality quality = QualityScore.judge(draft, POST);

        assertThat(quality.score()).isZero();
        assertThat(quality.grade()).isEqualTo("F");
        assertThat(quality.parts()).hasSize(5).allMatch(part -> part.score() == 0);
    }

    @Test
    void tenCharactersAreJudged() {
        assertThat(QualityScore.judge("1234567890", POST).score()).isPositive();
    }

    @Test
    void hasTheOldSystemsFivePartsAndTheScoreIsTheirWeightedMean() {
        for (String draft : DRAFTS.subList(0, 12)) {
            Quality quality = QualityScore.judge(draft, POST);

            assertThat(quality.parts())
                    .extracting(Part::name, Part::weight)
                    .containsExactly(
                            tuple("relevance", 0.25),
                            tuple("helpfulness", 0.25),
                            tuple("authenticity", 0.20),
                            tuple("readability", 0.15),
                            tuple("compliance", 0.15));
            assertThat(quality.parts()).allSatisfy(part -> {
                assertThat(part.score()).isBetween(0, 100);
                assertThat(part.reason()).matches("[A-Z][^\\n]*[^.]\\.");
            });
            assertThat((double) quality.score())
                    .isCloseTo(
                            quality.parts().stream()
                                    .mapToDouble(part -> part.score() * part.weight())
                                    .sum(),
                            Offset.offset(0.5));
            assertThat(QualityScore.judge(draft, POST)).isEqualTo(quality);
        }
    }

    @ParameterizedTest(name = "{1}: {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "Buy now with a discount.                    | advertising",
                "See https://x.example/item?ref=12 for it.   | affiliate links",
                "Just message me about it.                   | a call to write in private",
                "This is REALLY VERY good stuff.             | shouting",
                "https://a.example https://b.example https://c.example | more than two links",
            })
    void complianceNamesWhatBreaksTheRules(String draft, String found) {
        Part compliance = QualityScore.judge(draft, POST).parts().get(4);

        assertThat(compliance.score()).isLessThanOrEqualTo(80);
        assertThat(compliance.reason()).isEqualTo("It has " + found + ".");
    }

    @Test
    void readingEaseIsFleschs() {
        Reading reading = Reading.of("The cat sat on the mat. It was happy.");

        assertThat(reading).isEqualTo(new Reading(9, 2, 10));
        assertThat(reading.ease()).isCloseTo(206.835 - 1.015 * 4.5 - 84.6 * 10 / 9, Offset.offset(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"time,1", "table,2", "used,1", "wanted,2", "makes,1", "boxes,2", "advice,2", "gardening,3", "the,1"})
    void syllablesAreThoseThatAreSpoken(String word, int syllables) {
        assertThat(Reading.of(word.toUpperCase(Locale.ROOT)).syllables()).isEqualTo(syllables);
    }

    @Test
    void linkPostsAndOtherScriptsAreJudgedWithoutFailing() {
        DraftRequest bare = new DraftRequest("🚀", "", "SampleGarden", null, List.of(), "Fernhollow");

        assertThat(QualityScore.judge("今日はとても暑いですね。水をやりましょう。", bare).score()).isBetween(0, 100);
        assertThat(QualityScore.judge("!?!?!?!?!?!?!?", bare).score()).isBetween(0, 60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a'", "'", "\n", " \n", ".", "_", "a_", "1", "\n1", "!", "http://a?&", "é", "e", "- "})
    @Timeout(5)
    void judgesWhateverAStrangerWritesInTimeInProportionToItsLength(String piece) {
        String text = "x" + piece.repeat(40_000 / piece.length()) + "x";
        // A title of common words alone makes the post's own text count.
        DraftRequest hostile = new DraftRequest("How?", text, "SampleGarden", null, List.of("how"), "Fernhollow");

        assertThat(QualityScore.judge("Try a lamp, it's the light.", hostile).score())
                .isBetween(0, 100);
        assertThat(QualityScore.judge(text, hostile).score()).isBetween(0, 100);
    }
}
