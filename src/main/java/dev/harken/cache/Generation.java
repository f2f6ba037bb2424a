package dev.harken.cache;

/**
 * The state of a tenant's rows that an answer was made of. A write turns it, and every answer of an earlier one is
 * outdated from then on. Known before the rows are read, so that an answer which a write overtook is never taken for a
 * later one.
 */
record Generation(String value) {}
