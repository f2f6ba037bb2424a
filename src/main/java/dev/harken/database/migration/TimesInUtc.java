package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes timestamps without a zone {@code timestamptz}, reading them as UTC, which is what the old system wrote.
 *
 * <p>In a session whose time zone is UTC PostgreSQL changes only the catalogue, never the rows. It would build the indexes
 * that hold the column anew while nobody can write, so they are dropped first and built again afterwards, both
 * CONCURRENTLY. Their definitions are kept in a table of the database meanwhile, so that an interrupted run loses none.
 */
public final class TimesInUtc extends SchemaChange {
    private static final Logger LOGGER = LoggerFactory.getLogger(TimesInUtc.class);
    private static final String SET_ASIDE = "harken_indexes_set_aside";

    private String table = "";
    private String columns = "";

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    /** Names, separated by a comma and a blank. */
    public String getColumns() {
        return columns;
    }

    public void setColumns(String columns) {
        this.columns = columns;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        List<String> naive = new ArrayList<>();
        for (String column : columns.split(", ", -1)) {
            if (catalog.columnType(table, column)
                    .filter(type -> type.endsWith("without time zone"))
                    .isPresent()) {
                naive.add(column);
            }
        }
        if (!naive.isEmpty()) {
            setIndexesAside(catalog, naive);
            changeType(connection, catalog, naive);
        }
        if (catalog.tableExists(SET_ASIDE)) {
            putIndexesBack(connection, catalog);
        }
    }

    private void setIndexesAside(Catalog catalog, List<String> naive) throws SQLException {
        for (String column : naive) {
            for (Catalog.Index index : catalog.indexesOn(table, column)) {
                if (index.ofConstraint()) {
                    continue;
                }
                LOGGER.info(
                        "dropping an index until its column has a time zone: index={} table={}", index.name(), table);
                catalog.execute("create table if not exists " + SET_ASIDE
                        + " (index_name text primary key, table_name text not null, method text not null,"
                        + " is_unique boolean not null)");
                catalog.texts(
                        "insert into " + SET_ASIDE + " values (?, ?, ?, ?) on conflict do nothing returning index_name",
                        index.name(),
                        table,
                        index.method(),
                        index.unique());
                catalog.execute("drop index concurrently " + Catalog.quoted(index.name()));
            }
        }
    }

    private void changeType(Connection connection, Catalog catalog, List<String> naive) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try {
            catalog.execute("set local timezone = 'UTC'");
            catalog.execute("alter table " + table
                    + naive.stream()
                            .map(column -> " alter column " + column + " type timestamptz")
                            .collect(Collectors.joining(",")));
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    private void putIndexesBack(Connection connection, Catalog catalog) throws SQLException {
        for (String name : catalog.texts("select index_name from " + SET_ASIDE + " where table_name = ?", table)) {
            String method = "select method from " + SET_ASIDE + " where index_name = ?";
            ConcurrentIndex index = new ConcurrentIndex();
            index.setIndex(Catalog.quoted(name));
            index.setTable(table);
            index.setDefinition("using " + catalog.text(method, name).orElseThrow());
            index.setUnique(
                    Boolean.toString(catalog.is("select is_unique from " + SET_ASIDE + " where index_name = ?", name)));
            index.apply(connection);
            catalog.texts("delete from " + SET_ASIDE + " where index_name = ? returning index_name", name);
        }
        if (!catalog.is("select exists (select 1 from " + SET_ASIDE + ")")) {
            catalog.execute("drop table " + SET_ASIDE);
        }
    }

    @Override
    public String getConfirmationMessage() {
        return "times of " + table + " have a time zone";
    }
}
