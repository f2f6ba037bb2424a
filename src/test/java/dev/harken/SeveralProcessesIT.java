package dev.harken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.harken.http.ApiJson;
import dev.harken.testing.ApiClient;
import dev.harken.testing.HaProxyServer;
import dev.harken.testing.HarkenService;
import dev.harken.testing.Jar;
import dev.harken.testing.Load;
import dev.harken.testing.Plans;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes of the jar over one database, behind a real proxy, with a Reddit that knows who asked what and when. */
class SeveralProcessesIT {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int READERS = 6;
    private static final int CHANGERS = 2;
    private static final int REFRESH_SECONDS = 5;
    /** Whoever refreshes a view, PostgreSQL notes when that was over. */
    private static final List<String> NOTING_REFRESHES = List.of(
            "create table refreshes_noted (at timestamptz)",
            """
            create function note_refresh() returns trigger language plpgsql as $$
            begin
              insert into refreshes_noted values (clock_timestamp());
              return new;
            end $$
            """,
            """
            create trigger note_refresh after insert or update on aggregate_refreshes
            for each row when (new.name = 'daily_keywords') execute function note_refresh()
            """);

    private static final String HELD = "held";

    private final Map<String, Queue<Poll>> polls = new ConcurrentHashMap<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private RecordedReddit reddit;
    private TestDatabase database;
    private Jar one;
    private Jar two;
    private HaProxyServer proxy;
    private ApiClient admin;

    /** One reading of a subreddit. */
    private record Poll(String process, Instant at) {}

    @BeforeEach
    void start() throws Exception {
        reddit = RecordedReddit.start().answerBy(this::listing);
        database = PostgresServer.shared().createMigratedDatabase();
        one = process("one");
        two = process("two");
        await().atMost(LONG).until(() -> one.isReady() && two.isReady());
        proxy = HaProxyServer.start(one, two);
        await().atMost(LONG).until(() -> proxy.api().get("/health/ready").status() == 200);
        admin = proxy.api().signIn("admin@localhost", HarkenService.ADMIN_PASSWORD);
    }

    @AfterEach
    void stop() throws Exception {
        release.countDown();
        for (AutoCloseable part : Stream.of(proxy, one, two, reddit).toList()) {
            if (part != null) {
                part.close();
            }
        }
    }

    private Jar process(String name) throws Exception {
        Map<String, String> environment = new HashMap<>(Jar.monitoring(name, database, reddit));
        environment.put("SHUTDOWN_WAIT", "5s");
        environment.put(
                "JAVA_TOOL_OPTIONS",
                "-Ddw.monitoring.heartbeat=3s -Ddw.analytics.refresh=%ds".formatted(REFRESH_SECONDS));
        return Jar.start(environment, "server", "config.yml");
    }

    private RecordedReddit.Reply listing(RecordedReddit.Request request) {
        List<String> subreddits =
                List.of(request.path().replaceFirst("^/r/([^/]+)/.*$", "$1").split("[+]", -1));
        String process = Jar.askedBy(request);
        Poll poll = new Poll(process, Instant.now());
        // Rules are read as well, for drafts.
        if (request.path().endsWith("/new")) {
            subreddits.forEach(subreddit -> polls.computeIfAbsent(subreddit, name -> new ConcurrentLinkedQueue<>())
                    .add(poll));
        }
        if (subreddits.contains(HELD)) {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return RecordedReddit.recording("subreddits-premium-empty-2020.json");
    }

    private List<Poll> polls(String subreddit) {
        return List.copyOf(polls.getOrDefault(subreddit, new ConcurrentLinkedQueue<>()));
    }

    private long client(String name) {
        return admin.post("/api/clients", Map.of("name", name)).json().get("id").asLong();
    }

    private void config(long client, String subreddit) {
        ApiClient.Answer made = admin.post(
                "/api/configs",
                Map.of(
                        "client_id",
                        client,
                        "reddit_subreddits",
                        List.of(subreddit),
                        "keywords",
                        List.of("tomatoes"),
                        "scan_interval_minutes",
                        1));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
    }

    private Load readers() {
        return Load.of(READERS, caller -> admin.get("/api/posts?limit=20"));
    }

    private Load changers(long post) {
        return Load.of(CHANGERS, caller -> admin.patch("/api/posts/" + post, Map.of("reviewed", true)));
    }

    private long post(long client) throws Exception {
        return Long.parseLong(database.scalar(
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title, keywords_matched, score)
                values (%d, 'held', 'abc', 'Tomatoes', 'tomatoes', 1)
                returning id
                """
                        .formatted(client)));
    }

    @Test
    void eachSubredditIsReadOnceInItsIntervalWhoeverDoesIt() {
        long client = client("Once");
        List<String> subreddits =
                IntStream.range(0, 16).mapToObj(number -> "once" + number).toList();
        subreddits.forEach(subreddit -> config(client, subreddit));

        await().atMost(LONG).untilAsserted(() -> assertThat(subreddits)
                .allSatisfy(subreddit -> assertThat(polls(subreddit)).hasSizeGreaterThanOrEqualTo(2)));

        assertThat(subreddits).allSatisfy(subreddit -> {
            List<Poll> made = polls(subreddit);
            for (int i = 1; i < made.size(); i++) {
                assertThat(Duration.between(made.get(i - 1).at(), made.get(i).at()))
                        .as("between two readings, of which one may be a tenth early: %s", made)
                        .isGreaterThan(Duration.ofSeconds(53));
            }
        });
        assertThat(subreddits.stream().flatMap(subreddit -> polls(subreddit).stream()))
                .extracting(Poll::process)
                .as("both take part")
                .contains("one", "two");
    }

    @Test
    void theSumsAreRefreshedByOneProcessAtATime() throws Exception {
        database.execute(NOTING_REFRESHES.toArray(String[]::new));

        await().atMost(LONG).until(() -> number("select count(*) from refreshes_noted") >= 8);

        assertThat(
                        number(
                                """
                        select min(pause)
                        from (select extract(epoch from at - lag(at) over (order by at)) as pause from refreshes_noted) refresh
                        """))
                .as("seconds between two refreshes: the next is due so long after the end of the last")
                .isGreaterThanOrEqualTo(REFRESH_SECONDS);
    }

    private double number(String sql) throws Exception {
        return Double.parseDouble(database.scalar(sql));
    }

    @Test
    void aProcessThatIsKilledTakesOnlyWhatItWasAnsweringWithIt() throws Exception {
        long client = client("Killed");
        long post = post(client);
        config(client, HELD);
        await().atMost(LONG).until(() -> !polls(HELD).isEmpty());
        String holder = polls(HELD).get(0).process();
        Load readers = readers();
        Load changers = changers(post);
        readers.untilAnswered(300);
        assertThat(readers.failures()).isEmpty();
        assertThat(changers.failures()).isEmpty();

        Instant killed = Instant.now();
        (holder.equals("one") ? one : two).kill();
        readers.untilAnswered(400);
        List<String> unread = readers.failures();
        List<String> unchanged = changers.failures();
        readers.untilAnswered(400);
        changers.untilAnswered(20);
        readers.stop();
        changers.stop();

        assertThat(unread)
                .as("at most one for each reader, none answered with an error")
                .hasSizeLessThanOrEqualTo(READERS)
                .allMatch(failure -> failure.contains("got no answer"));
        assertThat(unchanged)
                .as("at most one for each: it may have been done")
                .hasSizeLessThanOrEqualTo(CHANGERS)
                .allMatch(failure -> failure.contains("got no answer") || failure.contains("answered 502"));
        assertThat(readers.failures()).as("none later").hasSameSizeAs(unread);
        assertThat(changers.failures()).as("none later").hasSameSizeAs(unchanged);
        await().atMost(LONG).until(() -> polls(HELD).size() > 1);
        Poll again = polls(HELD).get(1);
        assertThat(again.process()).isNotEqualTo(holder);
        // Six heartbeats of 3 s, of which the last may be as old as one lasts, and a look for the dead each 6 s.
        assertThat(Duration.between(killed, again.at())).isBetween(Duration.ofSeconds(14), Duration.ofSeconds(60));
        await().atMost(LONG).pollInterval(Duration.ofSeconds(10)).untilAsserted(() -> {
            Jar.Finished report = Jar.runApart(
                    Map.of(
                            "DATABASE_URL", database.jdbcUrl(),
                            "DATABASE_USER", database.user(),
                            "DATABASE_PASSWORD", database.password()),
                    "doctor",
                    "--json",
                    "config.yml");
            assertThat(ApiJson.mapper().readTree(report.output()).get("processes"))
                    .hasSize(1);
        });
    }

    @Test
    void aListThatIsCutOffIsAskedForAgain() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(READERS);
        List<CompletableFuture<ApiClient.Answer>> lists;
        try (Connection connection = database.connect();
                Statement holdingAll = connection.createStatement()) {
            connection.setAutoCommit(false);
            holdingAll.execute("lock table matched_posts in access exclusive mode");
            // Each of its own, so that none waits for another's.
            lists = IntStream.rangeClosed(1, READERS)
                    .mapToObj(limit ->
                            CompletableFuture.supplyAsync(() -> admin.get("/api/posts?limit=" + limit), callers))
                    .toList();
            await().until(() -> waitingLists("one") + waitingLists("two") == READERS);
            assertThat(waitingLists("one"))
                    .as("a caller's first list may be asked again by the caller itself")
                    .isGreaterThan(1);

            one.kill();
            connection.rollback();
        } finally {
            callers.shutdown();
        }

        assertThat(lists).allSatisfy(list -> assertThat(list.join().status()).isEqualTo(200));
    }

    private double waitingLists(String process) throws Exception {
        return number(
                """
                select count(*)
                from pg_stat_activity
                where application_name = '%s' and wait_event_type = 'Lock' and query like '%%%s%%'
                """
                        .formatted(process, Plans.PAGE_OF_POSTS));
    }

    @Test
    void aProcessThatIsStoppedInOrderLosesNoRequest() throws Exception {
        long client = client("Stopped");
        long post = post(client);
        Load readers = readers();
        Load changers = changers(post);
        readers.untilAnswered(300);

        one.stop();
        readers.untilAnswered(300);
        changers.untilAnswered(20);
        readers.stop();
        changers.stop();

        assertThat(readers.failures()).isEmpty();
        assertThat(changers.failures()).isEmpty();
    }
}
