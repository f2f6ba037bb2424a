package dev.harken.database.migration;

import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** Databases in the states that a migration may find, and what a test wants to know of them. */
final class Databases {
    /** As in production, but quick to lose patience. */
    static final Map<String, String> SHORT_LOCK_TIMEOUT =
            Map.of("statement_timeout", "1h", "lock_timeout", "500ms", "client_connection_check_interval", "1s");

    private Databases() {}

    static TestDatabase empty() {
        return PostgresServer.shared().createDatabase();
    }

    static TestDatabase migrated() {
        return PostgresServer.shared().createMigratedDatabase();
    }

    /** The old system's tables with so many posts, as many responses and as many events, in three clients. */
    static TestDatabase ofTheOldSystem(int posts) throws SQLException {
        TestDatabase database = empty();
        database.execute(script());
        database.execute(
                """
                insert into matched_posts
                    (client_id, subreddit, reddit_post_id, title, url, author, content, keywords_matched, score,
                    num_comments, flagged, reviewed, created_at, updated_at)
                select 1 + n %% 3, 'sub' || n %% 20, 't3_' || n, 'Title & <b> ' || n, 'https://example.org/' || n,
                    case when n %% 7 > 0 then 'author' || n %% 100 end, case when n %% 5 > 0 then 'text of ' || n end,
                    'pool, java', n %% 500, n %% 30, case n %% 3 when 0 then true when 1 then false end,
                    case n %% 4 when 0 then true when 1 then false end,
                    case when n %% 11 > 0 then timestamptz '2024-03-01 00:00Z' + n * interval '1 minute' end, null
                from generate_series(1, %1$d) n;
                insert into ai_responses (post_id, client_id, content, score, copied, compliance_ack, created_at)
                select p.id, p.client_id, 'reply to ' || p.id, p.id %% 100, case p.id %% 3 when 0 then true when 1 then false end,
                    null, p.created_at
                from matched_posts p;
                insert into analytics_events (client_id, event_type, data, created_at)
                select 1 + n %% 3, 'event' || n %% 5, '{"n": 1}', timestamp '2024-03-01 08:00' + n * interval '1 minute'
                from generate_series(1, %1$d) n;
                analyze
                """
                        .formatted(posts));
        return database;
    }

    private static String script() {
        try (InputStream stream = Databases.class.getResourceAsStream("old-system.sql")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PGSimpleDataSource source(TestDatabase database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(database.jdbcUrl());
        source.setUser(database.user());
        source.setPassword(database.password());
        return source;
    }

    /** Does not really pause longer than a tenth of a second, so that tests are quick. */
    static Patience patience(int attempts, Duration lockWait) {
        return new Patience(
                attempts,
                Duration.ofMillis(100),
                lockWait,
                Duration.ofMillis(200),
                duration -> TimeUnit.MILLISECONDS.sleep(Math.min(duration.toMillis(), 200)));
    }

    /** Every table, column, constraint and index, one a line; Liquibase's own tables left out. */
    static String catalog(TestDatabase database) throws SQLException {
        return database.scalar(
                """
                select string_agg(line, e'\\n' order by line)
                from (
                    select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
                        || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '-') as line
                    from pg_attribute a
                    join pg_class c on c.oid = a.attrelid
                    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                    where c.relnamespace = 'public'::regnamespace
                    and c.relkind = 'r'
                    and a.attnum > 0
                    and not a.attisdropped
                    and c.relname not like 'databasechangelog%'
                    union all
                    select k.conrelid::regclass || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid) || k.convalidated
                    from pg_constraint k
                    where k.connamespace = 'public'::regnamespace
                    and k.conrelid::regclass::text not like 'databasechangelog%'
                    union all
                    select pg_get_indexdef(i.indexrelid) || ' ' || i.indisvalid || ' ' || i.indexrelid
                    from pg_index i
                    join pg_class c on c.oid = i.indexrelid
                    where c.relnamespace = 'public'::regnamespace
                    and c.relname not like 'databasechangelog%') l
                """);
    }

    /** The names and definitions of the nine indexes as they stand, only where they are valid. */
    static List<String> nineIndexes(TestDatabase database) throws SQLException {
        return List.of(database.scalar(
                        """
                        select string_agg(c.relname || ' ' || i.indrelid::regclass
                            || substring(pg_get_indexdef(i.indexrelid) from ' \\(.*'), '|' order by c.relname)
                        from pg_index i
                        join pg_class c on c.oid = i.indexrelid
                        where i.indisvalid
                        and c.relname in (
                            'idx_client_created', 'idx_client_reviewed', 'idx_subreddit_created',
                            'idx_responses_post_client', 'idx_responses_client_created', 'idx_responses_quality_score',
                            'idx_analytics_client_date', 'idx_analytics_client_event', 'idx_analytics_event_date')
                        """)
                .split("\\|", -1));
    }

    static final List<String> NINE_INDEXES = List.of(
            "idx_analytics_client_date analytics_events (client_id, created_at) INCLUDE (event_type)",
            "idx_analytics_client_event analytics_events (client_id, event_type)",
            "idx_analytics_event_date analytics_events (event_type, created_at)",
            "idx_client_created matched_posts (client_id, created_at)",
            "idx_client_reviewed matched_posts (client_id, reviewed)",
            "idx_responses_client_created ai_responses (client_id, created_at)",
            "idx_responses_post_client ai_responses (post_id, client_id)",
            "idx_responses_quality_score ai_responses (score)",
            "idx_subreddit_created matched_posts (subreddit, created_at)");

    /** As they are before the last of the migrations that change one. */
    static final List<String> NINE_INDEXES_AT_FIRST = NINE_INDEXES.stream()
            .map(index -> index.replace(" INCLUDE (event_type)", ""))
            .toList();

    /** What a migration says, line by line. */
    static final class Output extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized boolean add(String line) {
            return super.add(line);
        }

        synchronized String text() {
            return String.join("\n", this);
        }
    }
}
