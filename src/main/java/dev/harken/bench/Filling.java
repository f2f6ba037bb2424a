package dev.harken.bench;

import dev.harken.database.partitions.MonthlyPartition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills a migrated, empty database, by statements that make the rows on the server. The rows come in the order of time
 * over the last 90 days, as a service writes them, so that those of one client lie scattered. Texts are cut
 * out of {@link Resources#WORDS}: a page of 100 posts with 300 responses is about 290 KB of JSON.
 *
 * <p>Indexes and foreign keys are dropped before and made anew after, which is several times faster.
 */
final class Filling {
    static final String EVENT_TYPE = "response_copied";
    static final String SUBREDDIT = "Sub3";

    /** Indexes that no constraint rests on, with the statement that makes each. */
    private static final String INDEXES =
            """
            select
              'drop index ' || i.indexrelid::regclass,
              replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
            from pg_index i
            where i.indrelid in ('matched_posts'::regclass, 'ai_responses'::regclass, 'analytics_events'::regclass)
              and not exists (
                select
                from pg_constraint c
                where c.conindid = i.indexrelid
                  and c.contype <> 'f')
            """;

    private static final String FOREIGN_KEYS =
            """
            select
              format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname),
              format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
            from pg_constraint c
            where c.contype = 'f'
              and c.conparentid = 0
              and c.conrelid in ('matched_posts'::regclass, 'ai_responses'::regclass, 'analytics_events'::regclass)
            """;

    private static final String CLIENTS =
            """
            insert into clients (id, name, slug)
            select n, 'Client ' || n, 'client-' || n
            from generate_series(1, ?) n
            """;

    /** {@code % 101} and the like: primes, so that no column goes in step with another or with the client. */
    private static final String POSTS =
            """
            insert into matched_posts (
              id, client_id, subreddit, reddit_post_id, title, url, permalink, author, content, keywords_matched, score,
              num_comments, flagged, reviewed, posted_at, created_at, updated_at)
            select
              n,
              1 + n % size.clients,
              'Sub' || n / size.clients % 97,
              'p' || n,
              substr(size.words, (1 + n * 61 % 2000)::int, (40 + n * 31 % 47)::int),
              'https://www.example.com/r/Sub' || n / size.clients % 97 || '/comments/p' || n || '/',
              'https://www.example.com/r/Sub' || n / size.clients % 97 || '/comments/p' || n || '/',
              'author_' || n % 7919,
              substr(size.words, (1 + n * 37 % 1900)::int, (160 + n * 53 % 307)::int),
              'keyword' || n % 701,
              n % 503,
              n % 89,
              n / size.clients % 23 = 0,
              n / size.clients % 10 <> 0,
              t - interval '5 minutes', t, t
            from (select ?::bigint, ?::bigint, ?) as size (clients, posts, words),
              generate_series(1, size.posts) n,
              lateral (select now() - (size.posts - n) * (interval '90 days' / size.posts)) as times (t)
            """;

    /** One post in ten was posted in another subreddit too, one in fifty in three. */
    private static final String FOLDED =
            """
            insert into folded_posts (
              client_id, reddit_post_id, post_id, config_id, subreddit, title, permalink, author, content,
              keywords_matched, score, num_comments, posted_at)
            select
              client_id, reddit_post_id || 'x' || copy, id, 1, 'Other' || copy, title, permalink, author, content,
              keywords_matched, score, num_comments, posted_at + copy * interval '1 minute'
            from matched_posts,
              generate_series(1, 3) copy
            where id / ? % case when copy = 1 then 10 else 50 end = 0
            """;

    private static final String RESPONSES =
            """
            insert into ai_responses (
              id, post_id, client_id, content, score, grade, quality_breakdown, copied, compliance_ack, created_at)
            select
              n,
              post,
              1 + post % size.clients,
              substr(size.words, (1 + n * 41 % 1900)::int, (400 + n * 43 % 331)::int),
              n * 7 % 101,
              'B',
              '{"relevance": 80, "readability": 75, "authenticity": 70, "helpfulness": 66, "compliance": 100}',
              n % 11 = 0,
              n % 11 = 0,
              now() - (size.responses - n) * (interval '90 days' / size.responses)
            from (select ?::bigint, ?::bigint, ?::bigint, ?) as size (clients, posts, responses, words),
              generate_series(1, size.responses) n,
              lateral (select 1 + (n - 1) * size.posts / size.responses) as posts (post)
            """;

    private static final String EVENTS =
            """
            insert into analytics_events (client_id, event_type, data, created_at)
            select
              1 + n % size.clients,
              (array['post_matched', 'response_generated', 'response_copied', 'post_reviewed', 'response_edited'])
                [1 + n / size.clients % 5],
              json_build_object('post_id', 1 + n % size.posts, 'user_id', n % 211),
              now() - (size.events - n) * (interval '90 days' / size.events)
            from (select ?::bigint, ?::bigint, ?::bigint) as size (clients, posts, events),
              generate_series(1, size.events) n
            """;

    private static final String EVENTS_TABLE = "analytics_events";
    /** How far back all of it goes. */
    private static final Duration PAST = Duration.ofDays(90);

    private static final List<String> SEQUENCES = List.of("clients", "matched_posts", "ai_responses");

    private final Connection connection;
    private final Size size;
    private final Progress progress;

    Filling(Connection connection, Size size, Progress progress) {
        this.connection = connection;
        this.size = size;
        this.progress = progress;
    }

    void fill() throws SQLException {
        // What a crash would lose is made again.
        execute("set synchronous_commit = off");
        execute("set maintenance_work_mem = '256MB'");
        List<String> restore = new ArrayList<>();
        drop(FOREIGN_KEYS, restore);
        drop(INDEXES, restore);
        int clients = size.clients();
        insert("clients", CLIENTS, clients);
        insert("posts", POSTS, clients, size.posts(), Resources.WORDS);
        insert("folded posts", FOLDED, clients);
        insert("responses", RESPONSES, clients, size.posts(), size.responses(), Resources.WORDS);
        giveEachMonthItsPartition();
        insert("events", EVENTS, clients, size.posts(), size.events());
        for (String table : SEQUENCES) {
            execute("select setval(pg_get_serial_sequence('%1$s', 'id'), (select max(id) from %1$s))".formatted(table));
        }
        progress.say("  indexes and foreign keys");
        // Indexes first, they were dropped last: a foreign key is checked by them.
        for (int index = restore.size() - 1; index >= 0; index--) {
            execute(restore.get(index));
        }
        progress.say("  vacuum and analyze");
        execute("vacuum (analyze)");
    }

    /** As on a database that Harken has served all the while: a new one has a single partition for what is past. */
    private void giveEachMonthItsPartition() throws SQLException {
        Instant now = Instant.now();
        MonthlyPartition running = MonthlyPartition.of(EVENTS_TABLE, now);
        MonthlyPartition first = MonthlyPartition.of(EVENTS_TABLE, now.minus(PAST));
        execute("drop table " + running.nameOfAllBefore());
        partition(first.nameOfAllBefore(), "minvalue", first.fromLiteral());
        for (MonthlyPartition month = first; !month.equals(running); month = month.next()) {
            partition(month.name(), month.fromLiteral(), month.toLiteral());
        }
    }

    private void partition(String name, String from, String to) throws SQLException {
        execute("create table %s partition of %s for values from (%s) to (%s)".formatted(name, EVENTS_TABLE, from, to));
    }

    private void drop(String query, List<String> restore) throws SQLException {
        List<String> drop = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                drop.add(rows.getString(1));
                restore.add(rows.getString(2));
            }
        }
        for (String one : drop) {
            execute(one);
        }
    }

    private void insert(String what, String sql, Object... values) throws SQLException {
        progress.say("  %s", what);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < values.length; index++) {
                statement.setObject(index + 1, values[index]);
            }
            statement.executeUpdate();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
