package dev.harken.console.actions;

import dev.harken.audit.AuditRecord;
import java.sql.SQLException;

/** Where it is kept what operators did. */
@FunctionalInterface
interface Trail {
    /** Stores a record; throws when it cannot be stored. */
    void record(AuditRecord record) throws SQLException;
}
