package dev.harken.database.insight;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * How large the tables are, and whether vacuum keeps up with them.
 *
 * <p>Bloat is estimated, as check_postgres and pgsql-bloat-estimation do it. A row takes 4 bytes for its pointer, its
 * header of 23 bytes, and one bit a column if any can be null, rounded up to 8; then its columns' average width, without
 * nulls, rounded up to 8. A page of 8 kB holds as many as go into 8168 bytes, times the table's fillfactor. The pages
 * that all rows need so are held against those that the table has, both as the last vacuum or analyze counted them. What
 * is stored out of line (TOAST) is not looked at.
 */
public final class Tables implements Insight<Tables.Sizes> {
    /** Below this, the factor says nothing: a few pages more or less are of no consequence. */
    private static final long LEAST_BYTES = 1024 * 1024;

    private static final String TABLES =
            """
            with tables as (
              select
                c.oid,
                n.nspname,
                c.relname,
                c.oid::regclass::text as name,
                format('%I.%I', n.nspname, c.relname) as qualified,
                c.reltuples,
                c.relpages,
                coalesce((
                  select o.option_value::float8
                  from pg_options_to_table(c.reloptions) o
                  where o.option_name = 'fillfactor'
                ), 100) as fillfactor,
                coalesce((
                  select o.option_value::boolean
                  from pg_options_to_table(c.reloptions) o
                  where o.option_name = 'autovacuum_enabled'
                ), true) as autovacuum,
                (
                  select count(*)
                  from pg_attribute a
                  where a.attrelid = c.oid
                    and a.attnum > 0
                    and not a.attisdropped
                    and a.attgenerated <> 'v'
                ) as columns
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace
              where c.relkind in ('r', 'm')
                and c.relpersistence <> 't'
                and n.nspname not in ('pg_catalog', 'information_schema')
                and n.nspname !~ '^pg_toast'
            ),
            widths as (
              select
                s.schemaname,
                s.tablename,
                count(*) as columns,
                sum((1 - s.null_frac) * s.avg_width) as width,
                max(s.null_frac) > 0 as nulls
              from pg_stats s
              where not s.inherited
              group by s.schemaname, s.tablename
            )
            select
              t.name,
              t.qualified,
              coalesce(pg_total_relation_size(t.oid), 0) as total_bytes,
              coalesce(pg_table_size(t.oid), 0) as table_bytes,
              coalesce(pg_indexes_size(t.oid), 0) as index_bytes,
              greatest(coalesce(s.n_live_tup, 0), 0) as live_rows,
              greatest(coalesce(s.n_dead_tup, 0), 0) as dead_rows,
              t.autovacuum,
              s.last_vacuum,
              s.last_autovacuum,
              s.last_analyze,
              s.last_autoanalyze,
              t.reltuples,
              t.relpages,
              t.fillfactor,
              t.columns,
              coalesce(w.columns, 0) as known_columns,
              coalesce(w.width, 0) as width,
              coalesce(w.nulls, false) as nulls,
              has_table_privilege(t.oid, 'select') and not row_security_active(t.oid) as readable,
              current_setting('block_size')::int as page_bytes
            from tables t
            left join pg_stat_user_tables s on s.relid = t.oid
            left join widths w on w.schemaname = t.nspname
              and w.tablename = t.relname
            order by total_bytes desc, t.name
            """;

    private final InsightFactory thresholds;

    public Tables(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * A table or a materialized view.
     *
     * @param name as the connection's search path names it, quoted where it must be
     * @param qualified with its schema, quoted, for statements
     * @param totalBytes all of it, with indexes and what is stored out of line
     * @param tableBytes without indexes
     * @param liveRows as the server's statistics count them
     * @param deadRows rows that no one sees any more and vacuum has not cleared away
     * @param autovacuum false when it is switched off for this table
     * @param lastVacuum null when never, since the server's statistics began; likewise the next three
     * @param analyzed whether PostgreSQL has statistics of its columns; with {@link Bloat#HIDDEN}, only what its counters
     *     say
     * @param bloatFactor how many times the room that its rows need it takes; null when that is not estimated
     * @param bloat why the factor is there or not
     */
    public record Table(
            String name,
            String qualified,
            long totalBytes,
            long tableBytes,
            long indexBytes,
            long liveRows,
            long deadRows,
            boolean autovacuum,
            Instant lastVacuum,
            Instant lastAutovacuum,
            Instant lastAnalyze,
            Instant lastAutoanalyze,
            boolean analyzed,
            Double bloatFactor,
            Bloat bloat) {

        /** 0 to 100. */
        public double deadPercent() {
            long rows = liveRows + deadRows;
            return rows == 0 ? 0 : 100.0 * deadRows / rows;
        }
    }

    /** What is known of a table's bloat. */
    public enum Bloat {
        ESTIMATED,
        /** The table is too small for it to matter. */
        SMALL,
        /** Some columns have no statistics yet. */
        NOT_ANALYZED,
        /** This user may not read the table, so PostgreSQL hides the statistics of its columns. */
        HIDDEN
    }

    /**
     * All tables, the largest first.
     *
     * @param reader the user that looked, quoted
     */
    public record Sizes(List<Table> tables, String reader) {}

    @Override
    public String name() {
        return "tables";
    }

    @Override
    public Sizes read(Handle handle) {
        return new Sizes(
                handle.createQuery(TABLES).map((row, context) -> table(row)).list(),
                handle.createQuery("select quote_ident(current_user)")
                        .mapTo(String.class)
                        .one());
    }

    private static Table table(ResultSet row) throws SQLException {
        Instant lastAnalyze = instant(row, "last_analyze");
        Instant lastAutoanalyze = instant(row, "last_autoanalyze");
        Bloat bloat = bloat(row);
        return new Table(
                row.getString("name"),
                row.getString("qualified"),
                row.getLong("total_bytes"),
                row.getLong("table_bytes"),
                row.getLong("index_bytes"),
                row.getLong("live_rows"),
                row.getLong("dead_rows"),
                row.getBoolean("autovacuum"),
                instant(row, "last_vacuum"),
                instant(row, "last_autovacuum"),
                lastAnalyze,
                lastAutoanalyze,
                lastAnalyze != null || lastAutoanalyze != null || row.getLong("known_columns") > 0,
                bloat == Bloat.ESTIMATED ? bloatFactor(row) : null,
                bloat);
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Bloat bloat(ResultSet row) throws SQLException {
        if (row.getLong("relpages") * row.getLong("page_bytes") < LEAST_BYTES
                && row.getLong("table_bytes") < LEAST_BYTES) {
            return Bloat.SMALL;
        }
        if (row.getLong("known_columns") >= row.getLong("columns") && row.getDouble("reltuples") >= 0) {
            return Bloat.ESTIMATED;
        }
        return row.getBoolean("readable") ? Bloat.NOT_ANALYZED : Bloat.HIDDEN;
    }

    private static double bloatFactor(ResultSet row) throws SQLException {
        double header = aligned(23 + (row.getBoolean("nulls") ? Math.ceil(row.getLong("columns") / 8.0) : 0));
        double rowBytes = 4 + header + aligned(row.getDouble("width"));
        double room = (row.getDouble("page_bytes") - 24) * row.getDouble("fillfactor") / 100;
        double rowsPerPage = Math.max(1, Math.floor(room / rowBytes));
        double needed = Math.max(1, Math.ceil(row.getDouble("reltuples") / rowsPerPage));
        return row.getDouble("relpages") / needed;
    }

    private static double aligned(double bytes) {
        return Math.ceil(bytes / 8) * 8;
    }

    @Override
    public List<Finding> judge(Sizes seen) {
        List<Finding> findings = new ArrayList<>();
        for (Table table : seen.tables()) {
            deadRows(table).ifPresent(findings::add);
            bloated(table).ifPresent(findings::add);
            neverAnalyzed(table).ifPresent(findings::add);
        }
        hidden(seen).ifPresent(findings::add);
        withoutStatistics(seen).ifPresent(findings::add);
        return List.copyOf(findings);
    }

    private Optional<Finding> deadRows(Table table) {
        if (table.deadRows() == 0
                || table.deadPercent() < thresholds.deadRowsPercent()
                || table.deadRows() < thresholds.deadRowsLeast()) {
            return Optional.empty();
        }
        String cleared = Stream.of(table.lastVacuum(), table.lastAutovacuum())
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .map(time -> "last vacuumed at " + time.truncatedTo(ChronoUnit.SECONDS))
                .orElse("never vacuumed since the statistics began");
        return Optional.of(Finding.of(
                        Severity.WARNING,
                        "dead_rows",
                        table.name(),
                        "%s of %s's rows are dead: %s beside %s living; %s%s"
                                .formatted(
                                        Wording.percent(table.deadPercent()),
                                        table.name(),
                                        Wording.count(table.deadRows()),
                                        Wording.count(table.liveRows()),
                                        cleared,
                                        table.autovacuum() ? "" : ", and autovacuum is switched off for it"))
                .because(
                        "Every scan reads past dead rows, and the table grows instead of using their room again. If vacuum"
                                + " does not clear them, a long transaction or a replication slot still holds them.")
                .mendedBy("vacuum (analyze) " + table.qualified() + ";"));
    }

    private Optional<Finding> bloated(Table table) {
        if (table.bloatFactor() == null || table.bloatFactor() < thresholds.bloatFactor()) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(
                        Severity.WARNING,
                        "bloated_table",
                        table.name(),
                        "%s takes %s, about %s times what its rows need (estimated from the columns' average width)"
                                .formatted(
                                        table.name(),
                                        Wording.bytes(table.tableBytes()),
                                        Wording.decimal(table.bloatFactor())))
                .because(
                        "Reading the table means reading the empty room as well, and it takes the cache's place. Vacuum"
                                + " makes the room usable again, but does not give it back.")
                .mendedBy(
                        """
                        -- Locks out readers and writers as long as it runs, and needs room for the new copy meanwhile.
                        -- With the extension pg_repack, without the lock: pg_repack --table=%1$s
                        vacuum (full, analyze) %1$s;"""
                                .formatted(table.qualified())));
    }

    private Optional<Finding> neverAnalyzed(Table table) {
        if (table.analyzed() || table.liveRows() < thresholds.bigTableRows() || table.bloat() == Bloat.HIDDEN) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(
                        Severity.WARNING,
                        "never_analyzed",
                        table.name(),
                        "%s has %s and was never analyzed"
                                .formatted(table.name(), Wording.counted(table.liveRows(), "row")))
                .because(
                        "Without statistics the planner guesses how many rows a condition leaves, and may read the whole"
                                + " table where an index would do.")
                .mendedBy("analyze " + table.qualified() + ";"));
    }

    private static Optional<Finding> hidden(Sizes seen) {
        List<Table> tables = with(seen, Bloat.HIDDEN);
        if (tables.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(
                        Severity.UNKNOWN,
                        "bloat_unknown",
                        "",
                        "Whether %s bloated, and whether ever analyzed, is not known: PostgreSQL hides the columns'"
                                        .formatted(names(tables))
                                + " statistics, because " + seen.reader() + " may not read these tables")
                .because(
                        "Bloat is estimated from the columns' average width. The right to read that is the right to read"
                                + " the rows: leave it unknown if this user is not to have that.")
                .mendedBy("grant select on table %s to %s;"
                        .formatted(
                                tables.stream().map(Table::qualified).collect(Collectors.joining(", ")),
                                seen.reader())));
    }

    private Optional<Finding> withoutStatistics(Sizes seen) {
        List<Table> tables = with(seen, Bloat.NOT_ANALYZED).stream()
                .filter(table -> neverAnalyzed(table).isEmpty())
                .toList();
        if (tables.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(
                        Severity.UNKNOWN,
                        "bloat_unknown",
                        "",
                        "Whether %s bloated is not known: some of their columns have no statistics yet"
                                .formatted(names(tables)))
                .because("Bloat is estimated from the columns' average width, which analyze measures.")
                .mendedBy("analyze " + tables.stream().map(Table::qualified).collect(Collectors.joining(", ")) + ";"));
    }

    private static List<Table> with(Sizes seen, Bloat bloat) {
        return seen.tables().stream().filter(table -> table.bloat() == bloat).toList();
    }

    private static String names(List<Table> tables) {
        return tables.stream().map(Table::name).collect(Collectors.joining(", "))
                + (tables.size() == 1 ? " is" : " are");
    }
}
