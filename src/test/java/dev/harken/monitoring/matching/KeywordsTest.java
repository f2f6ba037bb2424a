package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeywordsTest {
    @ParameterizedTest(name = "{0} is in: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "insta            | my Insta page",
                "insta            | insta",
                "insta            | (insta)",
                "insta            | #insta!",
                "insta            | https://insta.example/page",
                "INSTA            | insta",
                "social media     | Social   Media for beginners",
                "social media     | social\tmedia",
                "social media     | social\u00a0media",
                "social media     | social\u200b media",
                "c++              | I write C++ all day",
                "c++              | c++17 is out",
                "c#               | C#, then F#",
                ".net             | asp.net core",
                ".net             | .NET",
                "node.js          | Node.js",
                "don't            | I don’t know",
                "straße           | Die STRAßE ist lang",
                "ΣΊΣΥΦΟΣ          | ο Σίσυφος πάει",
                "москва           | в Москва-Сити",
                "café             | the cafe\u0301 closes",
                "東京              | 東京 travel",
                "🚀               | up🚀up",
                "❤️               | I ❤️you",
                "\"new york, ny\" | moving to New York, NY soon",
                "\"-5 degrees\"   | it is -5 degrees",
                "\"/r/startups\"  | seen on /r/startups",
                "/wi-?fi/         | slow WIFI here",
                "/colou?r{1}s/    | Colours",
                "/^help/          | Help me",
                "/\\bs?he\\b/     | as he said",
                "/a\\/b/          | an A/B test",
                "/[^\\x00-\\x7f]/ | naïve",
                "/[一-龥]{2}/       | 日本",
                "/\\p{Cyrillic}+/  | да",
                "/[^\\p{Latin}]/    | 日本",
                "/r/startups/     | on r/startups today",
            })
    void finds(String keyword, String text) throws KeywordException {
        assertThat(Keywords.parse(List.of(keyword)).match("", text)).containsExactly(keyword);
        assertThat(Keywords.parse(List.of(keyword)).match(text, "")).containsExactly(keyword);
    }

    @ParameterizedTest(name = "{0} is not in: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "insta          | it happened instantly",
                "insta          | my_insta",
                "insta          | insta1",
                "insta          | ``",
                "art            | a smart start",
                "social media   | social-media",
                "social media   | media social",
                "social media   | antisocial media",
                "c++            | objc++",
                "node.js        | nodexjs",
                "node.js        | node.jsx",
                "cafe           | cafe\u0301",
                "cafe           | cafés",
                "москва         | подмосква",
                "\"new york, ny\" | New York NY",
                "/^help/        | please help",
                "(abc           | abc",
            })
    void doesNotFind(String keyword, String text) throws KeywordException {
        assertThat(Keywords.parse(List.of(keyword)).match(text, text)).isEmpty();
    }

    @Test
    void wordsAreNotLookedForAcrossTitleAndText() throws KeywordException {
        assertThat(Keywords.parse(List.of("social media")).match("social", "media"))
                .isEmpty();
    }

    @Test
    void namesEachKeywordOnceAsTheUserWroteItAndInTheirOrder() throws KeywordException {
        Keywords keywords = Keywords.parse(List.of(" Wi-Fi ", "/rout.r/", "modem", "\"mesh wifi\"", "Wi-Fi"));

        assertThat(keywords.match("mesh  WIFI", "wi-fi and a router"))
                .containsExactly("Wi-Fi", "/rout.r/", "\"mesh wifi\"");
    }

    @ParameterizedTest(name = "{0} leaves out: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-hiring           | we are HIRING",
                "- hiring          | we are hiring",
                "-\"for hire\"     | writer for hire",
                "-/\\[hiring\\]/   | [Hiring] a writer",
            })
    void exclusionInTitleOrTextVetoesThePost(String exclusion, String text) throws KeywordException {
        Keywords keywords = Keywords.parse(List.of("writer", exclusion));

        assertThat(keywords.match("writer", text)).isEmpty();
        assertThat(keywords.match(text, "writer")).isEmpty();
        assertThat(keywords.match("writer", "looking for advice")).containsExactly("writer");
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of(List.of(), 0, "is missing: at least one keyword must say what to look for"),
                Arguments.of(
                        List.of("-a", "-\"b\""),
                        0,
                        "only excludes, as all the others do: at least one keyword must say what to look for"),
                Arguments.of(List.of("a", " "), 1, "is empty"),
                Arguments.of(List.of("a", "b", "-"), 2, "is a lone minus: say after it what to exclude"),
                Arguments.of(List.of("\"\""), 0, "is empty"),
                Arguments.of(List.of("\"\u200b\""), 0, "is empty"),
                Arguments.of(List.of("//"), 0, "is empty"),
                Arguments.of(List.of("\"abc"), 0, "has no closing quote"),
                Arguments.of(List.of("-\"abc"), 0, "has no closing quote"),
                Arguments.of(
                        List.of("\"a\" \"b\""),
                        0,
                        "goes on after its closing quote: quotes go around all of it, or nowhere"),
                Arguments.of(List.of("12\" vinyl"), 0, "has a quote inside: quotes go around all of it, or nowhere"),
                Arguments.of(
                        List.of("a", "b,c"),
                        1,
                        "has a comma: put it in \"quotes\" if the comma belongs to it, or make two keywords of it"),
                Arguments.of(
                        List.of("/abc"),
                        0,
                        "has no closing slash: put it in \"quotes\" if it is not a regular expression"),
                Arguments.of(List.of("/a/,b/"), 0, "goes on after its closing slash: a slash inside is written \\/"),
                Arguments.of(List.of("a", "b", "/(abc/"), 2, "is not a regular expression: missing closing ): (abc"),
                Arguments.of(List.of("/abc)/"), 0, "is not a regular expression: unexpected )"),
                Arguments.of(
                        List.of("/(?=x)/"), 0, "is not a regular expression: invalid or unsupported Perl syntax: (?="),
                Arguments.of(
                        List.of("/((a{1000}){1000}){1000}/"),
                        0,
                        "is too large a regular expression: use fewer or smaller counts"),
                Arguments.of(
                        List.of("/(abcd){500}/"), 0, "is too large a regular expression: use fewer or smaller counts"),
                Arguments.of(
                        List.of("/[b-\\x{10fffe}]/"),
                        0,
                        "has a letter or range across U+1C80 to U+1C88, which has no case: use a smaller range"),
                Arguments.of(
                        List.of("/(?i)\\x{1C85}/"),
                        0,
                        "has a letter or range across U+1C80 to U+1C88, which has no case: use a smaller range"),
                Arguments.of(List.of("a", "-/x*/"), 1, "would exclude every post"),
                Arguments.of(List.of("a", "x".repeat(201)), 1, "is too long: at most 200 characters"),
                Arguments.of(Collections.nCopies(201, "a"), 200, "is one too many: at most 200 keywords"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("unusable")
    void refusesWhatCannotBeListenedForAndSaysWhich(List<String> keywords, int index, String message) {
        KeywordException refused = catchThrowableOfType(KeywordException.class, () -> Keywords.parse(keywords));

        assertThat(refused).hasMessage(message);
        assertThat(refused.index()).isEqualTo(index);
    }

    @Test
    void takesTwoHundredKeywordsOfTwoHundredCharacters() throws KeywordException {
        List<String> most = Collections.nCopies(200, "🚀".repeat(200));

        assertThat(Keywords.parse(most).match("🚀".repeat(200), "")).hasSize(1);
    }

    @Test
    void oldRowsAreReadAsFarAsTheyCanBe() {
        Keywords.Lenient lenient = Keywords.lenient(List.of("12\" vinyl", "/(a/", "turntable", "-broken"));

        assertThat(lenient.left().keySet()).containsExactly("12\" vinyl", "/(a/");
        assertThat(lenient.left().get("/(a/")).isEqualTo("is not a regular expression: missing closing ): (a");
        assertThat(lenient.keywords().match("a turntable", "")).containsExactly("turntable");
        assertThat(lenient.keywords().match("a broken turntable", "")).isEmpty();
    }

    @Test
    void oldRowThatOnlyExcludesMatchesNothingAndIsTold() {
        Keywords.Lenient lenient = Keywords.lenient(List.of("-broken"));

        assertThat(lenient.left()).containsKey("-broken");
        assertThat(lenient.keywords().match("a turntable", "")).isEmpty();
        assertThat(Keywords.lenient(List.of()).keywords().match("a", "a")).isEmpty();
    }

    @Test
    void expressionsAreBoundedTogetherAndNotOnlyOneByOne() throws KeywordException {
        assertThat(catchThrowableOfType(
                        KeywordException.class, () -> Keywords.parse(Collections.nCopies(200, "/a{990}b/"))))
                .hasMessage("is too large a regular expression together with those before it:"
                        + " use fewer or smaller counts")
                .returns(5, KeywordException::index);
        assertThat(Keywords.parse(Collections.nCopies(200, "/insta\\w+ (app|tool)/"))
                        .match("instant app", ""))
                .hasSize(1);
    }

    @Test
    @Timeout(10)
    void oldRowsCannotStallAScanEither() {
        Keywords.Lenient lenient = Keywords.lenient(
                IntStream.range(700, 900).mapToObj(i -> "/a{" + i + "}b/").toList());

        assertThat(lenient.keywords().match("", "a".repeat(10_000))).isEmpty();
        assertThat(lenient.left()).containsKey("/a{899}b/").doesNotContainKey("/a{700}b/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"“red, green”", "”red, green“", "„red, green“", "\"red, green”"})
    void quotesThatATelephoneCurlsAreQuotes(String keyword) throws KeywordException {
        List<String> stored = KeywordList.split(KeywordList.join(List.of("a", keyword, "-" + keyword, "b")));

        assertThat(stored).containsExactly("a", keyword, "-" + keyword, "b");
        assertThat(Keywords.parse(List.of(keyword)).match("Red,  green and blue", ""))
                .containsExactly(keyword);
        assertThat(Keywords.parse(List.of("blue", "-" + keyword)).match("Red, green and blue", ""))
                .isEmpty();
    }

    @Test
    @Timeout(10)
    void hostileExpressionsTakeTimeInProportionToTheText() throws KeywordException {
        Keywords keywords = Keywords.parse(List.of("/(x+x+)+y/", "/(.*)*(.*)*z$/", "/(a|aa)+$/"));

        assertThat(keywords.match("", "x".repeat(40_000) + "a".repeat(40_000) + "!"))
                .isEmpty();
    }

    @Test
    @Timeout(10)
    void hostileWordsDoNotStallAScan() throws KeywordException {
        List<String> hostile =
                IntStream.range(0, 200).mapToObj(i -> "a".repeat(190) + i).toList();

        assertThat(Keywords.parse(hostile).match("", "a".repeat(40_000))).isEmpty();
    }

    @Test
    void anyTextIsEitherAKeywordOrRefusedWithAReason() {
        Random random = new Random(11);
        String letters = "ab -/\"\\,()[]{}*+?^$|.:=<>P1,9Qn\u00e9\ud83d\u0000";
        for (int i = 0; i < 20_000; i++) {
            String keyword = text(random, letters, 14);
            for (String tried : List.of(keyword, "/" + keyword + "/", "\"" + keyword + "\"")) {
                try {
                    Keywords.parse(List.of(tried)).match(keyword, keyword);
                } catch (KeywordException e) {
                    assertThat(e.getMessage()).as(tried).isNotBlank();
                }
            }
        }
    }

    @Test
    void agreesWithAnIndependentMatcherOnGeneratedTexts() throws KeywordException {
        Random random = new Random(7);
        String letters = "aAbB  \n\t\u00a0_1.+#-é\u0301ßΣς中🚀";
        int found = 0;
        for (int i = 0; i < 30_000; i++) {
            String words = text(random, letters.replace("-", ""), 1 + random.nextInt(4));
            String text = text(random, letters, 24);
            if (KeywordsTest.words(words).isEmpty()) {
                continue;
            }
            boolean expected = slowlyFinds(words, text);
            found += expected ? 1 : 0;
            assertThat(Keywords.parse(List.of("\"" + words + "\"")).match("", text))
                    .as("\"%s\" in \"%s\"", words, text)
                    .hasSize(expected ? 1 : 0);
        }
        assertThat(found).as("texts that had the words").isBetween(3_000, 27_000);
    }

    /** The same promise by backtracking expressions and lookaround, which RE2 does not have. */
    private static boolean slowlyFinds(String words, String text) {
        String word = "[\\p{L}\\p{Nd}_\\p{Mn}\\p{Mc}]";
        String space = "[\\p{Z}\\s]+";
        List<String> wanted = KeywordsTest.words(compose(words));
        String sequence = wanted.stream().map(java.util.regex.Pattern::quote).collect(Collectors.joining(space));
        String joined = String.join(" ", wanted);
        String before = joined.matches("(?s)" + word + ".*") ? "(?<!" + word + ")" : "";
        String after = joined.matches("(?s).*" + word) ? "(?!" + word + ")" : "";
        return java.util.regex.Pattern.compile(
                        before + sequence + after,
                        java.util.regex.Pattern.CASE_INSENSITIVE | java.util.regex.Pattern.UNICODE_CASE)
                .matcher(compose(text))
                .find();
    }

    private static String compose(String text) {
        return java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFC);
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("[\\p{Z}\\s]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static String text(Random random, String letters, int length) {
        int[] points = letters.codePoints().toArray();
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            chosen.add(points[random.nextInt(points.length)]);
        }
        return chosen.stream().map(Character::toString).collect(Collectors.joining());
    }
}
