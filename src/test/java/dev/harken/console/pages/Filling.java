package dev.harken.console.pages;

import dev.harken.database.PoolSnapshot;
import dev.harken.database.alerts.HarkenProcess;
import dev.harken.database.alerts.Signal;
import dev.harken.http.ApiJson;
import dev.harken.testing.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a month of work leaves in a database, and what somebody with bad intentions may leave there. */
final class Filling {
    static final int CLIENTS = 12;
    static final int POSTS = 3000;
    static final String OTHER_PROCESS = "droplet-2";
    static final String HOSTILE_TABLE = hostile("table");
    static final String HOSTILE_SUBREDDIT = hostile("sub");
    static final String HOSTILE_CLIENT = hostile("client");
    static final String HOSTILE_REASON = hostile("reason");

    private Filling() {}

    /** A text that would run as a script if a page took it for markup. */
    static String hostile(String where) {
        return "<script>hacked=\"" + where + "\"</script>";
    }

    static void fill(TestDatabase database) throws Exception {
        database.execute(
                "create extension if not exists pg_stat_statements",
                "create table \"%s\" (id int generated always as identity primary key, note text)"
                        .formatted(HOSTILE_TABLE.replace("\"", "\"\"")),
                """
                insert into clients (name, slug)
                select case n when 11 then '%s' else 'Client of the month ' || n end, 'client-of-the-month-' || n
                from generate_series(1, %d) n
                """
                        .formatted(HOSTILE_CLIENT, CLIENTS),
                """
                insert into client_configs (client_id, reddit_subreddits, keywords, is_active)
                select id, 'SampleGardening,Number' || id || case when name like '<%%' then ',%s' else '' end,
                  'tomatoes,raised bed', id %% 4 <> 0
                from clients
                """
                        .formatted(HOSTILE_SUBREDDIT),
                """
                insert into matched_posts (client_id, subreddit, reddit_post_id, title, content, reviewed, created_at)
                select 1 + n %% %d, 'Number' || n %% 7, 'p' || n, 'Which tomatoes, ' || n, repeat('words ', 30),
                  n %% 3 = 0, now() - n * interval '14 minutes'
                from generate_series(1, %d) n
                """
                        .formatted(CLIENTS, POSTS),
                """
                insert into ai_responses (post_id, client_id, content, score, created_at)
                select id, client_id, repeat('draft ', 30), id * 7 % 101, created_at
                from matched_posts
                """,
                """
                insert into analytics_events (client_id, event_type, data, created_at)
                select 1 + n %% %d, 'type' || n %% 5, '{}', now() - n * interval '8 minutes'
                from generate_series(1, 5000) n
                """
                        .formatted(CLIENTS),
                """
                insert into scan_records (
                  config_id, client_id, started_at, finished_at, fetched, matched, stored, drafted, outcome, detail)
                select id, client_id, now() - id * interval '70 seconds', now() - id * interval '65 seconds',
                  100 + id, 10, 4, 3,
                  case when id % 5 = 0 then 'failed' when id % 3 = 0 then 'partly' else 'done' end,
                  case when id % 5 = 0 then 'Reddit answered 503' end
                from client_configs
                """,
                """
                insert into scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                select 'scan-config', id::text, now() + id * interval '20 minutes', false, 1
                from client_configs
                where is_active
                """,
                samples());
        process(database);
        database.execute("vacuum analyze");
    }

    /** Thirty days of every signal. */
    private static String samples() {
        String signals = Arrays.stream(Signal.values())
                .map(signal -> "('" + signal.label() + "')")
                .collect(Collectors.joining(", "));
        return """
                insert into signal_samples (signal, at, process_id, average, highest)
                select
                  signal,
                  date_bin('5 minutes', now() - n * interval '30 minutes', timestamptz 'epoch'),
                  '00000000-0000-0000-0000-000000000002',
                  40 + 30 * sin(n / 20.0 + length(signal)),
                  80
                from generate_series(1, 1430) n
                cross join (values %s) as s (signal)
                """
                .formatted(signals);
    }

    /** A second process, which is alive, with an alert that lasts and one that is over. */
    private static void process(TestDatabase database) throws Exception {
        UUID id = UUID.fromString("00000000-0000-0000-0000-000000000002");
        HarkenProcess.State state =
                new HarkenProcess.State(new PoolSnapshot(5, 15, 20, 17, 0, 12, 17, 2, 30), List.of(), List.of());
        database.execute(
                "insert into processes (id, name, started_at, seen_at, state) values ('%s', '%s', now(), now(), '%s')"
                        .formatted(id, OTHER_PROCESS, ApiJson.mapper().writeValueAsString(state)));
        for (String resolved : List.of("null", "now()")) {
            database.execute(
                    """
                    insert into alerts (id, process_id, process, signal, level, began_at, fired_at, resolved_at, reason)
                    values (gen_random_uuid(), '%s', '%s', 'database_cpu', 'critical', now() - interval '9 minutes',
                      now() - interval '4 minutes', %s, '12 of 12 samples were above 85 %% %s')
                    """
                            .formatted(id, OTHER_PROCESS, resolved, HOSTILE_REASON));
        }
    }
}
