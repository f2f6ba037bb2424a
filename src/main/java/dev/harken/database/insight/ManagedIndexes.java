package dev.harken.database.insight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.harken.database.partitions.PartitionedIndex;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The nine indexes that Harken relies on: whether they are there, whole, and used. */
public final class ManagedIndexes implements Insight<ManagedIndexes.Indexes> {
    private static final int PAGE_ROWS = 50;
    private static final String OF_A_PAGE = " limit " + PAGE_ROWS;
    private static final String NEWEST_PAGE = "order by created_at desc" + OF_A_PAGE;

    /** The nine. Their names are fixed: existing deployments have them. */
    public static final List<Definition> DEFINITIONS = List.of(
            Definition.of(
                    "idx_client_created",
                    "matched_posts",
                    List.of("client_id", "created_at"),
                    "a client's newest posts",
                    "client_id = $1",
                    NEWEST_PAGE),
            Definition.of(
                    "idx_client_reviewed",
                    "matched_posts",
                    List.of("client_id", "reviewed"),
                    "a client's posts that wait for review",
                    "client_id = $1 and reviewed = false",
                    ""),
            Definition.of(
                    "idx_subreddit_created",
                    "matched_posts",
                    List.of("subreddit", "created_at"),
                    "a subreddit's newest posts",
                    "subreddit = $1",
                    NEWEST_PAGE),
            Definition.of(
                    "idx_responses_post_client",
                    "ai_responses",
                    List.of("post_id", "client_id"),
                    "the responses to a post",
                    "post_id = $1 and client_id = $2",
                    ""),
            Definition.of(
                    "idx_responses_client_created",
                    "ai_responses",
                    List.of("client_id", "created_at"),
                    "a client's responses of 30 days",
                    "client_id = $1 and created_at >= now() - interval '30 days'",
                    ""),
            Definition.of(
                    "idx_responses_quality_score",
                    "ai_responses",
                    List.of("score"),
                    "the best drafts",
                    "score >= 90",
                    "order by score desc" + OF_A_PAGE),
            new Definition(
                    "idx_analytics_client_date",
                    "analytics_events",
                    List.of("client_id", "created_at"),
                    List.of("event_type"),
                    "a client's events of 30 days, by day and type",
                    "cast(created_at at time zone 'UTC' as date) as day, event_type, count(*) as events",
                    "client_id = $1 and created_at >= now() - interval '30 days'",
                    "group by 1, 2"),
            Definition.of(
                    "idx_analytics_client_event",
                    "analytics_events",
                    List.of("client_id", "event_type"),
                    "a client's events of one type",
                    "client_id = $1 and event_type = $2",
                    ""),
            Definition.of(
                    "idx_analytics_event_date",
                    "analytics_events",
                    List.of("event_type", "created_at"),
                    "all clients' events of one type in the last day",
                    "event_type = $1 and created_at >= now() - interval '1 day'",
                    ""));

    /** The server keeps the time of an index's last scan from this version on. */
    static final int LAST_SCAN_SINCE = 160_000;

    private static final String INDEXES =
            """
            select
              e.position,
              t.oid is not null as table_present,
              i.indexrelid is not null as present,
              coalesce(i.indisvalid and i.indisready and i.indislive, false) as valid,
              exists (
                select
                from pg_stat_progress_create_index p
                where p.index_relid = c.oid
                  or p.index_relid in (select w.relid from pg_partition_tree(c.oid) w)
              ) as building,
              coalesce(i.indrelid = t.oid and m.amname = 'btree' and i.indpred is null, false) as plain,
              h.columns,
              h.held,
              coalesce(pg_get_indexdef(i.indexrelid), '') as definition,
              coalesce(s.bytes, 0) as bytes,
              coalesce(s.scans, 0) as scans,
              s.last_scan,
              (
                select string_agg(w.relid::text, chr(1) order by w.relid::text)
                from pg_partition_tree(t.oid) w
                where w.isleaf
                  and w.parentrelid is not null
              ) as partitions
            from unnest(string_to_array(:tables, ','), string_to_array(:indexes, ','))
              with ordinality e (table_name, index_name, position)
            left join pg_class t on t.oid = to_regclass(e.table_name)
            left join pg_class c on c.relnamespace = t.relnamespace
              and c.relname = e.index_name
              and c.relkind in ('i', 'I')
            left join pg_am m on m.oid = c.relam
            left join pg_index i on i.indexrelid = c.oid
            left join lateral (
              select
                string_agg(coalesce(a.attname, ''), chr(1) order by k.position)
                  filter (where k.position <= i.indnkeyatts) as columns,
                string_agg(a.attname, chr(1)) as held
              from unnest(i.indkey::int2[]) with ordinality k (attnum, position)
              left join pg_attribute a on a.attrelid = i.indrelid
                and a.attnum = k.attnum
            ) h on true
            -- A partitioned table's index is the sum of its parts; of a plain one there is no tree.
            left join lateral (
              select
                sum(pg_relation_size(w.relid)) as bytes,
                sum(u.idx_scan) as scans,
                max({last_scan}) as last_scan
              from (
                select c.oid as relid
                union
                select p.relid
                from pg_partition_tree(c.oid) p
              ) w
              left join pg_stat_user_indexes u on u.indexrelid = w.relid
            ) s on true
            order by e.position
            """;

    /** The thresholds are every insight's; none bears on these indexes, which are there or are not. */
    public ManagedIndexes(InsightFactory thresholds) {
        Objects.requireNonNull(thresholds);
    }

    /**
     * One of the nine, as it should be.
     *
     * @param columns in the index's order
     * @param included columns that it holds besides, so that the query it serves reads nothing else
     * @param serves the query it is for, in words
     * @param selected by a sample of that query
     * @param condition of the sample, with {@code $1} for values
     * @param rest of the sample: what follows the condition; empty when nothing does
     */
    public record Definition(
            String index,
            String table,
            List<String> columns,
            List<String> included,
            String serves,
            String selected,
            String condition,
            String rest) {

        private static Definition of(
                String index, String table, List<String> columns, String serves, String condition, String rest) {
            return new Definition(index, table, columns, List.of(), serves, "*", condition, rest);
        }

        /** A query that the index serves, with {@code $1} for values. */
        public String sample() {
            return ("select " + selected + " from " + table + " where " + condition + " " + rest).strip();
        }

        /**
         * The statements that make it, without semicolons.
         *
         * @param partitions of its table; none when it is a plain one
         */
        List<String> create(List<String> partitions) {
            return partitions.isEmpty()
                    ? List.of("create index concurrently if not exists " + index + " on " + table + " " + definition())
                    : PartitionedIndex.statements(index, table, definition(), partitions);
        }

        /** The statement that drops it. PostgreSQL drops the index of a partitioned table only at once. */
        String drop(List<String> partitions) {
            return "drop index " + (partitions.isEmpty() ? "concurrently " : "") + "if exists " + index;
        }

        /** What follows the table's name in the statement that makes it. */
        private String definition() {
            return "(" + columnList() + ")"
                    + (included.isEmpty() ? "" : " include (" + String.join(", ", included) + ")");
        }

        private String columnList() {
            return String.join(", ", columns);
        }

        private boolean isOfAPage() {
            return rest.endsWith(OF_A_PAGE);
        }

        /** All columns that it holds. */
        private List<String> held() {
            return Stream.concat(columns.stream(), included.stream()).toList();
        }
    }

    /**
     * One of the nine, as it is.
     *
     * @param tablePresent whether its table is there at all
     * @param present whether there is an index of its name beside the table
     * @param valid whether PostgreSQL may use it
     * @param building whether it is being built right now
     * @param asDefined whether it starts with the columns that it should, and holds the included ones, in a plain B-tree
     *     over the whole table
     * @param definition as the server has it; empty when it is missing
     * @param bytes its size, over all partitions
     * @param scans how often it was used since the server's statistics began; once for each partition that was read
     * @param partitions of its table, as a statement names them; none when it is a plain one
     * @param lastScanKnown whether the server keeps the time of the last use: from PostgreSQL 16 on
     * @param lastScan when it was used last; null when never, or not known
     * @param gain what its return would gain; empty while it is there
     */
    public record Index(
            Definition expected,
            boolean tablePresent,
            boolean present,
            boolean valid,
            boolean building,
            boolean asDefined,
            String definition,
            long bytes,
            long scans,
            List<String> partitions,
            boolean lastScanKnown,
            Instant lastScan,
            String gain) {
        public Index {
            partitions = List.copyOf(partitions);
        }

        /** Whether the query that it serves has to do without it. One that is being built is on its way. */
        boolean lacking() {
            return !building && !(valid && asDefined);
        }

        private Index gaining(String text) {
            return new Index(
                    expected,
                    tablePresent,
                    present,
                    valid,
                    building,
                    asDefined,
                    definition,
                    bytes,
                    scans,
                    partitions,
                    lastScanKnown,
                    lastScan,
                    text);
        }
    }

    /** All nine, in the order of {@link #DEFINITIONS}. */
    public record Indexes(List<Index> indexes) {}

    @Override
    public String name() {
        return "managed indexes";
    }

    @Override
    public Indexes read(Handle handle) {
        boolean lastScanKnown = LAST_SCAN_SINCE
                <= handle.createQuery("select current_setting('server_version_num')::int")
                        .mapTo(int.class)
                        .one();
        List<Index> indexes = handle.createQuery(
                        INDEXES.replace("{last_scan}", lastScanKnown ? "u.last_idx_scan" : "null::timestamptz"))
                .bind("tables", names(Definition::table))
                .bind("indexes", names(Definition::index))
                .map((row, context) -> index(row, lastScanKnown))
                .list();
        return new Indexes(indexes.stream()
                .map(index -> index.lacking() ? index.gaining(gain(handle, index.expected())) : index)
                .toList());
    }

    private static String names(Function<Definition, String> name) {
        return DEFINITIONS.stream().map(name).collect(Collectors.joining(","));
    }

    private static Index index(ResultSet row, boolean lastScanKnown) throws SQLException {
        Definition expected = DEFINITIONS.get(row.getInt("position") - 1);
        boolean starts = listed(row, "columns").stream()
                .limit(expected.columns().size())
                .toList()
                .equals(expected.columns());
        boolean holds = listed(row, "held").containsAll(expected.included());
        OffsetDateTime lastScan = row.getObject("last_scan", OffsetDateTime.class);
        return new Index(
                expected,
                row.getBoolean("table_present"),
                row.getBoolean("present"),
                row.getBoolean("valid"),
                row.getBoolean("building"),
                row.getBoolean("plain") && starts && holds,
                row.getString("definition"),
                row.getLong("bytes"),
                row.getLong("scans"),
                listed(row, "partitions"),
                lastScanKnown,
                lastScan == null ? null : lastScan.toInstant(),
                "");
    }

    private static List<String> listed(ResultSet row, String names) throws SQLException {
        String listed = row.getString(names);
        return listed == null ? List.of() : List.of(listed.split("\u0001", -1));
    }

    /**
     * The planner's cost of the sample query without the index against the estimate with it. How many rows the index
     * would have to read is asked of the planner as well, by a query that does nothing but read them.
     */
    private static String gain(Handle handle, Definition index) {
        try {
            double now =
                    GenericPlan.of(handle, index.sample()).path("Total Cost").asDouble();
            JsonNode bare = GenericPlan.of(
                    handle,
                    "select " + String.join(", ", index.held()) + " from " + index.table() + " where "
                            + index.condition());
            double rows = bare.path("Plan Rows").asDouble();
            IndexCost cost = IndexCost.read(handle, index.table(), index.held());
            if (!cost.known()) {
                return "not estimated: PostgreSQL has not counted " + index.table() + " yet, or it is empty";
            }
            boolean page = index.isOfAPage();
            double all = index.included().isEmpty()
                    ? cost.of(rows, index.columns().size(), page)
                    // What is done with the rows once they are read costs the same.
                    : cost.ofIndexAlone(rows, index.columns().size())
                            + Math.max(0, now - bare.path("Total Cost").asDouble());
            // As the planner has it: who stops after so many rows pays that share of the whole.
            double then = page ? all * Math.min(1, PAGE_ROWS / Math.max(1, rows)) : all;
            return IndexCost.gain("the planner's cost of `" + index.sample() + "` is", now, then);
        } catch (SQLException e) {
            return "not estimated: PostgreSQL does not plan the query for this user: " + e.getMessage();
        }
    }

    @Override
    public List<Finding> judge(Indexes seen) {
        return seen.indexes().stream()
                .filter(Index::lacking)
                .map(ManagedIndexes::lacking)
                .toList();
    }

    private static Finding lacking(Index index) {
        Definition expected = index.expected();
        if (!index.tablePresent()) {
            return finding("managed_index_missing", expected, "%s is missing, and so is its table %s")
                    .mendedBy("java -jar app.jar db migrate config.yml");
        }
        String changeset = IndexChangeset.restore(expected.index(), expected.table(), expected.definition());
        if (!index.present()) {
            return finding("managed_index_missing", expected, "%s on %s is missing")
                    .mendedBy(script(expected.create(index.partitions())))
                    .gaining(index.gain())
                    .withChangeset(changeset);
        }
        if (!index.asDefined()) {
            String drop = expected.drop(index.partitions());
            List<String> anew = joinedAnew(index);
            return finding(
                            "managed_index_different",
                            expected,
                            "%s on %s does not start with " + expected.columnList()
                                    + (expected.included().isEmpty()
                                            ? ""
                                            : ", or does not hold " + String.join(", ", expected.included()))
                                    + ": it is " + index.definition())
                    .mendedBy(script(anew))
                    .gaining(index.gain())
                    .withChangeset(IndexChangeset.of("restore_" + expected.index(), anew, List.of(drop)));
        }
        return finding("managed_index_invalid", expected, "%s on %s is invalid: a build of it was interrupted")
                .mendedBy(
                        index.partitions().isEmpty()
                                ? "reindex index concurrently " + expected.index() + ";"
                                : script(joinedAnew(index)))
                .gaining(index.gain())
                .withChangeset(changeset);
    }

    /** Of a partitioned table's index, reindexing would rebuild the parts, but not add one that is missing. */
    private static List<String> joinedAnew(Index index) {
        List<String> statements = new ArrayList<>(List.of(index.expected().drop(index.partitions())));
        statements.addAll(index.expected().create(index.partitions()));
        return statements;
    }

    private static String script(List<String> statements) {
        return statements.stream().map(statement -> statement + ";").collect(Collectors.joining("\n"));
    }

    private static Finding finding(String kind, Definition expected, String what) {
        String invalid = kind.endsWith("invalid") ? "PostgreSQL keeps it up to date and never reads it. " : "";
        return Finding.of(Severity.WARNING, kind, expected.index(), what.formatted(expected.index(), expected.table()))
                .because(invalid + "It serves " + expected.serves() + "; without it, PostgreSQL reads more of "
                        + expected.table() + " the more rows there are.");
    }
}
