package dev.harken.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.audit.AuditDao;
import dev.harken.audit.AuditRecord;
import dev.harken.clients.Client;
import dev.harken.clients.ClientDao;
import dev.harken.configs.ClientConfig;
import dev.harken.database.Database;
import dev.harken.database.Transactions;
import dev.harken.http.ApiJson;
import dev.harken.monitoring.feed.Feed;
import dev.harken.monitoring.feed.PostCheckDao;
import dev.harken.posts.MatchedPost;
import dev.harken.posts.PostDao;
import dev.harken.posts.PostStore;
import dev.harken.responses.ResponseDao;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.RecordedReddit.Reply;
import dev.harken.testing.SetClock;
import dev.harken.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Posts that go from Reddit after they were read, over a real database and answers that Reddit gave. */
class DeletedPostsIT {
    private static final String INFO = "/api/info";

    /** Of the recording: one that is there, one deleted by its author, one removed, one that is not in the answer. */
    private static final List<String> POSTS = List.of("5dec00", "5dec18", "5dec21", "zzzzzz");

    private final SetClock clock = new SetClock();
    private final List<Long> written = new ArrayList<>();
    private TestDatabase testDatabase;
    private Database database;
    private RecordedReddit reddit;
    private Feed feed;
    private DeletedPosts deleted;

    @BeforeEach
    void start() throws Exception {
        testDatabase = PostgresServer.shared().createMigratedDatabase();
        List<Class<?>> entities =
                new ArrayList<>(List.of(Client.class, ClientConfig.class, MatchedPost.class, AuditRecord.class));
        entities.addAll(ResponseDao.entities());
        database = testDatabase.open(entities, tenant -> written.add(tenant.clientId()), clock);
        reddit = RecordedReddit.start()
                .answer(RecordedReddit.TOKEN_PATH, RecordedReddit.recording("token-client-credentials.json"))
                .answer(INFO, RecordedReddit.recording("info-by-id-mixed-kinds-deleted-removed.json"));
        Transactions transactions = database.transactions();
        ObjectMapper mapper = ApiJson.mapper();
        feed = reddit.feed(transactions, clock);
        deleted = new DeletedPosts(
                transactions,
                feed,
                new PostCheckDao(),
                new PostStore(new ClientDao(clock), new PostDao(database.reads(), mapper, clock), mapper, clock),
                new ResponseDao(clock),
                new AuditDao(clock),
                clock);
        testDatabase.execute("insert into clients (name, slug) values ('One', 'one'), ('Two', 'two')");
    }

    @AfterEach
    void stop() throws Exception {
        reddit.close();
        database.pool().stop();
    }

    @Test
    void whatIsDeletedOrRemovedThereIsDeletedHereForEveryClient() throws Exception {
        read(POSTS);
        match(1, POSTS);
        match(2, List.of("5dec18"));
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(query()).containsExactlyInAnyOrder("t3_5dec00", "t3_5dec18", "t3_5dec21", "t3_zzzzzz");
        assertThat(list("select client_id || ' ' || reddit_post_id || ' ' || title || content || coalesce(author, '-')"
                        + " || coalesce(url, '-') || ' ' || permalink from matched_posts where gone_at is not null"))
                .containsExactlyInAnyOrder(
                        "1 5dec18 -- https://www.reddit.com/comments/5dec18/",
                        "1 5dec21 -- https://www.reddit.com/comments/5dec21/",
                        "2 5dec18 -- https://www.reddit.com/comments/5dec18/");
        assertThat(list("select reddit_post_id || ' ' || title || content || author || url from matched_posts"
                        + " where gone_at is null"))
                .containsExactlyInAnyOrder("5dec00 titletextanna https://x", "zzzzzz titletextanna https://x");
        assertThat(list("select reddit_post_id from feed_posts")).containsExactlyInAnyOrder("5dec00", "zzzzzz");
        assertThat(list("select client_id || ' ' || action from audit_records"))
                .containsExactlyInAnyOrder("1 post.purged", "1 post.purged", "2 post.purged");
    }

    @Test
    void draftsOfWhatIsGoneAreEmptiedButForWhatWasCopied() throws Exception {
        read(POSTS);
        match(1, POSTS);
        testDatabase.execute(
                "insert into ai_responses (post_id, client_id, content, score, copied, created_at)"
                        + " select id, 1, 'draft', 80, copied, now() from matched_posts, (values (true), (false)) as"
                        + " it (copied)",
                "insert into response_revisions (response_id, client_id, content) select id, 1, 'earlier' from"
                        + " ai_responses");
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        String drafts =
                "select string_agg(distinct response.content || ' ' || response.score || ' ' || coalesce(revision.content, '-'),"
                        + " ',' order by response.content || ' ' || response.score || ' ' || coalesce(revision.content, '-'))"
                        + " from ai_responses response join matched_posts post on post.id = post_id"
                        + " left join response_revisions revision on revision.response_id = response.id"
                        + " where (gone_at is not null) = %s and copied = %s";
        assertThat(testDatabase.scalar(drafts.formatted(true, false))).isEqualTo(" 80 -");
        assertThat(testDatabase.scalar(drafts.formatted(true, true))).isEqualTo("draft 80 earlier");
        assertThat(testDatabase.scalar(drafts.formatted(false, false))).isEqualTo("draft 80 earlier");
    }

    @Test
    void whatIsFoldedTakesThePlaceOfWhatIsGoneAndIsCheckedItself() throws Exception {
        read(POSTS);
        match(1, List.of("5dec18"));
        fold("5dec21");
        fold("5dec00");
        testDatabase.execute("insert into ai_responses (post_id, client_id, content, created_at)"
                + " select id, 1, 'draft', now() from matched_posts");
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(list("select reddit_post_id || ' ' || title || ' ' || (gone_at is null) from matched_posts"))
                .containsExactly("5dec00 folded true");
        assertThat(testDatabase.scalar("select count(*) from folded_posts")).isEqualTo("0");
        assertThat(list("select content || '.' from ai_responses"))
                .as("so that one is written for what took the place")
                .isEmpty();
        assertThat(list("select action from audit_records")).containsExactly("post.replaced");

        testDatabase.execute("delete from feed_posts");
        fold("5dec18");
        clock.advance(Duration.ofHours(24));
        deleted.purge();

        assertThat(testDatabase.scalar("select count(*) from folded_posts")).isEqualTo("0");
    }

    private void fold(String id) throws Exception {
        testDatabase.execute("insert into folded_posts select client_id, '" + id + "', id, 1, 'tea', 'folded', null,"
                + " null, 'anna', 'text', 'tea', null, 1, 0, now() from matched_posts");
    }

    @Test
    void commentsAreAskedForByTheirKindAndKeepTheirAddress() throws Exception {
        List<String> ids = List.of("t1_c1", "t1_c2", "t1_c3", "t1_c4");
        read(ids);
        match(1, ids);
        testDatabase.execute("update matched_posts set permalink ="
                + " 'https://www.reddit.com/r/tea/comments/abc/a_title/' || substr(reddit_post_id, 4) || '/'");
        reddit.answer(
                INFO,
                Reply.of(
                        200,
                        """
                        {"kind": "Listing", "data": {"children": [
                          {"kind": "t1", "data": {"id": "c1", "body": "here", "author": "anna"}},
                          {"kind": "t1", "data": {"id": "c2", "body": "[deleted]", "author": "[deleted]"}},
                          {"kind": "t1", "data": {"id": "c3", "body": "[removed]", "author": "anna"}},
                          {"kind": "t1", "data": {"id": "c4", "body": "here", "author": "[deleted]"}},
                          {"kind": "t3", "data": {"id": "c1", "title": "a post of that id"}}]}}"""));
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(query()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(
                        list(
                                "select reddit_post_id || ' ' || permalink || content from matched_posts where gone_at is not null"))
                .containsExactlyInAnyOrder(
                        "t1_c2 https://www.reddit.com/comments/abc/_/c2/",
                        "t1_c3 https://www.reddit.com/comments/abc/_/c3/");
        assertThat(list("select reddit_post_id from matched_posts where author is null and gone_at is null"))
                .containsExactly("t1_c4");
    }

    @Test
    void theTitleOfAThreadThatIsGoneIsTakenOffItsComments() throws Exception {
        readComment("t1_c1");
        match(1, List.of("t1_c1"));
        testDatabase.execute(
                "update matched_posts set permalink =" + " 'https://www.reddit.com/r/tea/comments/5dec18/a_title/c1/'");
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(query()).containsExactlyInAnyOrder("t3_5dec18", "t1_c1");
        assertThat(list("select title || permalink || ' ' || content from matched_posts where gone_at is null"))
                .containsExactly("https://www.reddit.com/comments/5dec18/_/c1/ text");
        assertThat(testDatabase.scalar("select title from feed_posts")).isEmpty();
    }

    @Test
    void alsoWhereNobodyMatchedThem() throws Exception {
        readComment("t1_c1");
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(list("select title || permalink || ' ' || content from feed_posts"))
                .containsExactly("https://www.reddit.com/comments/5dec18/_/c1/ text");
        feed.keepHouse();
        clock.advance(Duration.ofHours(25));
        feed.keepHouse();
        assertThat(list("select reddit_post_id from post_checks"))
                .as("of whose thread no title is left")
                .containsExactly("t1_c1");
    }

    @Test
    void alsoOffThoseThatAreFolded() throws Exception {
        readComment("t1_c1");
        read(List.of("5dec00"));
        match(1, List.of("5dec00"));
        fold("t1_c1");
        testDatabase.execute(
                "update folded_posts set permalink = 'https://www.reddit.com/r/tea/comments/5dec18/a_title/c1/'",
                "delete from feed_posts where reddit_post_id = 't1_c1'");
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(list("select title || permalink || ' ' || content from folded_posts"))
                .containsExactly("https://www.reddit.com/comments/5dec18/_/c1/ text");
    }

    @Test
    void whatIsOnlyAbsentFromAnAnswerIsAskedForAgainBeforeItCountsAsGone() throws Exception {
        read(POSTS);
        match(1, POSTS);
        clock.advance(Duration.ofHours(24));
        deleted.purge();
        clock.advance(Duration.ofHours(6).minusSeconds(1));
        deleted.purge();
        assertThat(reddit.requests(INFO)).hasSize(1);

        clock.advance(Duration.ofSeconds(1));
        deleted.purge();

        assertThat(reddit.requests(INFO).get(1).query()).contains("id=t3_zzzzzz");
        assertThat(list("select reddit_post_id from matched_posts where gone_at is null"))
                .containsExactly("5dec00");
    }

    @Test
    void anAnswerThatKnowsNothingAtAllDeletesNothingForHoursAndEverythingBeforeTheTwoDaysAreOver() throws Exception {
        reddit.answer(INFO, RecordedReddit.recording("subreddits-premium-empty-2020.json"));
        read(POSTS);
        match(1, POSTS);
        clock.advance(Duration.ofHours(20));
        read(List.of("late"));
        for (int hours : List.of(4, 6, 6)) {
            clock.advance(Duration.ofHours(hours));
            deleted.purge();
        }
        assertThat(testDatabase.scalar("select count(*) from matched_posts where gone_at is not null"))
                .isEqualTo("0");

        clock.advance(Duration.ofHours(6));
        deleted.purge();

        assertThat(testDatabase.scalar("select count(*) from matched_posts where gone_at is null"))
                .isEqualTo("0");
    }

    @Test
    void whereNothingElseIsKnownItIsDoubtedAsWell() throws Exception {
        reddit.answer(INFO, RecordedReddit.recording("subreddits-premium-empty-2020.json"));
        read(POSTS);
        match(1, POSTS);
        for (int hours : List.of(24, 6)) {
            clock.advance(Duration.ofHours(hours));
            deleted.purge();
        }

        assertThat(testDatabase.scalar("select count(*) from matched_posts where gone_at is not null"))
                .isEqualTo("0");
    }

    @Test
    void afterADoubtfulAnswerNothingElseIsAskedUntilTheNextRun() throws Exception {
        reddit.answer(INFO, RecordedReddit.recording("subreddits-premium-empty-2020.json"));
        read(IntStream.range(0, 300).mapToObj(n -> "post" + n).toList());
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(reddit.requests(INFO)).hasSize(2);
    }

    @Test
    void aPostThatComesBackMustBeAbsentTwiceAnew() throws Exception {
        read(List.of("5dec00"));
        match(1, List.of("5dec00"));
        Reply full = RecordedReddit.recording("info-by-id-mixed-kinds-deleted-removed.json");
        Reply none = RecordedReddit.recording("subreddits-premium-empty-2020.json");
        reddit.answer(INFO, none, full, none);
        for (int hours : List.of(24, 6, 24)) {
            clock.advance(Duration.ofHours(hours));
            deleted.purge();
        }

        assertThat(reddit.requests(INFO)).hasSize(3);
        assertThat(testDatabase.scalar("select count(*) from matched_posts where gone_at is null"))
                .isEqualTo("1");
    }

    @Test
    void anAuthorWhoIsGoneIsForgottenAndTheirPostStays() throws Exception {
        read(List.of("abc1234"));
        match(1, List.of("abc1234"));
        reddit.answer(
                INFO,
                Reply.of(
                        200,
                        "{\"kind\":\"Listing\",\"data\":{\"children\":[{\"kind\":\"t3\",\"data\":{\"id\":\"abc1234\","
                                + "\"author\":\"[deleted]\",\"title\":\"title\",\"selftext\":\"text\"}}]}}"));
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(list("select title || ' ' || coalesce(author, '-') from matched_posts"))
                .containsExactly("title -");
        assertThat(list("select title || ' ' || coalesce(author, '-') from feed_posts"))
                .containsExactly("title -");
        assertThat(written).containsExactly(1L);

        clock.advance(Duration.ofHours(24));
        deleted.purge();
        assertThat(reddit.requests(INFO)).hasSize(2);
        assertThat(written).as("nothing is left to forget").containsExactly(1L);
    }

    @ParameterizedTest
    @CsvSource({"error-503-empty-body.json,503", "error-429-html-retry-after-4.html,429", "error-500-json.json,500"})
    void aFailureDeletesNothingAndIsTriedAgain(String file, int status) throws Exception {
        read(POSTS);
        match(1, POSTS);
        reddit.answer(
                INFO,
                RecordedReddit.recording(file),
                RecordedReddit.recording("info-by-id-mixed-kinds-deleted-removed.json"));
        clock.advance(Duration.ofHours(24));
        deleted.purge();
        assertThat(testDatabase.scalar("select count(*) from matched_posts where gone_at is null"))
                .isEqualTo("4");

        int asked = reddit.requests(INFO).size();
        clock.advance(Duration.ofSeconds(44));
        deleted.purge();
        // Who says for how long is asked again after that.
        assertThat(reddit.requests(INFO)).as("left alone for a while").hasSize(status == 429 ? asked + 1 : asked);

        clock.advance(Duration.ofMinutes(1));
        deleted.purge();

        assertThat(testDatabase.scalar("select count(*) from matched_posts where gone_at is null"))
                .isEqualTo("2");
    }

    @Test
    void aHundredAreAskedForInACallAndAThousandAtATime() throws Exception {
        List<String> many = IntStream.range(0, 1050).mapToObj(n -> "post" + n).toList();
        read(many);
        reddit.answer(INFO, there(many));
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(named()).containsExactlyElementsOf(Collections.nCopies(10, 100));
        deleted.purge();
        assertThat(named()).hasSize(11).endsWith(50);
    }

    @Test
    void whatIsKeptNowhereIsNotAskedForAndForgotten() throws Exception {
        read(List.of("5dec00", "5dec01"));
        match(1, List.of("5dec00"));
        testDatabase.execute("delete from feed_posts");
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(query()).containsExactly("t3_5dec00");
        feed.keepHouse();
        assertThat(list("select reddit_post_id from post_checks")).containsExactly("5dec00");
    }

    @Test
    void whatHasNotTheFormOfAnIdIsNeitherAskedForNorDeleted() throws Exception {
        read(List.of("mock-1", "5dec00"));
        match(1, List.of("mock-1"));
        clock.advance(Duration.ofHours(24));

        deleted.purge();

        assertThat(query()).containsExactly("t3_5dec00");
        assertThat(testDatabase.scalar("select count(*) from matched_posts where gone_at is null"))
                .isEqualTo("1");
    }

    /** As if the feed had read them now. */
    private void read(List<String> ids) throws Exception {
        testDatabase.execute("insert into feed_posts (reddit_post_id, subreddit, title, content, flair, author, score,"
                + " num_comments, posted_at, read_at) select id, 'tea', 'title', 'text', '', 'anna', 1, 1, '"
                + clock.instant() + "', '" + clock.instant() + "' from unnest(array['" + String.join("','", ids)
                + "']) id");
        feed.keepHouse();
    }

    /** As if the feed had read a comment of the thread 5dec18 now. */
    private void readComment(String id) throws Exception {
        read(List.of(id));
        testDatabase.execute("update feed_posts set permalink ="
                + " 'https://www.reddit.com/r/tea/comments/5dec18/a_title/" + id.substring(3) + "/'");
        feed.keepHouse();
    }

    private void match(long client, List<String> ids) throws Exception {
        testDatabase.execute("insert into matched_posts (client_id, subreddit, reddit_post_id, title, content, author,"
                + " url, permalink, created_at) select " + client
                + ", 'tea', id, 'title', 'text', 'anna', ' https://x', 'https://www.reddit.com/r/tea/comments/1/title/', '"
                + clock.instant() + "' from unnest(array['" + String.join("','", ids) + "']) id");
    }

    private static Reply there(List<String> ids) {
        return Reply.of(
                200,
                ids.stream()
                        .map(id -> "{\"kind\":\"t3\",\"data\":{\"id\":\"" + id
                                + "\",\"title\":\"title\",\"selftext\":\"text\",\"author\":\"anna\"}}")
                        .collect(Collectors.joining(",", "{\"kind\":\"Listing\",\"data\":{\"children\":[", "]}}")));
    }

    /** How many each call named. */
    private List<Integer> named() {
        return reddit.requests(INFO).stream()
                .map(request -> names(request).size())
                .toList();
    }

    /** The names in the latest call. */
    private List<String> query() {
        var requests = reddit.requests(INFO);
        return names(requests.get(requests.size() - 1));
    }

    private static List<String> names(RecordedReddit.Request request) {
        return Arrays.stream(request.query().split("&"))
                .filter(part -> part.startsWith("id="))
                .flatMap(part -> Arrays.stream(part.substring(3).split(",")))
                .toList();
    }

    private List<String> list(String sql) throws Exception {
        String joined = testDatabase.scalar("select coalesce(string_agg(it, ';'), '') from (" + sql + ") as rows (it)");
        return joined.isEmpty() ? List.of() : Arrays.stream(joined.split(";")).collect(Collectors.toList());
    }
}
