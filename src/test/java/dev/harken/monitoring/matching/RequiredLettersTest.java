package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredLettersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "colou?rs?;colo",
                "Insta\\w+ (app|tool);insta",
                "a+bc;bc",
                "abx+y;abx",
                "(ab)?cd;cd",
                "(a(b|c)d)efg;efg",
                "ab{0,3}cde;cde",
                "[abc]de;de",
                "[^a]de;de",
                "^long$;long",
                "abc.defg;defg",
                "r/smallbusiness;smallbusiness",
                "C\\+\\+11;11",
                "(?i)abc;abc",
                "abc;abc"
            })
    void areTheLongestRun(String expression, String letters) {
        assertThat(RequiredLetters.of(expression)).isEqualTo(letters);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "abc|def",
                "\\x{61}abc",
                "\\Qa.b\\Eabc",
                "\\pLabc",
                "[]a]abc",
                "[[:alpha:]]abc",
                "[^]abc",
                "[\\]]abc",
                "abc\\",
                "x{(a}longword)?b",
                "(?:a)|abc"
            })
    void areNotKnownOfWhatIsNotPlain(String expression) {
        assertThat(RequiredLetters.of(expression)).isEmpty();
    }

    @Test
    void areInEveryTextThatAnExpressionMatches() {
        Random random = new Random(3);
        String[] parts = {
            "a", "b", "ab", "a?", "b*", "a+", "(ab|b)", "(a)?", "[ab]", ".", "a{0,2}", "b{2}", "^", "\\b", "B",
            "(b(a)*)"
        };
        int matched = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder expression = new StringBuilder();
            for (int part = random.nextInt(5); part >= 0; part--) {
                expression.append(parts[random.nextInt(parts.length)]);
            }
            String letters = RequiredLetters.of(expression.toString());
            for (String text : texts(random)) {
                if (Pattern.compile(expression.toString(), Pattern.CASE_INSENSITIVE)
                        .matcher(text)
                        .find()) {
                    matched++;
                    assertThat(text.toLowerCase(Locale.ROOT))
                            .as(expression.toString())
                            .contains(letters);
                }
            }
        }
        assertThat(matched).isGreaterThan(1000);
    }

    @Test
    void letDecomposedTextBeTried() throws KeywordException {
        assertThat(Found.in(Found.keywords(List.of("/cafe/")), SearchedPost.of("", "a cafe\u0301")))
                .containsExactly("/cafe/");
    }

    @Test
    void knowTheOtherCasesOfAsciiLetters() throws KeywordException {
        // The sign of Kelvin and the long s.
        assertThat(Found.in(Found.keywords(List.of("/kiss/")), SearchedPost.of("", "\u212ai\u017f\u017f")))
                .containsExactly("/kiss/");
    }

    private static List<String> texts(Random random) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(6); length > 0; length--) {
                text.append("abAB ".charAt(random.nextInt(5)));
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
