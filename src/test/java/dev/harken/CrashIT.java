package dev.harken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.http.ApiJson;
import dev.harken.testing.ApiClient;
import dev.harken.testing.Gate;
import dev.harken.testing.HarkenService;
import dev.harken.testing.HeldStatements;
import dev.harken.testing.Jar;
import dev.harken.testing.ModelServer;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.Receiver;
import dev.harken.testing.RecordedReddit;
import dev.harken.testing.SubredditListings;
import dev.harken.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two processes of the jar over one database are killed with SIGKILL, one step after the other, from the reading of
 * Reddit to the record of a delivery, while posts go on coming; then the same is done to PostgreSQL. Each round holds a
 * process at the step, so that it is known to be there when it dies. By itself it goes through some of the steps, since
 * what a process had claimed to tell is told by another only minutes after its death; {@code -Dharken.crash.passes=3}
 * goes through all of them three times, which takes a quarter of an hour each.
 */
class CrashIT {
    private static final int PASSES = Integer.getInteger("harken.crash.passes", 0);
    private static final int POSTS_A_ROUND = 4;

    /** Longer than what a dead process had claimed to tell stays claimed, during which its channels may wait. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static final Duration BETWEEN_SCANS = Duration.ofSeconds(2);
    private static final String BOTH = "both";

    /** What each client listens for, and the same as a pattern. */
    private static final Map<String, Pattern> CLIENTS = Map.of(
            "people", Pattern.compile("\\bpeople\\b", Pattern.CASE_INSENSITIVE),
            "what", Pattern.compile("\\bwhat\\b", Pattern.CASE_INSENSITIVE));

    /**
     * The steps that are reached through the database. Those of telling come first: what a process had claimed when it
     * died is told by another minutes later, while the others are gone through.
     */
    private static final Map<String, String> STATEMENTS = statements();

    private static final String READING = "reading a listing";
    private static final String WRITING = "waiting for the model";
    private static final String TELLING = "waiting for the receiver";

    private static final List<String> SOME_STEPS =
            List.of(TELLING, READING, "commit_a_match", WRITING, "commit_a_draft", "record_a_delivery");

    private final Map<String, Jar> processes = new ConcurrentHashMap<>();
    private final SubredditListings listings = new SubredditListings();
    private final Map<String, String> titles = new LinkedHashMap<>();
    private final Map<String, Long> clients = new HashMap<>();
    private final List<Crash> crashes = new ArrayList<>();
    private final Gate reading = new Gate();
    private final Gate writing = new Gate();
    private final Gate telling = new Gate();
    private PostgresServer postgres;
    private TestDatabase database;
    private HeldStatements statements;
    private RecordedReddit reddit;
    private ModelServer model;
    private Receiver receiver;

    /** One key signs for all processes, so that it outlives each. */
    private String token = "";

    private static Map<String, String> statements() {
        Map<String, String> events = new LinkedHashMap<>();
        events.put(
                "claim_a_notification",
                "before update on notifications for each row when (new.claimed_until is not null)");
        events.put("record_a_delivery", "before update on notifications for each row when (new.state = 'delivered')");
        events.put("keep_what_was_read", "before insert on feed_posts for each row");
        events.put("move_on", "before update on feed_positions for each row");
        events.put("store_a_match", "before insert on matched_posts for each row");
        events.put("queue_a_notification", "before insert on notifications for each row");
        events.put("count_a_match", "before insert on analytics_events for each row");
        events.put("audit_a_match", "before insert on audit_records for each row when (new.subject = 'post')");
        events.put("commit_a_match", "after insert on matched_posts deferrable initially deferred for each row");
        events.put("record_the_price", "before insert or update on model_usage for each row");
        events.put("store_a_draft", "before insert on ai_responses for each row");
        events.put("audit_a_draft", "before insert on audit_records for each row when (new.subject = 'response')");
        events.put("commit_a_draft", "after insert on ai_responses deferrable initially deferred for each row");
        events.put("record_the_scan", "before insert or update on scan_records for each row");
        events.put("end_the_job", "before update on scheduled_tasks for each row when (old.picked and not new.picked)");
        return events;
    }

    @BeforeEach
    void start() throws Exception {
        reddit = RecordedReddit.start().answerBy(this::answer);
        model = ModelServer.start().answerBy(request -> {
            writing.pass(request.authorization().replace("Bearer ", ""));
            return ModelServer.replies("I keep mine in the shade; it has worked for years.");
        });
        receiver = new Receiver().beforeAnswers(() -> telling.pass(BOTH));
        postgres = PostgresServer.start();
        database = postgres.createMigratedDatabase();
        statements = HeldStatements.in(database);
        for (Map.Entry<String, String> step : STATEMENTS.entrySet()) {
            statements.place(step.getKey(), step.getValue());
        }
        start("one");
        start("two");
        ApiClient admin = api().signIn("admin@localhost", HarkenService.ADMIN_PASSWORD);
        token = admin.token();
        for (String keyword : CLIENTS.keySet()) {
            clients.put(keyword, client(admin, keyword));
        }
    }

    private static long client(ApiClient admin, String keyword) {
        return made(admin.post("/api/clients", Map.of("name", keyword)))
                .get("id")
                .asLong();
    }

    /** Whom a client wants told, then what it listens for, so that nothing is found before it can be told. */
    private void listen() {
        ApiClient admin = api();
        clients.forEach((keyword, id) -> {
            made(admin.post(
                    "/api/notifications/channels",
                    Map.of("client_id", id, "name", "CRM", "kind", "webhook", "address", receiver.url("/" + keyword))));
            made(admin.post(
                    "/api/configs",
                    Map.of(
                            "client_id",
                            id,
                            "reddit_subreddits",
                            List.of("askreddit", "gardening"),
                            "keywords",
                            List.of(keyword),
                            "scan_interval_minutes",
                            1)));
        });
    }

    private static JsonNode made(ApiClient.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json();
    }

    @AfterEach
    void stop() throws Exception {
        List.of(reading, writing, telling).forEach(Gate::open);
        processes.values().forEach(Jar::close);
        statements.close();
        for (AutoCloseable part : List.of(postgres, reddit, model, receiver)) {
            part.close();
        }
    }

    private void start(String name) throws IOException {
        Map<String, String> environment = new HashMap<>(Jar.monitoring(name, database, reddit));
        environment.putAll(Map.of(
                "OPENAI_API_KEY",
                name,
                "OPENAI_BASE_URL",
                model.url(),
                "NOTIFY_PRIVATE_TARGETS",
                "true",
                "JAVA_TOOL_OPTIONS",
                "-Ddw.monitoring.heartbeat=1s"));
        processes.put(name, Jar.start(environment, "server", "config.yml"));
    }

    private RecordedReddit.Reply answer(RecordedReddit.Request request) {
        if (!request.path().endsWith("/new")) {
            return RecordedReddit.recording("error-404-not-found.json");
        }
        reading.pass(Jar.askedBy(request));
        return listings.apply(request);
    }

    private ApiClient api() {
        await().atMost(LONG).until(() -> processes.values().stream().anyMatch(Jar::isReady));
        return processes.values().stream()
                .filter(Jar::isReady)
                .findFirst()
                .orElseThrow()
                .api()
                .withToken(token);
    }

    /** Titles that were really written, under names of our own, since there are not as many as there are rounds. */
    private void post() throws IOException {
        List<String> written = new ArrayList<>();
        ApiJson.mapper()
                .readTree(RecordedReddit.bytes("r-askreddit-hot-102-children-two-stickied.json"))
                .path("data")
                .path("children")
                .forEach(child -> written.add(child.at("/data/title").asText()));
        for (int i = 0; i < POSTS_A_ROUND; i++) {
            String id = "p" + Integer.toString(1000 + titles.size(), Character.MAX_RADIX);
            int round = titles.size() / written.size();
            String title = written.get(titles.size() % written.size()) + (round == 0 ? "" : " (" + round + ")");
            titles.put(id, title);
            listings.post(i % 2 == 0 ? "AskReddit" : "gardening", id, title, Instant.now());
        }
    }

    @Test
    void aProcessThatIsKilledAtAnyStepLosesNothingAndRepeatsNothing() throws Exception {
        listen();
        for (int pass = 0; pass < Math.max(1, PASSES); pass++) {
            for (String step : PASSES == 0 ? SOME_STEPS : steps()) {
                close(step);
                kill(reached(step));
                open(step);
                for (String name : List.of("one", "two")) {
                    if (!processes.containsKey(name)) {
                        start(name);
                    }
                }
            }
        }
        everythingIsThereOnce("Harken");
    }

    @Test
    void theDatabaseMayDieAtAnyStep() throws Exception {
        listen();
        for (int pass = 0; pass < Math.max(1, PASSES); pass++) {
            for (String step : List.of(READING, "store_a_match", WRITING, TELLING)) {
                close(step);
                reached(step);
                Instant from = Instant.now();
                postgres.kill();
                postgres.restart();
                crashes.add(new Crash(from, Instant.now()));
                open(step);
            }
        }
        everythingIsThereOnce("PostgreSQL");
    }

    private static List<String> steps() {
        List<String> steps = new ArrayList<>(List.of(TELLING));
        steps.addAll(STATEMENTS.keySet());
        steps.addAll(List.of(READING, WRITING));
        return steps;
    }

    private Optional<Gate> gate(String step) {
        return switch (step) {
            case READING -> Optional.of(reading);
            case WRITING -> Optional.of(writing);
            case TELLING -> Optional.of(telling);
            default -> Optional.empty();
        };
    }

    private void close(String step) throws SQLException {
        // A receiver that is held longer than a sender waits is told again, crash or not: so scans must be possible
        // first.
        api();
        Optional<Gate> gate = gate(step);
        if (gate.isPresent()) {
            gate.get().close();
        } else {
            statements.close(step);
        }
    }

    private void open(String step) throws SQLException {
        Optional<Gate> gate = gate(step);
        if (gate.isPresent()) {
            gate.get().open();
        } else {
            statements.open();
        }
    }

    /** Lets posts come until a process stands at the step; answers which. */
    private String reached(String step) throws IOException {
        post();
        return await(step)
                .atMost(LONG)
                .pollInterval(BETWEEN_SCANS)
                .until(
                        () -> {
                            Optional<String> who = standsAt(step);
                            if (who.isEmpty()) {
                                api().post("/api/ops/scan", Map.of());
                            }
                            return who;
                        },
                        Optional::isPresent)
                .orElseThrow();
    }

    private Optional<String> standsAt(String step) throws SQLException {
        Optional<Gate> gate = gate(step);
        return gate.isPresent() ? gate.get().reachedBy() : statements.reachedBy();
    }

    private void kill(String who) throws InterruptedException {
        Instant from = Instant.now();
        for (String name : who.equals(BOTH) ? List.of("one", "two") : List.of(who)) {
            processes.remove(name).kill();
        }
        crashes.add(new Crash(from, Instant.now()));
    }

    private void everythingIsThereOnce(String what) throws Exception {
        post();
        Map<String, Set<String>> wanted = new TreeMap<>();
        CLIENTS.forEach((keyword, pattern) -> wanted.put(
                keyword,
                titles.entrySet().stream()
                        .filter(post -> pattern.matcher(post.getValue()).find())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toCollection(TreeSet::new))));
        String all = wanted.toString();
        String many =
                Integer.toString(wanted.values().stream().mapToInt(Set::size).sum());
        await().atMost(LONG.multipliedBy(2)).pollInterval(BETWEEN_SCANS).untilAsserted(() -> {
            api().post("/api/ops/scan", Map.of());
            assertThat(database.scalar("select count(*) from notifications where state = 'delivered'"))
                    .isEqualTo(many);
            // A post is told without its draft when that takes long.
            assertThat(database.scalar("select count(distinct post_id) from ai_responses"))
                    .isEqualTo(many);
        });

        Map<String, Set<String>> stored = new TreeMap<>();
        Map<String, String> toldAs = new HashMap<>();
        for (String keyword : CLIENTS.keySet()) {
            String ids = database.scalar("select string_agg(reddit_post_id, ' ') from matched_posts where client_id = "
                    + clients.get(keyword));
            stored.put(keyword, new TreeSet<>(List.of(ids.split(" ", -1))));
            assertThat(ids.split(" ", -1)).as("each once for %s", keyword).doesNotHaveDuplicates();
        }
        assertThat(stored).hasToString(all);
        assertThat(
                        database.scalar(
                                """
                        select string_agg(kind || ' of post ' || had.post_id || ': ' || many, ', ')
                        from matched_posts post
                        cross join lateral (
                          select post.id as post_id, 'drafts' as kind, count(*) as many
                          from ai_responses where post_id = post.id
                          union all
                          select post.id, event_type, count(*)
                          from analytics_events where data ->> 'post_id' = cast(post.id as text) group by event_type
                          union all
                          select post.id, action, count(*)
                          from audit_records where subject = 'post' and subject_id = post.id group by action
                          union all
                          select post.id, 'notifications', count(*)
                          from notifications where notifications.post_id = post.id
                        ) as had
                        where many <> 1
                        """))
                .as("what a post has not once")
                .isNull();
        assertThat(
                        database.scalar(
                                """
                        select string_agg(kind || ': ' || many, ', ' order by kind)
                        from (
                          select event_type as kind, count(*) as many from analytics_events group by event_type
                          union all
                          select action, count(*) from audit_records where action like '%.matched' group by action
                        ) as had
                        """))
                .as("in all")
                .isEqualTo("post.matched: %1$s, post_matched: %1$s, response_generated: %1$s".formatted(many));
        assertThat(database.scalar("select count(*) from feed_gaps")).as("gaps").isEqualTo("0");

        Map<String, List<Receiver.Request>> received =
                receiver.requests().stream().collect(Collectors.groupingBy(request -> request.header("webhook-id")));
        received.forEach((key, requests) -> {
            Set<String> posts = requests.stream()
                    .map(request -> request.path()
                            + request.json().at("/data/posts/0/reddit_post_id").asText())
                    .collect(Collectors.toSet());
            assertThat(posts).as("posts told as %s", key).hasSize(1);
            assertThat(toldAs.putIfAbsent(posts.iterator().next(), key))
                    .as("another key of the same")
                    .isNull();
            List<Instant> times = requests.stream()
                    .map(Receiver.Request::at)
                    .sorted(Comparator.naturalOrder())
                    .toList();
            for (int i = 1; i < times.size(); i++) {
                Instant before = times.get(i - 1);
                Instant after = times.get(i);
                assertThat(crashes)
                        .as("a crash between two of the tellings of %s at %s", key, times)
                        .anyMatch(crash ->
                                !crash.to().isBefore(before) && !crash.from().isAfter(after));
            }
        });
        assertThat(toldAs.keySet())
                .isEqualTo(wanted.entrySet().stream()
                        .flatMap(client -> client.getValue().stream().map(id -> "/" + client.getKey() + id))
                        .collect(Collectors.toSet()));
        System.out.printf(
                "%s was killed %d times: %d posts, %d matches, %d drafts asked of the model, %d tellings of %d notifications%n",
                what,
                crashes.size(),
                titles.size(),
                toldAs.size(),
                model.requests().size(),
                receiver.requests().size(),
                received.size());
    }

    /**
     * When a process or PostgreSQL was killed.
     *
     * @param to when it was gone; of PostgreSQL, when it answered again, until when nothing could be recorded
     */
    private record Crash(Instant from, Instant to) {}
}
