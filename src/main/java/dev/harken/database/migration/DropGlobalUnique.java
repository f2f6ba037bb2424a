package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Drops every unique index or constraint on one column alone, after the index that replaces it is in force. (The old
 * system kept a Reddit post from all clients but the first.)
 */
public final class DropGlobalUnique extends SchemaChange {
    private String table = "";
    private String column = "";
    private String replacedBy = "";

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getColumn() {
        return column;
    }

    public void setColumn(String column) {
        this.column = column;
    }

    public String getReplacedBy() {
        return replacedBy;
    }

    public void setReplacedBy(String replacedBy) {
        this.replacedBy = replacedBy;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        if (catalog.index(replacedBy, table).filter(Catalog.Index::valid).isEmpty()) {
            throw new MigrationException(
                    "The unique index " + replacedBy + " is missing or invalid, so the one on " + table
                            + "." + column + " is kept. Roll back the changeset 003-indexes::" + replacedBy
                            + " and migrate again.");
        }
        for (Catalog.Index index : catalog.indexesOn(table, column)) {
            // Only the column itself, whatever the method's spelling of it: not (client_id, column), not lower(column).
            if (!index.unique() || !index.method().equals("btree (" + column + ")")) {
                continue;
            }
            if (index.ofConstraint()) {
                // PostgreSQL has no concurrent way for a constraint; dropping one takes a moment.
                catalog.execute("alter table " + table + " drop constraint " + Catalog.quoted(index.name()));
            } else {
                catalog.execute("drop index concurrently " + Catalog.quoted(index.name()));
            }
        }
    }

    @Override
    public String getConfirmationMessage() {
        return table + "." + column + " alone is no longer unique";
    }
}
