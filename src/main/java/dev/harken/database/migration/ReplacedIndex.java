package dev.harken.database.migration;

import dev.harken.database.partitions.PartitionedIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index that takes the place and the name of another one of its table, while readers and writers go on.
 *
 * <p>It is built beside the other one under a name of its own, as a {@link ConcurrentIndex} is, so that queries have one
 * of the two throughout. Then a {@link ShortTransaction} drops the other one and gives its name to the new. It stands
 * alone in a changeset with {@code runInTransaction: false}. Repeated, it goes on where it was.
 */
public final class ReplacedIndex extends SchemaChange {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReplacedIndex.class);

    private String index = "";
    private String table = "";
    private String definition = "";
    private String former = "";

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

    /** What follows the table's name in {@code create index}: {@code (a, b) include (c)}. */
    public void setDefinition(String definition) {
        this.definition = definition;
    }

    public String getFormer() {
        return former;
    }

    /** The definition of the index that is replaced, which a rollback makes again. */
    public void setFormer(String former) {
        this.former = former;
    }

    @Override
    void apply(Connection connection) throws SQLException {
        replace(connection, former, definition);
    }

    @Override
    void undo(Connection connection) throws SQLException {
        replace(connection, definition, former);
    }

    private void replace(Connection connection, String present, String wanted) throws SQLException {
        Catalog catalog = new Catalog(connection);
        Optional<Catalog.Index> existing = catalog.index(index);
        if (existing.isEmpty() || existing.get().method().equals(catalog.canonicalMethod(table, wanted))) {
            ConcurrentIndex.of(index, table, wanted).apply(connection);
            return;
        }
        ConcurrentIndex.of(index, table, present).refuseIfDifferent(catalog, existing.get());
        String next = index + "_next";
        ConcurrentIndex.of(next, table, wanted).apply(connection);
        ShortTransaction.run(connection, () -> {
            catalog.execute("drop index " + index);
            catalog.execute("alter index " + next + " rename to " + index);
            renameParts(catalog, next);
            return true;
        });
        LOGGER.info("index replaced: index={} table={} definition={}", index, table, wanted);
    }

    /** A later replacement would find its names taken. */
    private void renameParts(Catalog catalog, String next) throws SQLException {
        List<String> parts =
                catalog.texts("select relid::text from pg_partition_tree(to_regclass(?)) where isleaf", index);
        for (String partition : catalog.partitions(table)) {
            String part = PartitionedIndex.nameOn(next, table, partition);
            if (parts.contains(part)) {
                catalog.execute(
                        "alter index " + part + " rename to " + PartitionedIndex.nameOn(index, table, partition));
            }
        }
    }

    @Override
    public String getConfirmationMessage() {
        return "index " + index + " is there and is " + definition;
    }
}
