package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A column whose values are unique, by whatever valid unique index is there already, or else by one that is built while
 * writers go on.
 */
public final class UniqueColumn extends SchemaChange {
    private String index = "";
    private String table = "";
    private String column = "";

    /** The name of the index, where one has to be built. */
    public String getIndex() {
        return index;
    }

    public void setIndex(String index) {
        this.index = index;
    }

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

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        String method = "btree (" + column + ")";
        for (Catalog.Index existing : catalog.indexesOn(table, column)) {
            if (existing.valid() && existing.unique() && existing.method().equals(method)) {
                return;
            }
        }
        ConcurrentIndex missing = new ConcurrentIndex();
        missing.setIndex(index);
        missing.setTable(table);
        missing.setDefinition("(" + column + ")");
        missing.setUnique("true");
        missing.apply(connection);
    }

    @Override
    void undo(Connection connection) throws SQLException {
        new Catalog(connection).execute("drop index concurrently if exists " + index);
    }

    @Override
    public String getConfirmationMessage() {
        return table + "." + column + " is unique";
    }
}
