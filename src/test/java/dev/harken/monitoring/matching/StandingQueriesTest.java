package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with each config's keywords asked by themselves: an index must neither lose a match nor add one. */
class StandingQueriesTest {
    private static final List<SearchedPost> POSTS = RealPosts.searched();

    private final StandingQueries queries = new StandingQueries();

    @AfterEach
    void close() {
        queries.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ENGLISH", "GERMAN"})
    void findWhatEachConfigFindsByItself(Stemming stemming) throws KeywordException {
        Random random = new Random(7);
        Map<Long, Keywords> configs = new TreeMap<>();
        for (long id = 1; id <= 30; id++) {
            configs.put(id, keywords(random, stemming));
        }
        configs.forEach(queries::listen);

        List<Map<Long, Match>> found = new ArrayList<>();
        for (int i = 0; i < POSTS.size(); i += 100) {
            found.addAll(queries.match(POSTS.subList(i, Math.min(POSTS.size(), i + 100))));
        }

        assertThat(found)
                .isEqualTo(POSTS.stream().map(post -> alone(configs, post)).toList());
        assertThat(found.stream().filter(one -> !one.isEmpty()).count()).isGreaterThan(100);
    }

    @Test
    void onePostAtATimeFindsTheSame() throws KeywordException {
        queries.listen(1, Found.keywords(List.of("the", "you")));
        List<SearchedPost> some = POSTS.subList(0, 50);

        List<Map<Long, Match>> together = queries.match(some);

        assertThat(some.stream()
                        .map(post -> queries.match(List.of(post)).get(0))
                        .toList())
                .isEqualTo(together);
    }

    @Test
    void aConfigThatChangesIsAskedForItsNewKeywordsOnly() throws KeywordException {
        SearchedPost post = SearchedPost.of("latte and mocha and tea", "");
        queries.listen(1, Found.keywords(List.of("latte", "tea", "/moc.a/")));
        queries.listen(2, Found.keywords(List.of("tea")));
        queries.listen(1, Found.keywords(List.of("mocha")));

        assertThat(keywordsIn(post)).isEqualTo(Map.of(1L, List.of("mocha"), 2L, List.of("tea")));

        queries.forget(1);
        queries.forget(7);

        assertThat(keywordsIn(post)).isEqualTo(Map.of(2L, List.of("tea")));
        assertThat(queries.size()).isOne();
    }

    @Test
    void keepTheUsersOrderWhateverTheIndexCanTell() throws KeywordException {
        queries.listen(1, Found.keywords(List.of("tea", "/m.cha/", "latte", "🚀")));

        assertThat(keywordsIn(SearchedPost.of("🚀 latte mocha tea", "")))
                .isEqualTo(Map.of(1L, List.of("tea", "/m.cha/", "latte", "🚀")));
    }

    @Test
    void anExclusionLeavesThePostOutForItsConfigOnly() throws KeywordException {
        queries.listen(1, Found.keywords(List.of("tea", "-green")));
        queries.listen(2, Found.keywords(List.of("tea")));

        assertThat(keywordsIn(SearchedPost.of("green tea", ""))).isEqualTo(Map.of(2L, List.of("tea")));
    }

    @Test
    void copeWithWordsLongerThanLuceneTakes() throws KeywordException {
        queries.listen(1, Found.keywords(List.of("tea", "*tea")));

        assertThat(keywordsIn(SearchedPost.of("é".repeat(40_000) + "tea", ""))).isEqualTo(Map.of(1L, List.of("*tea")));
        assertThat(queries.match(List.of(
                        SearchedPost.of("\ud83d\ude80".repeat(40_000), "\ud801\udc00".repeat(40_000)),
                        SearchedPost.of("tea", ""))))
                .hasSize(2)
                .last()
                .satisfies(found -> assertThat(found).containsOnlyKeys(1L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "espress*",
                "*presso",
                "ca*ino",
                "/espresso.?bar/",
                "es*",
                "/[ck]appuccino/",
                "espre* OR /no.such/",
                "espre* AND NOT decaf*",
                "nosuch* OR *ucci*",
                "espresso* NEAR/3 ba*",
                "title:espre*"
            })
    void findByLettersWhereNoWordTells(String keyword) throws KeywordException {
        queries.listen(1, Found.keywords(List.of(keyword)));

        assertThat(keywordsIn(SearchedPost.of("The ESPRESSO bar", "has a Cappuccino")))
                .isEqualTo(Map.of(1L, List.of(keyword)));
        assertThat(keywordsIn(SearchedPost.of("Nothing", "of it"))).isEmpty();
    }

    /** Folded, the last e and its accent are one letter, and the five letters are not there. */
    @Test
    void anExpressionFindsALetterWhoseAccentIsWrittenApart() throws KeywordException {
        queries.listen(1, Found.keywords(List.of("/belle/")));

        assertThat(keywordsIn(SearchedPost.of("a belle\u0301", ""))).isEqualTo(Map.of(1L, List.of("/belle/")));
    }

    @Test
    void withNobodyListeningNothingIsFound() {
        assertThat(queries.match(List.of(SearchedPost.of("tea", "")))).containsExactly(Map.of());
        assertThat(queries.match(List.of())).isEmpty();
    }

    private Map<Long, List<String>> keywordsIn(SearchedPost post) {
        Map<Long, List<String>> keywords = new TreeMap<>();
        queries.match(List.of(post)).get(0).forEach((id, match) -> keywords.put(id, match.keywords()));
        return keywords;
    }

    private static Map<Long, Match> alone(Map<Long, Keywords> configs, SearchedPost post) {
        Map<Long, Match> found = new TreeMap<>();
        configs.forEach((id, keywords) -> keywords.match(post).ifPresent(match -> found.put(id, match)));
        return found;
    }

    /** A list of keywords of every kind, of words that the posts have. */
    private static Keywords keywords(Random random, Stemming stemming) throws KeywordException {
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String one = word(random);
            String other = word(random);
            written.add(
                    switch (random.nextInt(14)) {
                        case 0 -> RealPosts.pair(random);
                        case 1 -> '"' + RealPosts.pair(random) + '"';
                        case 2 -> one + " AND " + other;
                        case 3 -> "(" + one + " OR " + other + ") -" + word(random);
                        case 4 -> one.substring(0, 1 + random.nextInt(one.length())) + "*";
                        case 5 -> "*" + one.substring(random.nextInt(one.length()));
                        case 6 -> one + " NEAR/5 " + other;
                        case 7 -> "title:" + one + " OR text:" + other;
                        case 8 -> "(" + one + " OR " + other + ") NEAR/20 (the OR a)";
                        case 9 -> "/" + one + "s?/";
                        case 10 -> one.substring(0, 1) + "*" + one.substring(one.length() - 1) + " " + other;
                        case 11 -> "subreddit:" + RealPosts.subreddit(random) + " AND " + one;
                        case 12 -> "[" + one + "]";
                        default -> one;
                    });
        }
        if (random.nextBoolean()) {
            written.add("-" + word(random));
        }
        return Keywords.parse(written, stemming);
    }

    private static String word(Random random) {
        return RealPosts.word(random);
    }
}
