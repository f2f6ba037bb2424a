package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Words with stars against a backtracking expression that is tried from each place of the text by itself. */
class WordPatternTest {
    private static final String WORD = "[\\p{L}\\p{Nd}_\\p{Mn}\\p{Mc}]";

    @Test
    void areFoundWhereASlowMatcherFindsThem() {
        Random random = new Random(13);
        int found = 0;
        for (int i = 0; i < 100_000; i++) {
            String written = text(random, "aab** +", 1 + random.nextInt(9)).replaceAll(" +", " ");
            if (written.isBlank() || written.matches("[* ]*")) {
                continue;
            }
            String text = text(
                            random,
                            "aaabb  +_\u00b2\u00e9\ud83d\ude80".replace("_", random.nextBoolean() ? "_" : "a"),
                            20)
                    .replaceAll(" +", " ");
            WordPattern pattern = WordPattern.starred(written.strip());
            List<Span> expected = slowly(written.strip(), SearchText.of(text).folded());
            found += expected.isEmpty() ? 0 : 1;

            assertThat(pattern.spansIn(SearchText.of(text)))
                    .as("[%s] in [%s]", written, text)
                    .isEqualTo(expected);
            assertThat(pattern.isIn(SearchText.of(text))).isEqualTo(!expected.isEmpty());
        }
        assertThat(found).as("texts that had the words").isBetween(10_000, 90_000);
    }

    private static List<Span> slowly(String written, String folded) {
        boolean openBefore = written.startsWith("*");
        boolean openAfter = written.endsWith("*");
        String words = written.replaceAll("^\\*+|\\*+$", "");
        String expression = Stream.of(words.split("\\*+")).map(Pattern::quote).collect(Collectors.joining(WORD + "*"));
        String before = openBefore ? "" : words.matches("(?s)" + WORD + ".*") ? "(?<!" + WORD + ")" : "";
        String after = openAfter ? "" : words.matches("(?s).*" + WORD) ? "(?!" + WORD + ")" : "";
        Matcher matcher =
                Pattern.compile(before + expression + after).matcher(folded).useTransparentBounds(true);
        Set<Span> spans = new LinkedHashSet<>();
        for (int from = 0; from < folded.length(); from++) {
            if (matcher.region(from, folded.length()).lookingAt()) {
                int start = from;
                while (openBefore
                        && start > 0
                        && folded.substring(start - 1, start).matches(WORD)) {
                    start--;
                }
                int end = matcher.end();
                while (openAfter
                        && end < folded.length()
                        && folded.substring(end, end + 1).matches(WORD)) {
                    end++;
                }
                spans.add(new Span(start, end));
            }
        }
        return List.copyOf(spans);
    }

    private static String text(Random random, String letters, int length) {
        int[] points = letters.codePoints().toArray();
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            chosen.add(Character.toString(points[random.nextInt(points.length)]));
        }
        return String.join("", chosen);
    }
}
