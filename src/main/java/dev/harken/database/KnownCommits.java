package dev.harken.database;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * When this process last wrote for a tenant, or learned that somebody had: what was committed before then has to be seen
 * by whom it reads for. Safe for use by several threads.
 */
public final class KnownCommits implements CommitListener {
    private static final long NEVER = Long.MIN_VALUE;

    private final ConcurrentMap<Tenant, Long> commits = new ConcurrentHashMap<>();
    /** Of any tenant; what an earlier process wrote last may be as late as the start of this one. */
    private volatile long last = System.nanoTime();

    @Override
    public void committed(Tenant tenant) {
        long now = System.nanoTime();
        commits.put(tenant, now);
        last = now;
    }

    /** Another process wrote, at some time before now. Of the whole installation: for some client. */
    public void learned(Tenant tenant) {
        if (tenant.equals(Tenant.EVERY)) {
            last = System.nanoTime();
        } else {
            commits.put(tenant, System.nanoTime());
        }
    }

    /** Whether all that is known of was committed before a time, by {@link System#nanoTime()}. */
    boolean areBefore(long nanos, Tenant tenant) {
        return tenant.equals(Tenant.EVERY)
                ? last < nanos
                : commits.getOrDefault(tenant, NEVER) < nanos && commits.getOrDefault(Tenant.EVERY, NEVER) < nanos;
    }
}
