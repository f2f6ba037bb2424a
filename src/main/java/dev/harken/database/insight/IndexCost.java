package dev.harken.database.insight;

import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What reading through a B-tree index that is not there would cost, in the planner's units.
 *
 * <p>The formulas are PostgreSQL's own, from {@code btcostestimate} and {@code genericcostestimate} in selfuncs.c and
 * {@code cost_index}, {@code index_pages_fetched} and {@code cost_bitmap_heap_scan} in costsize.c, for one scan of a
 * table whose index is not in memory. How many rows are read is not estimated here: the planner is asked.
 *
 * @param rows of the table, by pg_class
 * @param pages of the table, by pg_class
 * @param visible the share of them that an index alone can be read for, by pg_class, 0 to 1
 * @param width bytes of an index entry's columns, by pg_stats
 * @param correlation between the order of the first column and that of the table, -1 to 1
 * @param cachePages effective_cache_size in pages
 * @param pageBytes the size of a page
 */
record IndexCost(
        double rows,
        double pages,
        double visible,
        double width,
        double correlation,
        double randomPage,
        double seqPage,
        double tuple,
        double indexTuple,
        double operator,
        double cachePages,
        double pageBytes) {

    private static final String STATISTICS =
            """
            select
              coalesce(w.reltuples, c.reltuples) as reltuples,
              coalesce(w.relpages, c.relpages) as relpages,
              coalesce(coalesce(w.relallvisible, c.relallvisible)::float8
                / nullif(coalesce(w.relpages, c.relpages), 0), 0) as visible,
              coalesce((
                select sum(s.avg_width)
                from pg_stats s
                where s.schemaname = n.nspname
                  and s.tablename = c.relname
                  and s.attname = any(string_to_array(:columns, chr(1)))
                  and s.inherited = (c.relkind = 'p')
              ), 8 * cardinality(string_to_array(:columns, chr(1)))) as width,
              coalesce((
                select s.correlation
                from pg_stats s
                where s.schemaname = n.nspname
                  and s.tablename = c.relname
                  and s.attname = (string_to_array(:columns, chr(1)))[1]
                  and s.inherited = (c.relkind = 'p')
              ), 0) as correlation,
              current_setting('random_page_cost')::float8 as random_page,
              current_setting('seq_page_cost')::float8 as seq_page,
              current_setting('cpu_tuple_cost')::float8 as tuple,
              current_setting('cpu_index_tuple_cost')::float8 as index_tuple,
              current_setting('cpu_operator_cost')::float8 as operator,
              (select setting::float8 from pg_settings where name = 'effective_cache_size') as cache_pages,
              current_setting('block_size')::float8 as page_bytes
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            -- A partitioned table is as large as its partitions together; of a plain one there is no tree.
            left join lateral (
              select
                sum(greatest(part.reltuples, 0)) as reltuples,
                sum(part.relpages) as relpages,
                sum(part.relallvisible) as relallvisible
              from pg_partition_tree(c.oid) p
              join pg_class part on part.oid = p.relid
              where p.isleaf
            ) w on true
            where c.oid = to_regclass(:table)
            """;

    /** An entry's header and its pointer in the page. */
    private static final double ENTRY_OVERHEAD = 12;

    private static final double FILL_FACTOR = 0.9;
    private static final double ALIGNMENT = 8;
    /** Entries of an inner page of the tree, roughly. */
    private static final double FAN_OUT = 300;
    /** DEFAULT_PAGE_CPU_MULTIPLIER: what looking into one inner page costs, in operators. */
    private static final double DESCENT_OPERATORS = 50;
    /** The planner trusts the first column's correlation less when more columns follow. */
    private static final double MULTICOLUMN = 0.75;

    /**
     * Reads what the planner knows of a table.
     *
     * @param table as a statement names it, quoted where it must be
     * @param columns of the index, as the catalogue names them
     */
    static IndexCost read(Handle handle, String table, List<String> columns) {
        return handle.createQuery(STATISTICS)
                .bind("table", table)
                .bind("columns", String.join("\u0001", columns))
                .map((row, context) -> new IndexCost(
                        row.getDouble("reltuples"),
                        row.getDouble("relpages"),
                        Math.min(1, row.getDouble("visible")),
                        row.getDouble("width"),
                        row.getDouble("correlation") * (columns.size() > 1 ? MULTICOLUMN : 1),
                        row.getDouble("random_page"),
                        row.getDouble("seq_page"),
                        row.getDouble("tuple"),
                        row.getDouble("index_tuple"),
                        row.getDouble("operator"),
                        row.getDouble("cache_pages"),
                        row.getDouble("page_bytes")))
                .one();
    }

    /** Whether PostgreSQL has counted the table: without that every estimate is a guess. */
    boolean known() {
        return rows > 0 && pages > 0;
    }

    /** The bytes that the index would take. */
    long bytes() {
        return (long) (leafPages() * pageBytes);
    }

    /**
     * The cost of reading a number of the table's rows; rather too high than too low where the index alone would do.
     *
     * @param conditions how many of the index's columns are compared
     * @param inOrder whether the rows must come in the index's order, which a bitmap scan cannot give
     */
    double of(double wanted, int conditions, boolean inOrder) {
        double found = Math.max(1, Math.min(wanted, rows));
        double fetched = pagesFetched(found);
        double sequential = randomPage + (Math.ceil(found / rows * pages) - 1) * seqPage;
        double heapByIndex = fetched * randomPage;
        heapByIndex += correlation * correlation * (sequential - heapByIndex);
        double heap = inOrder ? heapByIndex : Math.min(heapByIndex, fetched * bitmapPage(fetched));
        return index(found, conditions) + heap + found * tuple;
    }

    /**
     * The cost of reading a number of the table's rows from the index alone; on pages not known to be visible to all, the
     * rows themselves have to be looked at.
     *
     * @param conditions how many of the index's columns are compared
     */
    double ofIndexAlone(double wanted, int conditions) {
        double found = Math.max(1, Math.min(wanted, rows));
        double fetched = Math.ceil(pagesFetched(found) * (1 - visible));
        return index(found, conditions) + fetched * randomPage + found * tuple;
    }

    private double index(double found, int conditions) {
        double height = Math.floor(Math.log(leafPages()) / Math.log(FAN_OUT));
        double descent = Math.ceil(Math.log(Math.max(2, rows)) / Math.log(2)) * operator
                + (height + 1) * DESCENT_OPERATORS * operator;
        double leaves = Math.ceil(found / rows * leafPages()) * randomPage;
        return descent + leaves + found * (indexTuple + conditions * operator);
    }

    private double leafPages() {
        double entry = Math.ceil(width / ALIGNMENT) * ALIGNMENT + ENTRY_OVERHEAD;
        return Math.max(1, Math.ceil(rows * entry / (FILL_FACTOR * pageBytes)));
    }

    /** Mackert and Lohman: how many different pages so many rows at random are in. */
    private double pagesFetched(double found) {
        double all = 2 * pages * found / (2 * pages + found);
        if (pages <= cachePages) {
            return Math.max(1, Math.ceil(Math.min(all, pages)));
        }
        double limit = 2 * pages * cachePages / (2 * pages - cachePages);
        return Math.ceil(found <= limit ? all : cachePages + (found - limit) * (pages - cachePages) / pages);
    }

    /** The more of the table a bitmap scan reads, the more its reads are in sequence. */
    private double bitmapPage(double fetched) {
        return randomPage - (randomPage - seqPage) * Math.sqrt(Math.min(1, fetched / pages));
    }

    /** Says what an index gains, from the planner's costs before and the estimated ones after. */
    static String gain(String what, double before, double after) {
        String costs = "%s %s now, about %s with the index".formatted(what, cost(before), cost(after));
        if (after >= before) {
            return "estimated: none with today's rows; " + costs + " (the planner's units, not time)";
        }
        return "estimated: %s times less work; %s (the planner's units, not time)"
                .formatted(Wording.decimal(before / after), costs);
    }

    private static String cost(double cost) {
        return cost >= 100 ? Wording.count(Math.round(cost)) : Wording.decimal(cost);
    }
}
