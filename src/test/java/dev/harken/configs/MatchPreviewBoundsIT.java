package dev.harken.configs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.harken.clients.Client;
import dev.harken.database.Database;
import dev.harken.http.ProblemException;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.matching.Keywords;
import dev.harken.monitoring.matching.MatchFilter;
import dev.harken.monitoring.matching.Stemming;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.SetClock;
import dev.harken.testing.SubredditListings;
import dev.harken.testing.TestDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much a preview may take, over a real database. */
class MatchPreviewBoundsIT {
    private static final MatchFilter ALL = MatchFilter.of(0, true, List.of(), List.of(), true);

    private final SetClock clock = new SetClock();
    private TestDatabase testDatabase;
    private Database database;
    private RecordedReddit reddit;
    private Feed feed;

    @BeforeEach
    void start() throws Exception {
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        database = testDatabase.open(List.of(Client.class), clock);
        reddit = RecordedReddit.start();
        feed = reddit.feed(database.transactions(), clock);
    }

    @AfterEach
    void stop() throws Exception {
        reddit.close();
        database.pool().stop();
    }

    @Test
    void theNewestFiveThousandAreSearchedAndTheNewestFiftyOfThoseThatMatchShown() throws Exception {
        read(5_100, "'milk'");

        Preview preview = new MatchPreview(feed, clock).preview(Set.of("tea"), milk(), ALL);

        assertThat(preview.searched()).isEqualTo(5_000);
        assertThat(preview.matched()).isEqualTo(5_000);
        assertThat(preview.complete()).isFalse();
        assertThat(preview.since()).isEqualTo(clock.instant().plusSeconds(101));
        assertThat(preview.posts()).hasSize(50).isSortedAccordingTo((a, b) -> b.postedAt()
                .compareTo(a.postedAt()));
        assertThat(preview.posts().get(0).redditPostId()).isEqualTo("p5100");
    }

    @Test
    void theSearchEndsAfterThreeSecondsWithWhatItHas() throws Exception {
        read(1_000, "'milk'");

        Preview preview =
                new MatchPreview(feed, new Ticking(Duration.ofMillis(10))).preview(Set.of("tea"), milk(), ALL);

        assertThat(preview.complete()).isFalse();
        assertThat(preview.searched()).isEqualTo(300);
        assertThat(preview.matched()).isEqualTo(300);
    }

    @Test
    void soDoesTheSearchOfASample() throws Exception {
        SubredditListings tea = new SubredditListings();
        IntStream.range(0, 100)
                .forEach(i -> tea.post("tea", "s" + i, "milk", clock.instant().minusSeconds(i)));
        reddit.answerBy(tea);

        Preview preview =
                new MatchPreview(feed, new Ticking(Duration.ofMillis(100))).preview(Set.of("tea"), milk(), ALL);

        assertThat(preview.complete()).isFalse();
        assertThat(preview.searched()).isEqualTo(30);
        assertThat(preview.matched()).isEqualTo(30);
    }

    @Test
    void aThirdAtOnceIsTurnedAwayAndAFourthLaterIsNot() throws Exception {
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        SubredditListings empty = new SubredditListings();
        reddit.answerBy(request -> {
            asked.countDown();
            await(go);
            return empty.apply(request);
        });
        MatchPreview previews = new MatchPreview(feed, clock);
        var one = CompletableFuture.supplyAsync(() -> previews.preview(Set.of("tea"), milk(), ALL));
        var two = CompletableFuture.supplyAsync(() -> previews.preview(Set.of("coffee"), milk(), ALL));
        await(asked);

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> previews.preview(Set.of("tea"), milk(), ALL))
                .satisfies(e -> assertThat(e.problem().status()).isEqualTo(429));

        go.countDown();
        assertThat(one.get(60, TimeUnit.SECONDS).searched()).isZero();
        assertThat(two.get(60, TimeUnit.SECONDS).searched()).isZero();
        assertThat(previews.preview(Set.of("tea"), milk(), ALL).searched()).isZero();
    }

    @Test
    void aLongTextIsCutBetweenTwoCharacters() throws Exception {
        read(1, "'milk ' || repeat(chr(128640), 600)");

        Preview preview = new MatchPreview(feed, clock).preview(Set.of("tea"), milk(), ALL);

        assertThat(preview.posts().get(0).content()).isEqualTo("milk " + "\uD83D\uDE80".repeat(495));
    }

    private static Keywords milk() {
        return Keywords.lenient(List.of("milk"), Stemming.NONE).keywords();
    }

    /** As if the feed had read so many posts of r/Tea, a second after the other. */
    private void read(int posts, String text) throws Exception {
        testDatabase.execute(
                "insert into feed_posts (reddit_post_id, subreddit, title, content, flair, author, score, num_comments,"
                        + " posted_at, read_at) select 'p' || n, 'Tea', 'title', " + text + ", '', 'anna', 1, 1,"
                        + " timestamptz '" + clock.instant() + "' + n * interval '1 second', '" + clock.instant()
                        + "' from generate_series(1, " + posts + ") n order by n",
                "insert into feed_subreddits (name, state, detail, read_at) values ('tea', 'fresh', '', '"
                        + clock.instant() + "')");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A clock that goes on each time it is looked at. */
    private static final class Ticking extends Clock {
        private final SetClock now = new SetClock();
        private final Duration step;

        private Ticking(Duration step) {
            this.step = step;
        }

        @Override
        public Instant instant() {
            Instant seen = now.instant();
            now.advance(step);
            return seen;
        }

        @Override
        public ZoneId getZone() {
            return now.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
