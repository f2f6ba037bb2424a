package dev.harken.analytics;

import dev.harken.database.TenantReads;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** The table {@code aggregate_refreshes}: as of when the materialized views are true. By the database's clock. */
final class AggregateAges {
    private static final String AGES =
            """
            select now() as at, min(as_of) as as_of, count(*) as views
            from aggregate_refreshes
            """;

    private final TenantReads reads;

    AggregateAges(TenantReads reads) {
        this.reads = reads;
    }

    /** The age of the oldest view; an age without end when one was never refreshed. */
    Age oldest() {
        return reads.readUnowned("analytics.ages", AGES, query -> query.map((row, context) -> age(row))
                .one());
    }

    private static Age age(ResultSet row) throws SQLException {
        Instant now = time(row, "at");
        return row.getLong("views") < Aggregate.values().length
                ? new Age(now, Instant.EPOCH)
                : new Age(now, time(row, "as_of"));
    }

    private static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /**
     * How old the views are.
     *
     * @param now when that was asked
     * @param asOf when their rows were true
     */
    record Age(Instant now, Instant asOf) {
        Duration duration() {
            return Duration.between(asOf, now);
        }
    }
}
