package dev.harken.database.insight;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The search for the indexes that one table lacks, over the plans of many statements. For one thread. */
final class IndexSearch {
    /** An index has to be worth its upkeep: it must be estimated to make the read so many times cheaper. */
    private static final double LEAST_GAIN = 1.5;

    private static final int MOST_EQUAL_COLUMNS = 3;
    private static final int LONGEST_NAME = 63;
    private static final int SHOWN_STATEMENT = 300;

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

    private record Column(String name, String quoted, boolean varchar, double distinctValues) {}

    private final Handle handle;
    private final String schema;
    private final String relation;
    private final MissingIndexes.Table seen;
    private final Map<String, Column> columns;
    private final List<List<String>> indexes;
    private final List<MissingIndexes.Suggestion> suggestions = new ArrayList<>();
    private int planned;
    private int refused;
    private String refusal = "";

    /**
     * Reads what the table has.
     *
     * @param schema of the table, as the catalogue names it
     * @param relation its name, likewise
     * @param seen the table by its counters
     */
    IndexSearch(Handle handle, String schema, String relation, MissingIndexes.Table seen) {
        this.handle = handle;
        this.schema = schema;
        this.relation = relation;
        this.seen = seen;
        this.columns = handle
                .createQuery(COLUMNS)
                .bind("table", seen.qualified())
                .map((row, context) -> new Column(
                        row.getString("attname"),
                        row.getString("quoted"),
                        row.getBoolean("varchar"),
                        row.getDouble("distinct_values")))
                .stream()
                .collect(Collectors.toMap(Column::name, column -> column));
        this.indexes = handle.createQuery(INDEXES)
                .bind("table", seen.qualified())
                .mapTo(String.class)
                .map(names -> List.of(names.split("\u0001", -1)))
                .list();
    }

    /** Whether a text names the table, as a word of it. */
    boolean namedIn(String text) {
        return Pattern.compile(asWord(relation), Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .find();
    }

    /** A name as a word of a text, for PostgreSQL's regular expressions and for Java's. */
    static String asWord(String name) {
        return "(^|\\W)" + name.replaceAll("(\\p{Punct})", "\\\\$1") + "(\\W|$)";
    }

    /** PostgreSQL did not plan a statement that names the table. */
    void refused(String reason) {
        refused++;
        refusal = refusal.isEmpty() ? String.valueOf(reason).replaceAll("\\s+", " ") : refusal;
    }

    /** Looks for scans of the table in a plan. */
    void look(MissingIndexes.Statement statement, JsonNode plan) {
        List<JsonNode> scans = plan.findParents("Relation Name").stream()
                .filter(node -> node.path("Schema").asText().equals(schema)
                        && node.path("Relation Name").asText().equals(relation))
                .toList();
        planned += scans.isEmpty() ? 0 : 1;
        for (JsonNode node : scans) {
            if (node.path("Node Type").asText().equals("Seq Scan") && node.has("Filter")) {
                look(statement, node.path("Filter").asText(), node.path("Alias").asText(), node);
            }
        }
    }

    private void look(MissingIndexes.Statement statement, String filter, String alias, JsonNode node) {
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
        return Stream.concat(indexes.stream(), suggestions.stream().map(MissingIndexes.Suggestion::columns))
                .anyMatch(index -> index.size() >= names.size() + range.stream().count()
                        && new HashSet<>(index.subList(0, names.size())).equals(names)
                        && range.stream()
                                .allMatch(column -> index.get(names.size()).equals(column.name())));
    }

    private record Estimate(boolean worthIt, String gain) {}

    /** How many rows the index would find is asked of the planner, by a query of these conditions alone. */
    private Estimate estimate(List<Column> equal, Optional<Column> range, ScanFilter found, double now) {
        String name = seen.qualified();
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
        List<String> names =
                Stream.concat(equal.stream(), range.stream()).map(Column::name).toList();
        IndexCost cost = IndexCost.read(handle, name, names);
        if (!cost.known()) {
            return new Estimate(true, "not estimated: " + seen.name() + " was never analyzed");
        }
        try {
            double rows = GenericPlan.of(handle, "select 1 from " + name + " where " + String.join(" and ", conditions))
                    .path("Plan Rows")
                    .asDouble();
            double then = cost.of(rows, conditions.size(), false);
            return new Estimate(
                    now >= LEAST_GAIN * then,
                    IndexCost.gain("the planner's cost of reading " + seen.name() + " is", now, then)
                            + "; the index would take about " + Wording.bytes(cost.bytes()));
        } catch (SQLException e) {
            return new Estimate(true, "not estimated: PostgreSQL does not plan it: " + e.getMessage());
        }
    }

    private void suggest(MissingIndexes.Statement statement, List<Column> wanted, String gain) {
        // A shorter one that was suggested before is a prefix of this one.
        List<String> names = wanted.stream().map(Column::name).toList();
        suggestions.removeIf(shorter -> shorter.columns().size() < names.size()
                && names.subList(0, shorter.columns().size()).equals(shorter.columns()));
        String index = freeName(names);
        String list = wanted.stream().map(Column::quoted).collect(Collectors.joining(", "));
        suggestions.add(new MissingIndexes.Suggestion(
                StatementText.withoutValues(statement.text(), SHOWN_STATEMENT),
                statement.calls(),
                statement.millis() / Math.max(1, statement.calls()),
                names,
                index,
                "create index concurrently %s on %s (%s)".formatted(index, seen.qualified(), list),
                "drop index concurrently if exists %s.%s".formatted(quotedSchema(), index),
                gain));
    }

    private String quotedSchema() {
        return handle.createQuery("select quote_ident(:schema)")
                .bind("schema", schema)
                .mapTo(String.class)
                .one();
    }

    /** Of letters, digits and underscores, so that it needs no quotes. */
    private String freeName(List<String> names) {
        String wish = ("idx_" + relation + "_" + String.join("_", names))
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
                        .bind("schema", schema)
                        .bind("name", name)
                        .mapTo(boolean.class)
                        .one();
    }

    /** The table with what was found. */
    MissingIndexes.Table outcome() {
        return new MissingIndexes.Table(
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
