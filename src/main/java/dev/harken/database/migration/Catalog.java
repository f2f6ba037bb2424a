package dev.harken.database.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What PostgreSQL's own catalogue says about the tables and indexes of the schema in use. */
final class Catalog {
    private final Connection connection;

    Catalog(Connection connection) {
        this.connection = connection;
    }

    /**
     * An index as it stands.
     *
     * @param qualified its name as a statement names it, with its schema where that is not on the search path
     * @param method its definition from {@code USING} on, as PostgreSQL writes it
     * @param partOf the index of a partitioned table that it is a part of; empty when of none
     */
    record Index(
            String name,
            String qualified,
            String table,
            String method,
            boolean unique,
            boolean valid,
            boolean ofConstraint,
            String partOf) {}

    /** The index of a name in the schema of a table, where each index of the table is; it may be another table's. */
    Optional<Index> index(String name, String table) throws SQLException {
        return indexes(
                        "c.relname = ? and c.relnamespace = (select relnamespace from pg_class where oid = to_regclass(?))",
                        name,
                        table)
                .stream()
                .findFirst();
    }

    /** Whether anything in the schema of a table has this name. */
    boolean isTaken(String name, String table) throws SQLException {
        return is(
                """
                select exists (
                    select 1
                    from pg_class t
                    join pg_class c on c.relnamespace = t.relnamespace
                    where t.oid = to_regclass(?)
                    and c.relname = ?)
                """,
                table,
                name);
    }

    /** The indexes of a table that hold a column, in the order of their names. */
    List<Index> indexesOn(String table, String column) throws SQLException {
        return indexes(
                """
                i.indrelid = to_regclass(?)
                and exists (
                    select 1
                    from pg_attribute a
                    where a.attrelid = i.indrelid
                    and a.attname = ?
                    and (a.attnum = any (i.indkey)
                        or exists (
                            select 1
                            from pg_depend d
                            where d.classid = 'pg_class'::regclass
                            and d.objid = i.indexrelid
                            and d.refclassid = 'pg_class'::regclass
                            and d.refobjid = i.indrelid
                            and d.refobjsubid = a.attnum)))
                """,
                table,
                column);
    }

    private List<Index> indexes(String condition, String... parameters) throws SQLException {
        String sql =
                """
                select c.relname,
                    i.indexrelid::regclass::text,
                    i.indrelid::regclass::text,
                    substring(pg_get_indexdef(i.indexrelid) from ' USING (.*)$'),
                    i.indisunique,
                    i.indisvalid and i.indisready and i.indislive,
                    exists (select 1 from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')),
                    coalesce((select h.inhparent::regclass::text from pg_inherits h where h.inhrelid = i.indexrelid), '')
                from pg_index i
                join pg_class c on c.oid = i.indexrelid
                where\s"""
                        + condition + "\norder by c.relname";
        List<Index> indexes = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, (Object[]) parameters);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                indexes.add(new Index(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getBoolean(5),
                        row.getBoolean(6),
                        row.getBoolean(7),
                        row.getString(8)));
            }
        }
        return indexes;
    }

    /**
     * How PostgreSQL would write down an index. It is asked by making the index on an empty temporary copy of the table,
     * the only way to get its own spelling of an expression without touching the table.
     */
    String canonicalMethod(String table, String definition) throws SQLException {
        execute("create temporary table harken_probe (like " + table + ")");
        try {
            execute("create index harken_probe_index on harken_probe " + definition);
            return text("select substring(pg_get_indexdef('pg_temp.harken_probe_index'::regclass) from ' USING (.*)$')")
                    .orElseThrow();
        } finally {
            execute("drop table pg_temp.harken_probe");
        }
    }

    boolean hasConstraint(String table, String name) throws SQLException {
        return is(
                "select exists (select 1 from pg_constraint where conrelid = to_regclass(?) and conname = ?)",
                table,
                name);
    }

    /** A foreign key as it stands; columns are separated by a comma and a blank, in the key's order. */
    record ForeignKey(String name, String columns, String targetColumns, String onDelete) {}

    List<ForeignKey> foreignKeys(String table, String target) throws SQLException {
        String sql =
                """
                select k.conname,
                    (select string_agg(a.attname, ', ' order by n.position)
                        from unnest(k.conkey) with ordinality n(attnum, position)
                        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = n.attnum),
                    (select string_agg(a.attname, ', ' order by n.position)
                        from unnest(k.confkey) with ordinality n(attnum, position)
                        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = n.attnum),
                    case k.confdeltype
                        when 'c' then 'cascade'
                        when 'n' then 'set null'
                        when 'd' then 'set default'
                        when 'r' then 'restrict'
                        else 'no action'
                    end
                from pg_constraint k
                where k.contype = 'f'
                and k.conrelid = to_regclass(?)
                and k.confrelid = to_regclass(?)
                order by k.conname
                """;
        List<ForeignKey> keys = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, table, target);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                keys.add(new ForeignKey(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
            }
        }
        return keys;
    }

    /** A name from the catalogue, for use in a statement. */
    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    boolean tableExists(String table) throws SQLException {
        return is("select to_regclass(?) is not null", table);
    }

    boolean isPartitioned(String table) throws SQLException {
        return is("select relkind = 'p' from pg_class where oid = to_regclass(?)", table);
    }

    /** The partitions of a table that hold rows, quoted where it is needed; none of a plain table. */
    List<String> partitions(String table) throws SQLException {
        return texts(
                """
                select relid::text
                from pg_partition_tree(to_regclass(?))
                where isleaf
                and parentrelid is not null
                order by relid::text
                """,
                table);
    }

    /** The type of a column as PostgreSQL writes it, or empty when the table has no such column. */
    Optional<String> columnType(String table, String column) throws SQLException {
        return text(
                """
                select format_type(atttypid, atttypmod)
                from pg_attribute
                where attrelid = to_regclass(?)
                and attname = ?
                and attnum > 0
                and not attisdropped
                """,
                table,
                column);
    }

    boolean is(String sql, Object... parameters) throws SQLException {
        return text(sql, parameters).filter("t"::equals).isPresent();
    }

    /** The first column of the first row as text; empty when there is no row or it is null. */
    Optional<String> text(String sql, Object... parameters) throws SQLException {
        return texts(sql, parameters).stream().findFirst();
    }

    /** The first column of every row as text, without nulls. */
    List<String> texts(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet row = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                String text = row.getString(1);
                if (text != null) {
                    texts.add(text);
                }
            }
            return texts;
        }
    }

    void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
