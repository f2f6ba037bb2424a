package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;

/** A check that is added NOT VALID and validated afterwards, so that writers are kept out only for a moment. */
public final class CheckConstraint extends SchemaChange {
    private String name = "";
    private String table = "";
    private String condition = "";

    public String getName() {
        return name;
    }

    public void setName(String name) {
        this.name = name;
    }

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getCondition() {
        return condition;
    }

    public void setCondition(String condition) {
        this.condition = condition;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        if (!catalog.hasConstraint(table, name)) {
            catalog.execute(
                    "alter table " + table + " add constraint " + name + " check (" + condition + ") not valid");
        }
        catalog.execute("alter table " + table + " validate constraint " + name);
    }

    @Override
    void undo(Connection connection) throws SQLException {
        new Catalog(connection).execute("alter table " + table + " drop constraint if exists " + name);
    }

    @Override
    public String getConfirmationMessage() {
        return "check " + name + " holds";
    }
}
