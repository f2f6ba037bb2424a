package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;

/** Undoes the making of a table, unless it was there before Harken or somebody's rows are in it. */
public final class DropOwnTable extends SchemaChange {
    private String table = "";

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        if (!catalog.tableExists(table)) {
            return;
        }
        // A changeset whose precondition found the table there already is recorded as MARK_RAN.
        if (catalog.is(
                """
                select exists (
                    select 1
                    from databasechangelog
                    where id = ?
                    and filename = '001-tables'
                    and exectype = 'MARK_RAN')
                """,
                table)) {
            throw new MigrationException("Table " + table
                    + " was there before Harken's migrations and is not dropped. To get the database as it was before,"
                    + " restore the backup that was made before the upgrade.");
        }
        // From here to the end of the transaction nobody adds a row that would be lost.
        catalog.execute("lock table " + table + " in access exclusive mode");
        if (catalog.is("select exists (select 1 from " + table + ")")) {
            throw new MigrationException(
                    "Table " + table + " still holds rows and is not dropped. If nobody needs them,"
                            + " take a backup, delete them (delete from " + table + "), and roll back again.");
        }
        catalog.execute("drop table " + table);
    }

    @Override
    public String getConfirmationMessage() {
        return "table " + table + " is dropped";
    }
}
