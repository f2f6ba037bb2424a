package dev.harken.database.insight;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * The kinds of statement that cost the database most time, from pg_stat_statements.
 *
 * <p>The numbers of several users who run the same statement are added up. The columns' names changed with the
 * extension's versions, which need not be the server's: an upgraded server keeps the old extension until somebody says
 * {@code alter extension … update}. So it is the view itself that is asked which it has.
 */
public final class TopStatements implements Insight<TopStatements.Statements> {
    private static final int TEXT = 4000;
    /** A statement that took less in all is not worth a word, whatever its share: a minute. */
    private static final double WORTH_MILLIS = 60_000;
    /** PostgreSQL explains a statement with parameters without their values from here on. */
    private static final int GENERIC_PLAN_VERSION = 160_000;

    /**
     * Where the extension is and whether it counts. A library that is preloaded has its settings; without them its view
     * fails.
     */
    private static final String EXTENSION =
            """
            select
              e.oid is not null as installed,
              exists (select from pg_settings where name = 'pg_stat_statements.max') as preloaded,
              coalesce(has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select'), false) as readable,
              quote_ident(n.nspname) as schema,
              quote_ident(current_user) as reader,
              current_setting('server_version_num')::int as server_version,
              exists (
                select
                from pg_class i
                where i.relnamespace = n.oid
                  and i.relname = 'pg_stat_statements_info'
              ) as has_info,
              (
                select
                  coalesce(string_agg(a.attname, ' '), '')
                from pg_attribute a
                where a.attrelid = c.oid
                  and a.attnum > 0
                  and not a.attisdropped
              ) as columns
            from (values (1)) as always (one)
            left join pg_extension e on e.extname = 'pg_stat_statements'
            left join pg_namespace n on n.oid = e.extnamespace
            left join pg_class c on c.relnamespace = n.oid
              and c.relname = 'pg_stat_statements'
            """;

    /**
     * Statements inside functions are counted in those that call them: of all time only the outer ones are a part. The
     * deviation of several users' runs together is that of their mean squares.
     */
    private static final String STATEMENTS =
            """
            with counted as (
              select
                queryid,
                query,
                calls,
                rows,
                {total} as total,
                {mean} as mean,
                {max} as max,
                {stddev} as stddev,
                shared_blks_hit as hits,
                shared_blks_read as reads,
                {top} as top,
                query = '<insufficient privilege>' as hidden
              from {schema}.pg_stat_statements
              where dbid = (select oid from pg_database where datname = current_database())
            ),
            sums as (
              select
                coalesce(sum(total) filter (where top), 0) as total,
                count(*) filter (where hidden) as hidden
              from counted
            ),
            grouped as (
              select
                queryid,
                min(query) as query,
                sum(calls) as calls,
                sum(total) as total,
                sum(total) / greatest(sum(calls), 1) as mean,
                max(max) as max,
                sqrt(greatest(0, sum(calls * (stddev * stddev + mean * mean)) / greatest(sum(calls), 1)
                  - power(sum(total) / greatest(sum(calls), 1), 2))) as stddev,
                sum(rows) as rows,
                sum(hits) as hits,
                sum(reads) as reads
              from counted
              where not hidden
              group by queryid
              order by total desc
              limit 50
            )
            select
              sums.hidden,
              sums.total as all_time,
              grouped.*
            from sums
            left join grouped on true
            order by grouped.total desc nulls last
            """;

    private static final String INFO =
            """
            select
              stats_reset,
              dealloc
            from {schema}.pg_stat_statements_info
            """;

    private static final Pattern MAINTENANCE = Pattern.compile(
            "(?:vacuum|analyze|create|drop|alter|reindex|cluster|refresh|copy|checkpoint|begin|commit|rollback|start"
                    + "|lock|set|show|discard|deallocate|grant|revoke|comment|truncate)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern SOURCE = Pattern.compile("\\b(?:from|join)\\s+([\\w.\"]+)", Pattern.CASE_INSENSITIVE);
    private static final Pattern EXPLAINABLE = Pattern.compile(
            "(?:select|insert|update|delete|merge|with|values)\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final InsightFactory thresholds;

    public TopStatements(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /** Whether the statements can be read, and if not, what is missing. */
    public enum Access {
        READABLE,
        NOT_PRELOADED,
        NOT_INSTALLED,
        NOT_GRANTED
    }

    /**
     * The statements since they were reset.
     *
     * @param schema the extension's schema, quoted for SQL; empty when it is not installed
     * @param statements at most fifty, the most total time first
     * @param allMillis the time of all the database's statements, those included that are hidden
     * @param since when counting began; null when the extension is older than 1.9 or not readable
     * @param evictions how often the least used were dropped for want of room (pg_stat_statements.max)
     * @param hidden how many statements of other users are hidden from the reader
     * @param reader the user who read, quoted for SQL
     */
    public record Statements(
            Access access,
            String schema,
            List<Statement> statements,
            double allMillis,
            Instant since,
            long evictions,
            int hidden,
            int serverVersion,
            String reader) {}

    /**
     * One kind of statement.
     *
     * @param queryId pg_stat_statements' number for it
     * @param text with parameters for values, at most 4000 characters
     * @param maxMillis the slowest of its runs
     * @param stddevMillis the standard deviation of its runs
     * @param rows that it read or wrote, in all
     * @param sharePercent its part of the time of all statements, 0 to 100
     * @param hitPercent of the blocks that it asked for, how many were in shared buffers; null when it asked for none
     * @param maintenance whether it serves the database, not the service: vacuum, create index, a look at the catalog
     */
    public record Statement(
            long queryId,
            String text,
            long calls,
            double totalMillis,
            double meanMillis,
            double maxMillis,
            double stddevMillis,
            long rows,
            double sharePercent,
            Double hitPercent,
            boolean maintenance) {}

    private record Extension(
            Access access, String schema, String reader, int serverVersion, boolean hasInfo, Set<String> columns) {

        static Extension of(ResultSet row) throws SQLException {
            Access access = Access.READABLE;
            if (!row.getBoolean("preloaded")) {
                access = Access.NOT_PRELOADED;
            } else if (!row.getBoolean("installed")) {
                access = Access.NOT_INSTALLED;
            } else if (!row.getBoolean("readable")) {
                access = Access.NOT_GRANTED;
            }
            return new Extension(
                    access,
                    Optional.ofNullable(row.getString("schema")).orElse(""),
                    row.getString("reader"),
                    row.getInt("server_version"),
                    row.getBoolean("has_info"),
                    Set.of(row.getString("columns").split(" ", -1)));
        }

        /** The query with the names that this version has for things. */
        String sql(String template) {
            // 1.8 (PostgreSQL 13) parted planning from execution.
            String exec = columns.contains("total_exec_time") ? "_exec_time" : "_time";
            return template.replace("{schema}", schema)
                    .replace("{total}", "total" + exec)
                    .replace("{mean}", "mean" + exec)
                    .replace("{max}", "max" + exec)
                    .replace("{stddev}", "stddev" + exec)
                    .replace("{top}", columns.contains("toplevel") ? "toplevel" : "true");
        }
    }

    private record Info(Instant since, long evictions) {}

    private record Row(int hidden, double allMillis, Optional<Statement> statement) {}

    @Override
    public String name() {
        return "top statements";
    }

    @Override
    public Statements read(Handle handle) {
        Extension extension = handle.createQuery(EXTENSION)
                .map((row, context) -> Extension.of(row))
                .one();
        if (extension.access() != Access.READABLE) {
            return new Statements(
                    extension.access(),
                    extension.schema(),
                    List.of(),
                    0,
                    null,
                    0,
                    0,
                    extension.serverVersion(),
                    extension.reader());
        }
        Info info = extension.hasInfo()
                ? handle.createQuery(extension.sql(INFO))
                        .map((row, context) -> new Info(
                                row.getObject("stats_reset", OffsetDateTime.class)
                                        .toInstant(),
                                row.getLong("dealloc")))
                        .one()
                : new Info(null, 0);
        List<Row> rows = handle.createQuery(extension.sql(STATEMENTS))
                .map((row, context) -> new Row(row.getInt("hidden"), row.getDouble("all_time"), statement(row)))
                .list();
        return new Statements(
                Access.READABLE,
                extension.schema(),
                rows.stream().flatMap(row -> row.statement().stream()).toList(),
                rows.get(0).allMillis(),
                info.since(),
                info.evictions(),
                rows.get(0).hidden(),
                extension.serverVersion(),
                extension.reader());
    }

    private static Optional<Statement> statement(ResultSet row) throws SQLException {
        String query = row.getString("query");
        if (query == null) {
            return Optional.empty();
        }
        // Before 16 the extension keeps the values of what is not a query: alter role … password.
        String text = StatementText.withoutValues(query, TEXT);
        double total = row.getDouble("total");
        double all = row.getDouble("all_time");
        long hits = row.getLong("hits");
        long asked = hits + row.getLong("reads");
        return Optional.of(new Statement(
                row.getLong("queryid"),
                text,
                row.getLong("calls"),
                total,
                row.getDouble("mean"),
                row.getDouble("max"),
                row.getDouble("stddev"),
                row.getLong("rows"),
                all == 0 ? 0 : Math.min(100, 100 * total / all),
                asked == 0 ? null : 100.0 * hits / asked,
                isMaintenance(text)));
    }

    /** What is no query, or one that reads the catalog only, as Harken's own looks and psql do. */
    static boolean isMaintenance(String text) {
        if (MAINTENANCE.matcher(text).matches()) {
            return true;
        }
        boolean catalog = false;
        Matcher source = SOURCE.matcher(text);
        while (source.find()) {
            String name = source.group(1);
            String table = name.substring(name.lastIndexOf('.') + 1);
            catalog = table.startsWith("pg_") || name.startsWith("information_schema.");
            if (!catalog) {
                return false;
            }
        }
        return catalog;
    }

    @Override
    public List<Finding> judge(Statements seen) {
        List<Finding> findings = new ArrayList<>();
        for (Statement statement : seen.statements()) {
            if (!statement.maintenance()) {
                judge(statement, seen, findings);
            }
        }
        if (seen.access() != Access.READABLE || seen.hidden() > 0) {
            findings.add(hidden(seen));
        }
        return findings;
    }

    private void judge(Statement statement, Statements seen, List<Finding> findings) {
        String subject = Long.toString(statement.queryId());
        if (statement.sharePercent() >= thresholds.statementSharePercent() && statement.totalMillis() >= WORTH_MILLIS) {
            findings.add(Finding.of(
                            Severity.WARNING,
                            "dominant_statement",
                            subject,
                            "One statement takes " + Wording.percent(statement.sharePercent()) + " of the time of all: "
                                    + numbers(statement) + " Statement: " + statement.text())
                    .because(
                            "Nothing else relieves the database as much as making this one cheaper or rarer: an index, "
                                    + "fewer rows, or a cache in front of it.")
                    .mendedBy(explain(statement, seen)));
        }
        if (statement.meanMillis() >= thresholds.slowStatement().toMilliseconds()
                && statement.calls() >= thresholds.slowStatementCalls()) {
            findings.add(Finding.of(
                            Severity.WARNING,
                            "slow_statement",
                            subject,
                            "A statement takes " + Wording.decimal(statement.meanMillis()) + " ms on average: "
                                    + numbers(statement) + " Statement: " + statement.text())
                    .because("A person waits for it each time, and meanwhile it keeps a connection of the pool. "
                            + "Its plan says what it spends the time on: look for a sequential scan of a big table, or "
                            + "for many rows that are read and thrown away.")
                    .mendedBy(explain(statement, seen)));
        }
    }

    private static String numbers(Statement statement) {
        return Wording.counted(statement.calls(), "call") + ", "
                + Wording.millis(Math.round(statement.totalMillis())) + " in all, at most "
                + Wording.decimal(statement.maxMillis()) + " ms, " + Wording.counted(statement.rows(), "row") + "."
                + (statement.hitPercent() == null
                        ? ""
                        : " " + Wording.percent(statement.hitPercent()) + " of its blocks were in shared buffers.");
    }

    /** The plan without values. A text that was cut is no statement any more. */
    private static String explain(Statement statement, Statements seen) {
        String text = statement.text();
        if (text.endsWith("…") || !EXPLAINABLE.matcher(text).matches()) {
            return "select query from " + seen.schema() + ".pg_stat_statements where queryid = " + statement.queryId()
                    + ";";
        }
        if (seen.serverVersion() >= GENERIC_PLAN_VERSION) {
            return "explain (generic_plan) " + text + ";";
        }
        int parameters = StatementText.highestParameter(text);
        if (parameters == 0) {
            return "explain " + text + ";";
        }
        return """
                prepare look as %s;
                set plan_cache_mode = force_generic_plan;
                explain execute look(%s);
                deallocate look;
                reset plan_cache_mode;"""
                .formatted(text, "null" + ", null".repeat(parameters - 1));
    }

    private static Finding hidden(Statements seen) {
        String why = "Without them nobody sees which statements are slow, and which ones take the database's time.";
        return switch (seen.access()) {
            case NOT_PRELOADED ->
                hidden("PostgreSQL does not count its statements: the library pg_stat_statements is not loaded"
                                + (seen.schema().isEmpty() ? ", and its extension is missing." : "."))
                        .because(why)
                        .mendedBy(
                                """
                                alter system set shared_preload_libraries = 'pg_stat_statements'; \
                                -- keep what "show shared_preload_libraries" lists; then restart PostgreSQL
                                create extension if not exists pg_stat_statements;""");
            case NOT_INSTALLED ->
                hidden("PostgreSQL counts its statements, but the extension that shows them is missing from this "
                                + "database.")
                        .because(why + " Its library is loaded by shared_preload_libraries already.")
                        .mendedBy("create extension if not exists pg_stat_statements;");
            case NOT_GRANTED ->
                hidden("The view pg_stat_statements is hidden from " + seen.reader() + ".")
                        .because(why)
                        .mendedBy(
                                """
                                grant usage on schema %1$s to %2$s;
                                grant select on %1$s.pg_stat_statements, %1$s.pg_stat_statements_info to %2$s;
                                grant pg_monitor to %2$s;"""
                                        .formatted(seen.schema(), seen.reader()));
            case READABLE ->
                hidden("The texts of " + Wording.counted(seen.hidden(), "statement") + " of other users "
                                + (seen.hidden() == 1 ? "is" : "are") + " hidden from " + seen.reader() + ".")
                        .because(why)
                        .mendedBy("grant pg_monitor to " + seen.reader() + ";");
        };
    }

    private static Finding hidden(String what) {
        return Finding.of(Severity.UNKNOWN, "statements_hidden", "", what);
    }
}
