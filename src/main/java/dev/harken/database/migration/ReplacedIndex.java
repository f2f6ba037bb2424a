package dev.harken.database.migration;

import dev.harken.database.partitions.PartitionedIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An index that takes the place and the name of another one of its table, while readers and writers go on.
 *
 * <p>It is built beside the other one under a name of its own, as a {@link ConcurrentIndex} is, so that queries have one
 * of the two throughout. Then a {@link ShortTransaction} drops the other one, if it is still there, and gives its name to
 * the new. It stands alone in a changeset with {@code runInTransaction: false}. Repeated, it goes on where it was.
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
        ConcurrentIndex replacement = ConcurrentIndex.of(next(), table, wanted);
        Optional<Catalog.Index> existing = catalog.index(index, table);
        if (existing.isPresent() && existing.get().method().equals(catalog.canonicalMethod(table, wanted))) {
            ConcurrentIndex.of(index, table, wanted).apply(connection);
            // Left by an interrupted run, when somebody has made the index anew by hand since.
            replacement.undo(connection);
            ShortTransaction.run(connection, table, () -> {
                renameParts(catalog);
                return true;
            });
            return;
        }
        if (existing.isPresent()) {
            ConcurrentIndex.of(index, table, present).refuseIfDifferent(catalog, existing.get());
        }
        replacement.apply(connection);
        ShortTransaction.run(connection, table, () -> {
            if (!catalog.index(index, table).equals(existing)) {
                throw new MigrationException(
                        "Index " + index + " on " + table + " was changed by somebody while the one"
                                + " that is to take its place was built. Run the migration again.");
            }
            if (existing.isPresent()) {
                catalog.execute("drop index " + existing.get().qualified());
            }
            catalog.execute("alter index " + next() + " rename to " + index);
            renameParts(catalog);
            return true;
        });
        LOGGER.info("index replaced: index={} table={} definition={}", index, table, wanted);
    }

    private String next() {
        return index + "_next";
    }

    /** A later replacement would find the names taken. */
    private void renameParts(Catalog catalog) throws SQLException {
        for (String partition : catalog.partitions(table)) {
            Optional<Catalog.Index> part = catalog.index(PartitionedIndex.nameOn(next(), table, partition), partition);
            if (part.isPresent() && part.get().partOf().equals(index)) {
                catalog.execute("alter index " + part.get().qualified() + " rename to " + freeName(catalog, partition));
            }
        }
    }

    private String freeName(Catalog catalog, String partition) throws SQLException {
        String name = PartitionedIndex.nameOn(index, table, partition);
        for (int number = 2; catalog.isTaken(name, partition); number++) {
            name = PartitionedIndex.nameOn(index + "_" + number, table, partition);
        }
        return name;
    }

    @Override
    public String getConfirmationMessage() {
        return "index " + index + " is replaced: " + former + ", " + definition;
    }
}
