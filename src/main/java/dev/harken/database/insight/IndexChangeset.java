package dev.harken.database.insight;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A Liquibase changelog of one changeset, ready to be saved as a file. Its statements run outside a transaction, since
 * PostgreSQL builds and drops an index CONCURRENTLY only there.
 */
final class IndexChangeset {
    private IndexChangeset() {}

    /**
     * A changeset of plain SQL.
     *
     * @param id what it is called; what is no letter, digit or underscore becomes one
     * @param statements each without a semicolon
     * @param undo what takes it back, likewise; empty when nothing has to be
     */
    static String of(String id, List<String> statements, List<String> undo) {
        String rollback = undo.isEmpty() ? "" : "      rollback:\n" + changes(undo);
        return head(id) + "      changes:\n" + changes(statements) + rollback;
    }

    /**
     * A changeset for one of Harken's own indexes, in the form of the migrations: a half-built one is dropped and built
     * anew.
     *
     * @param definition what follows the table's name: {@code (a, b)}
     */
    static String restore(String index, String table, String definition) {
        return head("restore_" + index)
                + """
                        changes:
                          - customChange:
                              class: dev.harken.database.migration.ConcurrentIndex
                              index: %s
                              table: %s
                              definition: %s
                  """
                        .formatted(index, table, definition);
    }

    private static String head(String id) {
        return """
               databaseChangeLog:
                 - changeSet:
                     id: %s
                     author: harken
                     runInTransaction: false
               """
                .formatted(id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "_"));
    }

    private static String changes(List<String> statements) {
        return statements.stream().map(IndexChangeset::change).collect(Collectors.joining());
    }

    /** As a block, in which YAML takes quotes and colons as they are. */
    private static String change(String statement) {
        return """
                       - sql:
                           splitStatements: false
                           sql: |-
                             %s
               """
                .formatted(statement.replace("\n", "\n              "));
    }
}
