package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Widens text columns that an older deployment made narrower than Harken's. Widening only changes the catalogue; a column
 * that is wide enough, or without a bound, is left alone.
 */
public final class WiderText extends SchemaChange {
    private String table = "";
    private String columns = "";

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    /** Columns and their least width, such as {@code title 1000, author 255}. */
    public String getColumns() {
        return columns;
    }

    public void setColumns(String columns) {
        this.columns = columns;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        for (String entry : columns.split(", ", -1)) {
            String[] parts = entry.split(" ", 2);
            String column = parts[0];
            int width = Integer.parseInt(parts[1]);
            boolean narrow = catalog.is(
                    """
                    select coalesce((
                        select atttypid = 'varchar'::regtype and atttypmod between 0 and ? + 3
                        from pg_attribute
                        where attrelid = to_regclass(?)
                        and attname = ?
                        and not attisdropped), false)
                    """,
                    width,
                    table,
                    column);
            if (narrow) {
                catalog.execute("alter table " + table + " alter column " + column + " type varchar(" + width + ")");
            }
        }
    }

    @Override
    public String getConfirmationMessage() {
        return "text columns of " + table + " are wide enough";
    }
}
