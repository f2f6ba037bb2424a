package dev.harken.database.migration;

import dev.harken.database.partitions.PartitionedIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index that is built while writers go on.
 *
 * <p>It stands alone in a changeset with {@code runInTransaction: false}, since PostgreSQL builds CONCURRENTLY only outside
 * a transaction. A valid index of the same name and definition is left alone. An INVALID one, left by a build that was
 * interrupted, is dropped and built anew ({@code if not exists} would pass over it). One of the same name on something
 * else stops the migration: it is not ours to drop. On a partitioned table each partition's is built CONCURRENTLY, then
 * a {@link ShortTransaction} joins them.
 */
public final class ConcurrentIndex extends SchemaChange {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConcurrentIndex.class);

    private String index = "";
    private String table = "";
    private String definition = "";
    private boolean unique;

    static ConcurrentIndex of(String index, String table, String definition) {
        ConcurrentIndex made = new ConcurrentIndex();
        made.setIndex(index);
        made.setTable(table);
        made.setDefinition(definition);
        return made;
    }

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

    public String getDefinition() {
        return definition;
    }

    /** What follows the table's name in {@code create index}: {@code (a, b)} or {@code using gin (…)}. */
    public void setDefinition(String definition) {
        this.definition = definition;
    }

    public String getUnique() {
        return Boolean.toString(unique);
    }

    public void setUnique(String unique) {
        this.unique = Boolean.parseBoolean(unique);
    }

    @Override
    void apply(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        Optional<Catalog.Index> existing = catalog.index(index);
        if (existing.isPresent()) {
            refuseIfDifferent(catalog, existing.get());
            if (existing.get().valid()) {
                return;
            }
            LOGGER.info("rebuilding an invalid index that an interrupted build left: index={} table={}", index, table);
            undo(connection);
        }
        if (catalog.isPartitioned(table)) {
            buildOnPartitions(connection, catalog);
        } else {
            catalog.execute(create("index concurrently "));
        }
    }

    private String create(String kind) {
        return "create " + (unique ? "unique " : "") + kind + index + " on " + table + " " + definition;
    }

    /** The statement for the whole table finds the indexes of the partitions and only joins them. */
    private void buildOnPartitions(Connection connection, Catalog catalog) throws SQLException {
        for (String partition : catalog.partitions(table)) {
            ConcurrentIndex part = of(PartitionedIndex.nameOn(index, table, partition), partition, definition);
            part.setUnique(getUnique());
            part.apply(connection);
        }
        ShortTransaction.run(connection, () -> {
            catalog.execute(create("index "));
            refuseInvalidParts(catalog);
            return true;
        });
    }

    /** PostgreSQL joins any index of a partition that is like the whole, an INVALID one too, and the whole is INVALID then. */
    private void refuseInvalidParts(Catalog catalog) throws SQLException {
        List<String> invalid = catalog.texts(
                """
                select p.relid::text
                from pg_partition_tree(to_regclass(?)) p
                join pg_index i on i.indexrelid = p.relid
                where p.isleaf
                and not i.indisvalid
                order by p.relid::text
                """,
                index);
        if (!invalid.isEmpty()) {
            throw new MigrationException("Index " + index + " on " + table + " would have parts that are INVALID: "
                    + String.join(", ", invalid) + ". A build of them was interrupted. Drop each (drop index"
                    + " concurrently " + invalid.get(0) + "), then run the migration again.");
        }
    }

    /** PostgreSQL drops the index of a partitioned table only at once, which takes a moment. */
    private static String drop(Catalog catalog, String table) throws SQLException {
        return catalog.isPartitioned(table) ? "drop index " : "drop index concurrently ";
    }

    /**
     * Looks at an index of this name.
     *
     * @throws MigrationException unless it is this one, whether valid or not
     */
    void refuseIfDifferent(Catalog catalog, Catalog.Index existing) throws SQLException {
        String method = catalog.canonicalMethod(table, definition);
        if (existing.table().equals(table)
                && existing.unique() == unique
                && existing.method().equals(method)) {
            return;
        }
        throw new MigrationException(
                """
                There is already an index %s, but it is not the one that is needed.
                  it is:     %sindex on %s using %s
                  it should: %sindex on %s using %s
                Rename it (alter index %s rename to %s_old) or drop it (%s%s), then run the migration again."""
                        .formatted(
                                index,
                                existing.unique() ? "unique " : "",
                                existing.table(),
                                existing.method(),
                                unique ? "unique " : "",
                                table,
                                method,
                                index,
                                index,
                                drop(catalog, existing.table()),
                                index));
    }

    @Override
    void undo(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        String drop = drop(catalog, table) + "if exists " + index;
        if (catalog.isPartitioned(table)) {
            ShortTransaction.run(connection, () -> {
                catalog.execute(drop);
                return true;
            });
        } else {
            catalog.execute(drop);
        }
    }

    @Override
    public String getConfirmationMessage() {
        return "index " + index + " is there and valid";
    }
}
