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
        String next = index + "_next";
        Optional<Catalog.Index> existing = catalog.index(index);
        if (existing.isPresent() && existing.get().method().equals(catalog.canonicalMethod(table, wanted))) {
            ConcurrentIndex.of(index, table, wanted).apply(connection);
            dropUnused(connection, next);
            ShortTransaction.run(connection, () -> {
                renameParts(catalog, next);
                return true;
            });
            return;
        }
        if (existing.isPresent()) {
            ConcurrentIndex.of(index, table, present).refuseIfDifferent(catalog, existing.get());
        }
        ConcurrentIndex.of(next, table, wanted).apply(connection);
        ShortTransaction.run(connection, () -> {
            catalog.execute("drop index if exists " + index);
            catalog.execute("alter index " + next + " rename to " + index);
            renameParts(catalog, next);
            return true;
        });
        LOGGER.info("index replaced: index={} table={} definition={}", index, table, wanted);
    }

    /**
     * What an interrupted run built is left when somebody has made the index anew by hand since. Parts that PostgreSQL has
     * joined to that one are in use.
     */
    private void dropUnused(Connection connection, String next) throws SQLException {
        Catalog catalog = new Catalog(connection);
        ConcurrentIndex.of(next, table, "").undo(connection);
        for (String partition : catalog.partitions(table)) {
            String part = PartitionedIndex.nameOn(next, table, partition);
            if (catalog.is("select not relispartition from pg_class where oid = to_regclass(?)", part)) {
                ConcurrentIndex.of(part, partition, "").undo(connection);
            }
        }
    }

    /** A later replacement would find the names taken. What has the name that a part is to get keeps it. */
    private void renameParts(Catalog catalog, String next) throws SQLException {
        for (String partition : catalog.partitions(table)) {
            String named = PartitionedIndex.nameOn(index, table, partition);
            List<String> parts = catalog.texts(
                    """
                    select p.relid::text
                    from pg_partition_tree(to_regclass(?)) p
                    join pg_class c on c.oid = p.relid
                    where c.relname = ?
                    and not exists (
                        select 1
                        from pg_class o
                        where o.relnamespace = c.relnamespace
                        and o.relname = ?)
                    """,
                    index,
                    PartitionedIndex.nameOn(next, table, partition),
                    named);
            for (String part : parts) {
                catalog.execute("alter index " + part + " rename to " + named);
            }
        }
    }

    @Override
    public String getConfirmationMessage() {
        return "index " + index + " is replaced: " + former + ", " + definition;
    }
}
