package dev.harken.database.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.harken.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdoptionIT {

    enum Indexes {
        NONE,
        SOME,
        ONE_INVALID
    }

    @ParameterizedTest
    @EnumSource
    void anOldDatabaseKeepsEveryRowAndEndsWithTheNineIndexesAndTheNewRules(Indexes indexes) throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(12_000);
        switch (indexes) {
            case NONE -> {}
            case SOME ->
                database.execute(
                        "create index idx_client_reviewed on matched_posts (client_id, reviewed)",
                        "create index idx_analytics_client_date on analytics_events (client_id, created_at)",
                        "create index idx_responses_quality_score on ai_responses (score)");
            case ONE_INVALID ->
                MigrationsIT.leaveInvalid(
                        database, "idx_analytics_event_date", "analytics_events", "(event_type, created_at)");
        }
        String rows = contents(database, "timezone('UTC', created_at)", "created_at");
        String file = database.scalar("select pg_relation_filenode('analytics_events')");

        Migrations.apply(Databases.source(database));

        assertThat(contents(database, "timezone('UTC', created_at)", "timezone('UTC', created_at)"))
                .isEqualTo(rows);
        assertThat(
                        database.scalar(
                                "select pg_relation_filenode(inhrelid) from pg_inherits"
                                        + " where inhparent = 'analytics_events'::regclass and inhrelid::regclass::text like '%before%'"))
                .as("the events were not written anew")
                .isEqualTo(file);
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
        assertThat(database.scalar("select count(*) from pg_index where not indisvalid"))
                .isEqualTo("0");
        assertThat(
                        database.scalar(
                                "select indisvalid from pg_index where indexrelid = 'ix_analytics_events_created_at'::regclass"))
                .isEqualTo("t");
        assertThat(database.scalar("select to_regclass('harken_indexes_set_aside') is null"))
                .isEqualTo("t");
        assertThat(rules(database)).isEqualTo(rules(Databases.migrated()));
        assertThat(database.scalar("select version_num from alembic_version")).isEqualTo("9c1f0d2a77aa");
        assertThat(database.scalar(
                        "select count(*) from auth_audit_logs where created_at = timestamp '2024-05-01 10:00'"))
                .isEqualTo("1");
        newRulesHold(database);
        assertThat(Migrations.apply(Databases.source(database), line -> {})).isZero();
    }

    private static void newRulesHold(TestDatabase database) throws SQLException {
        assertThatThrownBy(
                        () -> database.execute(
                                "insert into ai_responses (post_id, client_id, content) select id, 4, 'x' from matched_posts limit 1"))
                .hasMessageContaining("fk_responses_post_client");
        assertThatThrownBy(
                        () -> database.execute(
                                """
                        insert into matched_posts (client_id, subreddit, reddit_post_id, title)
                        select client_id, 'java', reddit_post_id, 'again' from matched_posts limit 1
                        """))
                .hasMessageContaining("uq_posts_client_reddit");
        assertThatThrownBy(() -> database.execute("update users set role = 'root'"))
                .hasMessageContaining("users_role_known");
        assertThatThrownBy(() -> database.execute("update matched_posts set flagged = null"))
                .hasMessageContaining("flagged");
        // The same post for another client, which the old rule forbade.
        database.execute(
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title)
                select 4, 'java', reddit_post_id, repeat('w', 1000) from matched_posts order by id limit 1
                """);
        database.execute("delete from matched_posts where id = 5");
        assertThat(database.scalar("select count(*) from ai_responses where post_id = 5"))
                .isEqualTo("0");
        database.execute("delete from clients where id = 3");
        assertThat(database.scalar("select count(*) from analytics_events where client_id = 3"))
                .isEqualTo("0");
    }

    /** Counts and checksums of everything that the old system stored, nulls read as the migration fills them. */
    private static String contents(TestDatabase database, String postTime, String eventTime) throws SQLException {
        return database.scalar(
                """
                select
                    (select count(*) || ' ' || md5(string_agg(concat_ws('|', id, client_id, subreddit, reddit_post_id, title,
                        url, coalesce(author, '-'), coalesce(content, '-'), keywords_matched, score, num_comments,
                        coalesce(flagged, false), coalesce(reviewed, false),
                        case when id %% 11 > 0 then (%1$s)::text end), ',' order by id)) from matched_posts)
                    || ' ' || (select count(*) || ' ' || md5(string_agg(concat_ws('|', id, post_id, client_id, content, score,
                        coalesce(copied, false), coalesce(compliance_ack, false),
                        case when post_id %% 11 > 0 then (%1$s)::text end), ',' order by id)) from ai_responses)
                    || ' ' || (select count(*) || ' ' || md5(string_agg(concat_ws('|', id, client_id, event_type, data,
                        (%2$s)::text), ',' order by id)) from analytics_events)
                    || ' ' || (select md5(string_agg(concat_ws('|', id, email, hashed_password, role, client_id,
                        coalesce(is_active, false)), ',' order by id)) from users)
                    || ' ' || (select md5(string_agg(concat_ws('|', id, name, slug), ',' order by id)) from clients)
                    || ' ' || (select md5(string_agg(concat_ws('|', id, client_id, coalesce(reddit_subreddits, ''),
                        coalesce(keywords, ''), coalesce(is_active, false), scan_interval_minutes), ',' order by id))
                        from client_configs)
                """
                        .formatted(postTime, eventTime));
    }

    /** Which columns must have a value and what their default is, and the foreign keys' actions. */
    private static String rules(TestDatabase database) throws SQLException {
        return database.scalar(
                """
                select string_agg(line, e'\\n' order by line)
                from (
                    select a.attrelid::regclass || '.' || a.attname || ' ' || a.attnotnull || ' '
                        || coalesce(pg_get_expr(d.adbin, d.adrelid), '-')
                        || case when a.atttypid in ('timestamptz'::regtype, 'timestamp'::regtype)
                            then a.atttypid::regtype::text else '' end as line
                    from pg_attribute a
                    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                    where a.attrelid::regclass::text in (
                        'clients', 'users', 'client_configs', 'matched_posts', 'ai_responses', 'analytics_events')
                    and a.attnum > 0
                    and not a.attisdropped
                    and a.attname <> 'id'
                    union
                    select k.conrelid::regclass || ' ' || pg_get_constraintdef(k.oid) || ' ' || k.convalidated
                    from pg_constraint k
                    where k.connamespace = 'public'::regnamespace
                    and k.contype = 'f'
                    and k.conparentid = 0
                    and k.conrelid::regclass::text not in ('response_revisions', 'token_revocations', 'scan_records')
                    union
                    select i.indrelid::regclass || ' unique ' || regexp_replace(pg_get_indexdef(i.indexrelid), '.* USING ', '')
                    from pg_index i
                    where i.indisunique
                    and i.indrelid::regclass::text in (
                        'clients', 'users', 'client_configs', 'matched_posts', 'ai_responses', 'analytics_events')) l
                """);
    }

    @Test
    void aMissingTimeIsTakenFromTheRowItselfOrTheRowsBefore() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(30);
        String expected = database.scalar("select created_at from matched_posts where id = 10");

        Migrations.apply(Databases.source(database));

        assertThat(database.scalar("select created_at from matched_posts where id = 11"))
                .isEqualTo(expected);
        assertThat(database.scalar("select updated_at from matched_posts where id = 11"))
                .isEqualTo(expected);
        assertThat(database.scalar("select created_at = updated_at from clients where id = 1"))
                .isEqualTo("t");
    }

    @Test
    void theGlobalUniqueRuleIsDroppedToWhereItIsAConstraint() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(10);
        database.execute(
                "drop index ix_matched_posts_reddit_post_id",
                "alter table matched_posts add constraint ix_matched_posts_reddit_post_id unique (reddit_post_id)");

        Migrations.apply(Databases.source(database));

        newRulesHold(database);
    }

    @Test
    void anInterruptedChangeOfTimesLosesNoIndex() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(10);
        // As a run leaves it that was killed after it had dropped the index.
        database.execute(
                "create table harken_indexes_set_aside (index_name text primary key, table_name text not null,"
                        + " method text not null, is_unique boolean not null)",
                "insert into harken_indexes_set_aside values"
                        + " ('ix_analytics_events_created_at', 'analytics_events', 'btree (created_at)', false)",
                "drop index ix_analytics_events_created_at");

        Migrations.apply(Databases.source(database));

        assertThat(
                        database.scalar(
                                "select indisvalid from pg_index where indexrelid = 'ix_analytics_events_created_at'::regclass"))
                .isEqualTo("t");
        assertThat(database.scalar("select to_regclass('harken_indexes_set_aside') is null"))
                .isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    update ai_responses set client_id = 4 where id in (7, 9)  | responses are filed under another client than their post's: 2, with id 7, 9
                    drop index ix_matched_posts_reddit_post_id; update matched_posts set reddit_post_id = 't3_3', client_id = 1 where id in (3, 6, 8); update ai_responses set client_id = 1 where post_id in (3, 6, 8) | same reddit_post_id as an earlier one: 2, with id 6, 8
                    alter table matched_posts drop constraint matched_posts_client_id_fkey; update matched_posts set client_id = 77 where id = 30; delete from ai_responses where post_id = 30 | rows of matched_posts have a client_id that is missing or not among clients: 1, with id 30
                    alter table matched_posts alter client_id drop not null; update matched_posts set client_id = null where id = 30; delete from ai_responses where post_id = 30 | rows of matched_posts have a client_id that is missing or not among clients: 1, with id 30
                    alter table ai_responses drop constraint ai_responses_post_id_fkey; delete from matched_posts where id = 12 | rows of ai_responses have a post_id that is missing or not among matched_posts: 1, with id 12
                    alter table client_configs alter client_id drop not null; update client_configs set client_id = null where id = 2 | rows of client_configs have a client_id that is missing or not among clients: 1, with id 2
                    alter table users drop constraint users_client_id_fkey; update users set client_id = 99 where id = 4 | rows of users have a client_id that is missing or not among clients: 1, with id 4
                    alter table analytics_events drop constraint analytics_events_client_id_fkey; update analytics_events set client_id = 99 where id <= 25 | rows of analytics_events have a client_id that is missing or not among clients: 25, the first with id 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
                    drop index ix_clients_name; update clients set name = 'Client 1' where id = 3 | clients have the same name as an earlier one: 1, with id 3
                    drop index ix_clients_slug; update clients set slug = 'client-1' where id = 3 | clients have the same slug as an earlier one: 1, with id 3
                    drop index ix_users_email; update users set email = 'user1@example.org' where id = 3 | users have the same email as an earlier one: 1, with id 3
                    alter table users alter email drop not null; update users set email = null where id = 3 | rows of users have no email: 1, with id 3
                    alter table users alter hashed_password drop not null; update users set hashed_password = null where id = 3 | rows of users have no hashed_password: 1, with id 3
                    alter table clients alter slug drop not null; update clients set slug = null where id = 3 | rows of clients have no slug: 1, with id 3
                    alter table matched_posts alter title drop not null; update matched_posts set title = null where id = 3 | rows of matched_posts have no title: 1, with id 3
                    alter table matched_posts alter reddit_post_id drop not null; update matched_posts set reddit_post_id = null where id = 3 | rows of matched_posts have no reddit_post_id: 1, with id 3
                    alter table matched_posts alter subreddit drop not null; update matched_posts set subreddit = null where id = 3 | rows of matched_posts have no subreddit: 1, with id 3
                    alter table analytics_events alter event_type drop not null; update analytics_events set event_type = null where id = 3 | rows of analytics_events have no event_type: 1, with id 3
                    update users set role = 'owner' where id = 3 | users have a role that is neither admin nor client: 1, with id 3
                    create view recent as select id, created_at from analytics_events | view recent shows a time of analytics_events
                    """)
    void rowsThatBreakARuleStopItBeforeAnythingIsChangedAndTheAdviceMendsThem(String breakIt, String told)
            throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(40);
        database.execute(breakIt);
        String before = Databases.catalog(database);
        String rows = contents(database, "timezone('UTC', created_at)", "created_at");

        MigrationException stop =
                catchThrowableOfType(MigrationException.class, () -> Migrations.apply(Databases.source(database)));

        assertThat(stop).hasMessageStartingWith("The database was not changed").hasMessageContaining(told);
        assertThat(Databases.catalog(database)).isEqualTo(before);
        assertThat(contents(database, "timezone('UTC', created_at)", "created_at"))
                .isEqualTo(rows);

        database.execute(stop.getMessage()
                .lines()
                .filter(line -> line.startsWith("     "))
                .collect(Collectors.joining("\n")));
        Migrations.apply(Databases.source(database));
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
    }

    @Test
    void everyBrokenRuleIsToldAtOnce() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(40);
        database.execute(
                "update ai_responses set client_id = 4 where id = 7", "update users set role = 'owner' where id = 3");

        assertThatThrownBy(() -> Migrations.apply(Databases.source(database)))
                .hasMessageContaining("breaks 2 rules")
                .hasMessageContaining("1. responses are filed")
                .hasMessageContaining("2. users have a role");
    }

    @Test
    void noInsertWaitsLongerThanTheLockTimeoutWhileAFilledDatabaseIsMigrated() throws Exception {
        TestDatabase database = Databases.ofTheOldSystem(60_000);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService writers = Executors.newFixedThreadPool(3);
        List<Future<Waits>> waits = new ArrayList<>();
        try {
            for (int writer = 0; writer < 3; writer++) {
                String name = "w" + writer;
                waits.add(writers.submit(() -> insertUntil(done, database, name)));
            }
            long begun = System.nanoTime();
            Migrations.apply(Databases.source(database));
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            done.set(true);
            long inserts = 0;
            Duration longest = Duration.ZERO;
            for (Future<Waits> result : waits) {
                Waits waited = result.get(60, TimeUnit.SECONDS);
                inserts += waited.inserts();
                longest = longest.compareTo(waited.longest()) > 0 ? longest : waited.longest();
            }
            System.out.printf(
                    "migrated 180000 rows in %d ms while %d were inserted; longest wait of an insert: %d ms%n",
                    took.toMillis(), inserts, longest.toMillis());
            assertThat(inserts).isGreaterThan(100);
        } finally {
            done.set(true);
            writers.shutdownNow();
        }
        assertThat(Databases.nineIndexes(database)).isEqualTo(Databases.NINE_INDEXES);
        assertThat(database.scalar("select count(*) from matched_posts where flagged is null"))
                .isEqualTo("0");
    }

    private record Waits(long inserts, Duration longest) {}

    /**
     * Writes as the old system does: a post, its response and an event, each a transaction, without a pause. Whoever
     * waits for a lock longer than a migration may fails.
     */
    private static Waits insertUntil(AtomicBoolean done, TestDatabase database, String writer) throws SQLException {
        long inserts = 0;
        long longest = 0;
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("set lock_timeout = '" + Migrations.SESSION_SETTINGS.get("lock_timeout") + "'");
            while (!done.get()) {
                List<String> sqls = List.of(
                        "insert into matched_posts (client_id, subreddit, reddit_post_id, title, flagged, reviewed)"
                                + " values (1, 'java', '" + writer + inserts + "', 'a title', false, false)",
                        "insert into ai_responses (post_id, client_id, content, copied, compliance_ack)"
                                + " values (currval('matched_posts_id_seq'), 1, 'a reply', false, false)",
                        "insert into analytics_events (client_id, event_type, created_at)"
                                + " values (1, 'post', timezone('UTC', now()))");
                for (String sql : sqls) {
                    long begun = System.nanoTime();
                    statement.execute(sql);
                    longest = Math.max(longest, System.nanoTime() - begun);
                }
                inserts += 3;
            }
        }
        return new Waits(inserts, Duration.ofNanos(longest));
    }
}
