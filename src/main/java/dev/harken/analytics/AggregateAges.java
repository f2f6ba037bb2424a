package dev.harken.analytics;

import com.codahale.metrics.CachedGauge;
import com.codahale.metrics.MetricRegistry;
import dev.harken.database.TenantReads;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.Query;

/** The table {@code aggregate_refreshes}: as of when the materialized views are true. By the database's clock. */
final class AggregateAges {
    private static final String AGES =
            """
            select now() as at, min(as_of) as as_of, count(*) as views
            from aggregate_refreshes
            """;

    private static final long GAUGE_SECONDS = 30;

    private final TenantReads reads;

    AggregateAges(TenantReads reads) {
        this.reads = reads;
    }

    /**
     * Has the age in {@code /metrics}, in seconds; NaN while the database does not answer. It is asked twice a minute at
     * most.
     *
     * @param beside not the pool's, of which a look must not wait for a connection
     */
    static void measure(Jdbi beside, MetricRegistry metrics) {
        metrics.register("analytics.age_seconds", new CachedGauge<Double>(GAUGE_SECONDS, TimeUnit.SECONDS) {
            @Override
            protected Double loadValue() {
                try {
                    return beside.withHandle(handle -> oldest(handle.createQuery(AGES)))
                                    .duration()
                                    .toMillis()
                            / 1000.0;
                } catch (JdbiException e) {
                    return Double.NaN;
                }
            }
        });
    }

    /** The age of the oldest view; an age without end when one was never refreshed. */
    Age oldest() {
        return reads.readUnowned("analytics.ages", AGES, AggregateAges::oldest);
    }

    private static Age oldest(Query ages) {
        return ages.map((row, context) -> age(row)).one();
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
