package dev.harken.database.alerts;

import dev.harken.database.insight.InsightFactory;
import dev.harken.database.insight.Replication;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;

/** How far the replica that is furthest behind is behind, in seconds. */
final class ReplicationLag implements Supplier<Reading> {
    private final Jdbi jdbi;
    private final Replication replication;

    ReplicationLag(Jdbi jdbi, InsightFactory thresholds) {
        this.jdbi = jdbi;
        this.replication = new Replication(thresholds);
    }

    @Override
    public Reading get() {
        Replication.State state = jdbi.withHandle(replication::read);
        if (state.hidden()) {
            return Reading.missing("this database user may not see the replicas: grant pg_monitor to it");
        }
        if (state.standby() == null && state.replicas().isEmpty()) {
            return Reading.missing("there is no replica");
        }
        Stream<Long> lags = Stream.concat(
                Optional.ofNullable(state.standby()).map(Replication.Standby::lagMillis).stream(),
                state.replicas().stream().map(Replication.Replica::lagMillis));
        return lags.filter(Objects::nonNull)
                .max(Long::compare)
                .map(millis -> Reading.of(millis / 1000.0))
                .orElseGet(() -> Reading.missing("no replica has told how far behind it is"));
    }
}
