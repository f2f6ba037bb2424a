package dev.harken.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.harken.testing.HarkenService;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What each managed index gains on a filled database, and what eager loading gains; prints two tables in Markdown. Runs
 * only when it is named: {@code mvn test -Dtest=IndexGainBenchmark}. Sizes: {@code -Dbenchmark.clients}, {@code .posts},
 * {@code .responses} and {@code .events}.
 *
 * <p>The rows are spread evenly over the clients and over 90 days, and vacuumed, so that index-only scans are at their
 * best. "Without" drops that one index in a transaction that is rolled back: what the planner then takes instead is
 * shown, be it another index.
 */
class IndexGainBenchmark {
    private static final int CLIENTS = Integer.getInteger("benchmark.clients", 100);
    private static final int POSTS = Integer.getInteger("benchmark.posts", 200_000);
    private static final int RESPONSES = Integer.getInteger("benchmark.responses", 600_000);
    private static final int EVENTS = Integer.getInteger("benchmark.events", 1_000_000);

    /** Rounds, each with and then without; in each, one unmeasured execution warms up and the others count. */
    private static final int ROUNDS = 7;

    private static final int EXECUTIONS = 3;
    /** Below this, two medians of one and the same query may differ by chance. */
    private static final double LEAST_GAIN = 1.2;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The statement of {@code GET /api/posts}, as Hibernate sends it, for the given condition on the page's posts. */
    private static String page(String tenant, String condition, int rows) {
        return """
               select p.*, r.*
               from matched_posts p
               left join ai_responses r on p.id = r.post_id
               where %s p.id in (
                 select c.id
                 from matched_posts c
                 where %s
                 order by c.created_at desc, c.id desc
                 fetch first %d rows only)
               order by p.created_at desc, p.id desc, r.created_at, r.id
               """
                .formatted(tenant, condition, rows);
    }

    private static final String TENANT = "p.client_id = 7 and";

    private static final List<Measured> MEASURED = List.of(
            service(
                    "idx_client_created",
                    "matched_posts",
                    "a client's newest posts with responses: GET /api/posts",
                    page(TENANT, "c.client_id = 7", 51)),
            service(
                    "idx_client_reviewed",
                    "matched_posts",
                    "those that wait for review: GET /api/posts?reviewed=false",
                    page(TENANT, "c.client_id = 7 and c.reviewed = false", 51)),
            planned(
                    "idx_client_reviewed",
                    "matched_posts",
                    "how many posts of a client wait for review",
                    "select count(*) from matched_posts where client_id = 7 and reviewed = false"),
            service(
                    "idx_subreddit_created",
                    "matched_posts",
                    "a subreddit's newest posts, for an administrator: GET /api/posts?subreddit=…",
                    page("", "c.subreddit = 'Sub3'", 51)),
            service(
                    "idx_responses_post_client",
                    "ai_responses",
                    "the responses of a page of posts: GET /api/posts",
                    page(TENANT, "c.client_id = 7", 51)),
            planned(
                    "idx_responses_client_created",
                    "ai_responses",
                    "a client's responses of 30 days",
                    "select count(*) from ai_responses"
                            + " where client_id = 7 and created_at >= now() - interval '30 days'"),
            planned(
                    "idx_responses_quality_score",
                    "ai_responses",
                    "the 50 best drafts",
                    "select id from ai_responses where score >= 90 order by score desc limit 50"),
            planned(
                    "idx_analytics_client_date",
                    "analytics_events",
                    "a client's events of 30 days, by day",
                    "select date_trunc('day', created_at), count(*) from analytics_events"
                            + " where client_id = 7 and created_at >= now() - interval '30 days' group by 1"),
            planned(
                    "idx_analytics_client_event",
                    "analytics_events",
                    "how many events of one type a client has",
                    "select count(*) from analytics_events where client_id = 7 and event_type = 'response_copied'"),
            service(
                    "idx_analytics_event_date",
                    "analytics_events",
                    "drafts of the last day, all clients: /health/detailed, read once a minute",
                    "select count(*) from analytics_events where event_type = 'response_generated'"
                            + " and created_at >= now() - interval '1 day'"));

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void measure() throws Exception {
        TestDatabase database = PostgresServer.shared().createDatabase();
        HarkenService.migrate(database);
        fill(database);
        try (Connection connection = database.connect()) {
            say(
                    "%n%,d clients, %,d posts, %,d responses, %,d events; %s, shared_buffers %s; %d cores, %s %s%n%n",
                    CLIENTS,
                    count(connection, "matched_posts"),
                    count(connection, "ai_responses"),
                    count(connection, "analytics_events"),
                    text(connection, "select split_part(version(), ' on ', 1)"),
                    text(connection, "show shared_buffers"),
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"));
            gains(connection);
            eagerLoading(connection);
        }
    }

    /** In the order of time, as a service writes them; no value depends on the client by the same remainder. */
    private static void fill(TestDatabase database) throws SQLException {
        database.execute(
                """
                insert into clients (name, slug)
                select 'Client ' || n, 'client-' || n
                from generate_series(1, %d) n
                """
                        .formatted(CLIENTS),
                """
                insert into matched_posts (
                  client_id, subreddit, reddit_post_id, title, url, permalink, author, content, keywords_matched, score,
                  num_comments, reviewed, posted_at, created_at, updated_at)
                select
                  1 + n %% %1$d, 'Sub' || n %% 97, 'p' || n, 'A title as long as they are on average, of post ' || n,
                  'https://www.example.com/r/Sub' || n %% 97 || '/comments/p' || n || '/a_title_as_long_as/',
                  'https://www.example.com/r/Sub' || n %% 97 || '/comments/p' || n || '/a_title_as_long_as/',
                  'author' || n %% 7919, repeat('Some words of an ordinary text. ', 2 + n / %1$d %% 37),
                  'keyword' || n %% 701, n %% 503, n %% 89, n / %1$d %% 10 <> 0, t, t, t
                from generate_series(1, %2$d) n,
                  lateral (select now() - (%2$d - n) * (interval '90 days' / %2$d)) as times (t)
                """
                        .formatted(CLIENTS, POSTS),
                """
                insert into ai_responses (post_id, client_id, content, score, grade, quality_breakdown, created_at)
                select
                  id, client_id, repeat('Words of a draft. ', 15 + (id / %d %% 31)::int), (id * 7 + nth) %% 101, 'B',
                  '{"relevance": 80, "readability": 75, "authenticity": 70, "helpfulness": 66, "compliance": 100}',
                  created_at + nth * interval '1 second'
                from matched_posts, generate_series(1, %d) nth
                order by id
                """
                        .formatted(CLIENTS, Math.max(1, RESPONSES / POSTS)),
                """
                insert into analytics_events (client_id, event_type, data, created_at)
                select
                  1 + n %% %1$d,
                  (array['post_matched', 'response_generated', 'response_copied', 'post_reviewed', 'response_edited'])
                    [1 + n / %1$d %% 5],
                  json_build_object('post_id', n / 5, 'user_id', n %% 211),
                  now() - (%2$d - n) * (interval '90 days' / %2$d)
                from generate_series(1, %2$d) n
                """
                        .formatted(CLIENTS, EVENTS),
                "vacuum analyze");
    }

    private static void gains(Connection connection) throws SQLException {
        say("| index | columns | the query it serves | without, ms | with, ms | times faster | plan with |"
                + " plan without |%n");
        say("|---|---|---|---:|---:|---:|---|---|%n");
        connection.setAutoCommit(false);
        for (Measured measured : MEASURED) {
            List<Double> with = new ArrayList<>();
            List<Double> without = new ArrayList<>();
            String planWith = plan(connection, measured);
            String planWithout = "";
            for (int round = 0; round < ROUNDS; round++) {
                execute(connection, measured.query, with);
                try (Statement drop = connection.createStatement()) {
                    drop.execute("drop index " + measured.index);
                    execute(connection, measured.query, without);
                    planWithout = plan(connection, measured);
                } finally {
                    connection.rollback();
                }
            }
            say(
                    "| `%s` | %s | %s%s | %.2f | %.2f | %s | %s | %s |%n",
                    measured.index,
                    columns(connection, measured.index),
                    measured.purpose,
                    measured.inService ? "" : " *",
                    median(without),
                    median(with),
                    gain(planWith.contains(measured.index), median(without) / median(with)),
                    planWith,
                    planWithout);
        }
        connection.setAutoCommit(true);
        say("%n\\* no statement of the service yet: the index is made for it%n");
    }

    private static String gain(boolean used, double times) {
        if (!used) {
            return "not used";
        }
        return times < LEAST_GAIN ? "no gain" : String.format(Locale.ROOT, times < 10 ? "%.1f" : "%.0f", times);
    }

    private static void eagerLoading(Connection connection) throws SQLException {
        String eager = page(TENANT, "c.client_id = 7", 100);
        List<Double> one = new ArrayList<>();
        List<Double> hundredAndOne = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            execute(connection, eager, one);
            lazily(connection);
            for (int i = 0; i < EXECUTIONS; i++) {
                long start = System.nanoTime();
                lazily(connection);
                hundredAndOne.add((System.nanoTime() - start) / 1e6);
            }
        }
        say("%n| 100 posts with their responses | statements | ms |%n|---|---:|---:|%n");
        say("| lazily | 101 | %.1f |%n", median(hundredAndOne));
        say("| as Harken does | 1 | %.1f |%n", median(one));
    }

    private static void lazily(Connection connection) throws SQLException {
        try (PreparedStatement responses = connection.prepareStatement(
                        "select * from ai_responses where post_id = ? order by created_at, id");
                Statement posts = connection.createStatement();
                ResultSet page = posts.executeQuery("select * from matched_posts where client_id = 7"
                        + " order by created_at desc, id desc fetch first 100 rows only")) {
            while (page.next()) {
                readRow(page);
                responses.setLong(1, page.getLong("id"));
                read(responses);
            }
        }
    }

    /** Planning is part of the time: a prepared statement is planned anew for its first executions. */
    private static void execute(Connection connection, String query, List<Double> times) throws SQLException {
        for (int i = 0; i <= EXECUTIONS; i++) {
            long start = System.nanoTime();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                read(statement);
            }
            if (i > 0) {
                times.add((System.nanoTime() - start) / 1e6);
            }
        }
    }

    private static void read(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                readRow(rows);
            }
        }
    }

    private static void readRow(ResultSet row) throws SQLException {
        for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
            row.getObject(column);
        }
    }

    /** How the query reads the index's table; look-ups of rows by their primary key are left out. */
    private static String plan(Connection connection, Measured measured) throws SQLException {
        try {
            JsonNode root = MAPPER.readTree(text(connection, "explain (format json) " + measured.query));
            Set<String> found = new LinkedHashSet<>();
            scans(root.get(0).get("Plan"), measured.table, false, found);
            return String.join(", ", found);
        } catch (JsonProcessingException e) {
            throw new AssertionError("explain did not answer JSON", e);
        }
    }

    private static void scans(JsonNode node, String table, boolean ofTable, Set<String> found) {
        String type = node.get("Node Type").asText();
        boolean readsTable = ofTable || node.path("Relation Name").asText().equals(table);
        String index = node.path("Index Name").asText();
        if (readsTable && type.contains("Scan") && !type.equals("Bitmap Heap Scan") && !index.endsWith("_pkey")) {
            String parallel = node.path("Parallel Aware").asBoolean() ? "Parallel " : "";
            String backward = node.path("Scan Direction").asText().equals("Backward") ? " Backward" : "";
            found.add(parallel + type + backward + (index.isEmpty() ? "" : " " + index));
        }
        boolean bitmap = type.startsWith("Bitmap") && readsTable;
        node.path("Plans").forEach(child -> scans(child, table, bitmap, found));
    }

    private static String columns(Connection connection, String index) throws SQLException {
        return text(connection, "select substring(pg_get_indexdef('" + index + "'::regclass) from '\\((.*)\\)')");
    }

    private static long count(Connection connection, String table) throws SQLException {
        return Long.parseLong(text(connection, "select count(*) from " + table));
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private static Measured service(String index, String table, String purpose, String query) {
        return new Measured(index, table, purpose, query, true);
    }

    private static Measured planned(String index, String table, String purpose, String query) {
        return new Measured(index, table, purpose, query, false);
    }

    /**
     * @param table the index's
     * @param inService true when the service sends this statement today
     */
    private record Measured(String index, String table, String purpose, String query, boolean inService) {}
}
