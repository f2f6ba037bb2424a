package dev.harken.monitoring.matching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.monitoring.reddit.Post;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostKeysTest {
    private static final String LONG =
            "I have been looking for an espresso machine for my small kitchen, and I want one that heats up in a minute.";

    @ParameterizedTest
    @CsvSource({
        "https://www.example.com/a/, http://example.com/a",
        "https://example.com/a?utm_source=x&b=2&a=1#top, https://m.example.com/a?a=1&b=2&fbclid=77",
        "https://youtu.be/abc?si=share, https://www.youtube.com/watch?v=abc",
        "https://EXAMPLE.com:443, https://example.com/",
    })
    void addressesOfOnePageAreTheSame(String one, String other) {
        assertThat(PostKeys.link(one)).isPresent().isEqualTo(PostKeys.link(other));
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com/a, https://example.com/A",
        "https://example.com/a?id=1, https://example.com/a?id=2",
        "https://example.com/a, https://other.example.com/a",
        "https://youtu.be/abc, https://youtu.be/abd",
    })
    void addressesOfTwoPagesAreNot(String one, String other) {
        assertThat(PostKeys.link(one)).isNotEqualTo(PostKeys.link(other));
    }

    @Test
    void whatIsNoAddressHasNoKey() {
        assertThat(List.of("https://exa mple.com/", "https:///a", "https://example.com/%", ""))
                .allSatisfy(url -> assertThat(PostKeys.link(url)).isEmpty());
    }

    @Test
    void longWordsAreTheSameWhoeverWritesThem() {
        Post post = post("a", "Which machine?", LONG, "jane", null, null);

        assertThat(shared(post, post("b", "WHICH machine", LONG.replace(",", " \u2013"), "joe", null, null)))
                .hasSize(1);
        assertThat(shared(post, post("c", "Which machine?", LONG + " Or two", "joe", null, null)))
                .isEmpty();
    }

    @Test
    void fewWordsAreTheSameOnlyByOneAuthor() {
        Post post = post("a", "Which grinder for espresso?", "", "jane", null, null);

        assertThat(shared(post, post("b", "Which grinder for espresso?", "", "Jane", null, null)))
                .hasSize(1);
        assertThat(shared(post, post("c", "Which grinder for espresso?", "", "joe", null, null)))
                .isEmpty();
        assertThat(shared(post, post("d", "Which grinder for espresso?", "", null, null, null)))
                .isEmpty();
        assertThat(shared(post("e", "Help", "", "jane", null, null), post("f", "Help!", "", "jane", null, null)))
                .isEmpty();
    }

    @Test
    void theDailyThreadIsNotYesterdays() {
        assertThat(shared(
                        post("a", "Daily thread", LONG, "AutoModerator", null, null),
                        post("b", "Daily thread", LONG, "AutoModerator", null, null)))
                .isEmpty();
    }

    @Test
    void aPictureUnderTheSameTitleIsAnotherPost() {
        assertThat(shared(
                        post("a", "My picture of the harbour", "", "jane", "https://i.redd.it/1.jpg", null),
                        post("b", "My picture of the harbour", "", "jane", "https://i.redd.it/2.jpg", null)))
                .isEmpty();
    }

    @Test
    void whatLinksToTheSameIsTheSameAndWhatLinksToItselfIsNot() {
        String thread = "https://www.reddit.com/r/tea/comments/%s/x/";

        assertThat(shared(
                        post("a", "One", "", "jane", "https://example.com/", null),
                        post("b", "Two", "", "joe", "https://example.com", null)))
                .hasSize(1);
        assertThat(PostKeys.of(post("a", "One", "", "jane", thread.formatted("a"), null)))
                .containsExactly("id:a");
    }

    @Test
    void commentsInOneThreadAreTheSameOnlyByTheirOwnWords() {
        Post comment = post("t1_a", LONG, "I have the same problem here", "jane", "https://r/comments/x/_/a/", null);

        assertThat(shared(comment, post("t1_b", LONG, "So have I", "jane", "https://r/comments/x/_/b/", null)))
                .isEmpty();
        assertThat(shared(comment, post("t1_c", "Other", "I have the same problem here!", "jane", null, null)))
                .hasSize(1);
        assertThat(PostKeys.of(comment)).hasSize(2);
    }

    @Test
    void crosspostsOfAPostAreFoldedWithoutIt() {
        Folds folds = new Folds();

        assertThat(folds.add("b", PostKeys.of(post("b", "x", "", "jane", null, "a"))))
                .isEmpty();
        assertThat(folds.add("c", PostKeys.of(post("c", "y", "", "joe", null, "a"))))
                .contains("b");
        assertThat(folds.add("a", PostKeys.of(post("a", "z", "", "kim", null, null))))
                .contains("b");
        assertThat(folds.added()).isEqualTo(Map.of("id:a", "b", "id:b", "b", "id:c", "b"));
    }

    @Test
    void aPostIsNotFoldedIntoItself() {
        assertThat(new Folds(Map.of("id:a", "a")).add("a", Set.of("id:a"))).isEmpty();
    }

    private static Set<String> shared(Post one, Post other) {
        Set<String> shared = new HashSet<>(PostKeys.of(one));
        shared.retainAll(PostKeys.of(other));
        return shared;
    }

    private static Post post(String id, String title, String text, String author, String url, String crosspostOf) {
        return new Post(id, "tea", title, text, "", author, Instant.EPOCH, 1, 0, false, url, null, crosspostOf);
    }
}
