package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Precision and recall against a slow matcher, on posts that were really written: each is to be 1. */
class QueryLanguageTest {
    private static final List<SlowPost> POSTS = RealPosts.slow();
    private static final List<SearchedPost> SEARCHED =
            POSTS.stream().map(SlowPost::searched).toList();

    /** A keyword, and what it means. */
    record Wish(String keyword, Predicate<SlowPost> meaning) {
        private Wish and(Wish other) {
            return new Wish("(" + keyword + ") AND (" + other.keyword + ")", meaning.and(other.meaning));
        }

        private Wish or(Wish other) {
            return new Wish("(" + keyword + ") OR (" + other.keyword + ")", meaning.or(other.meaning));
        }

        private Wish but(Wish other) {
            return new Wish("(" + keyword + ") -(" + other.keyword + ")", meaning.and(other.meaning.negate()));
        }

        private Wish not(Wish other) {
            return new Wish("(" + keyword + ") NOT (" + other.keyword + ")", meaning.and(other.meaning.negate()));
        }

        @Override
        public String toString() {
            return keyword;
        }
    }

    private static Stream<Wish> table() {
        return Stream.of(
                new Wish("people", post -> post.word("people")),
                new Wish("PEOPLE", post -> post.word("people")),
                new Wish("of the", post -> post.phrase("of", "the")),
                new Wish("\"of the\"", post -> post.phrase("of", "the")),
                new Wish("you AND your", post -> post.word("you") && post.word("your")),
                new Wish("\"you\" \"your\"", post -> post.word("you") && post.word("your")),
                new Wish("man OR woman", post -> post.word("man") || post.word("woman")),
                new Wish(
                        "(the OR you) (old OR new)",
                        post -> (post.word("the") || post.word("you")) && (post.word("old") || post.word("new"))),
                new Wish("man OR old AND new", post -> post.word("man") || (post.word("old") && post.word("new"))),
                new Wish("old AND new OR man", post -> post.word("man") || (post.word("old") && post.word("new"))),
                new Wish("you -your", post -> post.word("you") && !post.word("your")),
                new Wish("you NOT (your OR the)", post -> post.word("you") && !post.word("your") && !post.word("the")),
                new Wish("you -your OR man", post -> (post.word("you") && !post.word("your")) || post.word("man")),
                new Wish("program*", post -> post.shape("program", "", "")),
                new Wish("*ing", post -> post.shape("", "", "ing")),
                new Wish("*gram*", post -> post.shape("", "gram", "")),
                new Wish("wom*n", post -> post.shape("wom", "", "n")),
                new Wish("s*s", post -> post.shapes("s*s")),
                new Wish("*e*e*", post -> post.shapes("*e*e*")),
                new Wish("*o*o*o", post -> post.shapes("*o*o*o")),
                new Wish("t*t*", post -> post.shapes("t*t*")),
                new Wish("*s*ss*", post -> post.shapes("*s*ss*")),
                new Wish("i* t*e *s", post -> post.shapes("i*", "t*e", "*s")),
                new Wish("*e*e* *o*o*", post -> post.shapes("*e*e*", "*o*o*")),
                new Wish("t* *t*t the", post -> post.shapes("t*", "*t*t", "the")),
                new Wish("the NEAR/0 of", post -> post.near(List.of("the"), List.of("of"), 0)),
                new Wish("the NEAR/3 people", post -> post.near(List.of("the"), List.of("people"), 3)),
                new Wish("the NEAR people", post -> post.near(List.of("the"), List.of("people"), 10)),
                new Wish(
                        "(i OR you) NEAR/2 (want OR need)",
                        post -> post.near(List.of("i", "you"), List.of("want", "need"), 2)),
                new Wish(
                        "new AND you NEAR/2 want",
                        post -> post.word("new") && post.near(List.of("you"), List.of("want"), 2)),
                new Wish("title:how", post -> post.titleWord("how")),
                new Wish("text:how", post -> post.textWord("how")),
                new Wish("title:(how OR why)", post -> post.titleWord("how") || post.titleWord("why")),
                new Wish("title:how -text:how", post -> post.titleWord("how") && !post.textWord("how")),
                new Wish("flair:the", post -> post.flairWord("the")),
                new Wish("author:Author_3", post -> post.by("author_3")),
                new Wish("author:author_1*", post -> post.bySomebodyLike("author_1")),
                new Wish("subreddit:programming", post -> post.in("programming")),
                new Wish(
                        "subreddit:(programming OR science) the",
                        post -> (post.in("programming") || post.in("science")) && post.word("the")),
                new Wish("subreddit:program", post -> false),
                new Wish("/colou?rs?/", post -> post.expression("colou?rs?")),
                new Wish("/[0-9]{4}/", post -> post.expression("[0-9]{4}")),
                // RE2's $ is the very end; Java's also stands before a last line break.
                new Wish("/^ask|\\?$/", post -> post.expression("^ask|\\?\\z")));
    }

    @ParameterizedTest
    @MethodSource("table")
    void eachKindOfKeywordFindsWhatItMeansAndNothingElse(Wish wish) throws KeywordException {
        assertThat(found(Found.keywords(List.of(wish.keyword())))).isEqualTo(meant(wish.meaning()));
    }

    @Test
    void theTableFindsSomethingByAllButOne() {
        assertThat(table().filter(wish -> meant(wish.meaning()).isEmpty()))
                .extracting(Wish::keyword)
                .containsExactly("subreddit:program");
    }

    @Test
    void soDoTheirCombinationsByThemselvesAndAmongOthers() throws KeywordException {
        Random random = new Random(11);
        Map<Long, Wish> wishes = new TreeMap<>();
        try (StandingQueries queries = new StandingQueries()) {
            for (long id = 0; id < 150; id++) {
                Wish wish = wish(random, 3);
                wishes.put(id, wish);
                queries.listen(id, Found.keywords(List.of(wish.keyword())));
            }
            Map<Long, TreeSet<Integer>> together = new TreeMap<>();
            List<Map<Long, Match>> matches = queries.match(SEARCHED);
            for (int i = 0; i < SEARCHED.size(); i++) {
                for (Long id : matches.get(i).keySet()) {
                    together.computeIfAbsent(id, one -> new TreeSet<>()).add(i);
                }
            }
            int any = 0;
            for (Map.Entry<Long, Wish> one : wishes.entrySet()) {
                List<Integer> meant = meant(one.getValue().meaning());
                any += meant.isEmpty() ? 0 : 1;
                String keyword = one.getValue().keyword();
                assertThat(found(Found.keywords(List.of(keyword)))).as(keyword).isEqualTo(meant);
                assertThat(List.copyOf(together.getOrDefault(one.getKey(), new TreeSet<>())))
                        .as("among others: %s", keyword)
                        .isEqualTo(meant);
            }
            assertThat(any).as("combinations that find something").isGreaterThan(100);
        }
    }

    @Test
    void aListFindsWhatOneOfItsKeywordsDoesAndNoneExcludes() throws KeywordException {
        Keywords keywords = Found.keywords(List.of("how", "why AND not", "-title:reddit", "-\"of the\""));

        assertThat(found(keywords))
                .isNotEmpty()
                .isEqualTo(meant(post -> (post.word("how") || (post.word("why") && post.word("not")))
                        && !post.titleWord("reddit")
                        && !post.phrase("of", "the")));
    }

    private static Wish wish(Random random, int depth) {
        if (depth == 0 || random.nextInt(4) == 0) {
            return random.nextBoolean() ? word(random) : fromTable(random);
        }
        Wish one = wish(random, depth - 1);
        Wish other = wish(random, depth - 1);
        return switch (random.nextInt(5)) {
            case 0, 1 -> one.or(other);
            case 2 -> one.and(other);
            case 3 -> one.but(other);
            default -> one.not(other);
        };
    }

    private static Wish word(Random random) {
        String word = RealPosts.word(random);
        return new Wish(word, post -> post.word(word));
    }

    private static Wish fromTable(Random random) {
        List<Wish> all = new ArrayList<>(table().toList());
        return all.get(random.nextInt(all.size()));
    }

    private static List<Integer> found(Keywords keywords) {
        return IntStream.range(0, SEARCHED.size())
                .filter(i -> keywords.match(SEARCHED.get(i)).isPresent())
                .boxed()
                .toList();
    }

    private static List<Integer> meant(Predicate<SlowPost> meaning) {
        return IntStream.range(0, POSTS.size())
                .filter(i -> meaning.test(POSTS.get(i)))
                .boxed()
                .toList();
    }
}
