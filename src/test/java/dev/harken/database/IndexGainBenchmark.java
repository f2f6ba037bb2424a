package dev.harken.database;

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
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What each managed index gains on a filled database, and what eager loading does; prints two tables. Runs only when it
 * is named: {@code mvn test -Dtest=IndexGainBenchmark}. Sizes: {@code -Dbenchmark.posts=200000}.
 */
class IndexGainBenchmark {
    private static final int POSTS = Integer.getInteger("benchmark.posts", 200_000);
    private static final int CLIENTS = 100;
    private static final int RUNS = 9;

    private static final List<Index> INDEXES = List.of(
            new Index(
                    "idx_client_created",
                    "the newest posts of a client",
                    "select id from matched_posts where client_id = 7 order by created_at desc, id desc limit 51",
                    // Serves it too, by reading past the other clients' posts.
                    "idx_posts_created"),
            new Index(
                    "idx_client_reviewed",
                    "how many posts of a client wait for review",
                    "select count(*) from matched_posts where client_id = 7 and reviewed = false"),
            new Index(
                    "idx_subreddit_created",
                    "the newest posts of a subreddit",
                    "select id from matched_posts where subreddit = 'Sub3' order by created_at desc, id desc limit 51",
                    "idx_posts_created"),
            new Index(
                    "idx_responses_post_client",
                    "the responses of a page of posts",
                    "select r.id from matched_posts p join ai_responses r on r.post_id = p.id"
                            + " where p.client_id = 7 and p.created_at > now() - interval '10 hours'"),
            new Index(
                    "idx_responses_client_created",
                    "a client's responses of the last day",
                    "select count(*) from ai_responses where client_id = 7 and created_at > now() - interval '1 day'"),
            new Index(
                    "idx_responses_quality_score",
                    "the 50 best drafts",
                    "select id from ai_responses order by score desc limit 50"),
            new Index(
                    "idx_analytics_client_date",
                    "a client's events of the last day",
                    "select count(*) from analytics_events where client_id = 7 and created_at > now() - interval '1 day'"),
            new Index(
                    "idx_analytics_client_event",
                    "a client's events of one kind",
                    "select count(*) from analytics_events where client_id = 7 and event_type = 'response_copied'"),
            new Index(
                    "idx_analytics_event_date",
                    "all events of one kind of the last day",
                    "select count(*) from analytics_events where event_type = 'response_generated'"
                            + " and created_at > now() - interval '1 day'"));

    @Test
    void measure() throws Exception {
        TestDatabase database = PostgresServer.shared().createDatabase();
        HarkenService.migrate(database);
        fill(database);
        try (Connection connection = database.connect()) {
            System.out.printf(
                    "%n%,d posts, %,d responses, %,d events; %s; %d cores%n%n",
                    POSTS,
                    3 * POSTS,
                    5 * POSTS,
                    text(connection, "select split_part(version(), ' on ', 1)"),
                    Runtime.getRuntime().availableProcessors());
            gains(connection);
            eagerLoading(connection);
        }
    }

    private static void fill(TestDatabase database) throws SQLException {
        String spread = "now() - n * interval '7 days' / " + POSTS;
        database.execute(
                """
                insert into clients (name, slug)
                select 'Client ' || n, 'client-' || n
                from generate_series(1, %d) n
                """
                        .formatted(CLIENTS),
                """
                insert into matched_posts (
                  client_id, subreddit, reddit_post_id, title, content, keywords_matched, score, reviewed, created_at)
                select
                  1 + n %% %d, 'Sub' || n %% 97, 'p' || n, 'A title of ordinary length for post ' || n,
                  repeat('Some words of an ordinary text. ', 12), 'keyword' || n %% 700, n %% 500, n %% 10 <> 0, %s
                from generate_series(1, %d) n
                """
                        .formatted(CLIENTS, spread, POSTS),
                """
                insert into ai_responses (post_id, client_id, content, score, created_at)
                select id, client_id, repeat('Words of a draft. ', 20), id %% 101, created_at
                from matched_posts, generate_series(1, 3)
                """
                        .replace("%%", "%"),
                """
                insert into analytics_events (client_id, event_type, data, created_at)
                select
                  1 + n %% %d,
                  (array['post_matched', 'response_generated', 'response_copied', 'post_reviewed', 'response_edited'])
                    [1 + n / %d %% 5],
                  '{}', now() - n * interval '7 days' / %d
                from generate_series(1, %d) n
                """
                        .formatted(CLIENTS, CLIENTS, 5 * POSTS, 5 * POSTS),
                "vacuum analyze");
    }

    private static void gains(Connection connection) throws SQLException {
        System.out.println("| index | the query it serves | without, ms | with, ms | times faster | plan with |");
        System.out.println("|---|---|---:|---:|---:|---|");
        connection.setAutoCommit(false);
        for (Index index : INDEXES) {
            List<Double> with = new ArrayList<>();
            List<Double> without = new ArrayList<>();
            String plan = plan(connection, index.query);
            for (int run = 0; run < RUNS; run++) {
                with.add(time(connection, index.query));
                try (Statement drop = connection.createStatement()) {
                    drop.execute("drop index " + index.name);
                    for (String also : index.alsoServedBy) {
                        drop.execute("drop index " + also);
                    }
                    without.add(time(connection, index.query));
                } finally {
                    connection.rollback();
                }
            }
            System.out.printf(
                    "| %s | %s | %.2f | %.2f | %.0f | %s |%n",
                    index.name, index.purpose, median(without), median(with), median(without) / median(with), plan);
        }
        connection.setAutoCommit(true);
    }

    private static void eagerLoading(Connection connection) throws SQLException {
        String eager =
                """
                select p.*, r.*
                from matched_posts p
                left join ai_responses r on r.post_id = p.id
                where p.id in (
                  select id from matched_posts where client_id = 7 order by created_at desc, id desc limit 100)
                order by p.created_at desc, p.id desc, r.created_at, r.id
                """;
        List<Double> one = new ArrayList<>();
        List<Double> hundredAndOne = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            one.add(time(connection, eager));
            long start = System.nanoTime();
            try (Statement posts = connection.createStatement();
                    PreparedStatement responses = connection.prepareStatement(
                            "select * from ai_responses where post_id = ? order by created_at, id");
                    ResultSet page = posts.executeQuery("select * from matched_posts where client_id = 7"
                            + " order by created_at desc, id desc limit 100")) {
                while (page.next()) {
                    responses.setLong(1, page.getLong("id"));
                    drain(responses);
                }
            }
            hundredAndOne.add((System.nanoTime() - start) / 1e6);
        }
        System.out.printf("%n| 100 posts with their 300 responses | statements | ms |%n|---|---:|---:|%n");
        System.out.printf("| lazily | 101 | %.1f |%n", median(hundredAndOne));
        System.out.printf("| as Harken does | 1 | %.1f |%n", median(one));
    }

    /** The better of two, so that a cold cache does not count. */
    private static double time(Connection connection, String query) throws SQLException {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 2; i++) {
            long start = System.nanoTime();
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                drain(statement);
            }
            best = Math.min(best, (System.nanoTime() - start) / 1e6);
        }
        return best;
    }

    private static void drain(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                rows.getObject(1);
            }
        }
    }

    private static String plan(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery("explain (costs off) " + query)) {
            String found = "no index";
            while (lines.next()) {
                String line = lines.getString(1);
                if ((line.contains(" Scan") && line.contains("idx_")) || line.contains("Seq Scan")) {
                    found = line.replace("->", "").replaceAll(" on \\w+.*", "").strip();
                }
            }
            return found;
        }
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

    private record Index(String name, String purpose, String query, List<String> alsoServedBy) {
        Index(String name, String purpose, String query, String... alsoServedBy) {
            this(name, purpose, query, List.of(alsoServedBy));
        }
    }
}
