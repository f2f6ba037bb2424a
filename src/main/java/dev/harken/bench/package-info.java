/**
 * {@code bench}: fills a database of its own, measures Harken and PostgreSQL side by side on it, and reports.
 *
 * <p>{@link dev.harken.bench.Bench} is the way in. A room of measurements ({@link dev.harken.bench.ListReading} and its
 * like) makes {@link dev.harken.bench.Case}s, {@link dev.harken.bench.Alternation} runs those in turn, {@link
 * dev.harken.bench.Report} writes what came out.
 */
package dev.harken.bench;
