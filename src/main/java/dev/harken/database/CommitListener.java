package dev.harken.database;

/**
 * Learns of each transaction that may have changed rows, after its commit and before whoever asked for it hears so. Also
 * of one whose commit failed, since that may have happened after all.
 */
@FunctionalInterface
public interface CommitListener {
    /** The rows of this tenant may differ from now on; for the whole installation, those of any client. Never throws. */
    void committed(Tenant tenant);
}
