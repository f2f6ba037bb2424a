package dev.harken.database.insight;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * How often a block of a table or index was found in PostgreSQL's shared buffers, since its statistics were reset. A
 * block that was not may still have come from the operating system's cache: PostgreSQL cannot tell.
 */
public final class CacheRates implements Insight<CacheRates.Rates> {
    private static final String TOO_LITTLE = "too little read to judge";
    private static final String RATES =
            """
            select
              'tables' as what,
              coalesce(sum(heap_blks_hit + coalesce(toast_blks_hit, 0) + coalesce(tidx_blks_hit, 0)), 0) as hits,
              coalesce(sum(heap_blks_read + coalesce(toast_blks_read, 0) + coalesce(tidx_blks_read, 0)), 0) as reads
            from pg_statio_user_tables
            union all
            select
              'indexes',
              coalesce(sum(idx_blks_hit), 0),
              coalesce(sum(idx_blks_read), 0)
            from pg_statio_user_indexes
            order by what desc
            """;
    private static final String MOST_READ =
            """
            select
              relid::regclass::text as name,
              heap_blks_read + coalesce(toast_blks_read, 0) + coalesce(tidx_blks_read, 0)
                + coalesce(idx_blks_read, 0) as reads,
              heap_blks_hit + coalesce(toast_blks_hit, 0) + coalesce(tidx_blks_hit, 0)
                + coalesce(idx_blks_hit, 0) as hits
            from pg_statio_user_tables
            where heap_blks_read + coalesce(toast_blks_read, 0) + coalesce(tidx_blks_read, 0)
              + coalesce(idx_blks_read, 0) > 0
            order by reads desc, name
            limit 5
            """;
    private static final String BUFFERS =
            """
            select
              setting::bigint * current_setting('block_size')::bigint as bytes
            from pg_settings
            where name = 'shared_buffers'
            """;

    private final InsightFactory thresholds;

    public CacheRates(InsightFactory thresholds) {
        this.thresholds = thresholds;
    }

    /**
     * The hit rates of the database that was asked.
     *
     * @param mostRead the tables of which most blocks were not found in shared buffers, at most five, with their indexes
     */
    public record Rates(Rate tables, Rate indexes, long sharedBuffersBytes, List<TableReads> mostRead) {}

    /**
     * One hit rate.
     *
     * @param hits blocks that were found in shared buffers
     * @param reads blocks that were not
     * @param percent the share of the hits, 0 to 100; null when nothing was asked for
     * @param verdict {@code good}, {@code low} or {@code too little read to judge}
     */
    public record Rate(long hits, long reads, Double percent, String verdict) {}

    /** A table's blocks, its TOAST table's and its indexes' included. */
    public record TableReads(String table, long reads, long hits) {}

    @Override
    public String name() {
        return "cache hit rates";
    }

    @Override
    public Rates read(Handle handle) {
        List<Rate> rates = handle.createQuery(RATES)
                .map((row, context) -> rate(row.getLong("hits"), row.getLong("reads")))
                .list();
        return new Rates(
                rates.get(0),
                rates.get(1),
                handle.createQuery(BUFFERS).mapTo(Long.class).one(),
                handle.createQuery(MOST_READ)
                        .map((row, context) ->
                                new TableReads(row.getString("name"), row.getLong("reads"), row.getLong("hits")))
                        .list());
    }

    private Rate rate(long hits, long reads) {
        long asked = hits + reads;
        if (asked == 0) {
            return new Rate(hits, reads, null, TOO_LITTLE);
        }
        double percent = 100.0 * hits / asked;
        if (asked < thresholds.cacheLeastBlocks()) {
            return new Rate(hits, reads, percent, TOO_LITTLE);
        }
        return new Rate(hits, reads, percent, percent < thresholds.cacheHitPercent() ? "low" : "good");
    }

    @Override
    public List<Finding> judge(Rates seen) {
        List<Finding> findings = new ArrayList<>();
        judge("tables", seen.tables(), seen, findings);
        judge("indexes", seen.indexes(), seen, findings);
        return findings;
    }

    private void judge(String subject, Rate rate, Rates seen, List<Finding> findings) {
        if (!rate.verdict().equals("low")) {
            return;
        }
        String mostRead = seen.mostRead().stream()
                .map(table -> table.table() + " (" + Wording.count(table.reads()) + ")")
                .collect(Collectors.joining(", "));
        findings.add(Finding.of(
                        Severity.WARNING,
                        "cache_hit_rate",
                        subject,
                        "Of " + Wording.count(rate.hits() + rate.reads()) + " blocks of " + subject + " "
                                + Wording.percent(rate.percent()) + " were found in shared buffers ("
                                + Wording.bytes(seen.sharedBuffersBytes()) + "); "
                                + Wording.percent(thresholds.cacheHitPercent())
                                + " is expected. Most blocks were read from: " + mostRead + ".")
                .because("A block that is not in shared buffers comes from the operating system's cache at best, and "
                        + "from disk at worst, which is a hundred times slower. Either shared buffers are too small for "
                        + "what is in use, or statements read more of the tables named than they need.")
                .mendedBy(remedy(seen.sharedBuffersBytes())));
    }

    /** Twice as much, but not more than a quarter of the memory when that is known. */
    private String remedy(long buffers) {
        long memory = thresholds.hostMemory().toBytes();
        long wanted = memory == 0 ? 2 * buffers : Math.min(2 * buffers, memory / 4);
        if (wanted <= buffers) {
            return "-- shared_buffers has its share of the memory: give the host more, or index what the statements on "
                    + "these tables look for";
        }
        return "alter system set shared_buffers = '" + SettingSize.of(wanted) + "'; -- then restart PostgreSQL";
    }
}
