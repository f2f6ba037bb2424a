package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
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
        assertThat(Found.in(Found.keywords(List.of(keyword)), SearchedPost.of("", text)))
                .containsExactly(keyword);
        assertThat(Found.in(Found.keywords(List.of(keyword)), SearchedPost.of(text, "")))
                .containsExactly(keyword);
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
            })
    void doesNotFind(String keyword, String text) throws KeywordException {
        assertThat(Found.in(Found.keywords(List.of(keyword)), SearchedPost.of(text, text)))
                .isEmpty();
    }

    @Test
    void wordsAreNotLookedForAcrossTitleAndText() throws KeywordException {
        assertThat(Found.in(Found.keywords(List.of("social media")), SearchedPost.of("social", "media")))
                .isEmpty();
    }

    @Test
    void namesEachKeywordOnceAsTheUserWroteItAndInTheirOrder() throws KeywordException {
        Keywords keywords = Found.keywords(List.of(" Wi-Fi ", "/rout.r/", "modem", "\"mesh wifi\"", "Wi-Fi"));

        assertThat(Found.in(keywords, SearchedPost.of("mesh  WIFI", "wi-fi and a router")))
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
        Keywords keywords = Found.keywords(List.of("writer", exclusion));

        assertThat(Found.in(keywords, SearchedPost.of("writer", text))).isEmpty();
        assertThat(Found.in(keywords, SearchedPost.of(text, "writer"))).isEmpty();
        assertThat(Found.in(keywords, SearchedPost.of("writer", "looking for advice")))
                .containsExactly("writer");
    }

    @ParameterizedTest(name = "{0} finds: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "latte AND milk                  | milk in a latte",
                "latte OR mocha                  | a mocha",
                "latte \"oat milk\"               | oat milk for a latte",
                "latte -decaf                    | a latte",
                "latte AND NOT decaf             | a latte",
                "latte NOT (decaf OR instant)    | a latte",
                "(latte OR mocha) (oat OR soy)   | soy mocha",
                "a AND b OR c                    | c",
                "c OR a AND b                    | c",
                "insta*                          | instantly",
                "*gram                           | on Instagram",
                "*stag*                          | on Instagram",
                "wom*n                           | two women",
                "coffee shop*                    | coffee  shops",
                "\"5 * hotel\"                    | a 5 * hotel",
                "latte NEAR milk                 | milk, more of it, in my latte",
                "latte NEAR/1 milk               | latte with milk",
                "(latte OR mocha) NEAR/0 milk    | milk mocha",
                "\"flat white\" NEAR/2 oat*       | oaty and strong flat white",
                "coffee AND /wi-?fi/             | wifi and coffee",
                "/wi-?fi/ -slow                  | wifi",
                "-(decaf OR -latte)              | a latte",
                "--latte                         | a latte",
                "and or not                      | this and or not that",
                "AC - DC                         | ac - dc",
                "http://x.test/a                 | see http://x.test/a now",
                "f(x)                            | what is f(x)?",
                "(f(x) OR g) what                | what is f(x)?",
                "\":)\"                            | a smile :)",
                "(title:is OR title:a) NEAR title:b OR f | f",
            })
    void understandsTheLanguage(String keyword, String text) throws KeywordException {
        assertThat(Found.in(Found.keywords(List.of(keyword)), SearchedPost.of("", text)))
                .containsExactly(keyword);
    }

    @ParameterizedTest(name = "{0} does not find: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "latte AND milk                  | a latte",
                "latte -decaf                    | a decaf latte",
                "latte NOT (decaf OR instant)    | instant latte",
                "(latte OR mocha) (oat OR soy)   | soy tea",
                "a AND b OR c                    | b",
                "insta*                          | my_insta",
                "*gram                           | two grams",
                "wom*n                           | wo men",
                "coffee shop*                    | a coffee workshop",
                "latte NEAR/1 milk               | latte with oat milk",
                "latte NEAR/0 latte              | latte",
                "(latte OR mocha) NEAR/0 milk    | milk",
            })
    void understandsWhatIsNotMeant(String keyword, String text) throws KeywordException {
        assertThat(Found.in(Found.keywords(List.of(keyword)), SearchedPost.of("", text)))
                .isEmpty();
    }

    @Test
    void lookedForTogetherInTitleAndTextButNearInOneOfThem() throws KeywordException {
        SearchedPost post = SearchedPost.of("latte", "milk");

        assertThat(Found.in(Found.keywords(List.of("latte AND milk")), post)).hasSize(1);
        assertThat(Found.in(Found.keywords(List.of("latte NEAR milk")), post)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "title:question",
                "text:latte",
                "author:jane_doe",
                "author:u/jane_doe",
                "flair:help",
                "subreddit:coffee",
                "subreddit:r/Coffee",
                "Author:JANE_DOE",
                "subreddit:(tea OR coffee) AND latte",
                "author:jane*",
                "flair:/he.p/",
                "title:(a question)",
                "title:\"a question\"",
                "title:question latte",
                "(title:question latte)",
            })
    void looksWhereAFieldSays(String keyword) throws KeywordException {
        SearchedPost post = SearchedPost.of("A question", "on latte", "jane_doe", "Help wanted", "Coffee");

        assertThat(Found.in(Found.keywords(List.of(keyword)), post)).containsExactly(keyword);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text:question",
                "title:latte",
                "jane_doe",
                "coffee",
                "wanted",
                "author:jane",
                "subreddit:cof",
                "subreddit:coffee -author:jane_doe",
                "title:(question a)",
            })
    void looksNowhereElse(String keyword) throws KeywordException {
        SearchedPost post = SearchedPost.of("A question", "on latte", "jane_doe", "Help wanted", "Coffee");

        assertThat(Found.in(Found.keywords(List.of(keyword)), post)).isEmpty();
    }

    @Test
    void aNameIsMeantAsAWhole() throws KeywordException {
        SearchedPost post = SearchedPost.of("t", "t", "bob-smith", "", "");

        assertThat(Found.in(Found.keywords(List.of("author:bob")), post)).isEmpty();
        assertThat(Found.in(Found.keywords(List.of("author:bob*")), post)).hasSize(1);
        assertThat(Found.in(Found.keywords(List.of("author:bob-smith")), post)).hasSize(1);
    }

    @Test
    void agreesWithAnIndependentEvaluationOfGeneratedQueries() throws KeywordException {
        Random random = new Random(3);
        int found = 0;
        int tried = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder written = new StringBuilder();
            Predicate<List<String>> meant = generate(random, 3, written);
            if (meant.test(List.of())) {
                continue;
            }
            List<String> words = random.ints(random.nextInt(7), 0, 5)
                    .mapToObj(one -> String.valueOf("abcde".charAt(one)))
                    .toList();
            boolean expected = meant.test(words);
            found += expected ? 1 : 0;
            tried++;
            assertThat(Found.in(
                            Found.keywords(List.of("(" + written + ")")), SearchedPost.of("", String.join(" ", words))))
                    .as("%s in %s", written, words)
                    .hasSize(expected ? 1 : 0);
        }
        assertThat(found).as("of %d that matched", tried).isBetween(tried / 10, tried * 9 / 10);
    }

    /** Writes a query with all its parentheses, and answers what it means for a text of these words. */
    private static Predicate<List<String>> generate(Random random, int depth, StringBuilder written) {
        int kind = depth == 0 ? 0 : random.nextInt(6);
        if (kind == 0) {
            String one = letter(random);
            written.append(one);
            return words -> words.contains(one);
        }
        if (kind == 1) {
            String one = letter(random);
            String other = letter(random);
            int most = random.nextInt(3);
            written.append(one).append(" NEAR/").append(most).append(' ').append(other);
            return words -> IntStream.range(0, words.size()).anyMatch(i -> IntStream.range(0, words.size())
                    .anyMatch(j -> i != j
                            && words.get(i).equals(one)
                            && words.get(j).equals(other)
                            && Math.abs(i - j) - 1 <= most));
        }
        if (kind == 2) {
            written.append("NOT (");
            Predicate<List<String>> inside = generate(random, depth - 1, written);
            written.append(')');
            return inside.negate();
        }
        written.append('(');
        Predicate<List<String>> left = generate(random, depth - 1, written);
        written.append(kind == 3 ? ") OR (" : kind == 4 ? ") AND (" : ") (");
        Predicate<List<String>> right = generate(random, depth - 1, written);
        written.append(')');
        return kind == 3 ? left.or(right) : left.and(right);
    }

    private static String letter(Random random) {
        return String.valueOf("abcde".charAt(random.nextInt(5)));
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
                Arguments.of(List.of("\"\""), 0, "has nothing to look for, at character 1"),
                Arguments.of(List.of("latte AND \"\u200b\""), 0, "has nothing to look for, at character 11"),
                Arguments.of(List.of("latte AND //"), 0, "has nothing to look for, at character 11"),
                Arguments.of(List.of("\"abc"), 0, "has no closing quote for the one, at character 1"),
                Arguments.of(List.of("-\"abc"), 0, "has no closing quote for the one, at character 2"),
                Arguments.of(List.of("\"a\"b"), 0, "goes on after a closing quote without a blank, at character 4"),
                Arguments.of(List.of("12\" vinyl"), 0, "has a quote inside a word, at character 3"),
                Arguments.of(List.of("a AND"), 0, "ends where something to look for is missing, at character 6"),
                Arguments.of(List.of("a AND OR b"), 0, "has nothing to look for before “OR”, at character 7"),
                Arguments.of(List.of("OR b"), 0, "has nothing to look for before “OR”, at character 1"),
                Arguments.of(List.of("🚀 (a OR b"), 0, "has no closing parenthesis for the one, at character 3"),
                Arguments.of(List.of("(a OR )"), 0, "has nothing to look for before “)”, at character 7"),
                Arguments.of(List.of("a OR NOT b"), 0, "only says what a post must not have: say what to look for"),
                Arguments.of(List.of("x", "-a -b"), 1, "only says what a post must not have: say what to look for"),
                Arguments.of(List.of("a (*)"), 0, "has nothing but *, at character 4"),
                Arguments.of(List.of("a NEAR/101 b"), 0, "has NEAR/101: at most 100 words, at character 3"),
                Arguments.of(
                        List.of("(a AND b) NEAR c"),
                        0,
                        "has NEAR beside something else than words, a phrase, or several of them with OR, at character 11"),
                Arguments.of(List.of("title:a NEAR text:b"), 0, "has NEAR between two fields, at character 9"),
                Arguments.of(
                        List.of("(title:a OR text:b) NEAR title:c"), 0, "has NEAR between two fields, at character 21"),
                Arguments.of(List.of("c NEAR (a OR (title:a OR b))"), 0, "has NEAR between two fields, at character 3"),
                Arguments.of(
                        List.of("(latte OR mocha)) milk"),
                        0,
                        "has a closing parenthesis that was not opened, at character 17: put it in \"quotes\" if it belongs there"),
                Arguments.of(
                        List.of("latte OR mocha)"),
                        0,
                        "has a closing parenthesis that was not opened, at character 15: put it in \"quotes\" if it belongs there"),
                Arguments.of(
                        List.of("smile :)"),
                        0,
                        "has a closing parenthesis that was not opened, at character 8: put it in \"quotes\" if it belongs there"),
                Arguments.of(
                        List.of("f(x))"),
                        0,
                        "has a closing parenthesis that was not opened, at character 5: put it in \"quotes\" if it belongs there"),
                Arguments.of(
                        List.of("seen on /r/startups"),
                        0,
                        "has no closing slash, at character 9: put it in \"quotes\" if it is not a regular expression"),
                Arguments.of(
                        List.of("a", "b,c"),
                        1,
                        "has a comma, at character 2: put it in \"quotes\" if it belongs there, or make two keywords of it"),
                Arguments.of(
                        List.of("/abc"),
                        0,
                        "has no closing slash, at character 1: put it in \"quotes\" if it is not a regular expression"),
                Arguments.of(
                        List.of("/a/,b/"),
                        0,
                        "has a comma, at character 4: put it in \"quotes\" if it belongs there, or make two keywords of it"),
                Arguments.of(
                        List.of("a", "b", "/(abc/"),
                        2,
                        "has a regular expression that cannot be read, at character 1: missing closing ): (abc"),
                Arguments.of(
                        List.of("latte AND /wi(-?fi/"),
                        0,
                        "has a regular expression that cannot be read, at character 11: missing closing ): wi(-?fi"),
                Arguments.of(
                        List.of("/abc)/"),
                        0,
                        "has a regular expression that cannot be read, at character 1: unexpected )"),
                Arguments.of(
                        List.of("/(?=x)/"),
                        0,
                        "has a regular expression that cannot be read, at character 1: invalid or unsupported Perl syntax: (?="),
                Arguments.of(
                        List.of("/((a{1000}){1000}){1000}/"),
                        0,
                        "has too large a regular expression, at character 1: use fewer or smaller counts"),
                Arguments.of(
                        List.of("/(abcd){500}/"),
                        0,
                        "has too large a regular expression, at character 1: use fewer or smaller counts"),
                Arguments.of(
                        List.of("/[b-\\x{10fffe}]/"),
                        0,
                        "has a letter or range across U+1C80 to U+1C88, which has no case, at character 1: use a smaller range"),
                Arguments.of(
                        List.of("/(?i)\\x{1C85}/"),
                        0,
                        "has a letter or range across U+1C80 to U+1C88, which has no case, at character 1: use a smaller range"),
                Arguments.of(List.of("a", "-/x*/"), 1, "would exclude every post"),
                Arguments.of(List.of("a", "x".repeat(501)), 1, "is too long: at most 500 characters"),
                Arguments.of(Collections.nCopies(201, "a"), 200, "is one too many: at most 200 keywords"));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("unusable")
    void refusesWhatCannotBeListenedForAndSaysWhich(List<String> keywords, int index, String message) {
        KeywordException refused = catchThrowableOfType(KeywordException.class, () -> Found.keywords(keywords));

        assertThat(refused).hasMessage(message);
        assertThat(refused.index()).isEqualTo(index);
    }

    @Test
    void takesTwoHundredKeywordsOfFiveHundredCharacters() throws KeywordException {
        List<String> most = Collections.nCopies(200, "🚀".repeat(500));

        assertThat(Found.in(Found.keywords(most), SearchedPost.of("🚀".repeat(500), "")))
                .hasSize(1);
    }

    @Test
    void oldRowsAreReadAsFarAsTheyCanBe() {
        Keywords.Lenient lenient =
                Keywords.lenient(List.of("12\" vinyl", "/(a/", "turntable", "-broken", "b) stock"), Stemming.NONE);

        assertThat(lenient.left().keySet()).containsExactly("12\" vinyl", "/(a/");
        assertThat(Found.in(lenient.keywords(), SearchedPost.of("a) new, b) stock", "")))
                .as("accepted before such a parenthesis was refused")
                .containsExactly("b) stock");
        assertThat(lenient.left().get("/(a/"))
                .isEqualTo("has a regular expression that cannot be read, at character 1: missing closing ): (a");
        assertThat(Found.in(lenient.keywords(), SearchedPost.of("a turntable", "")))
                .containsExactly("turntable");
        assertThat(Found.in(lenient.keywords(), SearchedPost.of("a broken turntable", "")))
                .isEmpty();
    }

    @Test
    void oldRowThatOnlyExcludesMatchesNothingAndIsTold() {
        Keywords.Lenient lenient = Keywords.lenient(List.of("-broken"), Stemming.NONE);

        assertThat(lenient.left()).containsKey("-broken");
        assertThat(Found.in(lenient.keywords(), SearchedPost.of("a turntable", "")))
                .isEmpty();
        assertThat(Found.in(Keywords.lenient(List.of(), Stemming.NONE).keywords(), SearchedPost.of("a", "a")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apple NEAR/2 pear",
                "*a* NEAR apple",
                "(apple OR app*) NEAR (pear OR *le)",
                "a NEAR zebra",
                "wom*n",
                "a*b",
                "a*a*b*",
                "*o*o*",
                "*aa*",
                "*a*b c*",
                "*a* NEAR *o*o*"
            })
    @Timeout(20)
    void aPostThatRepeatsItselfCannotStallAScan(String keyword) throws KeywordException {
        for (String text : List.of(
                "apple and then this pear ".repeat(2_000),
                "apple ".repeat(8_000),
                "a".repeat(40_000) + " apple",
                "wom".repeat(13_000) + "nx",
                "a".repeat(39_000) + "bx",
                "o".repeat(40_000),
                "a".repeat(20_000) + "b c" + "x".repeat(20_000))) {
            assertThat(Found.in(Found.keywords(List.of(keyword)), SearchedPost.of("", text)))
                    .hasSizeLessThan(2);
        }
    }

    @Test
    void nearLooksPastALongerPhraseAroundAShorterOne() throws KeywordException {
        assertThat(Found.in(
                        Found.keywords(List.of("(\"one two three four five\" OR two) NEAR/0 three")),
                        SearchedPost.of("", "one two three four five")))
                .hasSize(1);
    }

    @Test
    void expressionsAreBoundedTogetherAndNotOnlyOneByOne() throws KeywordException {
        assertThat(catchThrowableOfType(
                        KeywordException.class, () -> Found.keywords(Collections.nCopies(200, "/a{990}b/"))))
                .hasMessage("is too large a regular expression together with those before it:"
                        + " use fewer or smaller counts")
                .returns(5, KeywordException::index);
        assertThat(Found.in(
                        Found.keywords(Collections.nCopies(200, "/insta\\w+ (app|tool)/")),
                        SearchedPost.of("instant app", "")))
                .hasSize(1);
    }

    @Test
    @Timeout(10)
    void oldRowsCannotStallAScanEither() {
        Keywords.Lenient lenient = Keywords.lenient(
                IntStream.range(700, 900).mapToObj(i -> "/a{" + i + "}b/").toList(), Stemming.NONE);

        assertThat(Found.in(lenient.keywords(), SearchedPost.of("", "a".repeat(10_000))))
                .isEmpty();
        assertThat(lenient.left()).containsKey("/a{899}b/").doesNotContainKey("/a{700}b/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"“red, green”", "”red, green“", "„red, green“", "\"red, green”"})
    void quotesThatATelephoneCurlsAreQuotes(String keyword) throws KeywordException {
        List<String> stored = KeywordList.split(KeywordList.join(List.of("a", keyword, "-" + keyword, "b")));

        assertThat(stored).containsExactly("a", keyword, "-" + keyword, "b");
        assertThat(Found.in(Found.keywords(List.of(keyword)), SearchedPost.of("Red,  green and blue", "")))
                .containsExactly(keyword);
        assertThat(Found.in(Found.keywords(List.of("blue", "-" + keyword)), SearchedPost.of("Red, green and blue", "")))
                .isEmpty();
    }

    @Test
    @Timeout(10)
    void hostileExpressionsTakeTimeInProportionToTheText() throws KeywordException {
        Keywords keywords = Found.keywords(List.of("/(x+x+)+y/", "/(.*)*(.*)*z$/", "/(a|aa)+$/"));

        assertThat(Found.in(keywords, SearchedPost.of("", "x".repeat(40_000) + "a".repeat(40_000) + "!")))
                .isEmpty();
    }

    @Test
    @Timeout(10)
    void hostileWordsDoNotStallAScan() throws KeywordException {
        List<String> hostile =
                IntStream.range(0, 200).mapToObj(i -> "a".repeat(190) + i).toList();
        List<String> starred = IntStream.range(0, 200)
                .mapToObj(i -> "a*".repeat(i / 4 + 1) + "b")
                .toList();

        assertThat(Found.in(Found.keywords(hostile), SearchedPost.of("", "a".repeat(40_000))))
                .isEmpty();
        assertThat(Found.in(Found.keywords(starred), SearchedPost.of("", "a".repeat(39_000) + "bx")))
                .isEmpty();
    }

    @Test
    void anyTextIsEitherAKeywordOrRefusedWithAReason() {
        Random random = new Random(11);
        String letters = "ab -/\"\\,()[]{}*+?^$|.:=<>P1,9Qn\u00e9\ud83d\u0000";
        for (int i = 0; i < 20_000; i++) {
            String keyword = text(random, letters, 14);
            for (String tried : List.of(keyword, "/" + keyword + "/", "\"" + keyword + "\"")) {
                try {
                    Found.in(Found.keywords(List.of(tried)), SearchedPost.of(keyword, keyword));
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
            assertThat(Found.in(Found.keywords(List.of("\"" + words + "\"")), SearchedPost.of("", text)))
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
