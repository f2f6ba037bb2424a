package dev.harken.database.insight;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** All indexes but the nine managed ones: which of them are used, which say the same twice, which are broken. */
public final class UserIndexes implements Insight<UserIndexes.Indexes> {
    /** Indexes of Harken's own migrations, beside the nine, and what each serves. */
    private static final Map<String, String> OWN = Map.ofEntries(
            Map.entry("idx_posts_newest", "the newest posts of all clients"),
            Map.entry("idx_posts_text", "the filter q of GET /api/posts"),
            Map.entry("idx_posts_keywords", "the filter keyword of GET /api/posts"),
            Map.entry("idx_posts_relevant", "the filter relevant of GET /api/posts"),
            Map.entry("idx_posts_config", "the filter config_id of GET /api/posts"),
            Map.entry("idx_posts_reddit_id", "the search for posts that were deleted on Reddit"),
            Map.entry("idx_users_email_lower", "the login"),
            Map.entry("idx_users_client", "the users of a client"),
            Map.entry("idx_configs_client", "the configurations of a client"),
            Map.entry("idx_audit_events", "the events that GET /api/events tells as they happen"),
            Map.entry("idx_audit_client_events", "the events that GET /api/events tells to who comes back"),
            Map.entry("idx_revisions_response", "the revisions of a response"),
            Map.entry("idx_revisions_client", "deleting a client with its revisions"),
            Map.entry("idx_audit_client_created", "what was done to a client's data"),
            Map.entry("idx_audit_created", "what was done lately"),
            Map.entry("idx_token_revocations_expires", "forgetting tokens that have expired"),
            Map.entry("idx_token_revocations_user", "the tokens of a user"),
            Map.entry("execution_time_idx", "the jobs that are due"),
            Map.entry("last_heartbeat_idx", "the jobs whose process died"),
            Map.entry("priority_execution_time_idx", "the jobs that are due, by priority"),
            Map.entry("alerts_fired_at_idx", "the history of alerts"),
            Map.entry("signal_samples_at_idx", "thinning the history of signals"),
            Map.entry("feed_posts_subreddit_idx", "the posts that a config has not been matched against"),
            Map.entry("post_checks_due_at_idx", "the posts that Reddit is to be asked for"),
            Map.entry("post_checks_absent_since_idx", "since when a post was absent there, and kept here"),
            Map.entry("feed_posts_read_at_idx", "thinning what was read, and where a new config begins"),
            Map.entry("idx_posts_thread", "the comments of threads that were deleted on Reddit"),
            Map.entry("idx_posts_overdue", "the drafts that wait longer than their client wants"),
            Map.entry("feed_posts_thread_idx", "the comments of threads that were deleted on Reddit"),
            Map.entry("folded_posts_thread_idx", "the comments of threads that were deleted on Reddit"),
            Map.entry("folded_posts_shown_idx", "the posts that say the same as one, and deleting it"),
            Map.entry("folded_posts_reddit_id_idx", "the search for posts that were deleted on Reddit"),
            Map.entry("post_keys_claimed_at_idx", "forgetting what old posts are known by"),
            Map.entry("feed_gaps_subreddit_idx", "the gaps of a subreddit"),
            Map.entry("feed_gaps_noticed_at_idx", "forgetting old gaps"),
            Map.entry("notification_channels_report_idx", "the channels that get a report of the week"),
            Map.entry("notifications_due_idx", "the notifications that are due, by channel"),
            Map.entry("notifications_channel_idx", "the history of a channel, and deleting it"),
            Map.entry("notifications_settled_idx", "forgetting old notifications"),
            Map.entry("notifications_given_up_idx", "counting what was given up"),
            Map.entry("digest_posts_open_idx", "the posts that the next digests tell of"),
            Map.entry("digest_posts_digest_idx", "the posts of a digest"));

    /**
     * An index is covered by another that begins with the same columns, orders and operators, over the same rows. Only a
     * B-tree serves by its first columns as a shorter one would; of other methods, both must be the same. Of two that
     * are the same, one is to stay: the one that must, then the one that is used more, then by name.
     */
    private static final String INDEXES =
            """
            with indexes as (
              select
                i.indexrelid,
                i.indrelid,
                c.relname,
                c.relam,
                i.indkey::int2[] as keys,
                i.indclass::oid[] as classes,
                i.indcollation::oid[] as collations,
                i.indoption::int2[] as options,
                i.indnkeyatts as width,
                i.indnatts as columns,
                i.indexprs is not null as expressions,
                coalesce(pg_get_expr(i.indpred, i.indrelid), '') as predicate,
                i.indisunique,
                i.indisprimary,
                i.indisvalid and i.indisready and i.indislive as valid,
                i.indisreplident,
                c.relispartition,
                n.nspname,
                coalesce((
                  select min(k.conname)
                  from pg_constraint k
                  where k.conindid = i.indexrelid
                    and k.contype in ('p', 'u', 'x')
                ), '') as constraint_name,
                (c.relname = any(string_to_array(:managed, ','))
                  and r.oid is not distinct from to_regclass(quote_ident(r.relname)))
                  or exists (
                    select
                    from pg_inherits h
                    join pg_class w on w.oid = h.inhparent
                    where h.inhrelid = c.oid
                      and w.relname = any(string_to_array(:managed, ','))
                  ) as managed,
                coalesce(s.idx_scan, 0) as scans
              from pg_index i
              join pg_class c on c.oid = i.indexrelid
              join pg_class r on r.oid = i.indrelid
              join pg_namespace n on n.oid = c.relnamespace
              left join pg_stat_user_indexes s on s.indexrelid = i.indexrelid
              where c.relkind = 'i'
                and c.relpersistence <> 't'
                and n.nspname not in ('pg_catalog', 'information_schema')
                and n.nspname !~ '^pg_toast'
            ),
            ranked as (
              select
                x.*,
                row_number() over (
                  order by
                    x.indisprimary desc,
                    x.constraint_name <> '' desc,
                    x.indisunique desc,
                    x.indisreplident desc,
                    x.managed desc,
                    x.scans desc,
                    x.relname
                ) as rank
              from indexes x
            )
            select
              a.relname as index,
              a.indrelid::regclass::text as table_name,
              a.indexrelid::regclass::text as name,
              format('%I.%I', a.nspname, a.relname) as qualified,
              pg_get_indexdef(a.indexrelid) as definition,
              (
                select string_agg(pg_get_indexdef(a.indexrelid, n::int, true), chr(1) order by n)
                from generate_series(1, a.width) n
              ) as column_names,
              coalesce(pg_relation_size(a.indexrelid), 0) as bytes,
              a.scans,
              a.indisunique,
              a.indisprimary,
              a.constraint_name,
              a.valid,
              a.indisreplident,
              a.relispartition,
              exists (
                select
                from pg_stat_progress_create_index p
                where p.index_relid = a.indexrelid
              ) as building,
              coalesce((
                select min(k.conname)
                from pg_constraint k
                where k.contype = 'f'
                  and k.conrelid = a.indrelid
                  and cardinality(k.conkey) <= a.width
                  and a.predicate = ''
                  and a.keys[0 : cardinality(k.conkey) - 1] @> k.conkey
                  and not exists (
                    select
                    from ranked o
                    where o.indrelid = a.indrelid
                      and o.indexrelid <> a.indexrelid
                      and o.valid
                      and o.predicate = ''
                      and cardinality(k.conkey) <= o.width
                      and o.keys[0 : cardinality(k.conkey) - 1] @> k.conkey
                  )
              ), '') as foreign_key,
              coalesce((
                select b.indexrelid::regclass::text
                from ranked b
                where b.indrelid = a.indrelid
                  and b.indexrelid <> a.indexrelid
                  and b.relam = a.relam
                  and b.valid
                  and b.predicate = a.predicate
                  and not a.expressions
                  and b.width >= a.width
                  and b.keys[0 : a.width - 1] = a.keys[0 : a.width - 1]
                  and b.classes[0 : a.width - 1] = a.classes[0 : a.width - 1]
                  and b.collations[0 : a.width - 1] = a.collations[0 : a.width - 1]
                  and b.options[0 : a.width - 1] = a.options[0 : a.width - 1]
                  and (
                    (b.keys = a.keys and b.width = a.width and b.rank < a.rank)
                    or (b.columns > a.columns
                      and a.columns = a.width
                      and a.relam = (select m.oid from pg_am m where m.amname = 'btree'))
                  )
                order by b.rank
                limit 1
              ), '') as covered_by
            from ranked a
            where not a.managed
            order by bytes desc, name
            """;

    private static final String SINCE =
            """
            select stats_reset
            from pg_stat_database
            where datname = current_database()
            """;

    private final InsightFactory thresholds;

    public UserIndexes(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * An index.
     *
     * @param table the table's name, as the connection's search path names it, quoted where it must be
     * @param name likewise
     * @param qualified with its schema, quoted, for statements
     * @param columns its key columns or expressions, in order
     * @param definition the statement that makes it, as the server has it
     * @param bytes its size
     * @param scans how often it was used since the server's statistics began
     * @param constraint the constraint that it backs; empty when none
     * @param valid whether PostgreSQL may use it
     * @param building whether it is being built right now
     * @param foreignKey a foreign key of the table for which this is the only index; empty when there is none
     * @param replicaIdentity whether logical replication finds rows by it
     * @param partition whether it is a part of a partitioned table's index, and cannot be dropped alone
     * @param coveredBy another index that serves whatever this one does; empty when there is none
     * @param serves what Harken's own index serves; empty when it is not Harken's
     */
    public record Index(
            String table,
            String name,
            String qualified,
            List<String> columns,
            String definition,
            long bytes,
            long scans,
            boolean unique,
            boolean primary,
            String constraint,
            boolean valid,
            boolean building,
            String foreignKey,
            boolean replicaIdentity,
            boolean partition,
            String coveredBy,
            String serves) {

        /** Whether it does more than to make queries fast: it keeps a rule, or something else rests on it. */
        boolean keepsARule() {
            return unique || primary || !constraint.isEmpty() || replicaIdentity || partition;
        }
    }

    /**
     * All indexes but the nine managed ones, the largest first.
     *
     * @param since when scans began to be counted; null when they were never reset
     */
    public record Indexes(List<Index> indexes, Instant since) {}

    @Override
    public String name() {
        return "indexes";
    }

    @Override
    public Indexes read(Handle handle) {
        List<Index> indexes = handle.createQuery(INDEXES)
                .bind(
                        "managed",
                        ManagedIndexes.DEFINITIONS.stream()
                                .map(ManagedIndexes.Definition::index)
                                .collect(Collectors.joining(",")))
                .map((row, context) -> index(row))
                .list();
        Optional<OffsetDateTime> since =
                handle.createQuery(SINCE).mapTo(OffsetDateTime.class).findOne();
        return new Indexes(indexes, since.map(OffsetDateTime::toInstant).orElse(null));
    }

    private static Index index(ResultSet row) throws SQLException {
        return new Index(
                row.getString("table_name"),
                row.getString("name"),
                row.getString("qualified"),
                List.of(row.getString("column_names").split("\u0001", -1)),
                row.getString("definition"),
                row.getLong("bytes"),
                row.getLong("scans"),
                row.getBoolean("indisunique"),
                row.getBoolean("indisprimary"),
                row.getString("constraint_name"),
                row.getBoolean("valid"),
                row.getBoolean("building"),
                row.getString("foreign_key"),
                row.getBoolean("indisreplident"),
                row.getBoolean("relispartition"),
                row.getString("covered_by"),
                OWN.getOrDefault(row.getString("index"), ""));
    }

    @Override
    public List<Finding> judge(Indexes seen) {
        Set<String> covering = seen.indexes().stream()
                .filter(UserIndexes::duplicate)
                .map(Index::coveredBy)
                .collect(Collectors.toSet());
        List<Finding> findings = new ArrayList<>();
        for (Index index : seen.indexes()) {
            if (!index.valid()) {
                if (!index.building()) {
                    findings.add(invalid(index));
                }
            } else if (duplicate(index)) {
                findings.add(duplicateOf(index));
            } else if (unused(index) && !covering.contains(index.name())) {
                findings.add(unused(index, seen.since()));
            }
        }
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return List.copyOf(findings);
    }

    private static boolean duplicate(Index index) {
        return index.valid() && !index.keepsARule() && !index.coveredBy().isEmpty();
    }

    private boolean unused(Index index) {
        return !index.keepsARule()
                && index.foreignKey().isEmpty()
                && index.scans() <= thresholds.unusedIndexScans()
                && index.bytes() >= thresholds.unusedIndexSize().toBytes();
    }

    private static Finding duplicateOf(Index index) {
        return dropped(
                index,
                Finding.of(
                                Severity.WARNING,
                                "duplicate_index",
                                index.name(),
                                "%s on %s (%s) takes %s, and %s serves all that it does"
                                        .formatted(
                                                index.name(),
                                                index.table(),
                                                String.join(", ", index.columns()),
                                                Wording.bytes(index.bytes()),
                                                index.coveredBy()))
                        .because("Both are kept up to date by every write and take the cache's room; one is enough."));
    }

    /** One of Harken's own is only worth a thought: it serves a request that may come yet. */
    private static Finding unused(Index index, Instant since) {
        String counted =
                since == null ? "since the statistics began" : "since " + since.truncatedTo(ChronoUnit.SECONDS);
        String what = "%s on %s (%s) takes %s and was used %s %s"
                .formatted(
                        index.name(),
                        index.table(),
                        String.join(", ", index.columns()),
                        Wording.bytes(index.bytes()),
                        Wording.counted(index.scans(), "time"),
                        counted);
        String why =
                "Every write keeps it up to date, and it takes the cache's room. Scans on a replica are counted there"
                        + " only, and a report of the month's end may not have run yet: look there before you drop it.";
        return dropped(
                index,
                index.serves().isEmpty()
                        ? Finding.of(Severity.WARNING, "unused_index", index.name(), what)
                                .because(why)
                        : Finding.of(Severity.ADVICE, "unused_index", index.name(), what)
                                .because(why + " Harken made it for " + index.serves() + "."));
    }

    private static Finding dropped(Index index, Finding finding) {
        return finding.mendedBy(drop(index) + ";")
                .gaining("measured: frees %s, and every write to %s maintains one index less"
                        .formatted(Wording.bytes(index.bytes()), index.table()))
                .withChangeset(IndexChangeset.of(
                        "drop_" + index.name(), List.of(drop(index)), List.of(concurrently(index.definition()))));
    }

    private static String drop(Index index) {
        return "drop index concurrently if exists " + index.qualified();
    }

    /** As pg_get_indexdef writes it, it begins with {@code CREATE INDEX} or {@code CREATE UNIQUE INDEX}. */
    private static String concurrently(String definition) {
        return definition.replaceFirst(" INDEX ", " INDEX CONCURRENTLY ");
    }

    /** What keeps a rule or serves Harken is built anew; anything else, such as what reindex left behind, is dropped. */
    private static Finding invalid(Index index) {
        boolean needed = index.keepsARule() || !index.serves().isEmpty();
        Finding finding = Finding.of(
                        Severity.WARNING,
                        "invalid_index",
                        index.name(),
                        "%s on %s (%s) is invalid: building or rebuilding it was interrupted"
                                .formatted(index.name(), index.table(), String.join(", ", index.columns())))
                .because("PostgreSQL does not read it, but every write may still have to keep it up to date.");
        if (!needed) {
            return dropped(index, finding);
        }
        String rebuild = "reindex index concurrently " + index.qualified();
        return finding.mendedBy(rebuild + ";")
                .gaining("queries can use it again, and the rule that it keeps holds")
                .withChangeset(IndexChangeset.of("rebuild_" + index.name(), List.of(rebuild), List.of()));
    }
}
