package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Turns a unique index that was built concurrently into a constraint of the same name. That only takes a moment, where
 * adding the constraint outright would keep writers out while its index is built.
 */
public final class UniqueConstraint extends SchemaChange {
    private String table = "";
    private String index = "";

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getIndex() {
        return index;
    }

    public void setIndex(String index) {
        this.index = index;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        if (!catalog.hasConstraint(table, index)) {
            catalog.execute("alter table " + table + " add constraint " + index + " unique using index " + index);
        }
    }

    @Override
    void undo(Connection connection) throws SQLException {
        new Catalog(connection).execute("alter table " + table + " drop constraint if exists " + index);
    }

    @Override
    public String getConfirmationMessage() {
        return "unique constraint " + index + " holds";
    }
}
