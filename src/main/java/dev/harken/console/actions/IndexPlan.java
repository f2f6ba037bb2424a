package dev.harken.console.actions;

import dev.harken.database.partitions.PartitionedIndex;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * What has to be done to have an index whole again. Every name in it comes from PostgreSQL's catalogue, quoted by
 * PostgreSQL, or from the list below.
 *
 * @param leftovers the names of half-built copies that an interrupted rebuild left, quoted, to be dropped first
 * @param statements what builds the index, one after the other: several where its table is partitioned; none when the
 *     index asked for was itself such a leftover
 */
record IndexPlan(String index, List<String> leftovers, List<String> statements) {
    /** How PostgreSQL names the copies of a concurrent rebuild. */
    private static final String LEFTOVER = "_cc(new|old)[0-9]*$";

    private static final Pattern LEFTOVER_NAME = Pattern.compile(LEFTOVER);

    /** The indexes that Harken itself looks after, as the migrations make them. */
    private static final Map<String, String> MANAGED = Map.of(
            "idx_client_created", "matched_posts (client_id, created_at)",
            "idx_client_reviewed", "matched_posts (client_id, reviewed)",
            "idx_subreddit_created", "matched_posts (subreddit, created_at)",
            "idx_responses_post_client", "ai_responses (post_id, client_id)",
            "idx_responses_client_created", "ai_responses (client_id, created_at)",
            "idx_responses_quality_score", "ai_responses (score)",
            "idx_analytics_client_date", "analytics_events (client_id, created_at) include (event_type)",
            "idx_analytics_client_event", "analytics_events (client_id, event_type)",
            "idx_analytics_event_date", "analytics_events (event_type, created_at)");

    /**
     * Looks the index up among those of this database that are not PostgreSQL's own.
     *
     * @param index its name as the console shows it: with its schema where that is not on the search path, and quoted where
     *     it must be; bare will do for one on the search path
     */
    static IndexPlan of(Jdbi jdbi, String index) throws ActionRefused {
        Optional<Existing> existing;
        List<String> leftovers;
        boolean building;
        try (Handle handle = jdbi.open()) {
            existing = find(handle, index);
            leftovers = existing.isPresent() ? leftovers(handle, existing.get()) : List.of();
            building = existing.isPresent() && isBuilding(handle, existing.get().table());
        }
        if (existing.isEmpty()) {
            String definition = Optional.ofNullable(MANAGED.get(index))
                    .orElseThrow(() -> new ActionRefused("There is no index of that name in this database."));
            String table = definition.substring(0, definition.indexOf(' '));
            List<String> partitions = partitions(jdbi, table);
            return new IndexPlan(
                    index,
                    List.of(),
                    partitions.isEmpty()
                            ? List.of("create index concurrently " + index + " on " + definition)
                            : PartitionedIndex.statements(
                                    index, table, definition.substring(table.length() + 1), partitions));
        }
        if (building) {
            throw new ActionRefused("An index of that table is being built at this moment. Wait until that is over.");
        }
        if (!existing.get().valid()
                && LEFTOVER_NAME.matcher(existing.get().name()).find()) {
            return new IndexPlan(index, leftovers, List.of());
        }
        if (existing.get().excludes()) {
            throw new ActionRefused("That index serves an exclusion constraint; PostgreSQL rebuilds those only with"
                    + " writers stopped: reindex index " + existing.get().quoted());
        }
        return new IndexPlan(
                index,
                leftovers,
                List.of("reindex index concurrently " + existing.get().quoted()));
    }

    private static List<String> partitions(Jdbi jdbi, String table) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        """
                        select relid::text
                        from pg_partition_tree(to_regclass(:table))
                        where isleaf
                          and parentrelid is not null
                        order by relid::text
                        """)
                .bind("table", table)
                .mapTo(String.class)
                .list());
    }

    private static Optional<Existing> find(Handle handle, String index) {
        return handle.createQuery(
                        """
                        select c.relname as name,
                            quote_ident(n.nspname) || '.' || quote_ident(c.relname) as quoted,
                            i.indrelid::bigint as table_oid,
                            i.indisvalid and i.indisready and i.indislive as valid,
                            i.indisexclusion as excludes
                        from pg_indexes x
                        join pg_namespace n on n.nspname = x.schemaname
                        join pg_class c on c.relnamespace = n.oid and c.relname = x.indexname
                        join pg_index i on i.indexrelid = c.oid
                        where (c.oid::regclass::text = :index
                            or x.indexname = :index and pg_table_is_visible(c.oid))
                          and n.nspname <> 'information_schema'
                          and n.nspname !~ '^pg_'
                        """)
                .bind("index", index)
                .map((row, context) -> new Existing(
                        row.getString("name"),
                        row.getString("quoted"),
                        row.getLong("table_oid"),
                        row.getBoolean("valid"),
                        row.getBoolean("excludes")))
                .findFirst();
    }

    /**
     * The invalid copies on the same table whose name begins as this index's, which PostgreSQL may have cut short; and on
     * its partitions, those of this index's parts.
     */
    private static List<String> leftovers(Handle handle, Existing existing) {
        return handle.createQuery(
                        """
                        select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                        from pg_index i
                        join pg_class c on c.oid = i.indexrelid
                        join pg_namespace n on n.oid = c.relnamespace
                        where (i.indrelid = cast(:table as oid)
                            or i.indrelid in (select p.relid from pg_partition_tree(cast(:table as oid)) p))
                          and not i.indisvalid
                          and c.relname ~ :leftover
                          and (starts_with(:index, regexp_replace(c.relname, :leftover, ''))
                            or exists (
                              select
                              from pg_inherits h
                              join pg_class part on part.oid = h.inhrelid
                              join pg_class whole on whole.oid = h.inhparent
                              where whole.relname = :index
                                and starts_with(part.relname, regexp_replace(c.relname, :leftover, ''))))
                        order by c.relname
                        """)
                .bind("table", existing.table())
                .bind("leftover", LEFTOVER)
                .bind("index", existing.name())
                .mapTo(String.class)
                .list();
    }

    private static boolean isBuilding(Handle handle, long table) {
        return handle.createQuery(
                        """
                        select exists (
                            select 1
                            from pg_stat_progress_create_index
                            where datname = current_database()
                              and (relid = cast(:table as oid)
                                or relid in (select p.relid from pg_partition_tree(cast(:table as oid)) p)))
                        """)
                .bind("table", table)
                .mapTo(Boolean.class)
                .one();
    }

    private record Existing(String name, String quoted, long table, boolean valid, boolean excludes) {}
}
