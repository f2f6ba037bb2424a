package dev.harken.database.insight;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Big tables that are read whole more often than by an index, and the index that the statements which do so lack.
 *
 * <p>The counters tell the tables. Which columns an index needs is told by the plans of the statements that take most
 * time, from pg_stat_statements; they are planned without their values and never run. Only those that this same user ran
 * are planned: planning another's may evaluate a function that the other wrote.
 */
public final class MissingIndexes implements Insight<MissingIndexes.Reads> {
    /** How many statements are planned in one look, at most. */
    private static final int MOST_STATEMENTS = 20;

    private static final String TABLES =
            """
            select
              n.nspname as schema,
              c.relname as relation,
              c.oid::regclass::text as name,
              format('%I.%I', n.nspname, c.relname) as qualified,
              greatest(c.reltuples::float8, s.n_live_tup, 0)::bigint as rows,
              coalesce(s.seq_scan, 0) as seq_scans,
              coalesce(s.seq_tup_read, 0) as seq_rows,
              coalesce(s.idx_scan, 0) as index_scans
            from pg_stat_user_tables s
            join pg_class c on c.oid = s.relid
            join pg_namespace n on n.oid = c.relnamespace
            where c.relpersistence <> 't'
              and greatest(c.reltuples, s.n_live_tup) >= :rows
            order by seq_rows desc, name
            """;

    /** A library that is preloaded has its settings; without them its view fails. */
    private static final String EXTENSION =
            """
            select
              quote_ident(n.nspname) as schema,
              quote_ident(current_user) as reader,
              exists (select from pg_settings where name = 'pg_stat_statements.max') as preloaded,
              coalesce(has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'), false) as readable,
              exists (
                select
                from pg_attribute a
                where a.attrelid = c.oid
                  and a.attname = 'total_exec_time'
              ) as current
            from pg_extension e
            join pg_namespace n on n.oid = e.extnamespace
            left join pg_class c on c.relnamespace = n.oid
              and c.relname = 'pg_stat_statements'
            where e.extname = 'pg_stat_statements'
            """;

    private static final String STATEMENTS =
            """
            select
              s.query,
              sum(s.calls)::bigint as calls,
              sum(s.total_exec_time) as millis
            from {schema}.pg_stat_statements s
            where s.dbid = (select oid from pg_database where datname = current_database())
              and s.userid = (select oid from pg_roles where rolname = current_user)
              and s.query ~* '^\\s*(select|update|delete)\\M'
              and s.query ~* :relations
            group by s.query
            order by millis desc
            limit :most
            """;

    /** pg_stat_statements puts a parameter where the grammar wants a text: {@code interval $1}. */
    private static final Pattern TYPED_LITERAL =
            Pattern.compile("\\b(interval|date|time|timestamp|timestamptz)\\s+(\\$\\d+)", Pattern.CASE_INSENSITIVE);

    private final InsightFactory thresholds;

    public MissingIndexes(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * A big table.
     *
     * @param name as the connection's search path names it, quoted where it must be
     * @param qualified with its schema, quoted, for statements
     * @param rows about how many it has
     * @param sequentialScans how often it was read whole since the server's statistics began
     * @param rowsPerScan how many rows such a read took, on average
     * @param indexScans how often it was read by an index
     * @param suspected whether the counters say that an index may be missing
     * @param suggestions what is missing, as far as the plans tell; empty when not suspected
     * @param planned how many statements that read it were planned
     * @param refused how many that name it PostgreSQL did not plan
     * @param refusal why, for the first of those; empty when there was none
     */
    public record Table(
            String name,
            String qualified,
            long rows,
            long sequentialScans,
            long rowsPerScan,
            long indexScans,
            boolean suspected,
            List<Suggestion> suggestions,
            int planned,
            int refused,
            String refusal) {}

    /**
     * An index that a statement lacks.
     *
     * @param statement normalised and shortened
     * @param calls how often it ran, as pg_stat_statements counts
     * @param meanMillis how long it took on average
     * @param columns of the index, as the catalogue names them
     * @param index a name for it that is free
     * @param create the statement that makes it, without a semicolon
     * @param drop the statement that takes it away, likewise
     * @param gain what it is estimated to gain
     */
    public record Suggestion(
            String statement,
            long calls,
            double meanMillis,
            List<String> columns,
            String index,
            String create,
            String drop,
            String gain) {}

    /**
     * All big tables, those of which most rows were read first.
     *
     * @param statementsKnown whether statements could be read from pg_stat_statements
     * @param reason why not; empty when they could, or when no table is suspected
     * @param remedy what to do about that; likewise
     */
    public record Reads(List<Table> tables, boolean statementsKnown, String reason, String remedy) {}

    @Override
    public String name() {
        return "missing indexes";
    }

    @Override
    public Reads read(Handle handle) {
        List<Counted> counted = handle.createQuery(TABLES)
                .bind("rows", thresholds.bigTableRows())
                .map((row, context) -> counted(row))
                .list();
        List<Counted> suspects =
                counted.stream().filter(table -> table.seen().suspected()).toList();
        if (suspects.isEmpty()) {
            return new Reads(counted.stream().map(Counted::seen).toList(), false, "", "");
        }
        Extension extension = handle.createQuery(EXTENSION)
                .map((row, context) -> extension(row))
                .findOne()
                .orElse(new Extension(
                        "",
                        "the extension pg_stat_statements is not installed",
                        "create extension pg_stat_statements;"));
        if (!extension.reason().isEmpty()) {
            return new Reads(
                    counted.stream().map(Counted::seen).toList(), false, extension.reason(), extension.remedy());
        }
        Map<Counted, IndexSearch> searches = new LinkedHashMap<>();
        suspects.forEach(
                table -> searches.put(table, new IndexSearch(handle, table.schema(), table.relation(), table.seen())));
        for (Statement statement : statements(handle, extension, suspects)) {
            plan(handle, statement, searches.values());
        }
        return new Reads(
                counted.stream()
                        .map(table -> searches.containsKey(table)
                                ? searches.get(table).outcome()
                                : table.seen())
                        .toList(),
                true,
                "",
                "");
    }

    /** A table by its counters, before any statement is looked at. */
    private record Counted(String schema, String relation, Table seen) {}

    private record Extension(String schema, String reason, String remedy) {}

    /** What pg_stat_statements has of a statement: its text without values, how often and how long it ran. */
    record Statement(String text, long calls, double millis) {}

    private Counted counted(ResultSet row) throws SQLException {
        long sequential = row.getLong("seq_scans");
        long byIndex = row.getLong("index_scans");
        return new Counted(
                row.getString("schema"),
                row.getString("relation"),
                new Table(
                        row.getString("name"),
                        row.getString("qualified"),
                        row.getLong("rows"),
                        sequential,
                        sequential == 0 ? 0 : row.getLong("seq_rows") / sequential,
                        byIndex,
                        sequential >= thresholds.sequentialScans() && sequential > byIndex,
                        List.of(),
                        0,
                        0,
                        ""));
    }

    private static Extension extension(ResultSet row) throws SQLException {
        String schema = row.getString("schema");
        if (!row.getBoolean("preloaded")) {
            return new Extension(
                    schema,
                    "PostgreSQL did not load pg_stat_statements when it started",
                    "shared_preload_libraries = 'pg_stat_statements' in postgresql.conf, then restart PostgreSQL");
        }
        if (!row.getBoolean("readable")) {
            return new Extension(
                    schema,
                    "%s may not read pg_stat_statements".formatted(row.getString("reader")),
                    "grant usage on schema %1$s to %2$s;\ngrant select on %1$s.pg_stat_statements to %2$s;"
                            .formatted(schema, row.getString("reader")));
        }
        if (!row.getBoolean("current")) {
            return new Extension(
                    schema,
                    "the extension pg_stat_statements is older than the server",
                    "alter extension pg_stat_statements update;");
        }
        return new Extension(schema, "", "");
    }

    private static List<Statement> statements(Handle handle, Extension extension, List<Counted> suspects) {
        return handle.createQuery(STATEMENTS.replace("{schema}", extension.schema()))
                .bind(
                        "relations",
                        suspects.stream()
                                .map(table -> IndexSearch.asWord(table.relation()))
                                .collect(Collectors.joining("|")))
                .bind("most", MOST_STATEMENTS)
                .map((row, context) ->
                        new Statement(row.getString("query"), row.getLong("calls"), row.getDouble("millis")))
                .list();
    }

    private static void plan(Handle handle, Statement statement, Collection<IndexSearch> searches) {
        List<IndexSearch> named = searches.stream()
                .filter(search -> search.namedIn(statement.text()))
                .toList();
        JsonNode plan;
        try {
            plan = GenericPlan.of(
                    handle, TYPED_LITERAL.matcher(statement.text()).replaceAll("$2::$1"));
        } catch (SQLException e) {
            named.forEach(search -> search.refused(e.getMessage()));
            return;
        }
        named.forEach(search -> search.look(statement, plan));
    }

    @Override
    public List<Finding> judge(Reads seen) {
        return seen.tables().stream()
                .filter(Table::suspected)
                .flatMap(table -> findings(table, seen).stream())
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }

    /**
     * When every statement was planned and none lacks an index, the table is read whole for a reason, or was: counters
     * stay when the index has come.
     */
    private static List<Finding> findings(Table table, Reads seen) {
        if (!seen.statementsKnown()) {
            return List.of(
                    finding(Severity.WARNING, table, "Which columns lack an index cannot be told: " + seen.reason())
                            .mendedBy(seen.remedy()));
        }
        if (!table.suggestions().isEmpty()) {
            return table.suggestions().stream()
                    .map(suggestion -> lacking(table, suggestion))
                    .toList();
        }
        if (table.refused() > 0) {
            return List.of(finding(
                    Severity.UNKNOWN,
                    table,
                    "Which columns lack an index cannot be told: %s that read it could not be planned (%s)"
                            .formatted(Wording.counted(table.refused(), "statement"), table.refusal())));
        }
        if (table.planned() == 0) {
            return List.of(finding(
                            Severity.UNKNOWN,
                            table,
                            "Which columns lack an index, if any, cannot be told: pg_stat_statements has no select,"
                                    + " update or delete of this user that reads it")
                    .mendedBy(
                            """
                            -- If the reads are history: counts this table's anew.
                            select pg_stat_reset_single_table_counters('%s'::regclass);"""
                                    .formatted(table.qualified().replace("'", "''"))));
        }
        return List.of();
    }

    private static Finding lacking(Table table, Suggestion suggestion) {
        return finding(
                        Severity.WARNING,
                        table,
                        "A statement that does so and has no index on (%s): %s (ran %s, %s ms on average)"
                                .formatted(
                                        String.join(", ", suggestion.columns()),
                                        suggestion.statement(),
                                        Wording.counted(suggestion.calls(), "time"),
                                        Wording.decimal(suggestion.meanMillis())))
                .mendedBy(suggestion.create() + ";")
                .gaining(suggestion.gain())
                .withChangeset(IndexChangeset.of(
                        "add_" + suggestion.index(),
                        // A build that was interrupted leaves an index that is no good.
                        List.of(suggestion.drop(), suggestion.create()),
                        List.of(suggestion.drop())));
    }

    private static Finding finding(Severity severity, Table table, String rest) {
        return Finding.of(
                        severity,
                        "table_read_sequentially",
                        table.name(),
                        "%s was read whole %s, %s rows each time, and by an index %s. %s"
                                .formatted(
                                        table.name(),
                                        Wording.counted(table.sequentialScans(), "time"),
                                        Wording.count(table.rowsPerScan()),
                                        Wording.counted(table.indexScans(), "time"),
                                        rest))
                .because("Reading a whole table takes longer the more rows it has, and drives other tables out of the"
                        + " cache.");
    }
}
