package dev.harken.monitoring.reddit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.SetClock;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListingReaderTest {
    private final ListingReader reader = new ListingReader(new SetClock());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "thread-post-deleted-by-author-2020-removed-by-category.json",
                "thread-post-removed-by-moderator-2020.json"
            })
    void aPostThatWasTakenAwayIsSkippedWhoeverDidIt(String thread) throws IOException {
        JsonNode listing = recording(thread).get(0);
        assertThat(listing.at("/data/children")).hasSize(1);

        assertThat(reader.read(listing))
                .hasValueSatisfying(page -> assertThat(page.posts()).isEmpty());
    }

    @Test
    void aThreadIsNoListing() throws IOException {
        assertThat(reader.read(recording("thread-post-removed-by-moderator-2020.json")))
                .isEmpty();
    }

    @Test
    void aCommentHasItsThreadsTitleAndAnAddressOfItsOwn() throws IOException {
        ListingPage page =
                reader.read(recording("poll-r-kakapo-comments-first.json")).orElseThrow();

        assertThat(page.names()).hasSize(16).allMatch(name -> name.startsWith("t1_"));
        assertThat(page.posts()).hasSize(16).allMatch(Post::isComment);
        Post comment = page.posts().get(0);
        assertThat(comment.id()).isEqualTo("t1_dgauydy");
        assertThat(comment.title()).startsWith("KAKAPO CALLS: ");
        assertThat(comment.text()).isEqualTo("i lick it");
        assertThat(comment.permalink()).isEqualTo("https://www.reddit.com/comments/654eqk/_/dgauydy/");
        assertThat(comment.url()).isEqualTo(comment.permalink());
    }

    @Test
    void aCommentsAddressIsTheOneThatItNames() throws IOException {
        ListingPage page =
                reader.read(recording("thread-comments-nested.json").get(1)).orElseThrow();

        assertThat(page.posts()).singleElement().satisfies(comment -> assertThat(comment.permalink())
                .startsWith("https://www.reddit.com/r/")
                .contains("/comments/98vj9e/")
                .endsWith("/" + comment.id().substring(3) + "/"));
    }

    @Test
    void aPathOfRedditsOwnIsMadeAWholeAddress() throws IOException {
        String listing =
                """
                {"data": {"children": [{"kind": "t3", "data": {"id": "a", "url": "/gallery/a", "permalink": "/r/b/comments/a/"}}]}}
                """;

        assertThat(reader.read(new JsonMapper().readTree(listing)).orElseThrow().posts())
                .singleElement()
                .satisfies(post -> {
                    assertThat(post.url()).isEqualTo("https://www.reddit.com/gallery/a");
                    assertThat(post.permalink()).isEqualTo("https://www.reddit.com/r/b/comments/a/");
                });
    }

    @Test
    void whatTheDatabaseCannotHoldIsLeftOutOfEveryText() throws IOException {
        String listing =
                """
                {"data": {"children": [{"kind": "t3", "data": {"id": "a\\u0000", "title": "Tea\\u0000pot", "selftext": "\\u0000",
                  "author": "\\u0000jane", "url": "https://example.com/\\u0000", "subreddit": "tea\\u0000"}}]}}
                """;

        Post post = reader.read(new JsonMapper().readTree(listing))
                .orElseThrow()
                .posts()
                .get(0);

        assertThat(post.toString()).doesNotContain("\0");
        assertThat(post.title()).isEqualTo("Teapot");
        assertThat(post.id()).isEqualTo("a");
    }

    private static JsonNode recording(String file) throws IOException {
        return new JsonMapper().readTree(RecordedReddit.bytes(file));
    }
}
