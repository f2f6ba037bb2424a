package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Columns that must have a value: sets the server's defaults, fills what is missing in short batches, and then forbids null
 * by a check that is added NOT VALID and validated, so that {@code set not null} need not read the table while it is locked.
 *
 * <p>A missing {@code created_at} becomes the row's {@code updated_at}; without that, the latest time among the rows before it
 * (ids ascend with time), for the first rows the earliest time of the table, and in a table without any time the
 * moment of the migration. A missing {@code updated_at} becomes the row's {@code created_at}.
 */
public final class RequiredValues extends SchemaChange {
    private static final Logger LOGGER = LoggerFactory.getLogger(RequiredValues.class);
    /** Rows of one transaction: short enough that a writer of the same rows hardly notices. */
    private static final int BATCH = 5000;

    private String table = "";
    private String defaults = "";
    private String missing = "";
    private String required = "";

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    /** One {@code column = expression} a line: the default of new rows. */
    public String getDefaults() {
        return defaults;
    }

    public void setDefaults(String defaults) {
        this.defaults = defaults;
    }

    /** One {@code column = expression} a line: what a row gets where it has null. */
    public String getMissing() {
        return missing;
    }

    public void setMissing(String missing) {
        this.missing = missing;
    }

    /** Columns that nothing can be made up for, separated by a comma and a blank. */
    public String getRequired() {
        return required;
    }

    public void setRequired(String required) {
        this.required = required;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        for (Map.Entry<String, String> entry : assignments(defaults).entrySet()) {
            if (!hasDefault(catalog, entry.getKey(), entry.getValue())) {
                catalog.execute("alter table " + table + " alter column " + entry.getKey() + " set default "
                        + entry.getValue());
            }
        }
        Map<String, String> fillers = assignments(missing);
        List<String> nullable = new ArrayList<>();
        for (String column : fillers.keySet()) {
            if (isNullable(catalog, column)) {
                nullable.add(column);
            }
        }
        if (!nullable.isEmpty()) {
            Map<String, String> nullableFillers = new LinkedHashMap<>(fillers);
            nullableFillers.keySet().retainAll(nullable);
            fill(connection, catalog, nullableFillers);
            for (String column : nullable) {
                forbidNullInNewRows(catalog, column);
            }
            // Writers may have added some between the first pass and the checks.
            if (catalog.is(
                    "select exists (select 1 from " + table + " t where " + anyIsMissing(nullableFillers) + ")")) {
                fill(connection, catalog, nullableFillers);
            }
        }
        for (String column : required.split(", ", -1)) {
            if (isNullable(catalog, column)) {
                forbidNullInNewRows(catalog, column);
                nullable.add(column);
            }
        }
        for (String column : nullable) {
            String check = checkName(column);
            catalog.execute("alter table " + table + " validate constraint " + check);
            catalog.execute("alter table " + table + " alter column " + column + " set not null");
            catalog.execute("alter table " + table + " drop constraint " + check);
        }
    }

    private boolean isNullable(Catalog catalog, String column) throws SQLException {
        return catalog.is(
                        "select not attnotnull from pg_attribute where attrelid = to_regclass(?) and attname = ?",
                        table,
                        column)
                // An interrupted run may have forbidden null without taking its check away.
                || catalog.hasConstraint(table, checkName(column));
    }

    private boolean hasDefault(Catalog catalog, String column, String expression) throws SQLException {
        return catalog.text(
                        """
                        select regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::character varying$', '')
                        from pg_attrdef d
                        join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
                        where d.adrelid = to_regclass(?)
                        and a.attname = ?
                        """,
                        table,
                        column)
                .filter(expression::equals)
                .isPresent();
    }

    private void forbidNullInNewRows(Catalog catalog, String column) throws SQLException {
        if (!catalog.hasConstraint(table, checkName(column))) {
            catalog.execute("alter table " + table + " add constraint " + checkName(column) + " check (" + column
                    + " is not null) not valid");
        }
    }

    private String checkName(String column) {
        return "harken_" + table + "_" + column + "_given";
    }

    private static String anyIsMissing(Map<String, String> fillers) {
        return fillers.keySet().stream()
                .map(column -> "t." + column + " is null")
                .collect(Collectors.joining(" or "));
    }

    /**
     * One pass over the table in the order of its ids, up to the one that was the last at its beginning: it does not run
     * after writers who go on adding rows. Each batch is a transaction of its own.
     */
    private void fill(Connection connection, Catalog catalog, Map<String, String> fillers) throws SQLException {
        boolean dated = catalog.columnType(table, "updated_at").isPresent();
        String earliest = catalog.text("select coalesce(min(created_at), now())::text from " + table)
                .orElseThrow();
        String update = "update " + table + " t set "
                + fillers.entrySet().stream()
                        .map(entry -> entry.getKey() + " = "
                                + switch (entry.getKey()) {
                                    case "created_at" ->
                                        dated
                                                ? "coalesce(t.created_at, t.updated_at, f.before)"
                                                : "coalesce(t.created_at, f.before)";
                                    case "updated_at" -> "coalesce(t.updated_at, t.created_at, f.before)";
                                    default -> "coalesce(t." + entry.getKey() + ", " + entry.getValue() + ")";
                                })
                        .collect(Collectors.joining(", "))
                // The range again, so that no plan reads the whole table for each batch.
                + " from batch f where f.id = t.id and t.id > ? and t.id <= ? and (" + anyIsMissing(fillers) + ")";
        String sql =
                "with batch as (select id, greatest(?::timestamptz, max(created_at) over (order by id)) as before from "
                        + table + " where id > ? and id <= ?), filled as (" + update + " returning 1)"
                        + " select max(before)::text, (select count(*) from filled) from batch";
        long end = Long.parseLong(
                catalog.text("select coalesce(max(id), 0) from " + table).orElseThrow());
        String before = earliest;
        long last = Long.MIN_VALUE;
        long rows = 0;
        try (PreparedStatement batch = connection.prepareStatement(sql)) {
            while (true) {
                Optional<String> next = catalog.text(
                        "select max(id) from (select id from " + table + " where id > ? and id <= ? order by id limit "
                                + BATCH + ") b",
                        last,
                        end);
                if (next.isEmpty()) {
                    break;
                }
                long upTo = Long.parseLong(next.get());
                batch.setString(1, before);
                batch.setLong(2, last);
                batch.setLong(3, upTo);
                batch.setLong(4, last);
                batch.setLong(5, upTo);
                try (ResultSet row = batch.executeQuery()) {
                    row.next();
                    before = row.getString(1);
                    rows += row.getLong(2);
                }
                last = upTo;
            }
        }
        if (rows > 0) {
            LOGGER.info("filled missing values: table={} rows={} columns={}", table, rows, fillers.keySet());
        }
    }

    private static Map<String, String> assignments(String lines) {
        Map<String, String> assignments = new LinkedHashMap<>();
        for (String line : lines.split("\n", -1)) {
            if (!line.isBlank()) {
                String[] sides = line.strip().split(" = ", 2);
                assignments.put(sides[0], sides[1]);
            }
        }
        return assignments;
    }

    @Override
    public String getConfirmationMessage() {
        return "values of " + table + " are given";
    }
}
