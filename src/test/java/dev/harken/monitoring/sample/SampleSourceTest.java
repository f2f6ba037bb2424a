package dev.harken.monitoring.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.monitoring.drafting.Draft;
import dev.harken.monitoring.drafting.DraftRequest;
import dev.harken.monitoring.drafting.Guidance;
import dev.harken.monitoring.drafting.ReplyTemplate;
import dev.harken.monitoring.drafting.TemplateWriter;
import dev.harken.monitoring.matching.Found;
import dev.harken.monitoring.matching.Keywords;
import dev.harken.monitoring.matching.SearchedPost;
import dev.harken.monitoring.reddit.Listing;
import dev.harken.monitoring.reddit.Post;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SampleSourceTest {
    private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
    private static final List<String> SUBREDDITS =
            List.of("SampleSmallBusiness", "SampleHomeOffice", "SampleCoffee", "SampleGardeners", "SampleWeekendTrips");

    private final SampleSource source = new SampleSource(Clock.fixed(NOW, ZoneOffset.UTC));

    static List<SampleClient> clients() {
        return SampleClients.load();
    }

    @Test
    void hasFortyPostsOfTheDayEachOnce() {
        List<Post> posts = newest(SUBREDDITS).posts();

        assertThat(posts).hasSize(40).extracting(Post::id).doesNotHaveDuplicates();
        assertThat(posts).extracting(Post::createdAt).allSatisfy(created -> assertThat(created)
                .isBetween(NOW.minus(Duration.ofDays(1)), NOW));
        assertThat(posts)
                .filteredOn(post -> post.id().equals("sample01"))
                .singleElement()
                .satisfies(post -> assertThat(post.createdAt()).isEqualTo(NOW.minus(Duration.ofMinutes(7))));
    }

    @Test
    void postsAreMarkedAsFiction() {
        List<Post> posts = newest(SUBREDDITS).posts();

        assertThat(posts).allMatch(post -> post.subreddit().startsWith("Sample"));
        assertThat(posts)
                .extracting(Post::author)
                .filteredOn(Objects::nonNull)
                .allMatch(author -> author.matches("sample_author_\\d\\d"));
        assertThat(posts)
                .allMatch(post -> post.url().startsWith("https://example.com/")
                        && post.permalink().startsWith("https://example.com/"));
        assertThat(posts).as("a gone author").anyMatch(post -> post.author() == null);
        assertThat(posts).as("a link without text").anyMatch(post -> post.text().isEmpty());
    }

    @Test
    void subredditsAreComparedWithoutCase() {
        Listing listing = newest(List.of("samplecoffee", "SAMPLECOFFEE"));

        assertThat(listing.posts()).hasSize(7).allMatch(post -> post.subreddit().equals("SampleCoffee"));
        assertThat(listing.unreadable()).isEmpty();
    }

    @Test
    void unknownSubredditsAreToldAndTheOthersRead() {
        Listing listing = newest(List.of("smallbusiness", "SampleWeekendTrips"));

        assertThat(listing.posts()).hasSize(2);
        assertThat(listing.unreadable()).containsOnlyKeys("smallbusiness");
        assertThat(listing.unreadable().get("smallbusiness")).startsWith("is not among the sample posts");
    }

    @Test
    void thereAreTwoClientsOfDifferentNames() {
        assertThat(clients()).hasSize(2).extracting(SampleClient::name).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void eachClientMatchesADozenPostsAndEveryKeywordMatchesOne(SampleClient client) throws Exception {
        Map<Post, List<String>> matched = matched(client);

        assertThat(matched).hasSizeGreaterThanOrEqualTo(12);
        Set<String> found = matched.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(client.keywords().stream()
                        .filter(keyword -> !keyword.startsWith("-"))
                        .toList());
    }

    @Test
    void nearMissesAreLeftOut() throws Exception {
        assertThat(matched(clients().get(0)).keySet())
                .extracting(Post::title)
                .doesNotContain(
                        "Payment went through instantly, customer says it did not",
                        "[Hiring] Someone to run our social media, part time");
        assertThat(matched(clients().get(1)).keySet())
                .extracting(Post::title)
                .doesNotContain("Outstanding invoice etiquette");
    }

    @ParameterizedTest
    @MethodSource("clients")
    void draftsForMatchedPostsAreFitToShow(SampleClient client) throws Exception {
        ReplyTemplate own = ReplyTemplate.parse(client.replyTemplate());
        for (Map.Entry<Post, List<String>> match : matched(client).entrySet()) {
            for (ReplyTemplate template : List.of(own, ReplyTemplate.standard())) {
                Post post = match.getKey();
                Draft draft = new TemplateWriter()
                        .write(
                                new DraftRequest(
                                        post.title(),
                                        post.text(),
                                        post.subreddit(),
                                        post.author(),
                                        match.getValue(),
                                        client.name()),
                                Guidance.of(template))
                        .drafts()
                        .get(0);
                assertThat(draft.quality().score())
                        .as("%s: %s", draft.content(), draft.quality())
                        .isGreaterThanOrEqualTo(70);
                assertThat(draft.content()).contains(client.name()).doesNotContain("{", "null");
            }
        }
    }

    private Map<Post, List<String>> matched(SampleClient client) throws Exception {
        Keywords keywords = Found.keywords(client.keywords());
        Map<Post, List<String>> matched = new LinkedHashMap<>();
        for (Post post : newest(client.subreddits()).posts()) {
            List<String> found =
                    Found.in(keywords, SearchedPost.of(post.title(), post.text(), "", "", post.subreddit()));
            if (!found.isEmpty()) {
                matched.put(post, found);
            }
        }
        return matched;
    }

    private Listing newest(Collection<String> subreddits) {
        Map<String, Instant> since = new HashMap<>();
        subreddits.forEach(name -> since.put(name, Instant.MAX));
        return source.read(since);
    }
}
