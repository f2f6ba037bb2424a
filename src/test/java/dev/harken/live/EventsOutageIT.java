package dev.harken.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.harken.testing.EventSource;
import dev.harken.testing.HarkenService;
import dev.harken.testing.PostgresServer;
import dev.harken.testing.TestDatabase;
import org.junit.jupiter.api.Test;

class EventsOutageIT {
    private static final String EVENT = "insert into audit_records (client_id, actor, action, subject, subject_id)"
            + " values (1, 'harken', 'post.matched', 'post', %d)";

    @Test
    void aListenerOutlivesARestartOfPostgresqlAndMissesNothing() throws Exception {
        try (PostgresServer postgres = PostgresServer.start()) {
            TestDatabase database = postgres.createMigratedDatabase();
            try (HarkenService harken = HarkenService.over(database, "monitoring.enabled=false");
                    EventSource source = EventSource.open(harken.admin(), "", "")) {
                database.execute(EVENT.formatted(1));
                assertThat(source.next().orElseThrow().data()).contains("\"subject_id\":1,");

                postgres.restart();
                database.execute(EVENT.formatted(2), EVENT.formatted(3));

                assertThat(source.next().orElseThrow().data()).contains("\"subject_id\":2,");
                assertThat(source.next().orElseThrow().data()).contains("\"subject_id\":3,");
                database.execute(EVENT.formatted(4));
                assertThat(source.next().orElseThrow().data()).contains("\"subject_id\":4,");
            }
        }
    }
}
