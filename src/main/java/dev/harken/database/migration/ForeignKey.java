package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A foreign key that is added without keeping writers out: NOT VALID first, which takes a moment, then validated, which
 * lets them go on.
 *
 * <p>One that the table has already, under whatever name, on the same columns and with the same action, is left alone
 * (and validated). One from a part of these columns to the same table with another action is dropped once ours holds: its
 * refusal would come before our cascade.
 */
public final class ForeignKey extends SchemaChange {
    private String name = "";
    private String table = "";
    private String columns = "";
    private String target = "";
    private String targetColumns = "";
    private String onDelete = "";

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

    /** The referring columns, separated by a comma and a blank. */
    public String getColumns() {
        return columns;
    }

    public void setColumns(String columns) {
        this.columns = columns;
    }

    public String getTarget() {
        return target;
    }

    public void setTarget(String target) {
        this.target = target;
    }

    public String getTargetColumns() {
        return targetColumns;
    }

    public void setTargetColumns(String targetColumns) {
        this.targetColumns = targetColumns;
    }

    /** {@code cascade} or {@code set null}. */
    public String getOnDelete() {
        return onDelete;
    }

    public void setOnDelete(String onDelete) {
        this.onDelete = onDelete;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        List<Catalog.ForeignKey> existing = catalog.foreignKeys(table, target);
        String holding = existing.stream()
                .filter(this::isTheSame)
                .map(Catalog.ForeignKey::name)
                .findFirst()
                .orElse(name);
        if (existing.stream().noneMatch(this::isTheSame)) {
            catalog.execute(
                    """
                    alter table %s
                    add constraint %s
                    foreign key (%s) references %s (%s)
                    on delete %s
                    not valid
                    """
                            .formatted(table, name, columns, target, targetColumns, onDelete));
        }
        // Does nothing when it is valid already.
        catalog.execute("alter table " + table + " validate constraint " + Catalog.quoted(holding));
        for (Catalog.ForeignKey key : existing) {
            if (!isTheSame(key)
                    && List.of(columns.split(", ", -1))
                            .containsAll(List.of(key.columns().split(", ", -1)))
                    && !key.onDelete().equals(onDelete)) {
                catalog.execute("alter table " + table + " drop constraint " + Catalog.quoted(key.name()));
            }
        }
    }

    private boolean isTheSame(Catalog.ForeignKey key) {
        return key.columns().equals(columns)
                && key.targetColumns().equals(targetColumns)
                && key.onDelete().equals(onDelete);
    }

    @Override
    void undo(Connection connection) throws SQLException {
        new Catalog(connection).execute("alter table " + table + " drop constraint if exists " + name);
    }

    @Override
    public String getConfirmationMessage() {
        return "foreign key " + name + " holds";
    }
}
