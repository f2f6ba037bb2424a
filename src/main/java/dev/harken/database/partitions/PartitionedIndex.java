package dev.harken.database.partitions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How an index comes to a partitioned table without stopping writers: PostgreSQL builds none CONCURRENTLY on the whole
 * table, but on each partition, and the statement for the whole then finds those and only joins them.
 */
public final class PartitionedIndex {
    /** PostgreSQL cuts longer names. */
    private static final int LONGEST_NAME = 63;

    private PartitionedIndex() {}

    /**
     * The statements that make it, in order, without semicolons. Each runs outside a transaction and can be repeated.
     *
     * @param definition what follows the table's name: {@code (a, b)}
     * @param partitions those that hold rows, quoted where it is needed
     */
    public static List<String> statements(String index, String table, String definition, List<String> partitions) {
        List<String> statements = new ArrayList<>();
        for (String partition : partitions) {
            statements.add("create index concurrently if not exists " + nameOn(index, table, partition) + " on "
                    + partition + " " + definition);
        }
        statements.add("create index if not exists " + index + " on " + table + " " + definition);
        return List.copyOf(statements);
    }

    /** What its part on one partition is called, in the partition's schema. */
    public static String nameOn(String index, String table, String partition) {
        String bare = partition.substring(partition.lastIndexOf('.') + 1);
        String rest = bare.startsWith(table + "_")
                ? bare.substring(table.length())
                : "_" + bare.replaceAll("[^a-z0-9_]+", "_");
        String name = index + rest;
        if (name.length() <= LONGEST_NAME) {
            return name;
        }
        // Cut short alone, those of two partitions could be the same.
        String sum = String.format(Locale.ROOT, "_%08x", partition.hashCode());
        return name.substring(0, LONGEST_NAME - sum.length()) + sum;
    }
}
