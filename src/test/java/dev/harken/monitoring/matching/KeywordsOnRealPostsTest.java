package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with a matcher written another way: the JDK's regular expressions with look-around, on recorded posts. */
class KeywordsOnRealPostsTest {
    private static final List<JsonNode> POSTS = posts(
            "multi-new-2016-out-of-order-unicode.json",
            "info-by-id-mixed-kinds-deleted-removed.json",
            "r-askreddit-hot-102-children-two-stickied.json");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "you", "the", "what is", "a", "i", "of the", "reddit", "2016", "x", "in a", "[oc]", "s", "'s", "é"
            })
    void agreesWithASlowMatcher(String keyword) throws KeywordException {
        Keywords keywords = Found.keywords(List.of(keyword));
        Pattern slow = slow(keyword);

        List<String> expected =
                titles(post -> slow.matcher(straight(title(post))).find()
                        || slow.matcher(straight(text(post))).find());
        List<String> actual = titles(post ->
                Found.in(keywords, SearchedPost.of(title(post), text(post))).size() == 1);

        assertThat(actual).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"you", "the", "what is", "in a", "[oc]", "a"})
    void theseKeywordsFindSomethingButNotEverything(String keyword) throws KeywordException {
        Keywords keywords = Found.keywords(List.of(keyword));

        assertThat(titles(post -> Found.in(keywords, SearchedPost.of(title(post), text(post)))
                                .size()
                        == 1))
                .isNotEmpty()
                .hasSizeLessThan(POSTS.size());
    }

    private static Pattern slow(String keyword) {
        String word = "[\\p{L}\\p{N}\\p{M}_]";
        String words = Stream.of(keyword.split(" ", -1)).map(Pattern::quote).collect(Collectors.joining("\\s+"));
        String left = keyword.substring(0, 1).matches(word) ? "(?<!" + word + ")" : "";
        String right = keyword.substring(keyword.length() - 1).matches(word) ? "(?!" + word + ")" : "";
        return Pattern.compile(left + words + right, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    private static String straight(String text) {
        return text.replace('\u2019', '\'');
    }

    private static List<String> titles(Predicate<JsonNode> kept) {
        return POSTS.stream().filter(kept).map(KeywordsOnRealPostsTest::title).toList();
    }

    private static String title(JsonNode post) {
        return post.path("title").asText();
    }

    private static String text(JsonNode post) {
        return post.path("selftext").asText();
    }

    private static List<JsonNode> posts(String... files) {
        List<JsonNode> posts = new ArrayList<>();
        for (String file : files) {
            try (InputStream body = KeywordsOnRealPostsTest.class.getResourceAsStream("/reddit/" + file)) {
                for (JsonNode child :
                        new ObjectMapper().readTree(body).path("data").path("children")) {
                    if (child.path("kind").asText().equals("t3")) {
                        posts.add(child.path("data"));
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(file, e);
            }
        }
        return posts;
    }
}
