package dev.harken.database;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as exactly as PostgreSQL keeps them, so that who stores one and who reads it see the same. */
public final class StoredTime {
    private StoredTime() {}

    public static Instant of(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }
}
