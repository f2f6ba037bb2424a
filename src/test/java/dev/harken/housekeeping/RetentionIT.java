package dev.harken.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.codahale.metrics.Counter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.audit.AuditDao;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ClientConfig;
import dev.harken.database.Database;
import dev.harken.database.Tenant;
import dev.harken.database.Transactions;
import dev.harken.http.ApiJson;
import dev.harken.monitoring.matching.Highlights;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.NewPost;
import dev.harken.posts.PostDao;
import dev.harken.posts.PostStore;
import dev.harken.responses.ResponseDao;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import io.dropwizard.util.Duration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What retention removes and what it leaves, over a real database. */
class RetentionIT {
    private static final String POSTS =
            "select string_agg(reddit_post_id, ' ' order by reddit_post_id) from matched_posts" + " where client_id = ";
    private static final Pattern PARAMETER = Pattern.compile(":(ids|client|at|id|most|kept|now)\\b");

    private final SetClock clock = new SetClock(Instant.parse("2026-03-02T10:00:00Z"));
    private final List<Long> written = new CopyOnWriteArrayList<>();
    private final Counter counter = new Counter();
    private final HousekeepingFactory settings = new HousekeepingFactory();
    private TestDatabase testDatabase;
    private Database database;
    private Transactions transactions;
    private PostStore posts;
    private Retention retention;

    @BeforeEach
    void start() throws Exception {
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        List<Class<?>> entities = new ArrayList<>(List.of(Client.class, ClientConfig.class, MatchedPost.class));
        entities.addAll(ResponseDao.entities());
        database = testDatabase.open(entities, tenant -> written.add(tenant.clientId()), clock);
        transactions = database.transactions();
        posts = new PostStore(
                new ClientDao(clock), new PostDao(database.reads(), ApiJson.mapper(), clock), ApiJson.mapper(), clock);
        retention = new Retention(transactions, new RetentionDao(), new AuditDao(clock), counter, settings, clock);
        testDatabase.execute(
                "insert into clients (name, slug) values ('One', 'one'), ('Two', 'two'), ('Three', 'three')");
    }

    @AfterEach
    void stop() throws Exception {
        database.pool().stop();
    }

    @Test
    void whatIsOlderThanAClientsDaysGoesWithAllThatHangsOnIt() throws Exception {
        keep(1, 30, null);
        keep(2, 100, null);
        for (long client : List.of(1L, 2L, 3L)) {
            post(client, "a", "31 days");
            post(client, "b", "30 days 1 minute");
            post(client, "c", "29 days 23 hours");
        }
        testDatabase.execute(
                "insert into ai_responses (post_id, client_id, content) select id, client_id, 'draft' from matched_posts",
                "insert into response_revisions (response_id, client_id, content) select id, client_id, 'earlier' from"
                        + " ai_responses",
                "insert into notification_channels (client_id, name, kind, schedule, digest_hour, is_active, created_at,"
                        + " updated_at) select id, 'mail', 'email', 'daily', 8, true, now(), now() from clients",
                "insert into digest_posts (channel_id, client_id, post_id, created_at) select channel.id, post.client_id,"
                        + " post.id, now() from matched_posts post join notification_channels channel using (client_id)");

        retention.run();

        assertThat(scalar(POSTS + 1)).isEqualTo("c");
        assertThat(scalar(POSTS + 2)).isEqualTo("a b c");
        assertThat(scalar(POSTS + 3)).isEqualTo("a b c");
        for (String table : List.of("ai_responses", "response_revisions", "digest_posts")) {
            assertThat(scalar("select string_agg(client_id || ' ' || posts, ',' order by client_id) from (select"
                            + " client_id, count(*) posts from " + table + " group by 1) counted"))
                    .as(table)
                    .isEqualTo("1 1,2 3,3 3");
        }
        assertThat(scalar(
                        "select string_agg(client_id || ' ' || actor || ' ' || action || ' ' || subject_id || details,"
                                + " ',') from audit_records"))
                .isEqualTo("1 harken posts.removed 1{\"posts\": \"2\"}");
        assertThat(scalar("select name || ' ' || clients || ' ' || removed || ' ' || outcome from housekeeping_runs"))
                .isEqualTo("remove-old-posts 1 2 done");
        assertThat(counter.getCount()).isEqualTo(2);
        assertThat(written).containsOnly(1L);
    }

    @Test
    void onlySoManyOfTheNewestStayAlsoAmongThoseOfOneMoment() throws Exception {
        keep(1, null, 3);
        keep(2, null, 3);
        for (String id : List.of("a", "b", "c", "d", "e")) {
            post(1, id, "10 days");
        }
        post(1, "f", "9 days");
        post(2, "a", "10 days");

        retention.run();

        assertThat(scalar(POSTS + 1)).isEqualTo("d e f");
        assertThat(scalar(POSTS + 2)).isEqualTo("a");
        assertThat(scalar("select string_agg(reddit_post_id, ' ' order by reddit_post_id) from removed_posts"))
                .isEqualTo("a b c");
    }

    @Test
    void theLimitThatRemovesMoreDecides() throws Exception {
        keep(1, 20, 2);
        keep(2, 5, 2);
        for (long client : List.of(1L, 2L)) {
            post(client, "a", "10 days");
            post(client, "b", "9 days");
            post(client, "c", "4 days");
        }

        retention.run();

        assertThat(scalar(POSTS + 1)).isEqualTo("b c");
        assertThat(scalar(POSTS + 2)).isEqualTo("c");
    }

    @Test
    void thePostsOfTheLastFiveDaysStayHoweverManyTheyAre() throws Exception {
        keep(1, null, 1);
        post(1, "a", "121 hours");
        post(1, "b", "119 hours");
        post(1, "c", "1 hour");

        retention.run();

        assertThat(scalar(POSTS + 1)).isEqualTo("b c");
    }

    @Test
    void aBatchIsATransactionOfItsOwnAndEachClientHasItsTurn() throws Exception {
        settings.setBatch(10);
        keep(1, 5, null);
        keep(2, 5, null);
        fill(1, 25);
        fill(2, 5);

        retention.run();

        assertThat(written).containsExactlyInAnyOrder(1L, 2L, 1L, 1L);
        assertThat(written.subList(0, 2)).containsExactlyInAnyOrder(1L, 2L);
        assertThat(counter.getCount()).isEqualTo(30);
        assertThat(scalar("select count(*) from matched_posts")).isEqualTo("0");
    }

    @Test
    void aRunEndsWhenItsTimeIsOverAndTheNextGoesOn() throws Exception {
        settings.setBatch(10);
        settings.setLongest(Duration.seconds(30));
        keep(1, 5, null);
        fill(1, 25);
        // Each batch takes ten seconds.
        Retention slow = new Retention(
                transactions,
                new RetentionDao(),
                new AuditDao(clock),
                new Counter() {
                    @Override
                    public void inc(long removed) {
                        clock.advance(java.time.Duration.ofSeconds(15));
                    }
                },
                settings,
                clock);

        slow.run();

        assertThat(scalar("select count(*) from matched_posts")).isEqualTo("5");
        assertThat(scalar("select removed || ' ' || outcome from housekeeping_runs"))
                .isEqualTo("20 unfinished");
        slow.run();
        assertThat(scalar("select count(*) from matched_posts")).isEqualTo("0");
        assertThat(scalar("select removed || ' ' || outcome from housekeeping_runs"))
                .isEqualTo("5 done");
    }

    @Test
    void whatSomebodyHoldsIsPassedOverAndLeftForTheNextRun() throws Exception {
        keep(1, 5, null);
        keep(2, 5, null);
        for (long client : List.of(1L, 2L)) {
            post(client, "a", "10 days");
            post(client, "b", "10 days");
        }
        testDatabase.execute("insert into ai_responses (post_id, client_id, content) select id, client_id, 'draft' from"
                + " matched_posts where client_id = 2");
        try (Connection other = testDatabase.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update matched_posts set reviewed = true where client_id = 1 and reddit_post_id = 'a'");
            statement.execute("update ai_responses set copied = true where id = (select min(id) from ai_responses)");

            retention.run();

            assertThat(scalar(POSTS + 1)).isEqualTo("a");
            // A draft that is held holds up the batch for half a second, which then fails as a whole.
            assertThat(scalar(POSTS + 2)).isEqualTo("a b");
            assertThat(scalar("select outcome from housekeeping_runs")).isEqualTo("partly");
            other.commit();
        }

        retention.run();

        assertThat(scalar("select count(*) from matched_posts")).isEqualTo("0");
        assertThat(scalar("select sum(posts) || ' ' || sum(reviewed) || ' ' || sum(copied) from past_subreddits"))
                .isEqualTo("4 1 1");
        assertThat(scalar("select outcome from housekeeping_runs")).isEqualTo("done");
    }

    @Test
    void whatWasRemovedIsNotStoredAgain() throws Exception {
        keep(1, 5, null);
        post(1, "a", "10 days");
        retention.run();

        assertThat(store(1, "a", "b")).hasSize(1);
        assertThat(store(2, "a")).hasSize(1);

        assertThat(scalar(POSTS + 1)).isEqualTo("b");
        assertThat(scalar(POSTS + 2)).isEqualTo("a");
    }

    @Test
    void norIsWhatWasFoldedIntoIt() throws Exception {
        keep(1, 5, null);
        post(1, "a", "10 days");
        testDatabase.execute(
                """
                insert into folded_posts (
                  client_id, reddit_post_id, post_id, config_id, subreddit, title, content, keywords_matched, score,
                  num_comments, posted_at)
                select client_id, 'twin', id, 1, 'def', 'title', '', 'word', 1, 0, created_at
                from matched_posts
                """);
        retention.run();

        assertThat(store(1, "a", "twin")).isEmpty();
        assertThat(scalar("select count(*) from folded_posts")).isEqualTo("0");
    }

    @Test
    void aScanWaitsForWhatIsBeingRemovedAndStoresItNoMore() throws Exception {
        post(1, "a", "10 days");

        assertThat(storedWhileAIsRemoved("a")).isEmpty();

        assertThat(scalar("select count(*) from matched_posts")).isEqualTo("0");
    }

    @Test
    void aScanFoldsNothingIntoWhatIsBeingRemoved() throws Exception {
        post(1, "a", "10 days");
        testDatabase.execute(
                "insert into post_keys select 1, 'key of b', id, '" + clock.instant() + "' from matched_posts");

        assertThat(storedWhileAIsRemoved("b")).hasSize(1);

        assertThat(scalar(POSTS + 1)).isEqualTo("b");
    }

    private List<Long> storedWhileAIsRemoved(String id) throws Exception {
        RetentionDao dao = new RetentionDao();
        CompletableFuture<List<Long>> scan = transactions.write(Tenant.of(1), session -> {
            List<Long> ids = dao.lock(session, 1, new RetentionDao.Cut(clock.instant(), 0), 10);
            dao.remove(session, 1, ids, clock.instant());
            CompletableFuture<List<Long>> storing = CompletableFuture.supplyAsync(() -> store(1, id));
            // It waits for what becomes of the row that is in its way.
            await().until(() -> "1"
                    .equals(scalar("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                            + " and datname = current_database()")));
            return storing;
        });
        return scan.get(60, TimeUnit.SECONDS);
    }

    @Test
    void everyKeyThatLeadsToWhatIsRemovedHasItsIndex() throws Exception {
        assertThat(
                        scalar(
                                """
                        select string_agg(conrelid::regclass || ' ' || conname, ', ')
                        from pg_constraint reference
                        where contype = 'f'
                          and confrelid in ('matched_posts'::regclass, 'ai_responses'::regclass)
                          and not exists (
                            select 1
                            from pg_index
                            where indrelid = conrelid
                              and indisvalid
                              and indpred is null
                              and (indkey::int2[])[0:cardinality(conkey) - 1] @> conkey)
                        """))
                .isNull();
        assertThat(scalar("select count(*) from pg_constraint where contype = 'f' and confrelid in"
                        + " ('matched_posts'::regclass, 'ai_responses'::regclass)"))
                .isEqualTo("3");
    }

    @Test
    void noStatementReadsABigTableFromEndToEnd() throws Exception {
        testDatabase.execute(
                """
                insert into clients (name, slug)
                select 'Filler ' || n, 'filler-' || n
                from generate_series(4, 50) n
                """,
                """
                insert into matched_posts (
                  client_id, subreddit, reddit_post_id, title, content, keywords_matched, created_at)
                select 1 + n % 50, 'Sub' || n % 97, 'fill' || n, 'Title', repeat('some words of text ', 10),
                  'keyword' || n % 700, cast('2026-03-01' as timestamptz) - n * interval '1 minute'
                from generate_series(1, 40000) n
                """,
                """
                insert into ai_responses (post_id, client_id, content)
                select id, client_id, 'A draft'
                from matched_posts, generate_series(1, 3)
                """,
                """
                insert into response_revisions (response_id, client_id, content)
                select id, client_id, 'An earlier draft'
                from ai_responses
                """,
                "analyze");
        String ids = scalar("select string_agg(id::text, ',') from (select id from matched_posts where client_id = 7"
                + " order by created_at limit 50) oldest");
        Map<String, String> values = Map.of(
                "ids", "'" + ids + "'",
                "client", "7",
                "at", "timestamptz '2026-02-20'",
                "id", "0",
                "most", "50",
                "kept", "300",
                "now", "now()");
        for (String statement : List.of(
                RetentionDao.BEYOND,
                RetentionDao.IS_ANY,
                RetentionDao.LOCK,
                RetentionDao.LOCK_DRAFTS,
                RetentionDao.REMOVE)) {
            String bound = PARAMETER
                    .matcher(statement)
                    .replaceAll(match -> Matcher.quoteReplacement(values.get(match.group(1))));
            String plan = scalar("explain (format json) " + bound);
            assertThat(scans(new ObjectMapper().readTree(plan).at("/0/Plan")))
                    .as(plan)
                    .isEmpty();
        }
        assertThat(plan(RetentionDao.LOCK, values)).contains("idx_client_created");
        assertThat(plan(RetentionDao.BEYOND, values)).contains("idx_client_created");
    }

    private String plan(String statement, Map<String, String> values) throws Exception {
        return scalar("explain (format json) "
                + PARAMETER
                        .matcher(statement)
                        .replaceAll(match -> Matcher.quoteReplacement(values.get(match.group(1)))));
    }

    private static List<String> scans(JsonNode plan) {
        List<String> found = new ArrayList<>();
        String table = plan.path("Relation Name").asText();
        if (plan.path("Node Type").asText().equals("Seq Scan")
                && List.of("matched_posts", "ai_responses").contains(table)) {
            found.add(table);
        }
        plan.path("Plans").forEach(child -> found.addAll(scans(child)));
        return found;
    }

    private List<Long> store(long client, String... ids) {
        return transactions.write(Tenant.of(client), session -> posts.store(
                        session,
                        client,
                        1,
                        List.of(ids).stream().map(this::found).toList(),
                        true)
                .ids());
    }

    private NewPost found(String id) {
        return new NewPost(
                "abc",
                id,
                "title",
                "https://x",
                "https://x",
                "anna",
                "text",
                "word",
                Highlights.none(),
                1,
                2,
                clock.instant(),
                Set.of("key of " + id));
    }

    private void keep(long client, Integer days, Integer posts) throws SQLException {
        testDatabase.execute("update clients set retention_days = %s, retention_posts = %s where id = %d"
                .formatted(days, posts, client));
    }

    private void post(long client, String id, String age) throws SQLException {
        try (Connection connection = testDatabase.connect();
                PreparedStatement insert = connection.prepareStatement(
                        """
                        insert into matched_posts (
                          client_id, subreddit, reddit_post_id, title, keywords_matched, created_at)
                        values (?, 'abc', ?, 'title', 'word', cast(? as timestamptz) - cast(? as interval))
                        """)) {
            insert.setLong(1, client);
            insert.setString(2, id);
            insert.setString(3, clock.instant().toString());
            insert.setString(4, age);
            insert.executeUpdate();
        }
    }

    private void fill(long client, int many) throws SQLException {
        testDatabase.execute(
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title, created_at)
                select %d, 'abc', 'p' || n, 'title', timestamptz '%s' - interval '10 days' - n * interval '1 minute'
                from generate_series(1, %d) n
                """
                        .formatted(client, clock.instant(), many));
    }

    private String scalar(String sql) {
        try (Connection connection = testDatabase.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
