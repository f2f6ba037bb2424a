package dev.harken.cache;

import dev.harken.database.Tenant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** The generations of the tenants' rows as this process's own writes turn them; a number for each client. */
final class Generations {
    private final ConcurrentMap<Long, Long> ofClients = new ConcurrentHashMap<>();
    private final AtomicLong all = new AtomicLong();
    private final AtomicLong every = new AtomicLong();

    Generation of(Tenant tenant) {
        if (tenant.equals(Tenant.EVERY)) {
            return new Generation(Long.toString(every.get()));
        }
        return new Generation(ofClients.getOrDefault(tenant.clientId(), 0L) + "." + all.get());
    }

    /** A write for the whole installation may have changed any client's rows; any write changes the whole. */
    void turn(Tenant tenant) {
        if (tenant.equals(Tenant.EVERY)) {
            all.incrementAndGet();
        } else {
            ofClients.merge(tenant.clientId(), 1L, Long::sum);
        }
        every.incrementAndGet();
    }
}
