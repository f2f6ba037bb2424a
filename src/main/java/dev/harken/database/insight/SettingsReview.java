package dev.harken.database.insight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;

/**
 * PostgreSQL's settings, measured against the host's memory, the database's size and Harken's own pools. The shares of
 * memory are those of PostgreSQL's documentation (a quarter for shared_buffers) and of its wiki's tuning page.
 */
public final class SettingsReview implements Insight<SettingsReview.Review> {
    private static final double BUFFERS_LEAST = 0.15;
    private static final double BUFFERS_MOST = 0.45;
    private static final double BUFFERS_WANTED = 0.25;
    private static final double CACHE_LEAST = 0.40;
    private static final double CACHE_WANTED = 0.70;
    /** What PostgreSQL may take of the memory when every connection sorts at once; the rest is the system's. */
    private static final double WORK_WANTED = 0.80;

    private static final long LEAST_WORK_MEM = 64 * 1024L;
    private static final double DISK_PAGE_COST = 4;
    /** For psql, a backup and a monitor beside Harken. */
    private static final int OTHER_CONNECTIONS = 5;

    private static final String GOOD = "good";
    private static final String UNKNOWN = "unknown";

    private static final String SETTINGS =
            """
            select
              name,
              current_setting(name) as value,
              case
                when vartype = 'bool' then (setting = 'on')::int::float8
                when unit = '8kB' then setting::float8 * 8192
                when unit = 'kB' then setting::float8 * 1024
                else setting::float8
              end as number,
              coalesce(unit, '') as unit,
              source,
              context = 'postmaster' as restart,
              pending_restart
            from pg_settings
            where name in (
                'shared_buffers', 'effective_cache_size', 'work_mem', 'random_page_cost', 'max_connections',
                'superuser_reserved_connections', 'reserved_connections', 'autovacuum', 'fsync', 'track_io_timing',
                'track_counts'
              )
            """;

    private static final String DATABASE =
            """
            select
              pg_database_size(current_database()) as bytes,
              quote_ident(current_database()) as name,
              quote_ident(current_user) as reader,
              coalesce(has_table_privilege(to_regclass('processes'), 'select'), false) as processes
            """;

    /** Those that were seen lately: one that ended leaves its row behind. */
    private static final String PROCESSES =
            """
            select
              count(*) as processes,
              coalesce(sum((state -> 'pool' ->> 'total_capacity')::int), 0) as capacity
            from processes
            where seen_at > now() - interval '60 seconds'
              and state -> 'pool' ->> 'total_capacity' is not null
            """;

    private final LongSupplier hostMemoryBytes;
    private final int poolCapacity;

    /**
     * Prepares the review.
     *
     * @param hostMemoryBytes tells the memory of the database's host, 0 when it is not known; asked only when somebody
     *     looks, and what the operator states in {@code hostMemory} wins
     * @param poolCapacity the most connections of this process's pool, for when no process has said its own
     */
    public SettingsReview(InsightFactory thresholds, LongSupplier hostMemoryBytes, int poolCapacity) {
        long stated = thresholds.hostMemory().toBytes();
        this.hostMemoryBytes = stated > 0 ? () -> stated : hostMemoryBytes;
        this.poolCapacity = poolCapacity;
    }

    /**
     * The settings and what they were measured against.
     *
     * @param hostMemoryBytes 0 when it is not known
     * @param databaseBytes the size of the database that was asked
     * @param processes the Harken processes that were counted; 0 when none has said anything of itself
     * @param poolCapacity the most connections that their pools open together
     * @param database its name, quoted for SQL
     * @param reader the user who read, quoted for SQL
     */
    public record Review(
            List<Setting> settings,
            long hostMemoryBytes,
            long databaseBytes,
            int processes,
            int poolCapacity,
            String database,
            String reader) {

        private double number(String name) {
            return settings.stream()
                    .filter(setting -> setting.name().equals(name))
                    .mapToDouble(Setting::number)
                    .findFirst()
                    .orElse(0);
        }
    }

    /**
     * A setting as the reader's session has it.
     *
     * @param value as PostgreSQL shows it: {@code 128MB}
     * @param number the value in bytes, where it is a size; 1 for on and 0 for off
     * @param unit the unit that a number without one has: {@code 8kB}
     * @param source where it is set: {@code default}, {@code configuration file}, {@code command line}, {@code database}
     * @param restart whether a change needs a restart
     * @param pendingRestart whether a new value is written down and waits for a restart
     * @param recommended a value as {@code alter system} takes it; the present one when that is good
     * @param verdict {@code good}, {@code unknown}, or what is wrong: {@code too small}, {@code too large}, {@code off}
     */
    public record Setting(
            String name,
            String value,
            double number,
            String unit,
            String source,
            boolean restart,
            boolean pendingRestart,
            String recommended,
            String verdict) {

        private Setting judged(String verdict, String recommended) {
            return new Setting(name, value, number, unit, source, restart, pendingRestart, recommended, verdict);
        }
    }

    private record Processes(int processes, int capacity) {}

    private record Database(long bytes, String name, String reader, boolean processes) {}

    @Override
    public String name() {
        return "settings";
    }

    @Override
    public Review read(Handle handle) {
        Database database = handle.createQuery(DATABASE)
                .map((row, context) -> new Database(
                        row.getLong("bytes"),
                        row.getString("name"),
                        row.getString("reader"),
                        row.getBoolean("processes")))
                .one();
        Processes processes = database.processes()
                ? handle.createQuery(PROCESSES)
                        .map((row, context) -> new Processes(row.getInt("processes"), row.getInt("capacity")))
                        .one()
                : new Processes(0, 0);
        List<Setting> settings = handle.createQuery(SETTINGS)
                .map((row, context) -> new Setting(
                        row.getString("name"),
                        row.getString("value"),
                        row.getDouble("number"),
                        row.getString("unit"),
                        row.getString("source"),
                        row.getBoolean("restart"),
                        row.getBoolean("pending_restart"),
                        row.getString("value"),
                        GOOD))
                .list();
        Review unjudged = new Review(
                settings,
                hostMemoryBytes.getAsLong(),
                database.bytes(),
                processes.processes(),
                processes.processes() == 0 ? poolCapacity : processes.capacity(),
                database.name(),
                database.reader());
        return new Review(
                settings.stream()
                        .map(setting -> judged(setting, unjudged))
                        .sorted(Comparator.comparing(Setting::name))
                        .toList(),
                unjudged.hostMemoryBytes(),
                unjudged.databaseBytes(),
                unjudged.processes(),
                unjudged.poolCapacity(),
                unjudged.database(),
                unjudged.reader());
    }

    private static Setting judged(Setting setting, Review review) {
        return switch (setting.name()) {
            case "shared_buffers" -> buffers(setting, review);
            case "effective_cache_size" -> cacheSize(setting, review);
            case "work_mem" -> workMem(setting, review);
            case "random_page_cost" ->
                setting.number() >= DISK_PAGE_COST ? setting.judged("for turning disks", "1.1") : setting;
            case "max_connections" ->
                setting.number() < needed(review)
                        ? setting.judged("too few", Integer.toString(roundedUp(needed(review))))
                        : setting;
            case "autovacuum", "fsync", "track_counts", "track_io_timing" ->
                setting.number() == 0 ? setting.judged("off", "on") : setting;
            default -> setting;
        };
    }

    private static Setting buffers(Setting setting, Review review) {
        long memory = review.hostMemoryBytes();
        if (memory == 0) {
            return setting.judged(UNKNOWN, setting.value());
        }
        String wanted = SettingSize.of(Math.round(memory * BUFFERS_WANTED));
        if (setting.number() > memory * BUFFERS_MOST) {
            return setting.judged("too large", wanted);
        }
        boolean small = setting.number() < memory * BUFFERS_LEAST && review.databaseBytes() > setting.number();
        return small ? setting.judged("too small", wanted) : setting;
    }

    private static Setting cacheSize(Setting setting, Review review) {
        long memory = review.hostMemoryBytes();
        if (memory == 0) {
            return setting.judged(UNKNOWN, setting.value());
        }
        String wanted = SettingSize.of(Math.round(memory * CACHE_WANTED));
        if (setting.number() > memory) {
            return setting.judged("too large", wanted);
        }
        boolean small = setting.number() < memory * CACHE_LEAST && review.databaseBytes() > setting.number();
        return small ? setting.judged("too small", wanted) : setting;
    }

    private static Setting workMem(Setting setting, Review review) {
        long memory = review.hostMemoryBytes();
        if (memory == 0) {
            return setting.judged(UNKNOWN, setting.value());
        }
        if (worst(setting, review) <= memory) {
            return setting;
        }
        double room = memory * WORK_WANTED - review.number("shared_buffers");
        long wanted = Math.max(LEAST_WORK_MEM, Math.round(room / review.number("max_connections")));
        return wanted < setting.number() ? setting.judged("too large", SettingSize.of(wanted)) : setting;
    }

    /** What PostgreSQL takes when every connection sorts once at the same time. */
    private static double worst(Setting workMem, Review review) {
        return workMem.number() * review.number("max_connections") + review.number("shared_buffers");
    }

    private static int needed(Review review) {
        return review.poolCapacity() + reserved(review) + OTHER_CONNECTIONS;
    }

    /** There is no reserved_connections before PostgreSQL 16. */
    private static int reserved(Review review) {
        return (int) (review.number("superuser_reserved_connections") + review.number("reserved_connections"));
    }

    private static int roundedUp(int connections) {
        return (connections + 9) / 10 * 10;
    }

    @Override
    public List<Finding> judge(Review seen) {
        List<Finding> findings = new ArrayList<>();
        for (Setting setting : seen.settings()) {
            if (!setting.verdict().equals(GOOD) && !setting.verdict().equals(UNKNOWN)) {
                findings.add(finding(setting, seen));
            }
        }
        if (seen.hostMemoryBytes() == 0) {
            findings.add(Finding.of(
                            Severity.UNKNOWN,
                            "host_memory",
                            "",
                            "The memory of the database's host is not known, so shared_buffers, effective_cache_size and "
                                    + "work_mem cannot be judged.")
                    .because("PostgreSQL does not tell it, and its host is not this one.")
                    .mendedBy("database.insight.hostMemory: 4GiB # in config.yml, with the memory that the host has"));
        }
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return findings;
    }

    private static Finding finding(Setting setting, Review seen) {
        Reason reason = reason(setting, seen);
        String pending = setting.pendingRestart() ? " A new value is written down and waits for a restart." : "";
        return Finding.of(
                        reason.severity(),
                        "setting",
                        setting.name(),
                        setting.name() + " is " + setting.value() + ", recommended is " + setting.recommended() + ". "
                                + reason.measure() + pending)
                .because(reason.why())
                .mendedBy(remedy(setting, seen));
    }

    private record Reason(Severity severity, String measure, String why) {}

    private static Reason reason(Setting setting, Review seen) {
        boolean large = setting.verdict().equals("too large");
        String memory = Wording.bytes(seen.hostMemoryBytes());
        String share = seen.hostMemoryBytes() == 0
                ? ""
                : "That is " + Wording.percent(100 * setting.number() / seen.hostMemoryBytes()) + " of the host's "
                        + memory + "; the database has " + Wording.bytes(seen.databaseBytes()) + ".";
        return switch (setting.name()) {
            case "shared_buffers" ->
                new Reason(
                        Severity.WARNING,
                        share,
                        large
                                ? "The operating system's cache and the work of the statements need memory too; without "
                                        + "it the host swaps, or ends PostgreSQL."
                                : "The database does not fit into it, and the host has memory to spare: more would be "
                                        + "found there instead of being read from the system's cache or the disk.");
            case "effective_cache_size" ->
                new Reason(
                        Severity.ADVICE,
                        share,
                        large
                                ? "It tells the planner how much is likely to be cached. More than the host has makes it "
                                        + "choose index scans that read from disk."
                                : "It tells the planner how much is likely to be cached; it takes no memory. Too little "
                                        + "makes it shun indexes.");
            case "work_mem" ->
                new Reason(
                        Severity.WARNING,
                        "With all " + Math.round(seen.number("max_connections"))
                                + " connections sorting at once, and shared_buffers, PostgreSQL takes "
                                + Wording.bytes(Math.round(worst(setting, seen))) + " of the host's " + memory + ".",
                        "A rush of connections can then make the system end PostgreSQL for want of memory. One statement "
                                + "may use it several times over.");
            case "random_page_cost" ->
                new Reason(
                        Severity.ADVICE,
                        "That is the price of a turning disk.",
                        "On an SSD a page anywhere costs hardly more than the next one. The planner shuns indexes that "
                                + "would be faster.");
            case "max_connections" ->
                new Reason(
                        Severity.WARNING,
                        (seen.processes() == 0
                                        ? "Harken's pool opens up to "
                                        : "The pools of " + seen.processes() + " Harken processes" + " open up to ")
                                + seen.poolCapacity() + ", " + reserved(seen) + " are reserved, and "
                                + OTHER_CONNECTIONS
                                + " are for psql and backups: " + needed(seen) + " in all.",
                        "In a rush the pools ask for more connections than PostgreSQL gives, and requests fail that could "
                                + "have waited. A smaller database.pool helps as well.");
            case "autovacuum" ->
                new Reason(
                        Severity.CRITICAL,
                        "Nothing clears deleted rows away.",
                        "Tables and indexes grow without end, the planner works with old statistics, and at last the "
                                + "transaction ids run out.");
            case "fsync" ->
                new Reason(
                        Severity.CRITICAL,
                        "Nothing that was committed is sure to be on the disk.",
                        "A loss of power can destroy the whole database. No speed is worth that.");
            case "track_counts" ->
                new Reason(
                        Severity.CRITICAL,
                        "PostgreSQL keeps no statistics of its tables.",
                        "Autovacuum does not work without them, and neither do these pages.");
            default ->
                new Reason(
                        Severity.WARNING,
                        "PostgreSQL does not measure how long it waits for the disk.",
                        "Nobody sees whether a slow statement calculates or waits. Measuring costs next to nothing on a "
                                + "host with a quick clock (pg_test_timing tells).");
        };
    }

    /** A nearer setting wins over that of the system: it must be changed where it is set. */
    private static String remedy(Setting setting, Review seen) {
        String assignment = " set " + setting.name() + " = '" + setting.recommended() + "';";
        return switch (setting.source()) {
            case "database" -> "alter database " + seen.database() + assignment + " -- for new connections";
            case "user" -> "alter role " + seen.reader() + assignment + " -- for new connections";
            case "database user" ->
                "alter role " + seen.reader() + " in database " + seen.database() + assignment
                        + " -- for new connections";
            case "command line", "environment variable" ->
                "alter system" + assignment + "\n-- it is set by the " + setting.source()
                        + " of the server, which wins over this: remove it there and restart PostgreSQL";
            default ->
                "alter system" + assignment + "\n"
                        + (setting.restart() ? "-- then restart PostgreSQL" : "select pg_reload_conf();");
        };
    }
}
