package dev.harken.database.insight;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** An index has to be worth its upkeep: it must be estimated to make the read so many times cheaper. */
    private static final double LEAST_GAIN = 1.5;

    private static final int MOST_EQUAL_COLUMNS = 3;
    private static final int LONGEST_NAME = 63;
    private static final int SHOWN_STATEMENT = 300;

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

    private static final String COLUMNS =
            """
            select
              a.attname,
              quote_ident(a.attname) as quoted,
              a.atttypid = 'varchar'::regtype as varchar,
              coalesce((
                select case when s.n_distinct < 0 then -s.n_distinct * greatest(c.reltuples, 1) else s.n_distinct end
                from pg_stats s
                where s.schemaname = n.nspname
                  and s.tablename = c.relname
                  and s.attname = a.attname
                  and not s.inherited
              ), 0) as distinct_values
            from pg_attribute a
            join pg_class c on c.oid = a.attrelid
            join pg_namespace n on n.oid = c.relnamespace
            where c.oid = to_regclass(:table)
              and a.attnum > 0
              and not a.attisdropped
            """;

    private static final String INDEXES =
            """
            select
              (
                select string_agg(coalesce(a.attname, ''), chr(1) order by k.position)
                from unnest(i.indkey::int2[]) with ordinality k (attnum, position)
                left join pg_attribute a on a.attrelid = i.indrelid
                  and a.attnum = k.attnum
                where k.position <= i.indnkeyatts
              ) as columns
            from pg_index i
            join pg_class c on c.oid = i.indexrelid
            join pg_am m on m.oid = c.relam
            where i.indrelid = to_regclass(:table)
              and i.indisvalid
              and i.indpred is null
              and m.amname = 'btree'
            """;

    private static final String NAME_TAKEN =
            """
            select exists (
              select
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = :schema
                and c.relname = :name
            )
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
        Map<Counted, Search> searches = new LinkedHashMap<>();
        suspects.forEach(table -> searches.put(table, new Search(handle, table)));
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
    private record Counted(String schema, String relation, Table seen) {
        /** The table's name as a word of a text, for PostgreSQL's regular expressions and for Java's. */
        String asWord() {
            return "(^|\\W)" + relation.replaceAll("([^\\w])", "\\\\$1") + "(\\W|$)";
        }
    }

    private record Extension(String schema, String reason, String remedy) {}

    private record Statement(String text, long calls, double millis) {
        boolean names(Counted table) {
            return Pattern.compile(table.asWord(), Pattern.CASE_INSENSITIVE)
                    .matcher(text)
                    .find();
        }
    }

    private record Column(String name, String quoted, boolean varchar, double distinctValues) {}

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
                .bind("relations", suspects.stream().map(Counted::asWord).collect(Collectors.joining("|")))
                .bind("most", MOST_STATEMENTS)
                .map((row, context) ->
                        new Statement(row.getString("query"), row.getLong("calls"), row.getDouble("millis")))
                .list();
    }

    private static void plan(Handle handle, Statement statement, Collection<Search> searches) {
        List<Search> named = searches.stream()
                .filter(search -> statement.names(search.table))
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

    /** The search for what one table lacks, over the plans of many statements. For one thread. */
    private static final class Search {
        private final Handle handle;
        private final Counted table;
        private final Map<String, Column> columns;
        private final List<List<String>> indexes;
        private final List<Suggestion> suggestions = new ArrayList<>();
        private int planned;
        private int refused;
        private String refusal = "";

        Search(Handle handle, Counted table) {
            this.handle = handle;
            this.table = table;
            this.columns = handle
                    .createQuery(COLUMNS)
                    .bind("table", table.seen().qualified())
                    .map((row, context) -> new Column(
                            row.getString("attname"),
                            row.getString("quoted"),
                            row.getBoolean("varchar"),
                            row.getDouble("distinct_values")))
                    .stream()
                    .collect(Collectors.toMap(Column::name, column -> column));
            this.indexes = handle.createQuery(INDEXES)
                    .bind("table", table.seen().qualified())
                    .mapTo(String.class)
                    .map(names -> List.of(names.split("\u0001", -1)))
                    .list();
        }

        void refused(String reason) {
            refused++;
            refusal = refusal.isEmpty() ? String.valueOf(reason).replaceAll("\\s+", " ") : refusal;
        }

        void look(Statement statement, JsonNode plan) {
            List<JsonNode> scans = plan.findParents("Relation Name").stream()
                    .filter(node -> node.path("Schema").asText().equals(table.schema())
                            && node.path("Relation Name").asText().equals(table.relation()))
                    .toList();
            planned += scans.isEmpty() ? 0 : 1;
            for (JsonNode node : scans) {
                if (node.path("Node Type").asText().equals("Seq Scan") && node.has("Filter")) {
                    look(
                            statement,
                            node.path("Filter").asText(),
                            node.path("Alias").asText(),
                            node);
                }
            }
        }

        private void look(Statement statement, String filter, String alias, JsonNode node) {
            Set<String> varchars = columns.values().stream()
                    .filter(Column::varchar)
                    .map(Column::name)
                    .collect(Collectors.toSet());
            ScanFilter found = ScanFilter.of(filter, alias, varchars);
            List<Column> equal = found.equal().stream()
                    .flatMap(name -> Stream.ofNullable(columns.get(name)))
                    .sorted(Comparator.comparingDouble(Column::distinctValues).reversed())
                    .limit(MOST_EQUAL_COLUMNS)
                    .toList();
            Optional<Column> range = found.range().stream()
                    .flatMap(name -> Stream.ofNullable(columns.get(name)))
                    .findFirst();
            List<Column> wanted = Stream.concat(equal.stream(), range.stream()).toList();
            if (wanted.isEmpty() || covered(equal, range)) {
                return;
            }
            Estimate estimate =
                    estimate(equal, range, found, node.path("Total Cost").asDouble());
            if (estimate.worthIt()) {
                suggest(statement, wanted, estimate.gain());
            }
        }

        /** Whether a valid index starts with these columns: the compared ones in any order, then the range. */
        private boolean covered(List<Column> equal, Optional<Column> range) {
            Set<String> names = equal.stream().map(Column::name).collect(Collectors.toSet());
            return Stream.concat(indexes.stream(), suggestions.stream().map(Suggestion::columns))
                    .anyMatch(index ->
                            index.size() >= names.size() + range.stream().count()
                                    && new HashSet<>(index.subList(0, names.size())).equals(names)
                                    && range.stream().allMatch(column -> index.get(names.size())
                                            .equals(column.name())));
        }

        private record Estimate(boolean worthIt, String gain) {}

        /** How many rows the index would find is asked of the planner, by a query of these conditions alone. */
        private Estimate estimate(List<Column> equal, Optional<Column> range, ScanFilter found, double now) {
            String name = table.seen().qualified();
            List<String> conditions = new ArrayList<>();
            for (Column column : equal) {
                conditions.add(column.quoted() + " = $" + (conditions.size() + 1));
            }
            range.ifPresent(column -> {
                conditions.add(column.quoted() + " >= $" + (conditions.size() + 1));
                if (found.bounded().contains(column.name())) {
                    conditions.add(column.quoted() + " <= $" + (conditions.size() + 1));
                }
            });
            List<String> names = Stream.concat(equal.stream(), range.stream())
                    .map(Column::name)
                    .toList();
            IndexCost cost = IndexCost.read(handle, name, names);
            if (!cost.known()) {
                return new Estimate(true, "not estimated: " + table.seen().name() + " was never analyzed");
            }
            try {
                double rows = GenericPlan.of(
                                handle, "select 1 from " + name + " where " + String.join(" and ", conditions))
                        .path("Plan Rows")
                        .asDouble();
                double then = cost.of(rows, conditions.size(), false);
                return new Estimate(
                        now >= LEAST_GAIN * then,
                        IndexCost.gain(
                                        "the planner's cost of reading "
                                                + table.seen().name() + " is",
                                        now,
                                        then) + "; the index would take about " + Wording.bytes(cost.bytes()));
            } catch (SQLException e) {
                return new Estimate(true, "not estimated: PostgreSQL does not plan it: " + e.getMessage());
            }
        }

        private void suggest(Statement statement, List<Column> wanted, String gain) {
            // A shorter one that was suggested before is a prefix of this one.
            List<String> names = wanted.stream().map(Column::name).toList();
            suggestions.removeIf(shorter -> shorter.columns().size() < names.size()
                    && names.subList(0, shorter.columns().size()).equals(shorter.columns()));
            String index = freeName(names);
            String list = wanted.stream().map(Column::quoted).collect(Collectors.joining(", "));
            String schema = table.seen().qualified();
            suggestions.add(new Suggestion(
                    StatementText.withoutValues(statement.text(), SHOWN_STATEMENT),
                    statement.calls(),
                    statement.millis() / Math.max(1, statement.calls()),
                    names,
                    index,
                    "create index concurrently %s on %s (%s)".formatted(index, schema, list),
                    "drop index concurrently if exists %s.%s".formatted(quotedSchema(), index),
                    gain));
        }

        private String quotedSchema() {
            return handle.createQuery("select quote_ident(:schema)")
                    .bind("schema", table.schema())
                    .mapTo(String.class)
                    .one();
        }

        /** Of letters, digits and underscores, so that it needs no quotes. */
        private String freeName(List<String> names) {
            String wish = ("idx_" + table.relation() + "_" + String.join("_", names))
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9_]+", "_");
            String name = wish.substring(0, Math.min(wish.length(), LONGEST_NAME));
            for (int number = 2; taken(name); number++) {
                String suffix = "_" + number;
                name = wish.substring(0, Math.min(wish.length(), LONGEST_NAME - suffix.length())) + suffix;
            }
            return name;
        }

        private boolean taken(String name) {
            return suggestions.stream().anyMatch(other -> other.index().equals(name))
                    || handle.createQuery(NAME_TAKEN)
                            .bind("schema", table.schema())
                            .bind("name", name)
                            .mapTo(boolean.class)
                            .one();
        }

        Table outcome() {
            Table seen = table.seen();
            return new Table(
                    seen.name(),
                    seen.qualified(),
                    seen.rows(),
                    seen.sequentialScans(),
                    seen.rowsPerScan(),
                    seen.indexScans(),
                    true,
                    List.copyOf(suggestions),
                    planned,
                    refused,
                    refusal);
        }
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
                            "Which columns lack an index, if any, cannot be told: pg_stat_statements has no statement of"
                                    + " this user that reads it")
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
