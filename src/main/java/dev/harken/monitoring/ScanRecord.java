package dev.harken.monitoring;

import java.time.Instant;

/**
 * What the latest scan of a config did.
 *
 * @param outcome {@code done}, {@code partly} (some subreddits could not be read) or {@code failed}
 * @param skipped posts that have the keywords, and that the config's filters passed over
 * @param detail what went wrong, for people; empty when nothing did
 */
record ScanRecord(
        long configId,
        long clientId,
        Instant startedAt,
        Instant finishedAt,
        int fetched,
        int matched,
        int stored,
        int drafted,
        int skipped,
        String skippedWhy,
        String outcome,
        String detail) {}
