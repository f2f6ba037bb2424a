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
        Optional<Catalog.Index> existing = catalog.index(index, table);
        if (existing.isPresent()) {
            refuseIfDifferent(catalog, existing.get());
            if (existing.get().valid()) {
                dropUnjoinedParts(connection, catalog);
                return;
            }
            LOGGER.info("rebuilding an invalid index that an interrupted build left: index={} table={}", index, table);
            drop(connection, catalog, existing.get());
        }
        if (!catalog.isPartitioned(table)) {
            catalog.execute(create("index concurrently "));
            return;
        }
        boolean joined;
        do {
            joined = buildAndJoinParts(connection, catalog);
        } while (!joined);
        dropUnjoinedParts(connection, catalog);
    }

    private String create(String kind) {
        return "create " + (unique ? "unique " : "") + kind + index + " on " + table + " " + definition;
    }

    /**
     * The statement for the whole table finds the indexes of the partitions and only joins them; where it found none, it
     * would build one with writers kept out.
     *
     * @return false when there are other partitions by now than those whose parts were built
     */
    private boolean buildAndJoinParts(Connection connection, Catalog catalog) throws SQLException {
        List<String> partitions = catalog.partitions(table);
        for (String partition : partitions) {
            part(partition).apply(connection);
        }
        return ShortTransaction.run(connection, table, () -> {
            if (!catalog.partitions(table).equals(partitions)) {
                return false;
            }
            for (String partition : partitions) {
                part(partition).refuseIfPartOfAnother(catalog);
            }
            catalog.execute(create("index "));
            refuseInvalidParts(catalog);
            return true;
        });
    }

    private ConcurrentIndex part(String partition) {
        ConcurrentIndex part = of(PartitionedIndex.nameOn(index, table, partition), partition, definition);
        part.setUnique(getUnique());
        return part;
    }

    private void refuseIfPartOfAnother(Catalog catalog) throws SQLException {
        String whole = catalog.index(index, table).map(Catalog.Index::partOf).orElse("");
        if (!whole.isEmpty()) {
            throw new MigrationException(
                    "Index " + index + " on " + table + " was built to be a part of a new index, but"
                            + " somebody has made " + whole
                            + " since, which it is a part of now. Drop that one, if it is not one"
                            + " of Harken's (drop index " + whole + "), then run the migration again.");
        }
    }

    /** Where somebody has an index of a partition that is like the whole, PostgreSQL may have joined that one instead. */
    private void dropUnjoinedParts(Connection connection, Catalog catalog) throws SQLException {
        for (String partition : catalog.partitions(table)) {
            ConcurrentIndex part = part(partition);
            Optional<Catalog.Index> existing = catalog.index(part.index, partition);
            if (existing.isPresent() && existing.get().partOf().isEmpty() && part.is(catalog, existing.get())) {
                part.drop(connection, catalog, existing.get());
            }
        }
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

    private boolean is(Catalog catalog, Catalog.Index existing) throws SQLException {
        return existing.table().equals(table)
                && existing.unique() == unique
                && existing.method().equals(catalog.canonicalMethod(table, definition));
    }

    /**
     * Looks at an index of this name.
     *
     * @throws MigrationException unless it is this one, whether valid or not
     */
    void refuseIfDifferent(Catalog catalog, Catalog.Index existing) throws SQLException {
        if (is(catalog, existing)) {
            return;
        }
        String renaming = "Rename it (alter index %s rename to %s_old)".formatted(existing.qualified(), index);
        throw new MigrationException(
                """
                There is already an index %s, but it is not the one that is needed.
                  it is:     %sindex on %s using %s
                  it should: %sindex on %s using %s
                %s, then run the migration again."""
                        .formatted(
                                index,
                                existing.unique() ? "unique " : "",
                                existing.table(),
                                existing.method(),
                                unique ? "unique " : "",
                                table,
                                catalog.canonicalMethod(table, definition),
                                // A part cannot be dropped alone; the parts of a whole would keep the names that are
                                // needed.
                                !existing.partOf().isEmpty()
                                        ? renaming
                                        : catalog.isPartitioned(existing.table())
                                                ? "Drop it (drop index " + existing.qualified() + ")"
                                                : renaming + " or drop it (drop index concurrently "
                                                        + existing.qualified() + ")"));
    }

    /** PostgreSQL drops the index of a partitioned table only at once, which takes a moment. */
    private void drop(Connection connection, Catalog catalog, Catalog.Index existing) throws SQLException {
        if (!catalog.isPartitioned(table)) {
            catalog.execute("drop index concurrently " + existing.qualified());
            return;
        }
        ShortTransaction.run(connection, table, () -> {
            catalog.execute("drop index " + existing.qualified());
            return true;
        });
    }

    @Override
    void undo(Connection connection) throws SQLException {
        Catalog catalog = new Catalog(connection);
        Optional<Catalog.Index> existing =
                catalog.index(index, table).filter(found -> found.table().equals(table));
        if (existing.isPresent()) {
            drop(connection, catalog, existing.get());
        }
        dropUnjoinedParts(connection, catalog);
    }

    @Override
    public String getConfirmationMessage() {
        return "index " + index + " is there and valid";
    }
}
