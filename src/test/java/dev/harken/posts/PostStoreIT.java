package dev.harken.posts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.harken.audit.AuditRecord;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ClientConfig;
import dev.harken.database.Database;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.ApiJson;
import dev.harken.monitoring.matching.Highlights;
import dev.harken.responses.ResponseDao;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Posts that say the same, over a real database. */
class PostStoreIT {
    private static final Tenant CLIENT = Tenant.of(1);

    private final SetClock clock = new SetClock();
    private TestDatabase testDatabase;
    private Database database;
    private Transactions transactions;
    private PostStore store;

    @BeforeEach
    void start() throws Exception {
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        List<Class<?>> entities =
                new ArrayList<>(List.of(Client.class, ClientConfig.class, MatchedPost.class, AuditRecord.class));
        entities.addAll(ResponseDao.entities());
        database = testDatabase.open(entities, clock);
        transactions = database.transactions();
        store = new PostStore(
                new ClientDao(clock), new PostDao(database.reads(), ApiJson.mapper(), clock), ApiJson.mapper(), clock);
        testDatabase.execute("insert into clients (name, slug) values ('One', 'one'), ('Two', 'two')");
    }

    @AfterEach
    void stop() throws Exception {
        database.pool().stop();
    }

    @Test
    void whatSaysTheSameIsFoldedInOneBatchAndInLaterOnes() throws Exception {
        assertThat(store(true, post("a", "k1"), post("b", "k1", "k2"))).isEqualTo("1 stored, 1 folded");
        assertThat(store(true, post("c", "k2"), post("d", "k3"))).isEqualTo("1 stored, 1 folded");

        assertThat(stored()).isEqualTo("a d");
        assertThat(folded()).isEqualTo("b>a c>a");
    }

    @Test
    void whatIsFoldedAlreadyIsCountedAgainAndStoredOnce() throws Exception {
        store(true, post("a", "k1"), post("b", "k1"));

        assertThat(store(true, post("a", "k1"), post("b", "k1"))).isEqualTo("0 stored, 1 folded");
        assertThat(folded()).isEqualTo("b>a");
    }

    @Test
    void aConfigThatDoesNotFoldTakesThemApart() throws Exception {
        store(true, post("a", "k1"), post("b", "k1"));

        assertThat(store(false, post("a", "k1"), post("b", "k1"), post("c", "k1")))
                .isEqualTo("2 stored, 0 folded");

        assertThat(stored()).isEqualTo("a b c");
        assertThat(folded()).isEmpty();
        assertThat(store(true, post("d", "k1"))).isEqualTo("0 stored, 1 folded");
        assertThat(folded()).isEqualTo("d>a");
    }

    @Test
    void aMarkDoesNotBringBackWhatIsPurgedMeanwhile() throws Exception {
        store(true, post("a"));

        transactions.write(CLIENT, session -> {
            MatchedPost post =
                    session.createQuery("from MatchedPost", MatchedPost.class).getSingleResult();
            assertThat(purge("a")).isEqualTo("1 emptied, 0 replaced");
            post.review(true, clock.instant());
            return post.id();
        });

        assertThat(testDatabase.scalar("select reviewed || ' ' || (title = '') || ' ' || (gone_at is not null) from"
                        + " matched_posts"))
                .isEqualTo("true true true");
    }

    @Test
    void otherClientsPostsAreTheirOwn() throws Exception {
        store(true, post("a", "k1"));

        transactions.write(Tenant.of(2), session -> store.store(session, 2, 2, List.of(post("b", "k1")), true));

        assertThat(stored()).isEqualTo("a b");
    }

    @Test
    void aWeekAfterTheFirstItIsNewAgain() throws Exception {
        store(true, post("a", "k1"));
        clock.advance(PostStore.FOLDED_FOR);
        store(true, post("b", "k1"));
        clock.advance(Duration.ofSeconds(1));
        store(true, post("c", "k1"));

        assertThat(stored()).isEqualTo("a c");
        assertThat(folded()).isEqualTo("b>a");
    }

    @Test
    void theWeekEndsAlsoWhenTheFirstIsReadAgainMeanwhile() throws Exception {
        store(true, post("a", "k1"));
        clock.advance(Duration.ofDays(8));
        assertThat(store(true, post("a", "k1"))).isEqualTo("0 stored, 0 folded");
        clock.advance(Duration.ofDays(1));

        assertThat(store(true, post("b", "k1"))).isEqualTo("1 stored, 0 folded");
        assertThat(stored()).isEqualTo("a b");
    }

    @Test
    void itBeginsWithTheFirstAlsoForWhatIsKnownOfItSinceLater() throws Exception {
        store(true, post("a", "k1"));
        clock.advance(Duration.ofDays(5));
        store(true, post("b", "k1", "k2"));
        clock.advance(Duration.ofDays(3));

        assertThat(store(true, post("c", "k2"))).isEqualTo("1 stored, 0 folded");
    }

    @Test
    void whatSaysTheSameAsOneThatIsGoneIsNewAlsoWhenThatIsReadWithIt() throws Exception {
        store(true, post("a", "k1"));
        purge("a");

        assertThat(store(true, post("a", "k1"), post("b", "k1"))).isEqualTo("1 stored, 0 folded");
        assertThat(stored()).isEqualTo("a b");
    }

    @Test
    void norDoesOneThatRetentionRemovedTakeWhatIsReadWithIt() throws Exception {
        testDatabase.execute("insert into removed_posts values (1, 'a', now())");

        assertThat(store(true, post("a", "k1"), post("b", "k1"), post("c", "k1")))
                .isEqualTo("1 stored, 1 folded");
        assertThat(stored()).isEqualTo("b");
        assertThat(folded()).isEqualTo("c>b");
    }

    @Test
    void keysAreForgottenABatchAtATimeWhenTheyAreOfNoUse() throws Exception {
        store(
                true,
                IntStream.range(0, 600).mapToObj(i -> post("a" + i, "k" + i)).toArray(NewPost[]::new));
        clock.advance(PostStore.FOLDED_FOR.plusSeconds(1));
        store(true, post("b", "k0", "kb"));

        store.thinKeys(transactions);

        assertThat(testDatabase.scalar("select string_agg(key, ' ' order by key) from post_keys"))
                .isEqualTo("k0 kb");
    }

    @Test
    void theOldestTakesThePlaceOfOneThatIsGone() throws Exception {
        store(true, post("a", "k1"));
        clock.advance(Duration.ofMinutes(1));
        store(true, post("b", "k1"));
        clock.advance(Duration.ofMinutes(1));
        store(true, post("c", "k1"));
        String id = testDatabase.scalar("select id from matched_posts");
        testDatabase.execute("update matched_posts set reviewed = true, relevant = false, relevance = 3");

        assertThat(purge("a")).isEqualTo("0 emptied, 1 replaced");

        assertThat(testDatabase.scalar("select id || ' ' || reddit_post_id || ' ' || title || ' ' || reviewed || ' '"
                        + " || (relevant is null and relevance is null and gone_at is null) from matched_posts"))
                .isEqualTo(id + " b title b true true");
        assertThat(folded()).isEqualTo("c>b");
        assertThat(store(true, post("d", "k1"))).isEqualTo("0 stored, 1 folded");
    }

    @Test
    void whenAllAreGoneOnlyTheAddressIsLeftAndTheNextIsNew() throws Exception {
        store(true, post("a", "k1"), post("b", "k1"), post("c", "k1"));

        assertThat(purge("a", "b")).isEqualTo("0 emptied, 1 replaced");
        assertThat(purge("c")).isEqualTo("1 emptied, 0 replaced");

        assertThat(store(true, post("d", "k1"))).isEqualTo("1 stored, 0 folded");
        assertThat(stored()).isEqualTo("c d");
        assertThat(folded()).isEmpty();
    }

    @Test
    void ofOneThatIsGoneAndFoldedNothingIsLeft() throws Exception {
        store(true, post("a", "k1"), post("b", "k1"));

        assertThat(purge("b")).isEqualTo("0 emptied, 0 replaced");

        assertThat(stored()).isEqualTo("a");
        assertThat(folded()).isEmpty();
    }

    @Test
    void whatIsCutOffLeavesNothingAndIsMadeGood() throws Exception {
        assertThatThrownBy(() -> transactions.write(CLIENT, session -> {
                    store.store(session, 1, 1, List.of(post("a", "k1"), post("b", "k1")), true);
                    throw new IllegalStateException("cut off");
                }))
                .hasMessage("cut off");
        assertThat(testDatabase.scalar("select count(*) from post_keys")).isEqualTo("0");

        assertThat(store(true, post("b", "k1"), post("a", "k1"))).isEqualTo("1 stored, 1 folded");
        assertThat(folded()).isEqualTo("a>b");
    }

    @Test
    void scansAtOnceStoreOrFoldEachPostExactlyOnce() throws Exception {
        List<NewPost> posts = IntStream.range(0, 120)
                .mapToObj(i -> post("p" + i, "k" + i % 20, "l" + i % 30))
                .toList();
        int scans = 4;
        CyclicBarrier together = new CyclicBarrier(scans);
        ExecutorService threads = Executors.newFixedThreadPool(scans);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int scan = 0; scan < scans; scan++) {
                List<NewPost> mine = new ArrayList<>(posts);
                Collections.shuffle(mine, new Random(scan));
                running.add(threads.submit(() -> {
                    for (int from = 0; from < mine.size(); from += 10) {
                        together.await(60, TimeUnit.SECONDS);
                        store(true, mine.subList(from, from + 10).toArray(NewPost[]::new));
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(testDatabase.scalar("select count(*) || ' ' || count(distinct id) from (select reddit_post_id from"
                        + " matched_posts union all select reddit_post_id from folded_posts) as had (id)"))
                .isEqualTo("120 120");
        assertThat(testDatabase.scalar("select count(*) from matched_posts post join post_keys known on known.key ="
                        + " 'k' || (substring(reddit_post_id from 2)::int % 20) where known.post_id <> post.id"))
                .isEqualTo("0");
    }

    private String store(boolean folds, NewPost... posts) {
        PostStore.Stored stored =
                transactions.write(CLIENT, session -> store.store(session, 1, 1, List.of(posts), folds));
        return stored.ids().size() + " stored, " + stored.folded() + " folded";
    }

    private String purge(String... ids) {
        PostStore.Purged purged = transactions.write(CLIENT, session -> store.purge(session, 1, List.of(ids)));
        return purged.emptied().size() + " emptied, " + purged.replaced().size() + " replaced";
    }

    private String stored() throws Exception {
        return testDatabase.scalar("select string_agg(reddit_post_id, ' ' order by reddit_post_id) from matched_posts");
    }

    private String folded() throws Exception {
        return testDatabase.scalar("select coalesce(string_agg(folded.reddit_post_id || '>' || post.reddit_post_id, ' '"
                + " order by folded.reddit_post_id), '') from folded_posts folded join matched_posts post on post.id ="
                + " folded.post_id");
    }

    private NewPost post(String id, String... keys) {
        return new NewPost(
                "tea",
                id,
                "title " + id,
                null,
                null,
                "anna",
                "text",
                "tea",
                Highlights.none(),
                1,
                0,
                clock.instant(),
                Set.of(keys));
    }
}
